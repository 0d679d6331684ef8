package dev.weft.recsys.baseline;

import java.time.Duration;

/**
 * How a {@link SasRec} is trained.
 *
 * @param learningRate of Adam
 * @param batchSize sequences a step
 * @param maxEpochs passes over the training sequences at most
 * @param patience stop after so many epochs in a row without a better validation
 * @param budget stop at the first step after this time and validate once more; a run that ends so
 *     depends on the machine's speed, any other on the numbers here alone
 * @param seed of initial values, dropout and the order of sequences
 */
public record SasRecTraining(
    double learningRate, int batchSize, int maxEpochs, int patience, Duration budget, long seed) {
  /** No limit of time. */
  public static final Duration UNLIMITED = Duration.ofSeconds(Long.MAX_VALUE);

  public SasRecTraining {
    if (!(learningRate > 0) || !Double.isFinite(learningRate)) {
      throw new IllegalArgumentException("learning_rate: expected above 0, got " + learningRate);
    }
    atLeastOne("train_batch_size", batchSize);
    atLeastOne("epochs", maxEpochs);
    atLeastOne("stopping_step", patience);
    if (budget.isNegative() || budget.isZero()) {
      throw new IllegalArgumentException("time budget: expected above 0, got " + budget);
    }
  }

  private static void atLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + ": expected at least 1, got " + value);
    }
  }

  /** For some 100,000 training interactions; see the package's decisions. */
  public static SasRecTraining of(long seed) {
    return new SasRecTraining(1e-3, 64, 200, 10, UNLIMITED, seed);
  }

  /**
   * For some 10,000 training interactions, with {@code SasRecConfig.DEFAULT.withDropout(0.3)}:
   * larger steps and less patience.
   */
  public static SasRecTraining ofSmall(long seed) {
    return new SasRecTraining(3e-3, 64, 50, 5, UNLIMITED, seed);
  }

  /** The same with a limit of time. */
  public SasRecTraining within(Duration budget) {
    return new SasRecTraining(learningRate, batchSize, maxEpochs, patience, budget, seed);
  }

  /** The same with another number of epochs at most. */
  public SasRecTraining atMost(int maxEpochs) {
    return new SasRecTraining(learningRate, batchSize, maxEpochs, patience, budget, seed);
  }
}
