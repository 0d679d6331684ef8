package dev.weft.bench.suite;

import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;
import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * JMH's view of {@link KernelCases}: a kernel a JVM, so that none is compiled for another's data.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 7, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls open before run
public class KernelTimes {
  /** A name of {@link KernelCases}. */
  @Param("softmax")
  public String kernel;

  private final Arena arena = Arena.ofShared();
  private KernelCall call;

  /** Makes the operands. */
  @Setup
  public void open() {
    call = KernelCases.named(kernel).call(arena);
  }

  /** The kernel. */
  @Benchmark
  public void run() {
    Kernels.run(call);
  }

  /** Frees the operands. */
  @TearDown
  public void close() {
    arena.close();
  }
}
