package dev.weft.lora;

import dev.weft.nn.Init;
import dev.weft.nn.Module;
import dev.weft.nn.Params;
import dev.weft.nn.Projection;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A low-rank change of some linear layers of a model (Hu et al. 2021), Linear and Conv1D: {@code y
 * = x W^T + b + scale (dropout(x) A^T) B^T}, A [r, in] and B [out, r]. It reads and writes PEFT's
 * files.
 *
 * <pre>{@code
 * LoraAdapter adapter = LoraAdapter.create(model, config, 42);
 * Run.evaluating(workspace).with(adapter.active()).call(() -> model.forward(batch));
 * }</pre>
 */
public final class LoraAdapter {
  /** The name PEFT gives the file of the matrices. */
  public static final String FILE = "adapter_model.safetensors";

  // PEFT wraps the model twice, and saves with the names of the wrapped tree.
  private static final String PREFIX = "base_model.model.";
  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";

  private final LoraConfig config;
  private final SequencedMap<String, AdaptedLinear> layers;
  private boolean merged;

  private LoraAdapter(LoraConfig config, SequencedMap<String, AdaptedLinear> layers) {
    this.config = config;
    this.layers = layers;
  }

  /**
   * A new adapter that changes nothing yet: A uniform in 1 / sqrt(in), which is PEFT's Kaiming
   * initialisation with a = sqrt(5), and B zero. A matrix depends on the seed and its name alone.
   *
   * @throws IllegalArgumentException when no linear layer of the model matches {@code
   *     target_modules}
   */
  public static LoraAdapter create(Module model, LoraConfig config, long seed) {
    Params params = Params.random(seed);
    return of(model, config, params::parameter);
  }

  /**
   * The adapter saved in a directory, for this model.
   *
   * @throws dev.weft.tensor.io.LoadException when the matrices are not exactly those of the model's
   *     layers that match
   * @throws IOException when a file is missing or broken, or the configuration asks for what is not
   *     done here
   */
  public static LoraAdapter load(Path directory, Module model) throws IOException {
    LoraConfig config = LoraConfig.read(directory);
    SequencedMap<String, Shape> expected = new LinkedHashMap<>();
    targets(model, config)
        .forEach((path, layer) -> {
          expected.put(PREFIX + path + A, shapeOfA(layer, config));
          expected.put(PREFIX + path + B, shapeOfB(layer, config));
        });
    try (Checkpoint checkpoint = Checkpoint.open(directory.resolve(FILE))) {
      checkpoint.compare(expected).orThrow();
      Map<String, Tensor> tensors = checkpoint.stateDict().tensors();
      return of(
          model,
          config,
          (name, shape, init) -> {
            Parameter parameter = new Parameter(name, Objects.requireNonNull(tensors.get(name)));
            parameter.own(); // the mapping ends here
            return parameter;
          });
    }
  }

  @FunctionalInterface
  private interface Source {
    Parameter get(String name, Shape shape, Init init);
  }

  private static LoraAdapter of(Module model, LoraConfig config, Source source) {
    SequencedMap<String, AdaptedLinear> layers = new LinkedHashMap<>();
    targets(model, config)
        .forEach((path, layer) -> {
          Parameter a =
              source.get(PREFIX + path + A, shapeOfA(layer, config), Init.linear(layer.in()));
          Parameter b = source.get(PREFIX + path + B, shapeOfB(layer, config), Init.ZEROS);
          layers.put(path, new AdaptedLinear(layer, a, b, config));
        });
    return new LoraAdapter(config, layers);
  }

  private static Shape shapeOfA(Projection layer, LoraConfig config) {
    return Shape.of(config.r(), layer.in());
  }

  private static Shape shapeOfB(Projection layer, LoraConfig config) {
    return Shape.of(layer.out(), config.r());
  }

  /** The linear layers that the configuration means, by path. */
  private static SequencedMap<String, Projection> targets(Module model, LoraConfig config) {
    TreeSet<String> names = new TreeSet<>();
    int[] count = {0};
    SequencedMap<String, Projection> targets = new LinkedHashMap<>();
    model
        .named(Module.class)
        .forEach((path, module) -> {
          if (module instanceof Projection layer) {
            count[0]++;
            names.add(path.substring(path.lastIndexOf('.') + 1));
            if (config.targetModules().matches(path)) {
              targets.put(path, layer);
            }
          }
        });
    if (targets.isEmpty()) {
      throw new IllegalArgumentException(
          "target_modules "
              + config.targetModules()
              + " matches none of the model's "
              + count[0]
              + " linear layers; their names end in "
              + String.join(", ", names));
    }
    return targets;
  }

  /** What the adapter is. */
  public LoraConfig config() {
    return config;
  }

  /** Paths of the layers it changes, in the model's order. */
  public List<String> paths() {
    return List.copyOf(layers.sequencedKeySet());
  }

  /** A and B of every layer, under PEFT's names, in the model's order. */
  public List<Parameter> parameters() {
    return layers.values().stream().flatMap(layer -> Stream.of(layer.a(), layer.b())).toList();
  }

  /**
   * What to add to the output of each layer, for {@link Run#with}. In training it drops inputs by
   * the names the Run gives its rows ({@link Run#naming}), or by their number.
   */
  public Map<String, UnaryOperator<Tensor>> active() {
    Map<String, UnaryOperator<Tensor>> deltas = new LinkedHashMap<>();
    layers.forEach((path, layer) -> deltas.put(path, layer::delta));
    return deltas;
  }

  /** Writes {@value LoraConfig#FILE} and {@value #FILE}, each beside its place first. */
  public void save(Path directory) throws IOException {
    Files.createDirectories(directory);
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    parameters().forEach(parameter -> tensors.put(parameter.name(), parameter.tensor()));
    SafeTensors.write(directory.resolve(FILE), tensors, Map.of("format", "pt"));
    // PEFT corrects the key layer by layer, and saves what the last one made of it.
    config.write(directory, layers.lastEntry().getValue().fanInFanOut());
  }

  /**
   * Puts {@code W + scale B A} in the place of every weight, in memory of its own; the adapter must
   * not be active then.
   *
   * @throws IllegalStateException when it is merged already
   */
  public void merge() {
    if (merged) {
      throw new IllegalStateException("the adapter is merged already");
    }
    layers.values().forEach(AdaptedLinear::merge);
    merged = true;
  }

  /**
   * Puts the original weights back, bit for bit.
   *
   * @throws IllegalStateException when it is not merged, or a weight was changed since
   */
  public void unmerge() {
    layers.values().forEach(AdaptedLinear::checkUnmerge); // all or none
    layers.values().forEach(AdaptedLinear::unmerge);
    merged = false;
  }
}
