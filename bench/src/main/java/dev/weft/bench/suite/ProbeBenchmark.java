package dev.weft.bench.suite;

import dev.weft.bench.Benchmark;
import dev.weft.bench.Comparison;
import dev.weft.bench.Contender;
import dev.weft.bench.Session;
import dev.weft.bench.peer.Peer;
import dev.weft.models.Backbone;
import dev.weft.models.bert.Bert;
import dev.weft.models.hub.Models;
import dev.weft.models.inspect.Trace;
import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Compute;
import dev.weft.tensor.Probe;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What it costs that a model can be looked into, while nobody looks: MiniLM-L6 as it is, no probe
 * in sight, beside the same operations written out without modules. The shortest text is the
 * hardest case: the checks are as many for one token as for a thousand.
 */
public final class ProbeBenchmark implements Benchmark {
  private static final int[][] SHAPES = {{1, 8}, {1, 128}};

  /** Calls of one timing of the check alone. */
  private static final int CALLS = 20_000_000;

  @Override
  public String name() {
    return "probe";
  }

  @Override
  public String about() {
    return "MiniLM-L6 that can be looked into and is not, beside the same operations alone, 1 thread";
  }

  @Override
  public void run(Session session) throws IOException {
    Compute.threads(1);
    try (Backbone backbone = Backbone.open(Models.resolve(Models.DEFAULT));
        Workspace workspace = new Workspace()) {
      Bert model = (Bert) backbone.encoder();
      PlainBert plain = new PlainBert(model);
      for (int[] shape : SHAPES) {
        String name = shape[0] + "x" + shape[1];
        if (session.wants(name)) {
          compare(session, name, model, plain, workspace, shape);
        }
      }
      note(session, model, workspace);
    }
  }

  private static void compare(
      Session session, String name, Bert model, PlainBert plain, Workspace workspace, int[] shape) {
    Packed batch = Packed.of(EncoderBenchmark.random(shape[0], shape[1]));
    Run run = Run.evaluating(workspace);
    sameBits(run, model, plain, batch);
    Comparison measured =
        Comparison.run(
            Contender.of(() -> run.call(() -> model.forward(batch))),
            Contender.of(() -> run.call(() -> plain.forward(batch))),
            session.effort());
    session.add(
        session.row(
            name,
            1,
            new Operations(),
            measured,
            batch.tokens(),
            batch.tokens(),
            "tokens/s",
            OptionalDouble.of(0.99)));
  }

  /** Refuses to compare two computations that are not the same. */
  static void sameBits(Run run, Bert model, PlainBert plain, Packed batch) {
    float[] ours = run.call(() -> model.forward(batch).toFloats());
    float[] theirs = run.call(() -> plain.forward(batch).toFloats());
    if (!Arrays.equals(ours, theirs)) {
      throw new IllegalStateException("the operations alone give other numbers than the model");
    }
  }

  /** The checks of one forward, counted, and the time of one, measured by itself. */
  private static void note(Session session, Bert model, Workspace workspace) {
    Packed batch = Packed.of(EncoderBenchmark.random(1, 8));
    Counting counting = new Counting();
    Run.evaluating(workspace).probed(counting).call(() -> model.forward(batch));
    Watched watched = new Watched(Params.random(1));
    Tensor x = Tensor.scalar(1);
    double nanoseconds = Double.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      double seconds =
          Contender.of(() -> Run.evaluating(workspace).call(() -> watched.many(x))).seconds();
      nanoseconds = Math.min(nanoseconds, 1e9 * seconds / CALLS);
    }
    session.note(
        String.format(
            Locale.ROOT,
            "a forward of MiniLM, which has %d modules, asks %d times whether somebody looks, whatever"
                + " its length; asking takes %.2f ns, %.3f µs a forward",
            Trace.of(model).modules().size(),
            counting.asked,
            nanoseconds,
            1e-3 * nanoseconds * counting.asked));
  }

  /** A probe that looks at nothing, and counts how often it is asked. */
  private static final class Counting implements Probe {
    private int asked;

    @Override
    public boolean watches(String path) {
      asked++;
      return false;
    }

    @Override
    public boolean watchesAttention(String path) {
      asked++;
      return false;
    }

    @Override
    public Tensor input(String path, Tensor x) {
      return x;
    }

    @Override
    public Tensor output(String path, Tensor y) {
      return y;
    }
  }

  /** A module that computes nothing but the check. */
  private static final class Watched extends Module {
    Watched(Params p) {
      super(p);
    }

    Tensor many(Tensor x) {
      Tensor y = x;
      for (int i = 0; i < CALLS; i++) {
        y =
            watch(
                y,
                in -> {
                  // In a forward kernels stand here: nothing read before may stay in a register.
                  VarHandle.acquireFence();
                  return in;
                });
      }
      return y;
    }
  }

  /** The same operations as a peer. */
  record Operations() implements Peer {
    @Override
    public String name() {
      return "operations alone";
    }

    @Override
    public String version() {
      return "without modules";
    }

    @Override
    public void close() {}
  }
}
