package dev.weft.bench.suite;

import dev.weft.bench.Benchmark;
import dev.weft.bench.Comparison;
import dev.weft.bench.Contender;
import dev.weft.bench.ReadBandwidth;
import dev.weft.bench.Row;
import dev.weft.bench.Session;
import dev.weft.bench.peer.Peer;
import dev.weft.tensor.Compute;
import dev.weft.tensor.Run;
import dev.weft.tensor.Workspace;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * One more token of a 1B-parameter decoder in BF16, batch 1: every weight is read once, so the
 * bound is what memory can be read at, which is measured in the same run.
 */
public final class DecodeBenchmark implements Benchmark {
  private static final int CONTEXT = 128;
  private static final int THREADS = 2;

  /** A token takes some 50 ms, and the code between products is compiled after some 100 tokens. */
  private static final int LONGER = 3;

  @Override
  public String name() {
    return "decode";
  }

  @Override
  public String about() {
    return "a token of a 1B-parameter decoder in bf16 against the bandwidth of memory, 2 threads";
  }

  @Override
  public void run(Session session) {
    Compute.threads(THREADS);
    session.say("making 1.24 billion random weights");
    try (LlamaShape.Weights weights = new LlamaShape.Weights();
        Workspace workspace = new Workspace();
        ReadBandwidth bandwidth = new ReadBandwidth(THREADS)) {
      LlamaShape model = new LlamaShape(LlamaShape.Size.BILLION, CONTEXT, weights);
      Contender ours = Contender.of(() -> Run.evaluating(workspace).call(() -> model.next(1000)));
      Comparison measured =
          Comparison.run(ours, bandwidth.contender(), session.effort().forLong(LONGER));
      Row row =
          session.row(
              "llama-1b-bf16",
              THREADS,
              new Reading(),
              measured,
              1e-9 * model.weightBytes(),
              1e-9 * bandwidth.bytes(),
              "GB/s",
              OptionalDouble.of(0.85));
      session.readGbps(THREADS, row.peer());
      session.add(row);
      session.note(
          String.format(
              Locale.ROOT,
              "%.2f tokens/s; %.3f GB of weights a token; %d tokens in the cache, whose bytes are"
                  + " not counted",
              1 / measured.ours().median(),
              1e-9 * model.weightBytes(),
              CONTEXT));
    }
  }

  /** The machine's memory as a peer. */
  record Reading() implements Peer {
    @Override
    public String name() {
      return "bandwidth";
    }

    @Override
    public String version() {
      return "sum of 512 MiB a thread";
    }

    @Override
    public void close() {}
  }
}
