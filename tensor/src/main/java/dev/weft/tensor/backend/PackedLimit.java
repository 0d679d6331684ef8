package dev.weft.tensor.backend;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much memory backends may hold with copies of weights that are packed as kernels read them,
 * and how much they hold.
 *
 * <p>The limit is the system property {@code weft.packed}, else the environment's {@code
 * WEFT_PACKED}, in MiB; else as much as the heap may have, which unless {@code -Xmx} says otherwise
 * is a quarter of the machine's or the container's memory. 0 keeps nothing.
 */
public final class PackedLimit {
  private static final AtomicLong HELD = new AtomicLong();
  private static final AtomicBoolean SAID = new AtomicBoolean();
  private static volatile long limit = configured();

  private PackedLimit() {}

  private static long configured() {
    String setting = System.getProperty("weft.packed", System.getenv("WEFT_PACKED"));
    if (setting == null || setting.isBlank()) {
      return Runtime.getRuntime().maxMemory();
    }
    try {
      return checked(Math.multiplyExact(Long.parseLong(setting.trim()), 1L << 20));
    } catch (ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException(
          "WEFT_PACKED: expected a number of MiB, got " + setting, e);
    }
  }

  private static long checked(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("packed bytes: expected at least 0, got " + bytes);
    }
    return bytes;
  }

  /** The limit in bytes. */
  public static long bytes() {
    return limit;
  }

  /** Sets the limit; what is held already stays. */
  public static void bytes(long value) {
    limit = checked(value);
  }

  /** Bytes held now. */
  public static long held() {
    return HELD.get();
  }

  /** Reserves {@code bytes}; gives whether they are below the limit, and says so once if not. */
  public static boolean reserve(long bytes) {
    long now = HELD.get();
    while (bytes <= limit - now) {
      if (HELD.compareAndSet(now, now + bytes)) {
        return true;
      }
      now = HELD.get();
    }
    if (limit > 0) {
      sayFull("the limit (WEFT_PACKED) is " + (limit >> 20) + " MiB");
    }
    return false;
  }

  /** Says, the first time in a process, that weights will be packed in every product. */
  public static void sayFull(String why) {
    if (SAID.compareAndSet(false, true)) {
      System.getLogger("dev.weft")
          .log(
              System.Logger.Level.INFO,
              "packed weights: " + (held() >> 20) + " MiB held, no more are kept: " + why);
    }
  }

  /** Gives back what was reserved. */
  public static void release(long bytes) {
    HELD.addAndGet(-bytes);
  }
}
