package dev.weft.tensor;

import dev.weft.tensor.memory.Recorder;
import dev.weft.tensor.memory.Stack;
import dev.weft.tensor.memory.Stacks;
import dev.weft.tensor.memory.Storage;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The memory of a step's temporaries: two stacks over chunks that are used again from step to step.
 * <i>Saved</i> holds what a tape needs for its backward and is popped in reverse by it;
 * <i>scratch</i> holds everything else and is released by {@link #frame}.
 *
 * <p>A workspace serves one {@link Run} at a time. The system property {@code weft.workspace} caps
 * each at so many MiB (no cap by default). With {@code weft.poison} set, released memory is filled
 * with NaN; tests run so.
 */
public final class Workspace implements AutoCloseable {
  private final Stacks stacks = new Stacks(configuredCap());

  private static long configuredCap() {
    String setting = System.getProperty("weft.workspace");
    if (setting == null) {
      return Long.MAX_VALUE;
    }
    try {
      return Math.multiplyExact(Long.parseLong(setting), 1L << 20);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("weft.workspace: expected MiB, got " + setting, e);
    }
  }

  /**
   * Runs a block of a model: what it leaves on scratch is released, but for its result, which moves
   * down to where the block began. Outside a {@link Run} with a workspace this just runs the body.
   */
  public static Tensor frame(Supplier<Tensor> body) {
    Run run = Run.current();
    Stacks stacks = run.stacks();
    if (stacks == null) {
      return body.get();
    }
    Recorder recorder = run.recorder();
    Stack.Mark mark = stacks.scratch().mark();
    if (recorder != null) {
      recorder.frameBegins();
    }
    Tensor result = null;
    try {
      result = body.get();
    } finally {
      if (recorder != null) {
        recorder.frameEnds();
      }
      if (result == null) {
        stacks.scratch().release(mark);
      }
    }
    Set<Storage> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    kept.add(result.storage());
    Storage moved = stacks.scratch().releaseKeeping(mark, kept).get(result.storage());
    return moved == null ? result : result.movedTo(moved);
  }

  /** Most bytes of native memory in use at one time so far. */
  public long peakBytes() {
    return stacks.peak();
  }

  Stacks stacks() {
    return stacks;
  }

  /** Frees the memory; every tensor in it is dead. */
  @Override
  public void close() {
    stacks.close();
  }
}
