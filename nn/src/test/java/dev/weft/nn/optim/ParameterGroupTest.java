package dev.weft.nn.optim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.nn.LayerNorm;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.Params;
import dev.weft.nn.RmsNorm;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParameterGroupTest {
  private static final AdamWOptions OPTIONS = AdamWOptions.DEFAULTS;

  private static final class Model extends Module {
    Model(Params p) {
      super(p);
      new Linear(2, 2, p.at("dense"));
      new LayerNorm(2, 1e-5, p.at("output_norm"));
      new RmsNorm(2, 1e-5, p.at("second"));
    }
  }

  @Test
  void biasesAndNormsAreNotDecayed() {
    Model model = new Model(Params.random(1));
    Parameter adapter = new Parameter("dense.lora_A.weight", Tensor.zeros(1, 2));
    List<Parameter> trained = new ArrayList<>(model.parameters());
    trained.add(adapter);
    List<ParameterGroup> groups = ParameterGroup.decayed(model, trained, OPTIONS);
    assertThat(groups).hasSize(2);
    assertThat(groups.get(0).parameters())
        .extracting(Parameter::name)
        .containsExactly("dense.weight", "dense.lora_A.weight");
    assertThat(groups.get(0).options()).isEqualTo(OPTIONS);
    assertThat(groups.get(1).parameters())
        .extracting(Parameter::name)
        .containsExactly("dense.bias", "output_norm.weight", "output_norm.bias", "second.weight");
    assertThat(groups.get(1).options()).isEqualTo(OPTIONS.withWeightDecay(0));
  }

  @Test
  void anEmptyGroupIsLeftOut() {
    List<Parameter> one = List.of(new Parameter("w", Tensor.zeros(1)));
    assertThat(ParameterGroup.split(one, p -> false, OPTIONS))
        .containsExactly(new ParameterGroup(one, OPTIONS));
  }
}
