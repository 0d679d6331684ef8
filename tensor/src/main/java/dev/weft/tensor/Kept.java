package dev.weft.tensor;

import org.jspecify.annotations.Nullable;

/**
 * A place beside an operand whose contents never change, for what a backend makes of it once and
 * uses again: weights packed as its kernels read them. It is empty until a backend fills it, and
 * closed by whoever owns the operand's memory, before that memory is.
 */
public final class Kept implements AutoCloseable {
  /** What a backend keeps. */
  public interface Form extends AutoCloseable {
    /** Frees it; no kernel may be running on it. */
    @Override
    void close();
  }

  private @Nullable Form form;
  private int uses;
  private boolean closed;

  /**
   * Counts a use of the operand, and gives how many there have been with this one; 0 once closed.
   */
  public synchronized int use() {
    uses = Math.min(uses, Integer.MAX_VALUE - 1) + 1;
    return closed ? 0 : uses;
  }

  /** What is kept, or null. */
  public synchronized @Nullable Form form() {
    return form;
  }

  /** Keeps {@code made} where nothing is kept yet; gives whether it did. */
  public synchronized boolean offer(Form made) {
    if (closed || form != null) {
      return false;
    }
    form = made;
    return true;
  }

  /** Frees what is kept; nothing is kept from now on. */
  @Override
  public synchronized void close() {
    closed = true;
    if (form != null) {
      form.close();
      form = null;
    }
  }
}
