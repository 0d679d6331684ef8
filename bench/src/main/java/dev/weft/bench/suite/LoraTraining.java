package dev.weft.bench.suite;

import dev.weft.lora.LoraAdapter;
import dev.weft.lora.LoraConfig;
import dev.weft.lora.TargetModules;
import dev.weft.models.bert.Bert;
import dev.weft.models.bert.BertConfig;
import dev.weft.nn.Packed;
import dev.weft.nn.optim.AdamW;
import dev.weft.nn.optim.AdamWOptions;
import dev.weft.tensor.F;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;

/** LoRA training of a random BERT on one batch, again and again. */
final class LoraTraining {
  private final Workspace workspace;
  private final Packed batch;
  private final Bert bert;
  private final LoraAdapter adapter;
  private final AdamW optimizer;
  private final Gradients gradients;
  private final Tensor labels;
  private long step;

  LoraTraining(BertConfig config, Workspace workspace, Packed batch) {
    this.workspace = workspace;
    this.batch = batch;
    bert = Bert.random(config, 1);
    adapter =
        LoraAdapter.create(
            bert, new LoraConfig(16, 32, 0.1, TargetModules.named("query", "value")), 1);
    optimizer = new AdamW(adapter.parameters(), AdamWOptions.DEFAULTS.withLr(1e-4));
    gradients = new Gradients(adapter.parameters());
    labels = Tensor.of(new int[batch.sequences()], batch.sequences());
  }

  /** Forward, backward, optimiser. */
  void step() {
    gradients.clear();
    Run run = Run.training(workspace, 1, step++, 0).with(adapter.active());
    float loss = run.call(this::accumulate);
    if (!Float.isFinite(loss)) {
      throw new IllegalStateException("the loss is " + loss);
    }
    optimizer.step(gradients);
  }

  private float accumulate() {
    Tape tape = Tape.record(adapter.parameters(), this::loss);
    float loss = tape.result().item();
    tape.backward(tape.result(), gradients);
    return loss;
  }

  private Tensor loss() {
    Tensor hidden = bert.forward(batch); // [tokens, H]
    return F.crossEntropy(F.indexSelect(hidden, batch.firstRows()), labels);
  }
}
