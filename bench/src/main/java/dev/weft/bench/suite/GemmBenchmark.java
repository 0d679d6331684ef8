package dev.weft.bench.suite;

import dev.weft.bench.Benchmark;
import dev.weft.bench.Comparison;
import dev.weft.bench.Contender;
import dev.weft.bench.Row;
import dev.weft.bench.Session;
import dev.weft.bench.peer.GemmPeer;
import dev.weft.bench.peer.GemmPeer.Product;
import dev.weft.bench.peer.OpenBlas;
import dev.weft.bench.peer.Peers;
import dev.weft.tensor.Compute;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * F32 matrix products, MxNxK: A [M, K] by B [K, N], dense and row-major, against OpenBLAS and
 * libtorch. The attention shapes are q k^T and p v of 96 heads (8 sequences of 12) of 128 tokens,
 * head size 64.
 */
public final class GemmBenchmark implements Benchmark {
  /** Below this part of the peak OpenBLAS has the wrong kernels, or the machine is not ours. */
  private static final double LEAST_OF_PEAK = 0.8;

  /** How often a case is measured before its run is void. */
  private static final int ATTEMPTS = 3;

  private static final double LIBTORCH_TARGET = 2.0;

  /**
   * A line of the table.
   *
   * @param target the least ratio to OpenBLAS
   * @param large whether OpenBLAS must run near the peak
   */
  record Case(String name, List<Product> products, double target, boolean large) {
    static Case large(int m, int n, int k) {
      return new Case(m + "x" + n + "x" + k, one(m, n, k), 1.0, true);
    }

    static Case small(int m, int n, int k) {
      return new Case(m + "x" + n + "x" + k, one(m, n, k), 0.95, false);
    }

    private static List<Product> one(int m, int n, int k) {
      return List.of(new Product(1, m, n, k, false));
    }

    double gflop() {
      return 1e-9 * products.stream().mapToDouble(Product::flop).sum();
    }
  }

  static final List<Case> CASES =
      List.of(
          Case.large(960, 960, 960),
          Case.large(1920, 1920, 1920),
          Case.large(768, 3072, 768),
          Case.large(3072, 768, 768),
          Case.small(240, 768, 768),
          Case.small(37, 384, 1536),
          new Case(
              "batched attention shapes",
              List.of(new Product(96, 128, 128, 64, true), new Product(96, 128, 64, 128, false)),
              0.95,
              false));

  @Override
  public String name() {
    return "gemm";
  }

  @Override
  public String about() {
    return "f32 matrix products against OpenBLAS and libtorch, 1 and 2 threads";
  }

  @Override
  public void run(Session session) throws IOException {
    session.note(
        "MxNxK is A [M, K] by B [K, N]; batched attention shapes: 96 products q k^T (128x128x64,"
            + " k^T a view) and 96 p v (128x64x128)");
    try (OpenBlas openBlas = OpenBlas.open();
        GemmPeer libtorch = Peers.libtorch()) {
      for (int threads = 1; threads <= 2; threads++) {
        double peak = session.peakGflops(threads);
        for (Case line : CASES) {
          if (session.wants(line.name())) {
            openBlas(session, line, openBlas, threads, peak);
            session.add(measure(session, line, libtorch, threads, LIBTORCH_TARGET));
          }
        }
      }
    }
  }

  private static void openBlas(
      Session session, Case line, OpenBlas peer, int threads, double peak) {
    for (int attempt = 1; ; attempt++) {
      Row row = measure(session, line, peer, threads, line.target());
      if (!line.large() || row.peer() >= LEAST_OF_PEAK * peak) {
        session.add(row);
        return;
      }
      String found =
          String.format(
              Locale.ROOT,
              "%s, %d threads: OpenBLAS (%s) ran at %.1f GFLOP/s, %.2f of the measured peak %.1f",
              line.name(),
              threads,
              peer.version(),
              row.peer(),
              row.peer() / peak,
              peak);
      if (attempt == ATTEMPTS) {
        throw new IllegalStateException(
            found
                + "; below "
                + LEAST_OF_PEAK
                + " the run is void: let the machine be idle, or set OPENBLAS_CORETYPE");
      }
      session.say(found + "; again");
    }
  }

  private static Row measure(
      Session session, Case line, GemmPeer peer, int threads, double target) {
    Compute.threads(threads);
    try (Arena arena = Arena.ofShared()) {
      List<Operands> operands = new ArrayList<>();
      List<GemmPeer.Prepared> prepared = new ArrayList<>();
      for (Product product : line.products()) {
        Operands one = new Operands(product, arena);
        operands.add(one);
        prepared.add(peer.prepare(product, one.a(), one.b(), one.c(), threads));
      }
      List<Contender> theirs = prepared.stream().map(GemmPeer.Prepared::contender).toList();
      Comparison measured =
          Comparison.run(
              Contender.of(() -> operands.forEach(Operands::multiply)),
              () -> theirs.stream().mapToDouble(Contender::seconds).sum(),
              session.effort());
      prepared.forEach(GemmPeer.Prepared::close);
      return session.row(
          line.name(),
          threads,
          peer,
          measured,
          line.gflop(),
          line.gflop(),
          "GFLOP/s",
          OptionalDouble.of(target));
    }
  }
}
