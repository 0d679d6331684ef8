package dev.weft.tensor.backend;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The pool of platform threads that kernels share. A kernel is cut into tasks whose bounds depend
 * on its shape alone; which thread runs a task never changes its bits.
 *
 * <p>{@code threads()} is the system property {@code weft.threads}, else the environment's {@code
 * WEFT_THREADS}, else the processors the JVM may use (which honours a container's limit). The
 * calling thread works too, so one thread means no pool at all. Calls from several threads at once
 * are safe: one of them gets the helpers, the others run their tasks alone.
 */
public final class Workers {
  /** One task of a kernel. */
  @FunctionalInterface
  public interface Task {
    /** Runs task {@code index}. */
    void run(int index);
  }

  private static volatile int threads = configured();
  private static volatile Workers pool = new Workers(threads);

  private final Thread[] helpers;
  private final AtomicInteger busy = new AtomicInteger();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger pending = new AtomicInteger();
  private volatile int generation;
  private volatile boolean closed;
  private Task task = index -> {};
  private int tasks;
  private volatile @Nullable Throwable failure;

  private Workers(int threads) {
    helpers = new Thread[Math.max(0, threads - 1)];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = Thread.ofPlatform().daemon().name("weft-worker-" + (i + 1)).start(this::help);
    }
  }

  private static int configured() {
    String setting = System.getProperty("weft.threads", System.getenv("WEFT_THREADS"));
    if (setting == null || setting.isBlank()) {
      return Runtime.getRuntime().availableProcessors();
    }
    try {
      return checked(Integer.parseInt(setting.trim()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("WEFT_THREADS: expected a number, got " + setting, e);
    }
  }

  private static int checked(int count) {
    if (count < 1 || count > 1024) {
      throw new IllegalArgumentException("threads: expected 1 to 1024, got " + count);
    }
    return count;
  }

  /** How many threads a kernel may use, the caller included. */
  public static int threads() {
    return threads;
  }

  /** Sets how many threads kernels use from now on; no kernel may be running. */
  public static synchronized void threads(int count) {
    if (checked(count) != threads) {
      Workers old = pool;
      threads = count;
      pool = new Workers(count);
      old.close();
    }
  }

  /** Runs tasks {@code 0 .. count - 1}, on several threads where that pays, and waits for all. */
  public static void run(int count, Task task) {
    Workers workers = pool;
    if (count > 1 && workers.helpers.length > 0 && workers.busy.compareAndSet(0, 1)) {
      try {
        workers.share(count, task);
      } finally {
        workers.busy.set(0);
      }
    } else {
      for (int i = 0; i < count; i++) {
        task.run(i);
      }
    }
  }

  // `busy` lets one caller at a time in here, so it alone counts generations up.
  @SuppressWarnings({"NonAtomicVolatileUpdate", "ThreadPriorityCheck"})
  private void share(int count, Task body) {
    task = body;
    tasks = count;
    failure = null;
    next.set(0);
    pending.set(helpers.length);
    generation++;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
    work();
    for (int spins = 0; pending.get() > 0; spins++) {
      if (spins < 10_000) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
    Throwable thrown = failure;
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    } else if (thrown instanceof Error error) {
      throw error;
    }
  }

  private void work() {
    try {
      for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
        task.run(i);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
      next.set(tasks);
    }
  }

  private void help() {
    int seen = 0;
    while (!closed) {
      int spins = 0;
      while (generation == seen && !closed) {
        if (spins++ < 2_000) {
          Thread.onSpinWait();
        } else {
          LockSupport.park(this);
        }
      }
      if (closed) {
        return;
      }
      seen = generation;
      work();
      pending.decrementAndGet();
    }
  }

  private void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }
}
