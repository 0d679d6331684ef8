package dev.weft.bench.suite;

import dev.weft.bench.Benchmark;
import dev.weft.bench.Comparison;
import dev.weft.bench.Contender;
import dev.weft.bench.Effort;
import dev.weft.bench.Session;
import dev.weft.bench.peer.AbsentPeerException;
import dev.weft.bench.peer.EncoderPeer;
import dev.weft.bench.peer.GemmPeer;
import dev.weft.bench.peer.GemmPeer.Product;
import dev.weft.bench.peer.OpenBlas;
import dev.weft.bench.peer.Padded;
import dev.weft.bench.peer.Peers;
import dev.weft.bench.peer.PyTorch;
import dev.weft.bench.peer.TokenizerPeer;
import dev.weft.models.bert.BertConfig;
import dev.weft.nn.Packed;
import dev.weft.tensor.Compute;
import dev.weft.tensor.Run;
import dev.weft.tensor.Workspace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * Every peer that is there, once, on a small case, with the results compared: that the benchmarks
 * measure the same work on both sides. Its times mean nothing.
 */
public final class SmokeBenchmark implements Benchmark {
  private static final List<Product> PRODUCTS =
      List.of(
          new Product(1, 37, 384, 1536, false),
          new Product(1, 240, 768, 768, false),
          new Product(6, 19, 33, 65, true));

  /** Sums of up to 1536 products of numbers below 1. */
  private static final double GEMM_TOLERANCE = 1e-4;

  /** On normalised embeddings. */
  private static final double EMBEDDING_TOLERANCE = 2e-5;

  @Override
  public String name() {
    return "smoke";
  }

  @Override
  public String about() {
    return "seconds: every peer that is there computes the same as ours";
  }

  /** A part of the smoke run. */
  private interface Part {
    void run() throws IOException;
  }

  @Override
  public void run(Session session) throws IOException {
    Compute.threads(1);
    // The system's library and Python are the user's to install; the profile's must be there.
    optional(
        session,
        () -> {
          try (OpenBlas peer = OpenBlas.open()) {
            gemm(session, peer);
          }
        });
    bundled(
        session,
        () -> {
          try (GemmPeer peer = Peers.libtorch()) {
            gemm(session, peer);
          }
        });
    try (MiniLm ours = MiniLm.open()) {
      bundled(
          session,
          () -> {
            try (EncoderPeer peer = Peers.onnxRuntime().open(ours.onnx(), 1)) {
              encoder(session, ours, peer);
            }
          });
      bundled(
          session,
          () -> {
            try (TokenizerPeer peer = Peers.tokenizers().open(ours.tokenizerJson())) {
              tokenizer(session, ours, peer);
            }
          });
    }
    shapes();
    if (System.getenv("WEFT_PYTHON") != null) {
      try (PyTorch peer = PyTorch.open(session.root())) {
        pyTorch(session, peer);
      }
    } else {
      session.say("skipped pytorch: WEFT_PYTHON is not set (bench/peers/README.md)");
    }
  }

  private static void optional(Session session, Part part) throws IOException {
    try {
      part.run();
    } catch (AbsentPeerException e) {
      session.say("skipped: " + e.getMessage());
    }
  }

  private static void bundled(Session session, Part part) throws IOException {
    try {
      part.run();
    } catch (AbsentPeerException e) {
      if (!e.doesNotLoad()) {
        throw e;
      }
      session.say("skipped: " + e.getMessage());
    }
  }

  private static void gemm(Session session, GemmPeer peer) {
    for (Product product : PRODUCTS) {
      try (Arena arena = Arena.ofShared()) {
        Operands ours = new Operands(product, arena);
        MemorySegment c = arena.allocate(ours.c().byteSize(), 64);
        try (GemmPeer.Prepared theirs = peer.prepare(product, ours.a(), ours.b(), c, 1)) {
          Comparison measured =
              Comparison.run(Contender.of(ours::multiply), theirs.contender(), Effort.SMOKE);
          theirs.fetch();
          String name = product.m() + "x" + product.n() + "x" + product.k();
          check("gemm " + name + ", " + peer.name(), largest(ours.c(), c), GEMM_TOLERANCE);
          double gflop = 1e-9 * product.flop();
          session.add(
              session.row(
                  "gemm " + name,
                  1,
                  peer,
                  measured,
                  gflop,
                  gflop,
                  "GFLOP/s",
                  OptionalDouble.empty()));
        }
      }
    }
  }

  private static double largest(MemorySegment a, MemorySegment b) {
    double largest = 0;
    for (long i = 0; i < a.byteSize() / 4; i++) {
      double difference =
          (double) a.getAtIndex(ValueLayout.JAVA_FLOAT, i)
              - b.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      largest = Math.max(largest, Math.abs(difference));
    }
    return largest;
  }

  /** NaN is not within any tolerance. */
  private static void check(String what, double difference, double tolerance) {
    if (!(difference <= tolerance)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "%s: results differ by %.3g, expected at most %.3g",
              what,
              difference,
              tolerance));
    }
  }

  private static void encoder(Session session, MiniLm ours, EncoderPeer peer) {
    List<int[]> ids = ours.ids(Titles.some(16));
    Padded batch = Padded.of(ids);
    Comparison measured =
        Comparison.run(ours.forward(ids), peer.forward(List.of(batch)), Effort.SMOKE);
    float[][] means = ours.means(ids);
    float[] hidden = peer.hidden(batch);
    double largest = 0;
    for (int s = 0; s < means.length; s++) {
      double[] a = normalized(means[s]);
      double[] b = normalized(mean(hidden, batch, s, a.length, ids.get(s).length));
      for (int h = 0; h < a.length; h++) {
        largest = Math.max(largest, Math.abs(a[h] - b[h]));
      }
    }
    check("MiniLM embeddings, " + peer.name(), largest, EMBEDDING_TOLERANCE);
    double tokens = EncoderBenchmark.tokens(ids);
    session.add(
        session.row(
            "encoder 16-titles",
            1,
            peer,
            measured,
            tokens,
            tokens,
            "tokens/s",
            OptionalDouble.empty()));
  }

  private static float[] mean(float[] hidden, Padded batch, int s, int size, int tokens) {
    float[] mean = new float[size];
    int padded = batch.ids()[0].length;
    for (int t = 0; t < tokens; t++) {
      for (int h = 0; h < size; h++) {
        mean[h] += hidden[(s * padded + t) * size + h] / tokens;
      }
    }
    return mean;
  }

  private static double[] normalized(float[] vector) {
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    double[] unit = new double[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = vector[i] / Math.sqrt(squares);
    }
    return unit;
  }

  private static void tokenizer(Session session, MiniLm ours, TokenizerPeer peer) {
    List<String> titles = Titles.all();
    TokenizersBenchmark.checkSame(ours.tokenizer(), peer, titles);
    Comparison measured =
        Comparison.run(
            Contender.of(() -> titles.forEach(ours.tokenizer()::encode)),
            Contender.of(() -> titles.forEach(peer::ids)),
            Effort.SMOKE);
    session.add(
        session.row(
            "tokenizer titles",
            1,
            peer,
            measured,
            titles.size(),
            titles.size(),
            "texts/s",
            OptionalDouble.empty()));
  }

  /** The shapes that have no peer here, small: that they run. */
  private static void shapes() {
    try (Workspace workspace = new Workspace();
        LlamaShape.Weights weights = new LlamaShape.Weights()) {
      LlamaShape llama = new LlamaShape(LlamaShape.Size.TINY, 5, weights);
      Run.evaluating(workspace).call(() -> llama.next(1000));
      BertConfig tiny = new BertConfig(30_000, 32, 2, 2, 64, "gelu", 0.1, 0.1, 64, 2, 0.02, 1e-12);
      Packed batch = Packed.of(EncoderBenchmark.random(2, 9));
      LoraTraining training = new LoraTraining(tiny, workspace, batch);
      training.step();
      training.step();
    }
  }

  private static void pyTorch(Session session, PyTorch peer) {
    Contender theirs = peer.prepare("bert-base", 1, 16, 1);
    double seconds = theirs.seconds();
    if (!(seconds > 0)) {
      throw new IllegalStateException("pytorch: a forward took " + seconds + " s");
    }
    session.say("pytorch " + peer.version() + " runs");
  }
}
