package dev.weft.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Progress of one piece of work: on a terminal a bar that is redrawn in place ten times a second,
 * else a line every ten seconds and one at the end. The time left is the time used so far, scaled
 * by the steps left.
 */
final class Progress implements AutoCloseable {
  private static final int CELLS = 24;

  private final PrintWriter err;
  private final boolean terminal;
  private final String label;
  private final long total;
  private final LongSupplier nanos;
  private final long start;
  private final long interval;
  private long next;
  private long done;
  private String detail = "";
  private int drawn;
  private boolean closed;

  /**
   * @param total number of steps, at least 1
   * @param nanos the clock, as {@link System#nanoTime}
   */
  Progress(PrintWriter err, boolean terminal, String label, long total, LongSupplier nanos) {
    if (total < 1) {
      throw new IllegalArgumentException(label + ": expected at least 1 step, got " + total);
    }
    this.err = err;
    this.terminal = terminal;
    this.label = label;
    this.total = total;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
    this.interval = (terminal ? Duration.ofMillis(100) : Duration.ofSeconds(10)).toNanos();
    this.next = start + (terminal ? 0 : interval);
  }

  /**
   * Says that {@code done} steps of the total are done.
   *
   * @param detail what else is worth a look, as {@code loss 2.31, 5,200 tokens/s}; may be empty
   */
  void update(long done, String detail) {
    this.done = done;
    this.detail = detail;
    long now = nanos.getAsLong();
    if (now - next >= 0) {
      next = now + interval;
      draw(now);
    }
  }

  /** Takes the bar off the terminal's line, so that something else can be printed there. */
  void clear() {
    if (drawn > 0) {
      err.print("\r" + " ".repeat(drawn) + "\r");
      drawn = 0;
    }
  }

  /** Prints the last state and ends the line. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      draw(nanos.getAsLong());
      if (terminal) {
        err.println();
        drawn = 0;
      }
      err.flush();
    }
  }

  private void draw(long now) {
    String text = text(now - start);
    if (terminal) {
      err.print("\r" + text + " ".repeat(Math.max(0, drawn - text.length())));
      drawn = text.length();
    } else {
      err.println(text);
    }
    err.flush();
  }

  private String text(long elapsed) {
    StringBuilder text = new StringBuilder(label).append("  ");
    if (terminal) {
      int filled = (int) (CELLS * Math.min(done, total) / total);
      text.append("[").append("=".repeat(filled)).append(" ".repeat(CELLS - filled)).append("] ");
    }
    text.append(done).append('/').append(total);
    if (!detail.isEmpty()) {
      text.append("  ").append(detail);
    }
    text.append("  ").append(clock(elapsed));
    if (done > 0 && done < total) {
      text.append(", ").append(clock((long) (elapsed * ((double) (total - done) / done))));
      text.append(" left");
    }
    return text.toString();
  }

  private static String clock(long nanos) {
    Duration time = Duration.ofNanos(nanos);
    return time.toHours() > 0
        ? "%d:%02d:%02d".formatted(time.toHours(), time.toMinutesPart(), time.toSecondsPart())
        : "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
