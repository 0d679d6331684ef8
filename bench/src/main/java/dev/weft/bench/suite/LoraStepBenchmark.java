package dev.weft.bench.suite;

import dev.weft.bench.Benchmark;
import dev.weft.bench.Comparison;
import dev.weft.bench.Contender;
import dev.weft.bench.Session;
import dev.weft.bench.peer.PyTorch;
import dev.weft.nn.Packed;
import dev.weft.tensor.Compute;
import dev.weft.tensor.Workspace;
import java.util.OptionalDouble;

/**
 * A step of LoRA training: forward, backward and AdamW on bert-base's shape, r 16 on query and
 * value, dropout 0.1. The loss is a cross-entropy over the first token's hidden state, which costs
 * next to nothing on both sides.
 */
public final class LoraStepBenchmark implements Benchmark {
  private static final int BATCH = 16;
  private static final int LENGTH = 128;
  private static final int THREADS = 2;

  @Override
  public String name() {
    return "lora-step";
  }

  @Override
  public String about() {
    return "a training step of LoRA on bert-base's shape against PyTorch and PEFT, 2 threads";
  }

  @Override
  public void run(Session session) {
    Compute.threads(THREADS);
    Packed batch = Packed.of(EncoderBenchmark.random(BATCH, LENGTH));
    try (PyTorch peer = PyTorch.open(session.root());
        Workspace workspace = new Workspace()) {
      Contender ours = Contender.of(new LoraTraining(Shapes.bertBase(0.1), workspace, batch)::step);
      Contender theirs = peer.prepare("lora-step", BATCH, LENGTH, THREADS);
      Comparison measured = Comparison.run(ours, theirs, session.effort());
      session.add(
          session.row(
              "bert-base-16x128",
              THREADS,
              peer,
              measured,
              batch.tokens(),
              batch.tokens(),
              "tokens/s",
              OptionalDouble.of(2.0)));
    }
  }
}
