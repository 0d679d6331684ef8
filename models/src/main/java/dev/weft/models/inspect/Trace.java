package dev.weft.models.inspect;

import dev.weft.models.Backbone;
import dev.weft.nn.Dropout;
import dev.weft.nn.Module;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * What modules of a model compute in a forward, kept or replaced. Modules are named by their dotted
 * paths, as {@code weft inspect} lists them; of those not named nothing is kept.
 *
 * <pre>{@code
 * Trace trace = Trace.of(model);
 * Site attention = trace.at("encoder.layer.3.attention").withAttention();
 * trace.run(() -> model.forward(batch));
 * attention.output();                            // [tokens, H]
 * attention.attention().probabilities();         // [N, queries, keys]
 *
 * Tensor patched = Trace.of(model)
 *     .replace("encoder.layer.3", y -> other)
 *     .run(() -> model.forward(batch));
 * }</pre>
 *
 * <p>Tensors are packed as the model computes them, the tokens of all sequences one after the
 * other. Any forward that {@link #run}'s body makes on its thread is seen, in whichever {@link Run}
 * it is made. For one thread at a time.
 */
public final class Trace {
  private final SequencedMap<String, Module> modules = new LinkedHashMap<>();
  private final Map<String, Site> sites = new LinkedHashMap<>();
  private final Replacements replacements = new Replacements();

  private Trace(Module root) {
    collect(root);
  }

  /** Of the modules of a tree. */
  public static Trace of(Module root) {
    return new Trace(root);
  }

  /** Of the modules of a model, its head's among them. */
  public static Trace of(Backbone model) {
    return new Trace(model.root());
  }

  private void collect(Module module) {
    if (!(module instanceof Dropout)) {
      modules.putIfAbsent(module.path(), module);
    }
    module.children().forEach(this::collect);
  }

  /** What can be named, in order of construction. */
  public SequencedMap<String, Module> modules() {
    return Collections.unmodifiableSequencedMap(modules);
  }

  /**
   * Names a module: from now on every {@link #run} keeps what it reads and gives. The same path
   * gives the same site.
   *
   * @throws IllegalArgumentException where there is no such module; the message has near paths
   */
  public Site at(String path) {
    return sites.computeIfAbsent(path, p -> new Site(module(p)));
  }

  /**
   * Lets the model go on with {@code replacement} of what the module gives. Several at one module
   * act one after the other.
   *
   * @param replacement called with a tensor that lives during the call; gives one of the same shape
   *     and type
   * @throws IllegalArgumentException where there is no such module; the message has near paths
   */
  public Trace replace(String path, UnaryOperator<Tensor> replacement) {
    replacements.outputs().add(module(path).path(), replacement);
    return this;
  }

  /** The same for what the module reads, where that is a tensor; see {@link Site.Call#input}. */
  public Trace replaceInput(String path, UnaryOperator<Tensor> replacement) {
    replacements.inputs().add(module(path).path(), replacement);
    return this;
  }

  /**
   * The same for what the heads of the one attention at or below the module make of their values,
   * F32 [queries, N, D] of the whole batch, before they are projected together.
   */
  public Trace replaceHeads(String path, UnaryOperator<Tensor> replacement) {
    replacements.heads().add(module(path).path(), replacement);
    return this;
  }

  /** Lets the module give zeros. */
  public Trace ablate(String path) {
    return replace(path, y -> Tensor.zeros(y.dtype(), y.shape()));
  }

  /**
   * Lets head {@code head} of the one attention at or below the module give zeros.
   *
   * @throws IllegalArgumentException from {@link #run} where there is no such head
   */
  public Trace ablateHead(String path, int head) {
    return replaceHeads(path, heads -> Replacements.withoutHead(path, heads, head));
  }

  /**
   * Runs a body that makes a forward, in the calling thread's Run, and keeps of it what was named;
   * what an earlier call kept is forgotten.
   *
   * @throws IllegalArgumentException where a replacement has another shape or type than what it
   *     stands for, or attention is wanted of a module with several below it
   * @throws IllegalStateException where something to be replaced was not computed
   */
  public <T> T run(Supplier<T> body) {
    sites.values().forEach(Site::begin);
    Watch watch = new Watch(sites, replacements);
    T result = Run.current().probed(watch).call(body);
    watch.end();
    return result;
  }

  private Module module(String path) {
    Module module = modules.get(path);
    if (module == null) {
      throw new IllegalArgumentException(
          "there is no module \"" + path + "\"; near are " + near(path));
    }
    return module;
  }

  private String near(String path) {
    List<String> near = NearPaths.of(path, modules.keySet());
    return near.isEmpty() ? "none" : "\"" + String.join("\", \"", near) + "\"";
  }
}
