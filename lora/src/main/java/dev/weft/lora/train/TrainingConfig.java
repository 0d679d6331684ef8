package dev.weft.lora.train;

import dev.weft.nn.optim.AdamWOptions;
import dev.weft.nn.optim.Schedule;
import java.time.Duration;

/**
 * How to train.
 *
 * @param length how long
 * @param optimizer learning rate, betas, eps and weight decay
 * @param decay what the learning rate does after the warm-up
 * @param warmupRatio share of the length over which the learning rate rises from 0
 * @param maxGradNorm limit of the norm of all gradients together; infinity for none
 * @param dropout whether the model's and the adapter's dropout is applied
 * @param seed of dropout
 * @param validateEvery steps between validations, the last step is always validated; 0 for none
 * @param patience checks in a row without a better score that end the run; 0 for no end
 */
public record TrainingConfig(
    Length length,
    AdamWOptions optimizer,
    Decay decay,
    double warmupRatio,
    double maxGradNorm,
    Dropout dropout,
    long seed,
    long validateEvery,
    int patience) {
  private static final long TICKS = 1_000_000;

  /** How long a run is. */
  public sealed interface Length {}

  /** So many steps: the same bits every time. */
  public record Steps(long steps) implements Length {
    public Steps {
      require("max_steps", steps, steps >= 1, "at least 1");
    }
  }

  /**
   * As many steps as fit into a time, validation included; the learning rate follows the clock, so
   * that it has decayed when the time is up. No two such runs are equal.
   */
  public record Budget(Duration time) implements Length {
    public Budget {
      require("budget", time, time.isPositive(), "more than 0");
    }
  }

  /** What the learning rate does after the warm-up. */
  public enum Decay {
    /** Stays. */
    CONSTANT,
    /** Falls to 0 on a line. */
    LINEAR,
    /** Falls to 0 on half a cosine. */
    COSINE
  }

  /** Whether dropout is applied. */
  public enum Dropout {
    /** With the probabilities that the model's and the adapter's configs say. */
    ON,
    /** Not at all: for runs too short to overfit. */
    OFF
  }

  public TrainingConfig {
    require("warmup_ratio", warmupRatio, warmupRatio >= 0 && warmupRatio <= 1, "in [0, 1]");
    require("max_grad_norm", maxGradNorm, maxGradNorm > 0, "more than 0");
    require("validate_every", validateEvery, validateEvery >= 0, "at least 0");
    require("patience", patience, patience >= 0, "at least 0");
  }

  private static void require(String key, Object value, boolean holds, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(key + " " + value + ": expected " + expected);
    }
  }

  /** So long with AdamW's defaults but the learning rate, decaying linearly, seed 42. */
  public static TrainingConfig of(Length length, double lr) {
    return new TrainingConfig(
        length,
        AdamWOptions.DEFAULTS.withLr(lr),
        Decay.LINEAR,
        0,
        Double.POSITIVE_INFINITY,
        Dropout.ON,
        42,
        0,
        0);
  }

  /** The same of another length. */
  public TrainingConfig withLength(Length length) {
    return new TrainingConfig(
        length, optimizer, decay, warmupRatio, maxGradNorm, dropout, seed, validateEvery, patience);
  }

  /** The same with other options of the optimiser. */
  public TrainingConfig withOptimizer(AdamWOptions optimizer) {
    return new TrainingConfig(
        length, optimizer, decay, warmupRatio, maxGradNorm, dropout, seed, validateEvery, patience);
  }

  /** The same with another course of the learning rate. */
  public TrainingConfig withSchedule(Decay decay, double warmupRatio) {
    return new TrainingConfig(
        length, optimizer, decay, warmupRatio, maxGradNorm, dropout, seed, validateEvery, patience);
  }

  /** The same with gradients clipped to this norm. */
  public TrainingConfig withMaxGradNorm(double maxGradNorm) {
    return new TrainingConfig(
        length, optimizer, decay, warmupRatio, maxGradNorm, dropout, seed, validateEvery, patience);
  }

  /** The same with dropout or without. */
  public TrainingConfig withDropout(Dropout dropout) {
    return new TrainingConfig(
        length, optimizer, decay, warmupRatio, maxGradNorm, dropout, seed, validateEvery, patience);
  }

  /** The same with another seed. */
  public TrainingConfig withSeed(long seed) {
    return new TrainingConfig(
        length, optimizer, decay, warmupRatio, maxGradNorm, dropout, seed, validateEvery, patience);
  }

  /** The same, validated every so many steps. */
  public TrainingConfig withValidation(long validateEvery, int patience) {
    return new TrainingConfig(
        length, optimizer, decay, warmupRatio, maxGradNorm, dropout, seed, validateEvery, patience);
  }

  /** The factor on the learning rate of a step, begun so long after the start. */
  double lrFactor(long step, Duration elapsed) {
    return switch (length) {
      case Steps(long steps) -> schedule(steps).factor(step);
      case Budget(Duration time) -> schedule(TICKS).factor(ticks(elapsed, time));
    };
  }

  private static long ticks(Duration elapsed, Duration time) {
    return (long) Math.min(TICKS, TICKS * ((double) elapsed.toNanos() / time.toNanos()));
  }

  private Schedule schedule(long total) {
    long warmup = Schedule.warmupSteps(warmupRatio, total);
    return switch (decay) {
      case CONSTANT -> Schedule.constant(warmup);
      case LINEAR -> Schedule.linear(warmup, total);
      case COSINE -> Schedule.cosine(warmup, total);
    };
  }
}
