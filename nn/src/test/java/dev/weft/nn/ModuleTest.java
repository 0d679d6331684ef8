package dev.weft.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.tensor.Parameter;
import org.junit.jupiter.api.Test;

class ModuleTest {
  private static final class Block extends Module {
    Block(Params p) {
      super(p);
      new Linear(2, 3, p.at("mlp").at("up"));
      Linear.withoutBias(3, 2, p.at("mlp").at("down"));
    }
  }

  private static final class Model extends Module {
    final Embedding words;
    final Embedding head;

    Model(Params p) {
      super(p);
      words = new Embedding(4, 2, p.at("words"));
      Params layers = p.at("layers");
      new Block(layers.at(0));
      new Block(layers.at(1));
      head = new Embedding(4, 2, p.at("words"));
    }
  }

  @Test
  void pathsAndParametersAreInOrderOfConstruction() {
    Model model = new Model(Params.random(1).at("model"));
    assertThat(model.path()).isEqualTo("model");
    assertThat(model.named(Linear.class).keySet())
        .containsExactly(
            "model.layers.0.mlp.up",
            "model.layers.0.mlp.down",
            "model.layers.1.mlp.up",
            "model.layers.1.mlp.down");
    assertThat(model.parameters())
        .extracting(Parameter::name)
        .containsExactly(
            "model.words.weight",
            "model.layers.0.mlp.up.weight",
            "model.layers.0.mlp.up.bias",
            "model.layers.0.mlp.down.weight",
            "model.layers.1.mlp.up.weight",
            "model.layers.1.mlp.up.bias",
            "model.layers.1.mlp.down.weight");
    assertThat(model.ownParameters()).isEmpty();
  }

  @Test
  void childrenHangUnderTheNearestModuleAbove() {
    Model model = new Model(Params.random(1));
    assertThat(model.path()).isEmpty();
    assertThat(model.children()).hasSize(4);
    assertThat(model.children().get(1).children()).hasSize(2);
    assertThat(model.named(Module.class)).hasSize(8).containsEntry("", model);
  }

  @Test
  void aNameAskedForTwiceIsOneParameter() {
    Model model = new Model(Params.random(1));
    assertThat(model.head.weight()).isSameAs(model.words.weight());
  }

  @Test
  void tiedParametersOfAnotherShapeAreRefused() {
    Params p = Params.random(1);
    new Embedding(4, 2, p.at("words"));
    assertThatThrownBy(() -> new Embedding(5, 2, p.at("words")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("parameter \"words.weight\": expected shape [5, 2], got [4, 2]");
  }

  @Test
  void modulesOfAScopeWithAnotherDeviationStayInTheTree() {
    class Outer extends Module {
      Outer(Params p) {
        super(p);
        new Linear(2, 2, p.withStd(0.02).at("dense"));
        new Block(p.at("block").withStd(0.02));
      }
    }
    Outer outer = new Outer(Params.random(1));
    assertThat(outer.named(Linear.class).keySet())
        .containsExactly("dense", "block.mlp.up", "block.mlp.down");
  }

  @Test
  void modulesSayWhatTheyAre() {
    Params p = Params.random(1);
    assertThat(new Linear(2, 3, p.at("a"))).hasToString("a: Linear(2, 3)");
    assertThat(Linear.withoutBias(2, 3, p.at("b"))).hasToString("b: Linear(2, 3, no bias)");
    assertThat(new Embedding(4, 2, p.at("c"))).hasToString("c: Embedding(4, 2)");
    assertThat(new LayerNorm(4, 1e-5, p.at("d"))).hasToString("d: LayerNorm(4, eps 1.0E-5)");
    assertThat(new RmsNorm(4, 1e-5, p.at("e"))).hasToString("e: RmsNorm(4, eps 1.0E-5)");
    assertThat(new Dropout(0.5, p.at("f"))).hasToString("f: Dropout(0.5)");
  }
}
