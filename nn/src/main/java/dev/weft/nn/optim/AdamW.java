package dev.weft.nn.optim;

import dev.weft.tensor.DType;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.io.LoadException;
import dev.weft.tensor.io.StateDict;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019): {@code p -= lr wd p}, {@code m =
 * b1 m + (1 - b1) g}, {@code v = b2 v + (1 - b2) g^2}, {@code p -= lr (m / (1 - b1^t)) / (sqrt(v /
 * (1 - b2^t)) + eps)}, in the order of torch.optim.AdamW.
 *
 * <p>A parameter that no backward has reached is left alone, weight decay included, and its count t
 * stands still, as PyTorch skips a gradient of None; one that a backward reached with zeros is
 * decayed and moved by its momentum. Parameters that share memory are updated once, in the group of
 * the first.
 *
 * <p>torch.optim.Adam without weight decay is this with {@code weightDecay} 0, see {@link #adam};
 * with weight decay it is another method (L2 added to the gradient), which is not offered.
 */
public final class AdamW {
  /** What is known of one parameter. */
  private static final class State {
    final Parameter parameter;
    final AdamWOptions options;
    final Tensor m;
    final Tensor v;
    long step;

    State(Parameter parameter, AdamWOptions options, Tensor zeros) {
      this.parameter = parameter;
      this.options = options;
      int[] dims = parameter.tensor().shape().dims();
      Tensor flat = zeros.slice(0, 0, Math.toIntExact(parameter.tensor().size()));
      this.m = flat.keep().view(dims);
      this.v = flat.keep().view(dims);
    }
  }

  private final List<State> states = new ArrayList<>();

  /** One group. */
  public AdamW(Collection<Parameter> parameters, AdamWOptions options) {
    this(List.of(new ParameterGroup(List.copyOf(parameters), options)));
  }

  /**
   * Several groups. The moments, as large as the parameters twice, are allocated here.
   *
   * @throws IllegalArgumentException when a parameter is not an owned F32 tensor, or two have one
   *     name
   */
  public AdamW(List<ParameterGroup> groups) {
    List<Parameter> all = groups.stream().flatMap(group -> group.parameters().stream()).toList();
    // Gradients knows which parameters share memory and which cannot be trained.
    Set<Parameter> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
    distinct.addAll(new Gradients(all).parameters());
    long largest = all.stream().mapToLong(p -> p.tensor().size()).max().orElse(0);
    Tensor zeros = Tensor.zeros(Math.toIntExact(largest));
    Map<String, Parameter> names = new LinkedHashMap<>();
    for (ParameterGroup group : groups) {
      for (Parameter parameter : group.parameters()) {
        if (distinct.remove(parameter)) {
          if (names.put(parameter.name(), parameter) != null) {
            throw new IllegalArgumentException(
                "two parameters are named \"" + parameter.name() + "\"; state is kept by name");
          }
          states.add(new State(parameter, group.options(), zeros));
        }
      }
    }
  }

  /** torch.optim.Adam without weight decay, to the bit. */
  public static AdamW adam(Collection<Parameter> parameters, AdamWOptions options) {
    return new AdamW(parameters, options.withWeightDecay(0));
  }

  /** One step at the groups' learning rates. */
  public void step(Gradients gradients) {
    step(gradients, 1, 1);
  }

  /**
   * One step.
   *
   * @param lrFactor what the groups' learning rates are multiplied by: {@link Schedule#factor}
   * @param gradScale what gradients are multiplied by first: {@link GradientClipping#scale}, and 1
   *     over the number of micro-batches where losses are to be averaged
   * @throws IllegalArgumentException when {@code gradients} lacks one of the parameters
   */
  public void step(Gradients gradients, double lrFactor, float gradScale) {
    if (!(lrFactor >= 0) || !Double.isFinite(lrFactor) || !Float.isFinite(gradScale)) {
      throw new IllegalArgumentException(
          "expected a finite learning-rate factor of at least 0 and a finite gradient scale, got "
              + lrFactor
              + " and "
              + gradScale);
    }
    for (State state : states) {
      check(state, gradients);
    }
    for (State state : states) {
      if (gradients.has(state.parameter)) {
        update(state, gradients.of(state.parameter), lrFactor, gradScale);
      }
    }
  }

  private static void check(State state, Gradients gradients) {
    Parameter parameter = state.parameter;
    gradients.has(parameter); // throws when it is not one of them
    if (!parameter.isOwned()) {
      throw new IllegalStateException(
          "parameter \""
              + parameter.name()
              + "\" was replaced by a value that cannot be trained ("
              + parameter.tensor().dtype()
              + "); call own() first");
    }
  }

  private static void update(State state, Tensor gradient, double lrFactor, float gradScale) {
    AdamWOptions options = state.options;
    state.step++;
    Kernels.run(
        new KernelCall.AdamW(
            state.parameter.tensor().buf(),
            gradient.buf(),
            state.m.buf(),
            state.v.buf(),
            (float) (options.lr() * lrFactor),
            (float) options.beta1(),
            (float) options.beta2(),
            (float) options.eps(),
            (float) options.weightDecay(),
            gradScale,
            state.step));
    state.parameter.changed();
  }

  /** Number of updates: the most that any parameter has had. */
  public long steps() {
    return states.stream().mapToLong(state -> state.step).max().orElse(0);
  }

  /** The parameters it updates, ties once, in the order of the groups. */
  public List<Parameter> parameters() {
    return states.stream().map(state -> state.parameter).toList();
  }

  /**
   * All that a resumed run needs beside the parameters to go on to the same bits: for each of them
   * {@code <name>.exp_avg}, {@code <name>.exp_avg_sq} (F32) and {@code <name>.step} (I64, one
   * value). The moments are the optimiser's own memory: write them before the next step.
   */
  public StateDict stateDict() {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (State state : states) {
      String name = state.parameter.name();
      tensors.put(name + ".exp_avg", state.m);
      tensors.put(name + ".exp_avg_sq", state.v);
      tensors.put(name + ".step", Tensor.of(new long[] {state.step}));
    }
    return new StateDict("optimiser state", tensors);
  }

  /**
   * Continues from a state that {@link #stateDict} gave. Nothing changes when it does not fit.
   *
   * @throws LoadException where a tensor is missing, unexpected or misshapen
   * @throws IllegalArgumentException where one has another element type, or a step is negative
   */
  public void load(StateDict saved) throws LoadException {
    Map<String, Shape> expected = new LinkedHashMap<>();
    stateDict().tensors().forEach((name, tensor) -> expected.put(name, tensor.shape()));
    saved.requireExactly(expected);
    stateDict().tensors().forEach((name, tensor) -> checkValue(saved, name, tensor.dtype()));
    for (State state : states) {
      String name = state.parameter.name();
      copy(tensor(saved, name + ".exp_avg"), state.m);
      copy(tensor(saved, name + ".exp_avg_sq"), state.v);
      state.step = tensor(saved, name + ".step").toLongs()[0];
    }
  }

  private static void checkValue(StateDict saved, String name, DType dtype) {
    Tensor value = tensor(saved, name);
    if (value.dtype() != dtype) {
      throw new IllegalArgumentException(
          saved.source() + ": \"" + name + "\": expected " + dtype + ", got " + value.dtype());
    }
    if (dtype == DType.I64 && value.toLongs()[0] < 0) {
      throw new IllegalArgumentException(
          saved.source() + ": \"" + name + "\": expected at least 0, got " + value.toLongs()[0]);
    }
  }

  private static Tensor tensor(StateDict saved, String name) {
    Tensor tensor = saved.tensors().get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(saved.source() + ": \"" + name + "\" is missing");
    }
    return tensor;
  }

  private static void copy(Tensor from, Tensor to) {
    Kernels.run(
        new KernelCall.Copy(
            from.buf(), from.strides(), to.buf(), to.strides(), from.shape().sizes()));
  }
}
