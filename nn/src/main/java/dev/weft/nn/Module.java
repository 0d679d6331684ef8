package dev.weft.nn;

import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Probe;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A node of a model's tree: its path, its children and its own parameters. It holds no mode and no
 * framework magic; a forward is an ordinary method of the subclass.
 *
 * <p>A module takes its place in the tree, and declares its parameters, through the {@link Params}
 * it is built with.
 */
public abstract class Module {
  private final Params params;
  private final List<Module> children = new ArrayList<>();
  private final List<Parameter> own = new ArrayList<>();

  /** A module in the scope {@code params}. */
  protected Module(Params params) {
    this.params = params;
    params.owns(this);
  }

  /** Declares a parameter of this module. */
  protected final Parameter parameter(String name, Shape shape, Init init) {
    Parameter parameter = params.parameter(name, shape, init);
    own.add(parameter);
    return parameter;
  }

  /** Declares a parameter of another module to be this one's as well: a tied weight. */
  protected final Parameter tied(Parameter parameter) {
    own.add(parameter);
    return parameter;
  }

  /**
   * Computes {@code body} of x, shown to the Run's {@link Probe} as this module's input and output
   * where there is one that watches it; every module's forward goes through here.
   */
  protected final Tensor watch(Tensor x, UnaryOperator<Tensor> body) {
    Probe probe = Run.current().probe();
    if (probe == null || !probe.watches(path())) {
      return body.apply(x);
    }
    return probe.output(path(), body.apply(probe.input(path(), x)));
  }

  /**
   * Computes {@code body} of a module that reads tokens and their places, and no one tensor: a
   * {@link Probe} sees its output alone.
   */
  protected final Tensor watch(Supplier<Tensor> body) {
    Probe probe = Run.current().probe();
    return probe == null || !probe.watches(path()) ? body.get() : probe.output(path(), body.get());
  }

  /**
   * {@code last(body(x)) + residual} for a module that ends with a projection and whose caller adds
   * a residual: one pass over the result, of which a {@link Probe} sees this module's part alone,
   * as Hugging Face's module gives it.
   */
  protected final Tensor watch(
      Tensor x, UnaryOperator<Tensor> body, Projection last, Tensor residual) {
    Probe probe = Run.current().probe();
    if (probe == null || !probe.watches(path())) {
      return last.forward(body.apply(x), residual);
    }
    return F.add(watch(x, in -> last.forward(body.apply(in))), residual);
  }

  void adopt(Module child) {
    children.add(child);
  }

  /** Dotted path from the root, as Hugging Face's classes name it; empty for the root. */
  public final String path() {
    return params.path();
  }

  /** Modules directly below, in order of construction. */
  public final List<Module> children() {
    return Collections.unmodifiableList(children);
  }

  /** Parameters of this module alone. */
  public final List<Parameter> ownParameters() {
    return Collections.unmodifiableList(own);
  }

  /** Parameters of this module and all below, tied ones once, in order of construction. */
  public final List<Parameter> parameters() {
    Set<Parameter> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Parameter> all = new ArrayList<>();
    collect(seen, all);
    return all;
  }

  private void collect(Set<Parameter> seen, List<Parameter> all) {
    for (Parameter parameter : own) {
      if (seen.add(parameter)) {
        all.add(parameter);
      }
    }
    for (Module child : children) {
      child.collect(seen, all);
    }
  }

  /** All modules of a type in this tree by path, in order of construction. */
  public final <T extends Module> Map<String, T> named(Class<T> type) {
    Map<String, T> found = new LinkedHashMap<>();
    find(type, found);
    return found;
  }

  private <T extends Module> void find(Class<T> type, Map<String, T> found) {
    if (type.isInstance(this)) {
      found.put(path(), type.cast(this));
    }
    for (Module child : children) {
      child.find(type, found);
    }
  }

  /** One line on what this module is: its type and sizes. */
  public String describe() {
    return getClass().getSimpleName();
  }

  @Override
  public String toString() {
    return path() + ": " + describe();
  }
}
