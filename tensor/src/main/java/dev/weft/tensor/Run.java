package dev.weft.tensor;

import dev.weft.tensor.memory.Recorder;
import dev.weft.tensor.memory.Stacks;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one thread is doing: with which workspace, whether training, with which dropout key and
 * which adapters, what the rows of its batch are called, and whether a tape records. It holds for
 * the body of {@link #call} on the calling thread and is never shared: a Run found on another
 * thread is an error.
 *
 * <pre>{@code
 * try (Workspace workspace = new Workspace()) {
 *   float[] y = Run.evaluating(workspace).call(() -> model.forward(x).toFloats());
 * }
 * }</pre>
 *
 * <p>Outside any {@code call} tensors are made in memory that the garbage collector frees, nothing
 * records and dropout is off.
 */
public final class Run {
  private static final ScopedValue<Run> CURRENT = ScopedValue.newInstance();
  private static final Run OUTSIDE = new Run(null, null, false, 0, Map.of(), null, null, null);

  private final @Nullable Stacks stacks;
  private final @Nullable Recorder recorder;
  private final boolean training;
  private final long dropoutKey;
  private final Map<String, UnaryOperator<Tensor>> adapters;
  private final @Nullable Tensor rowKeys;
  private final @Nullable Probe probe;
  private final @Nullable Thread thread;

  private Run(
      @Nullable Stacks stacks,
      @Nullable Recorder recorder,
      boolean training,
      long dropoutKey,
      Map<String, UnaryOperator<Tensor>> adapters,
      @Nullable Tensor rowKeys,
      @Nullable Probe probe,
      @Nullable Thread thread) {
    this.stacks = stacks;
    this.recorder = recorder;
    this.training = training;
    this.dropoutKey = dropoutKey;
    this.adapters = adapters;
    this.rowKeys = rowKeys;
    this.probe = probe;
    this.thread = thread;
  }

  /** A Run for inference: dropout is off. */
  public static Run evaluating(Workspace workspace) {
    return new Run(workspace.stacks(), null, false, 0, Map.of(), null, null, null);
  }

  /**
   * A Run for one training micro-batch: dropout is on, and its masks depend on these three numbers,
   * the site of the dropout in the model and the logical row alone.
   */
  public static Run training(Workspace workspace, long seed, long step, int microBatch) {
    long key = mix(mix(mix(seed) + step) + microBatch);
    return new Run(workspace.stacks(), null, true, key, Map.of(), null, null, null);
  }

  // The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
  private static long mix(long z) {
    long x = z + 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }

  /**
   * The Run of the calling thread.
   *
   * @throws IllegalStateException when the Run in scope belongs to another thread
   */
  public static Run current() {
    if (!CURRENT.isBound()) {
      return OUTSIDE;
    }
    Run run = CURRENT.get();
    if (run.thread != Thread.currentThread()) {
      throw new IllegalStateException(
          "this Run belongs to thread "
              + (run.thread == null ? "none" : run.thread.getName())
              + "; thread "
              + Thread.currentThread().getName()
              + " needs a Run of its own");
    }
    return run;
  }

  /** The same Run with these adapters: what to add to the output of a layer, by module path. */
  public Run with(Map<String, UnaryOperator<Tensor>> adapters) {
    return new Run(
        stacks, recorder, training, dropoutKey, Map.copyOf(adapters), rowKeys, probe, thread);
  }

  /**
   * The same Run over rows with these names, I64 [rows]: a model that computes on a packed batch
   * calls its layers so, and what an adapter drops does not depend on the packing.
   */
  public Run naming(Tensor rowKeys) {
    return new Run(stacks, recorder, training, dropoutKey, adapters, rowKeys, probe, thread);
  }

  /**
   * The same Run seen by this probe and no other of its own. Called inside another Run it is seen
   * by that one's probe too, first: whoever looks at a stretch of a program sees the forwards that
   * the program makes in Runs of its own.
   */
  public Run probed(Probe probe) {
    return new Run(stacks, recorder, training, dropoutKey, adapters, rowKeys, probe, thread);
  }

  /** The same Run recorded by {@code recorder}; for the tape. */
  public Run recordedBy(Recorder recorder) {
    if (this.recorder != null) {
      throw new IllegalStateException("a tape is recording already; tapes do not nest");
    }
    return new Run(stacks, recorder, training, dropoutKey, adapters, rowKeys, probe, thread);
  }

  /** Runs the body under this Run on the calling thread. */
  public <T> T call(Supplier<T> body) {
    Run parent = current();
    boolean opens = stacks != null && parent.stacks != stacks;
    if (opens && stacks != null) {
      stacks.begin();
    }
    try {
      Probe seeing = Probes.joined(parent.probe, probe);
      Run bound =
          new Run(
              stacks,
              recorder,
              training,
              dropoutKey,
              adapters,
              rowKeys,
              seeing,
              Thread.currentThread());
      return ScopedValue.where(CURRENT, bound).call(body::get);
    } finally {
      if (opens && stacks != null) {
        stacks.end();
      }
    }
  }

  /** Whether dropout is on. */
  public boolean isTraining() {
    return training;
  }

  /** The Philox key of this Run's dropout. */
  public long dropoutKey() {
    return dropoutKey;
  }

  /** What to add to the output of the layer at {@code path}, or null for nothing. */
  public @Nullable UnaryOperator<Tensor> adapter(String path) {
    return adapters.get(path);
  }

  /** What the rows of the batch are called, I64 [rows], or null for their number. */
  public @Nullable Tensor rowKeys() {
    return rowKeys;
  }

  /** What looks at modules as they compute, null for nothing. */
  public @Nullable Probe probe() {
    return probe;
  }

  /** Memory of temporaries, null outside a call; for ops. */
  public @Nullable Stacks stacks() {
    return stacks;
  }

  /** The tape that records, null when none does; for ops. */
  public @Nullable Recorder recorder() {
    return recorder;
  }
}
