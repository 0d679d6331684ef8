package dev.weft.tensor.memory;

import org.jspecify.annotations.Nullable;

/** The two stacks of a workspace and the thread that uses them at the moment. */
public final class Stacks implements AutoCloseable {
  private static final Stack.Mark BOTTOM = new Stack.Mark(0, 0, 0);

  private final Slab slab;
  private final Stack saved;
  private final Stack scratch;
  private @Nullable Thread user;

  /** Empty stacks over at most {@code cap} bytes. */
  public Stacks(long cap) {
    slab = new Slab(cap);
    saved = new Stack(slab, this, false);
    scratch = new Stack(slab, this, true);
  }

  /** What a tape holds until its backward has passed. */
  public Stack saved() {
    return saved;
  }

  /** What ends with the innermost frame. */
  public Stack scratch() {
    return scratch;
  }

  /** Most bytes in use at one time so far. */
  public long peak() {
    return slab.peak();
  }

  /** Claims the stacks for the calling thread until {@link #end}. */
  public synchronized void begin() {
    checkIdle();
    user = Thread.currentThread();
  }

  /** Releases everything and gives the stacks up. */
  public synchronized void end() {
    saved.release(BOTTOM);
    scratch.release(BOTTOM);
    user = null;
  }

  private void checkIdle() {
    if (user != null) {
      throw new IllegalStateException("workspace is in use by a Run of thread " + user.getName());
    }
  }

  @Override
  public synchronized void close() {
    checkIdle();
    slab.close();
  }
}
