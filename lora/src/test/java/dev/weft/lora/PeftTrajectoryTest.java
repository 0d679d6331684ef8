package dev.weft.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.lora.train.MicroBatch;
import dev.weft.lora.train.Objective;
import dev.weft.lora.train.TrainingConfig;
import dev.weft.lora.train.TrainingConfig.Decay;
import dev.weft.lora.train.TrainingConfig.Steps;
import dev.weft.lora.train.TrainingLoop;
import dev.weft.lora.train.TrainingResult;
import dev.weft.nn.Packed;
import dev.weft.nn.optim.AdamWOptions;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Twenty steps of AdamW on an adapter, against PEFT's. */
class PeftTrajectoryTest {
  private static final AdamWOptions ADAMW = new AdamWOptions(1e-3, 0.9, 0.999, 1e-8, 0.001);

  private TinyLlmRec model;

  @BeforeEach
  void open() throws Exception {
    model = new TinyLlmRec();
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void lossesOfPlainAdamWEqualPeft() throws Exception {
    TrainingConfig config =
        TrainingConfig.of(new Steps(20), 1e-3).withOptimizer(ADAMW).withSchedule(Decay.CONSTANT, 0);
    compare("plain", config);
  }

  @Test
  void lossesAndRatesUnderClippingWarmUpAndDecayEqualPeft() throws Exception {
    TrainingConfig config =
        TrainingConfig.of(new Steps(20), 1e-3)
            .withOptimizer(ADAMW.withEps(1e-4))
            .withSchedule(Decay.LINEAR, 0.15)
            .withMaxGradNorm(1);
    List<Double> rates = compare("clipped", config);
    float[] expected = model.golden("clipped.lrs");
    for (int i = 0; i < expected.length; i++) {
      assertThat(rates.get(i)).isCloseTo(expected[i], within(1e-9));
    }
  }

  private List<Double> compare(String name, TrainingConfig config) throws Exception {
    LoraAdapter adapter = model.adapter("query_value");
    List<Batch> batches = List.of(batch("batch0"), batch("batch1"));
    Objective objective = step -> List.of(batches.get((int) (step % 2)));
    List<Double> rates = new ArrayList<>();
    TrainingResult result =
        TrainingLoop.adapter(adapter, config).run(objective, progress -> rates.add(progress.lr()));
    float[] losses = model.golden(name + ".losses");
    assertThat(result.losses()).hasSize(20);
    for (int i = 0; i < losses.length; i++) {
      assertThat(result.losses().get(i)).as("loss %d", i).isCloseTo(losses[i], within(1e-4));
    }
    for (Parameter parameter : adapter.parameters()) {
      // Elements move by up to 0.02 in all; where a gradient is near 0 its sign is rounding's.
      assertThat(
              TinyLlmRec.difference(
                  parameter.tensor().toFloats(), model.golden(name + ".final." + parameter.name())))
          .as(parameter.name())
          .isLessThan(1e-4);
    }
    return rates;
  }

  private Batch batch(String name) throws Exception {
    return new Batch(model, model.users(name), model.items(name));
  }

  private record Batch(TinyLlmRec model, Packed users, Packed items) implements MicroBatch {
    @Override
    public Tensor loss() {
      return model.loss(users, items);
    }

    @Override
    public int examples() {
      return users.sequences();
    }

    @Override
    public long tokens() {
      return (long) users.tokens() + items.tokens();
    }
  }
}
