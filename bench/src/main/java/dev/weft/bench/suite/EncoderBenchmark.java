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
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SplittableRandom;

/**
 * Hidden states of encoders, in tokens a second. MiniLM-L6 against ONNX Runtime on the same file;
 * random weights of the shapes of bert-base and opt-125m against PyTorch (transformers).
 *
 * <p>Only tokens count, on both sides: what a peer computes at fillings is its own loss.
 */
public final class EncoderBenchmark implements Benchmark {
  private static final int TITLES = 64;

  /** Sequences of a batch where the peer is fed titles sorted by length. */
  private static final int SORTED_BATCH = 8;

  /** Sequences that are all of one length. */
  private record Even(int batch, int length, double target) {
    String name() {
      return batch + "x" + length;
    }

    List<int[]> ids() {
      return random(batch, length, 30_000);
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
    List<int[]> titles = ours.ids(Titles.some(TITLES));
    Padded padded = Padded.of(titles);
    compare(session, "64-titles", ours, titles, peer, List.of(padded), threads, 4.0);

    List<int[]> sorted = new ArrayList<>(titles);
    sorted.sort(Comparator.comparingInt(sequence -> sequence.length));
    List<Padded> batches = new ArrayList<>();
    for (int from = 0; from < TITLES; from += SORTED_BATCH) {
      batches.add(Padded.of(sorted.subList(from, from + SORTED_BATCH)));
    }
    compare(session, "64-titles-sorted", ours, titles, peer, batches, threads, 1.2);
    if (threads == 1) {
      double tokens = tokens(titles);
      session.note(
          String.format(
              Locale.ROOT,
              "64 titles of the sample have %.0f tokens, %d to %d each; the peer padded to the"
                  + " longest computes %.2f times the tokens, fed batches of %d sorted by length"
                  + " %.2f times",
              tokens,
              sorted.getFirst().length,
              sorted.getLast().length,
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
    Packed batch = Packed.of(random(8, 128, 30_000));
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

  /** Ids from 1000, below which the vocabularies keep special tokens. */
  static List<int[]> random(int batch, int length, int vocabulary) {
    SplittableRandom random = new SplittableRandom(1);
    List<int[]> sequences = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      sequences.add(random.ints(length, 1000, vocabulary).toArray());
    }
    return sequences;
  }
}
