package dev.weft.tensor.backend;

/**
 * Cuts the index range of a kernel into tasks for {@link Workers}. Bounds depend on the shape
 * alone; a range that fits one task stays on the calling thread.
 */
public final class Tasks {
  /** Elements a task aims at: some microseconds of work, far below the safepoint bound. */
  public static final int ELEMENTS = 1 << 15;

  /** The part {@code from .. to - 1} of a range. */
  @FunctionalInterface
  public interface Range {
    /** Runs the part. */
    void run(long from, long to);
  }

  private Tasks() {}

  /** Splits {@code rows} rows of {@code cols} elements. */
  public static void rows(long rows, long cols, Range body) {
    split(rows, Math.max(1, ELEMENTS / Math.max(1, cols)), body);
  }

  /** Splits {@code n} elements; every bound but the last is a multiple of 16. */
  public static void elements(long n, Range body) {
    split(n, ELEMENTS, body);
  }

  /** Splits {@code 0 .. n - 1} in {@code most} parts or fewer, whose bounds {@code n} decides. */
  public static void atMost(int most, long n, Range body) {
    split(n, Math.ceilDiv(Math.max(1, n), most), body);
  }

  /** Splits {@code 0 .. n - 1} in parts of {@code per}. */
  public static void split(long n, long per, Range body) {
    if (n <= per) {
      if (n > 0) {
        body.run(0, n);
      }
      return;
    }
    int count = Math.toIntExact(Math.ceilDiv(n, per));
    Workers.run(count, task -> body.run(task * per, Math.min(n, (task + 1) * per)));
  }
}
