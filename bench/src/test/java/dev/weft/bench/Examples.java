package dev.weft.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** A result to write, read and render. */
final class Examples {
  private Examples() {}

  static Result gemm() {
    TreeMap<Integer, Double> peak = new TreeMap<>();
    peak.put(1, 245.5);
    peak.put(2, 480.0);
    return new Result(
        "gemm",
        "Some CPU",
        2,
        "OpenJDK 25",
        "0123456789ab",
        "./weft bench run gemm",
        "2026-11-26T10:00:00Z",
        peak,
        new TreeMap<>(),
        List.of(
            row("960x960x960", 210, 200, OptionalDouble.of(1.0)),
            row("37x384x1536", 90, 100, OptionalDouble.of(0.95)),
            row("free", 1234, 1000, OptionalDouble.empty())),
        List.of("a note"));
  }

  private static Row row(String name, double ours, double peer, OptionalDouble target) {
    return new Row(name, 1, "openblas", "0.3.21", ours, peer, "GFLOP/s", 0.04, 0.02, target);
  }
}
