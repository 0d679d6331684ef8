package dev.weft.bench;

import dev.weft.bench.suite.DecodeBenchmark;
import dev.weft.bench.suite.EncoderBenchmark;
import dev.weft.bench.suite.GemmBenchmark;
import dev.weft.bench.suite.KernelsBenchmark;
import dev.weft.bench.suite.LoraStepBenchmark;
import dev.weft.bench.suite.ProbeBenchmark;
import dev.weft.bench.suite.SmokeBenchmark;
import dev.weft.bench.suite.TokenizersBenchmark;
import java.util.List;
import java.util.Optional;

/** All benchmarks; a new one is a file and a line here. */
final class Benchmarks {
  static final List<Benchmark> ALL =
      List.of(
          new GemmBenchmark(),
          new EncoderBenchmark(),
          new DecodeBenchmark(),
          new LoraStepBenchmark(),
          new ProbeBenchmark(),
          new TokenizersBenchmark(),
          new KernelsBenchmark(),
          new SmokeBenchmark());

  private Benchmarks() {}

  static Optional<Benchmark> named(String name) {
    return ALL.stream().filter(benchmark -> benchmark.name().equals(name)).findFirst();
  }
}
