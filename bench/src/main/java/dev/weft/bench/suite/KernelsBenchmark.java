package dev.weft.bench.suite;

import dev.weft.bench.Benchmark;
import dev.weft.bench.Row;
import dev.weft.bench.Session;
import java.util.List;
import java.util.OptionalDouble;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * Kernels beside GEMM, by JMH: what they move a second against what memory can be read at, or what
 * they compute a second against the peak.
 */
public final class KernelsBenchmark implements Benchmark {
  @Override
  public String name() {
    return "kernels";
  }

  @Override
  public String about() {
    return "softmax, norms, activations, attention, AdamW, gather ... (JMH) against memory or peak";
  }

  @Override
  public void run(Session session) {
    session.note(
        "bytes are those of the operands, each read or written once; memory-bound kernels that"
            + " also write are held against reading alone");
    for (int threads = 1; threads <= 2; threads++) {
      for (KernelCases.Case kernel : KernelCases.ALL) {
        if (session.wants(kernel.name())) {
          session.add(measure(session, kernel, threads));
        }
      }
    }
  }

  private static Row measure(Session session, KernelCases.Case kernel, int threads) {
    boolean memory = kernel.bound() == KernelCases.Bound.MEMORY;
    double bound = memory ? session.readGbps(threads) : session.peakGflops(threads);
    Statistics seconds = statistics(kernel.name(), threads, session.effort().rounds());
    double median = seconds.getPercentile(50);
    return new Row(
        kernel.name(),
        threads,
        memory ? "bandwidth" : "peak",
        memory ? "sum of 512 MiB a thread" : "fused multiply-adds in registers",
        1e-9 * kernel.work() / median,
        bound,
        memory ? "GB/s" : "GFLOP/s",
        (seconds.getPercentile(75) - seconds.getPercentile(25)) / median,
        0,
        OptionalDouble.empty());
  }

  private static Statistics statistics(String kernel, int threads, int rounds) {
    Options options =
        new OptionsBuilder()
            .include("^" + KernelTimes.class.getName().replace(".", "\\.") + "\\.run$")
            .param("kernel", kernel)
            .forks(1)
            .warmupTime(TimeValue.milliseconds(500))
            .measurementTime(TimeValue.milliseconds(500))
            .measurementIterations(rounds)
            .jvmArgs(
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseG1GC",
                "-Dweft.threads=" + threads)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .build();
    try {
      List<RunResult> results = List.copyOf(new Runner(options).run());
      if (results.size() != 1) {
        throw new IllegalStateException(
            kernel + ": expected one result of JMH, got " + results.size());
      }
      return results.getFirst().getPrimaryResult().getStatistics();
    } catch (RunnerException e) {
      throw new IllegalStateException(kernel + ": JMH failed: " + e.getMessage(), e);
    }
  }
}
