package dev.weft.nn;

import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Supplies parameters by dotted name while modules are built, and links the modules into their
 * tree.
 *
 * <pre>{@code
 * Params p = Params.random(42);
 * Linear up = new Linear(384, 1536, p.at("up"));   // up.weight, up.bias
 * }</pre>
 *
 * <p>A name that is asked for twice gives the same parameter: that is how weights are tied.
 */
public final class Params {
  /** Where values come from. */
  @FunctionalInterface
  public interface Source {
    /** The value of the parameter {@code name}, of exactly this shape. */
    Tensor get(String name, Shape shape, Init init);
  }

  private final Source source;
  private final String path;
  private final @Nullable Params parent;
  private final Map<String, Parameter> known;
  private final OptionalDouble std;
  private @Nullable Module owner;

  private Params(
      Source source,
      String path,
      @Nullable Params parent,
      Map<String, Parameter> known,
      OptionalDouble std) {
    this.source = source;
    this.path = path;
    this.parent = parent;
    this.known = known;
    this.std = std;
  }

  /** Parameters out of a source. */
  public static Params from(Source source) {
    return new Params(source, "", null, new HashMap<>(), OptionalDouble.empty());
  }

  /**
   * Freshly drawn parameters. A value depends on the seed and the parameter's name alone, not on
   * the order of construction.
   */
  public static Params random(long seed) {
    return from(new RandomSource(seed));
  }

  /**
   * The same source where every weight of a Linear or an Embedding is drawn with this deviation.
   */
  public Params withStd(double std) {
    // A scope below this one, so that modules built with it hang under this one's module.
    return new Params(source, path, this, known, OptionalDouble.of(std));
  }

  /** The scope of a child. */
  public Params at(String name) {
    return new Params(source, path.isEmpty() ? name : path + "." + name, this, known, std);
  }

  /** The scope of the child with this number. */
  public Params at(int index) {
    return at(Integer.toString(index));
  }

  /** Dotted path of this scope; empty at the root. */
  public String path() {
    return path;
  }

  /** The parameter {@code name} of this scope. */
  public Parameter parameter(String name, Shape shape, Init init) {
    String full = path.isEmpty() ? name : path + "." + name;
    Parameter parameter = known.get(full);
    if (parameter == null) {
      parameter = new Parameter(full, source.get(full, shape, init));
      known.put(full, parameter);
    }
    if (!parameter.tensor().shape().equals(shape)) {
      throw new IllegalArgumentException(
          "parameter \""
              + full
              + "\": expected shape "
              + shape
              + ", got "
              + parameter.tensor().shape());
    }
    return parameter;
  }

  /** The initialisation of a weight: this one, unless {@link #withStd} set a deviation. */
  Init weight(Init otherwise) {
    return std.isPresent() ? new Init.Normal((float) std.getAsDouble()) : otherwise;
  }

  /** Makes {@code module} the module of this scope and a child of the nearest one above. */
  void owns(Module module) {
    owner = module;
    for (Params scope = parent; scope != null; scope = scope.parent) {
      if (scope.owner != null) {
        scope.owner.adopt(module);
        return;
      }
    }
  }
}
