package dev.weft.tensor.autograd;

import dev.weft.tensor.DType;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;
import dev.weft.tensor.memory.Pool;
import dev.weft.tensor.memory.Storage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of a set of trainable parameters: one F32 buffer each, made when first needed, kept
 * and used again from step to step. Parameters that share a storage share the gradient.
 */
public final class Gradients {
  /** The gradient under one storage. */
  private static final class Slot {
    final Parameter parameter;
    @Nullable Tensor dense;
    boolean touched;

    Slot(Parameter parameter) {
      this.parameter = parameter;
    }
  }

  private final IdentityHashMap<Storage, Slot> slots = new IdentityHashMap<>();
  private final List<Slot> order = new ArrayList<>();

  /**
   * No gradients yet, for these parameters.
   *
   * @throws IllegalArgumentException when one is not an owned F32 tensor
   */
  public Gradients(Collection<Parameter> trainable) {
    for (Parameter parameter : trainable) {
      if (!parameter.isOwned()) {
        throw new IllegalArgumentException(
            "parameter \""
                + parameter.name()
                + "\" cannot be trained as it is ("
                + parameter.tensor().dtype()
                + (parameter.tensor().storage().segment().isReadOnly() ? ", read-only" : "")
                + "); call own() first");
      }
      if (!slots.containsKey(parameter.tensor().storage())) {
        Slot slot = new Slot(parameter);
        slots.put(parameter.tensor().storage(), slot);
        order.add(slot);
      }
    }
  }

  /** The parameters these gradients belong to, ties once, in the order given. */
  public List<Parameter> parameters() {
    return order.stream().map(slot -> slot.parameter).toList();
  }

  boolean covers(Storage storage) {
    return slots.containsKey(storage);
  }

  /** Whether a backward has reached the parameter since the last {@link #clear}. */
  public boolean has(Parameter parameter) {
    return slot(parameter).touched;
  }

  /** The gradient of a parameter; zeros when no backward has reached it. */
  public Tensor of(Parameter parameter) {
    return buffer(slot(parameter)).view(parameter.tensor().shape().dims());
  }

  /** Forgets the values and keeps the memory. */
  public void clear() {
    for (Slot slot : order) {
      if (slot.touched && slot.dense != null) {
        Kernels.run(new KernelCall.Fill(slot.dense.buf(), 0));
      }
      slot.touched = false;
    }
  }

  private Slot slot(Parameter parameter) {
    Slot slot = slots.get(parameter.tensor().storage());
    if (slot == null) {
      throw new IllegalArgumentException(
          "parameter \"" + parameter.name() + "\" is not one of the " + order.size() + " trained");
    }
    return slot;
  }

  private static Tensor buffer(Slot slot) {
    Tensor dense = slot.dense;
    if (dense == null) {
      Shape shape = Shape.of(Math.toIntExact(slot.parameter.tensor().storage().bytes() / 4));
      dense = Tensor.dense(DType.F32, shape, Pool.allocate(shape.size() * 4));
      slot.dense = dense;
    }
    return dense;
  }

  /** The flat gradient of a storage, to be added to. */
  Tensor touch(Storage storage) {
    Slot slot = slots.get(storage);
    if (slot == null) {
      throw new IllegalStateException("not the storage of a trainable parameter");
    }
    slot.touched = true;
    return buffer(slot);
  }
}
