package dev.weft.tensor.backend;

import java.util.concurrent.atomic.AtomicBoolean;
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

  /** Pauses, some tens of microseconds, before a thread that waits gives its processor up. */
  private static final int SPINS = 2_000;

  private static volatile int threads = configured();
  private static volatile Workers pool = new Workers(threads);

  private final Thread[] helpers;
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile @Nullable Job job;
  private volatile boolean closed;

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

  /** Sets how many threads kernels use from now on; kernels that run now keep what they have. */
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
    if (count > 1 && workers.helpers.length > 0 && workers.busy.compareAndSet(false, true)) {
      try {
        workers.share(new Job(count, task));
      } finally {
        workers.busy.set(false);
      }
    } else {
      for (int i = 0; i < count; i++) {
        task.run(i);
      }
    }
  }

  private void share(Job shared) {
    job = shared;
    int wanted = Math.min(helpers.length, shared.count - 1);
    for (int i = 0; i < wanted; i++) {
      LockSupport.unpark(helpers[i]);
    }
    shared.work();
    job = null;
    shared.close();
    Throwable thrown = shared.failure;
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    } else if (thrown instanceof Error error) {
      throw error;
    }
  }

  private void help() {
    Job last = null;
    int spins = 0;
    while (!closed) {
      Job current = job;
      if (current != null && current != last) {
        last = current;
        current.help();
        spins = 0;
      } else if (spins++ < SPINS) {
        Thread.onSpinWait();
      } else {
        last = null; // keep no finished call reachable while asleep
        LockSupport.park(this);
        spins = 0;
      }
    }
  }

  private void close() {
    closed = true;
    for (Thread helper : helpers) {
      LockSupport.unpark(helper);
    }
  }

  /**
   * The tasks of one call. A helper enters before it takes a task; the caller, when no task is
   * left, closes the job and waits for those inside, but not for one that has not woken yet.
   */
  private static final class Job {
    private static final int CLOSED = 1 << 30;

    final int count;
    private final Task task;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger inside = new AtomicInteger();
    volatile @Nullable Throwable failure;

    Job(int count, Task task) {
      this.count = count;
      this.task = task;
    }

    void work() {
      try {
        for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
          task.run(i);
        }
      } catch (RuntimeException | Error e) {
        failure = e;
        next.set(count);
      }
    }

    void help() {
      if (inside.incrementAndGet() < CLOSED) {
        work();
      }
      inside.decrementAndGet();
    }

    @SuppressWarnings("ThreadPriorityCheck") // a wait for tasks that are about to end
    void close() {
      inside.addAndGet(CLOSED);
      for (int spins = 0; inside.get() != CLOSED; spins++) {
        if (spins < SPINS) {
          Thread.onSpinWait();
        } else {
          Thread.yield();
        }
      }
    }
  }
}
