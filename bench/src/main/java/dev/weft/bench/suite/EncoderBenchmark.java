package dev.weft.bench.suite;

import dev.weft.bench.Benchmark;
import dev.weft.bench.Comparison;
import dev.weft.bench.Contender;
import dev.weft.bench.Session;
import dev.weft.bench.peer.EncoderPeer;
import dev.weft.bench.peer.Padded;
import dev.weft.bench.peer.Peers;
import dev.weft.bench.peer.PyTorch;
import dev.weft.models.Encoder;
import dev.weft.models.bert.Bert;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Compute;
import dev.weft.tensor.Run;
import dev.weft.tensor.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Hidden states of encoders, in tokens a second. MiniLM-L6 against ONNX Runtime on the same file;
 * random weights of the shapes of bert-base and opt-125m against PyTorch (transformers).
 *
 * <p>Only tokens count, on both sides: what a peer computes at fillings is its own loss.
 */
public final class EncoderBenchmark implements Benchmark {
  /**
   * Tokens of titles as shops have them: 64 even quantiles of the 9,914 titles of an Amazon
   * catalogue (food, kitchen, beauty; MiniLM's tokenizer), the last cut from 75 so that a padded
   * batch has 3.6 times the tokens. What the tokens are makes no difference to speed.
   */
  private static final int[] TITLES = {
    7, 8, 9, 10, 10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 13, 14,
    14, 14, 15, 15, 15, 15, 16, 16, 16, 16, 17, 17, 17, 17, 17, 18,
    18, 18, 19, 19, 19, 19, 20, 20, 20, 20, 21, 21, 21, 22, 22, 22,
    23, 23, 23, 24, 24, 25, 25, 26, 27, 27, 28, 30, 31, 34, 44, 70
  };

  /** Sequences of a batch where the peer is fed titles sorted by length. */
  private static final int SORTED_BATCH = 8;

  /** Sequences that are all of one length. */
  private record Even(int batch, int length, double target) {
    String name() {
      return batch + "x" + length;
    }

    List<int[]> ids() {
      return random(batch, length);
    }
  }

  private static final List<Even> EVEN =
      List.of(new Even(32, 128, 1.25), new Even(1, 128, 1.25), new Even(1, 16, 1.1));

  @Override
  public String name() {
    return "encoder";
  }

  @Override
  public String about() {
    return "hidden states of MiniLM-L6 against ONNX Runtime, of bert-base and opt-125m against"
        + " PyTorch";
  }

  @Override
  public void run(Session session) throws IOException {
    try (MiniLm ours = MiniLm.open()) {
      for (int threads = 1; threads <= 2; threads++) {
        Compute.threads(threads);
        try (EncoderPeer peer = Peers.onnxRuntime().open(ours.onnx(), threads)) {
          miniLm(session, ours, peer, threads);
        }
      }
    }
    boolean bert = session.wants("bert-base-8x128");
    boolean opt = session.wants("opt-125m-8x128");
    if (bert || opt) {
      try (PyTorch peer = PyTorch.open(session.root())) {
        if (bert) {
          Encoder model = Bert.random(Shapes.bertBase(0), 1);
          stack(session, "bert-base", packed -> model.forward(packed), peer);
        }
        if (opt) {
          OptShape model = new OptShape(Params.random(1).withStd(0.02));
          stack(session, "opt-125m", model::forward, peer);
        }
      }
    }
  }

  private static void miniLm(Session session, MiniLm ours, EncoderPeer peer, int threads) {
    for (Even even : EVEN) {
      List<int[]> ids = even.ids();
      compare(session, even.name(), ours, ids, peer, List.of(Padded.of(ids)), threads, even.target);
    }
    List<int[]> sorted = random(TITLES);
    List<int[]> titles = new ArrayList<>(sorted);
    Collections.shuffle(titles, new Random(1));
    Padded padded = Padded.of(titles);
    compare(session, "64-titles", ours, titles, peer, List.of(padded), threads, 4.0);

    List<Padded> batches = new ArrayList<>();
    for (int from = 0; from < TITLES.length; from += SORTED_BATCH) {
      batches.add(Padded.of(sorted.subList(from, from + SORTED_BATCH)));
    }
    compare(session, "64-titles-sorted", ours, titles, peer, batches, threads, 1.2);
    if (threads == 1) {
      double tokens = tokens(titles);
      session.note(
          String.format(
              Locale.ROOT,
              "64 titles have %.0f tokens, the lengths those of a real catalogue; padded to the"
                  + " longest the peer computes %.2f times the tokens, in batches of %d sorted by"
                  + " length %.2f times",
              tokens,
              padded.places() / tokens,
              SORTED_BATCH,
              batches.stream().mapToInt(Padded::places).sum() / tokens));
    }
  }

  private static void compare(
      Session session,
      String name,
      MiniLm ours,
      List<int[]> ids,
      EncoderPeer peer,
      List<Padded> batches,
      int threads,
      double target) {
    if (session.wants(name)) {
      Comparison measured =
          Comparison.run(ours.forward(ids), peer.forward(batches), session.effort());
      double tokens = tokens(ids);
      session.add(
          session.row(
              name,
              threads,
              peer,
              measured,
              tokens,
              tokens,
              "tokens/s",
              OptionalDouble.of(target)));
    }
  }

  /** What a stack of layers makes of a batch. */
  private interface Forward {
    Object apply(Packed batch);
  }

  private static void stack(Session session, String shape, Forward model, PyTorch peer) {
    Packed batch = Packed.of(random(8, 128));
    for (int threads = 1; threads <= 2; threads++) {
      Compute.threads(threads);
      try (Workspace workspace = new Workspace()) {
        Contender ours =
            Contender.of(() -> Run.evaluating(workspace).call(() -> model.apply(batch)));
        Contender theirs = peer.prepare(shape, 8, 128, threads);
        Comparison measured = Comparison.run(ours, theirs, session.effort());
        session.add(
            session.row(
                shape + "-8x128",
                threads,
                peer,
                measured,
                batch.tokens(),
                batch.tokens(),
                "tokens/s",
                OptionalDouble.of(2.2)));
      }
    }
  }

  static double tokens(List<int[]> ids) {
    return ids.stream().mapToInt(sequence -> sequence.length).sum();
  }

  /** Sequences of one length. */
  static List<int[]> random(int batch, int length) {
    int[] lengths = new int[batch];
    Arrays.fill(lengths, length);
    return random(lengths);
  }

  /** Ids from 1000, below which the vocabularies keep special tokens. */
  private static List<int[]> random(int[] lengths) {
    SplittableRandom random = new SplittableRandom(1);
    List<int[]> sequences = new ArrayList<>();
    for (int length : lengths) {
      sequences.add(random.ints(length, 1000, 30_000).toArray());
    }
    return sequences;
  }
}
