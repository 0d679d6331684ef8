package dev.weft.recsys.baseline;

import dev.weft.nn.Packed;
import dev.weft.nn.optim.AdamW;
import dev.weft.nn.optim.AdamWOptions;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.data.Target;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.eval.Evaluator;
import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Trains a {@link SasRec}: Adam on the mean cross-entropy over all targets of a batch of sequences,
 * early stopping on validation.
 */
final class SasRecTrainer {
  /**
   * Logits of one micro-batch, in elements: 16 million are 64 MiB, and as much again for their
   * gradient. A micro-batch's bounds follow from sequence lengths alone.
   */
  private static final int LOGITS = 1 << 24;

  /**
   * Consecutive items of one user: all but the last are read, all but the first are predicted.
   *
   * @param number what it is called in the keys of dropout
   */
  private record Sequence(int[] items, int number) {
    int targets() {
      return items.length - 1;
    }
  }

  private final SasRec model;
  private final SasRecTraining training;
  private final Consumer<SasRecProgress> listener;
  private final Evaluator validation;
  private final List<Sequence> sequences;
  private final List<Parameter> parameters;
  private final Gradients gradients;
  private final AdamW adam;
  private final long begin = System.nanoTime();
  private long step;

  SasRecTrainer(
      SasRec model, Split split, SasRecTraining training, Consumer<SasRecProgress> listener) {
    this.model = model;
    this.training = training;
    this.listener = listener;
    this.validation = new Evaluator(split, Target.VALIDATION);
    this.sequences = sequences(split, model.config().maxLength());
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException(
          "sasrec: data set " + split.data().name() + " has no user with two training items");
    }
    this.parameters = model.network().parameters();
    this.gradients = new Gradients(parameters);
    this.adam = AdamW.adam(parameters, AdamWOptions.DEFAULTS.withLr(training.learningRate()));
  }

  /** Every training target once: windows of at most {@code length} targets, from the end. */
  private static List<Sequence> sequences(Split split, int length) {
    List<Sequence> all = new ArrayList<>();
    for (int user = 0; user < split.data().users(); user++) {
      int[] items = split.data().sequence(user);
      for (int last = split.trainLength(user) - 1; last > 0; last -= length) {
        int[] window = Arrays.copyOfRange(items, Math.max(0, last - length), last + 1);
        all.add(new Sequence(window, all.size()));
      }
    }
    return all;
  }

  void run() {
    List<Tensor> best = List.of();
    double most = -1;
    int since = 0;
    try (Workspace workspace = new Workspace()) {
      for (int epoch = 1; epoch <= training.maxEpochs() && since < training.patience(); epoch++) {
        double loss = epoch(workspace, epoch);
        Evaluation evaluation = validation.evaluate(model);
        double ndcg = evaluation.mean(Protocol.FULL, Metric.NDCG_10);
        double sampled = evaluation.mean(Protocol.SAMPLED, Metric.NDCG_10);
        boolean better = ndcg > most;
        since = better ? 0 : since + 1;
        if (better) {
          most = ndcg;
          best = parameters.stream().map(parameter -> parameter.tensor().keep()).toList();
        }
        listener.accept(new SasRecProgress.Epoch(epoch, loss, ndcg, sampled, better, elapsed()));
        if (isOver()) {
          break;
        }
      }
    }
    for (int i = 0; i < best.size(); i++) {
      parameters.get(i).set(best.get(i));
    }
  }

  private double epoch(Workspace workspace, int epoch) {
    List<Sequence> order = shuffled(epoch);
    int size = training.batchSize();
    int steps = (order.size() + size - 1) / size;
    double sum = 0;
    long targets = 0;
    for (int i = 0; i < steps && !isOver(); i++) {
      List<Sequence> batch = order.subList(i * size, Math.min(order.size(), (i + 1) * size));
      int count = batch.stream().mapToInt(Sequence::targets).sum();
      double loss = step(workspace, batch, count);
      sum += loss * count;
      targets += count;
      listener.accept(new SasRecProgress.Step(epoch, i + 1, steps, loss, elapsed()));
    }
    return sum / targets;
  }

  /** One step of Adam; the mean loss of the batch. */
  private double step(Workspace workspace, List<Sequence> batch, int targets) {
    int most = Math.max(1, LOGITS / model.itemIds().size());
    double loss = 0;
    int micro = 0;
    for (int from = 0, to; from < batch.size(); from = to) {
      int rows = batch.get(from).targets();
      for (to = from + 1; to < batch.size() && rows + batch.get(to).targets() <= most; to++) {
        rows += batch.get(to).targets();
      }
      List<Sequence> part = batch.subList(from, to);
      float share = (float) ((double) rows / targets);
      Run run = Run.training(workspace, training.seed(), step, micro++);
      loss += run.call(() -> backward(part, share));
    }
    adam.step(gradients);
    gradients.clear();
    step++;
    return loss;
  }

  private double backward(List<Sequence> part, float share) {
    int[] names = part.stream().mapToInt(Sequence::number).toArray();
    Packed read = Packed.of(part.stream().map(s -> cut(s, 0)).toList(), names);
    int[] targets = part.stream().flatMapToInt(s -> Arrays.stream(cut(s, 1))).toArray();
    Tensor labels = Tensor.of(targets, targets.length);
    Tape tape =
        Tape.record(
            parameters,
            () -> {
              Tensor logits = model.network().logits(model.network().forward(read));
              return F.mul(F.crossEntropy(logits, labels), share);
            });
    double loss = tape.result().item();
    tape.backward(tape.result(), gradients);
    return loss;
  }

  /** All items but one at an end: what is read (from 0), or what is predicted (from 1). */
  private static int[] cut(Sequence sequence, int from) {
    return Arrays.copyOfRange(sequence.items(), from, from + sequence.targets());
  }

  /** A permutation that depends on seed and epoch alone (Fisher and Yates). */
  private List<Sequence> shuffled(int epoch) {
    SplittableRandom random = new SplittableRandom(training.seed() * 0x9E3779B97F4A7C15L + epoch);
    List<Sequence> order = new ArrayList<>(sequences);
    for (int i = order.size() - 1; i > 0; i--) {
      int j = (int) Math.unsignedMultiplyHigh(random.nextLong(), i + 1L);
      order.set(j, order.set(i, order.get(j)));
    }
    return order;
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private boolean isOver() {
    return elapsed().compareTo(training.budget()) >= 0;
  }
}
