package dev.weft.lora;

import dev.weft.nn.Init;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.Params;
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
 * A low-rank change of some linear layers of a model (Hu et al. 2021): {@code y = x W^T + b + scale
 * (dropout(x) A^T) B^T}, A [r, in] and B [out, r]. It reads and writes PEFT's files.
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
    of(
        model,
        config,
        (name, shape, init) -> {
          expected.put(name, shape);
          return new Parameter(name, Tensor.zeros(shape.dims()));
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
    Map<String, Linear> linears = model.named(Linear.class);
    SequencedMap<String, AdaptedLinear> layers = new LinkedHashMap<>();
    linears.forEach((path, linear) -> {
      if (config.targetModules().matches(path)) {
        String key = PREFIX + path;
        Parameter a =
            source.get(
                key + ".lora_A.weight",
                Shape.of(config.r(), linear.in()),
                Init.linear(linear.in()));
        Parameter b =
            source.get(key + ".lora_B.weight", Shape.of(linear.out(), config.r()), Init.ZEROS);
        layers.put(path, new AdaptedLinear(linear, a, b, config));
      }
    });
    if (layers.isEmpty()) {
      TreeSet<String> names = new TreeSet<>();
      linears.keySet().forEach(path -> names.add(path.substring(path.lastIndexOf('.') + 1)));
      throw new IllegalArgumentException(
          "target_modules "
              + config.targetModules()
              + " matches none of the model's "
              + linears.size()
              + " linear layers; their names end in "
              + String.join(", ", names));
    }
    return new LoraAdapter(config, layers);
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
    config.write(directory);
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
