package dev.weft.nn.optim;

import dev.weft.nn.LayerNorm;
import dev.weft.nn.Module;
import dev.weft.nn.RmsNorm;
import dev.weft.tensor.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Parameters that are updated with the same options. */
public record ParameterGroup(List<Parameter> parameters, AdamWOptions options) {
  public ParameterGroup {
    parameters = List.copyOf(parameters);
  }

  /**
   * The usual two groups: biases and the parameters of {@code model}'s LayerNorm and RmsNorm
   * modules without weight decay, all others with it. A group that would be empty is left out.
   *
   * @param trainable what is trained: all of the model, some of it, or adapters beside it
   */
  public static List<ParameterGroup> decayed(
      Module model, Collection<Parameter> trainable, AdamWOptions options) {
    return split(trainable, noDecay(model), options);
  }

  /** Two groups: what {@code noDecay} holds for has no weight decay. */
  public static List<ParameterGroup> split(
      Collection<Parameter> trainable, Predicate<Parameter> noDecay, AdamWOptions options) {
    List<Parameter> decayed = new ArrayList<>();
    List<Parameter> others = new ArrayList<>();
    for (Parameter parameter : trainable) {
      (noDecay.test(parameter) ? others : decayed).add(parameter);
    }
    List<ParameterGroup> groups = new ArrayList<>();
    if (!decayed.isEmpty()) {
      groups.add(new ParameterGroup(decayed, options));
    }
    if (!others.isEmpty()) {
      groups.add(new ParameterGroup(others, options.withWeightDecay(0)));
    }
    return groups;
  }

  /**
   * Whether a parameter's name ends in {@code bias} or a normalisation of {@code model} owns it.
   */
  public static Predicate<Parameter> noDecay(Module model) {
    Set<Parameter> norms = Collections.newSetFromMap(new IdentityHashMap<>());
    model.named(LayerNorm.class).values().forEach(norm -> norms.addAll(norm.ownParameters()));
    model.named(RmsNorm.class).values().forEach(norm -> norms.addAll(norm.ownParameters()));
    return parameter -> parameter.name().endsWith("bias") || norms.contains(parameter);
  }
}
