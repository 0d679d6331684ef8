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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The gradients of a set of trainable parameters: one F32 buffer each, made when first needed, kept
 * and used again from step to step. Parameters that share a storage share the gradient.
 *
 * <p>A table that only embeddings reach keeps rows and values (30522 x 384, 2048 tokens: a step
 * clears and adds 3 MB and not 47 MB). Any other use of the parameter, and {@link #of}, turn them
 * into the dense buffer until the next {@link #clear}, with the same bits.
 */
public final class Gradients {
  /**
   * A gradient that is zero but for some rows.
   *
   * @param ids their numbers, each once, in the order they were first reached
   * @param values their values [ids.length, n], overwritten after the next clear
   */
  @SuppressWarnings("ArrayRecordComponent") // read by optimisers, never compared
  public record Rows(long[] ids, Tensor values) {}

  /** The gradient under one storage: in {@code dense}, or in {@code sparse} when it has rows. */
  private static final class Slot {
    final Parameter parameter;
    @Nullable Tensor dense;
    @Nullable RowGradient sparse;
    boolean touched;
    boolean inRows;

    Slot(Parameter parameter) {
      this.parameter = parameter;
    }
  }

  private final IdentityHashMap<Storage, Slot> slots = new IdentityHashMap<>();
  private final List<Slot> order = new ArrayList<>();

  /**
   * No gradients yet, for these parameters.
   *
   * @throws IllegalArgumentException when one is not an owned F32 tensor, or a part of another
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
      if (parameter.tensor().size() * 4 != parameter.tensor().storage().bytes()) {
        throw new IllegalArgumentException(
            "parameter \""
                + parameter.name()
                + "\" "
                + parameter.tensor().shape()
                + " is a part of a larger tensor; train that one, or call own() first");
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

  boolean coversAllOf(Gradients other) {
    return slots.keySet().containsAll(other.slots.keySet());
  }

  /** The gradient of a parameter, dense; zeros when no backward has reached it. */
  public Tensor of(Parameter parameter) {
    return dense(slot(parameter)).view(parameter.tensor().shape().dims());
  }

  /** The gradient of a parameter as rows when it is kept so: when only embeddings reached it. */
  public Optional<Rows> rows(Parameter parameter) {
    Slot slot = slot(parameter);
    return slot.inRows && slot.sparse != null ? Optional.of(slot.sparse.rows()) : Optional.empty();
  }

  /** Forgets the values and keeps the memory. */
  public void clear() {
    for (Slot slot : order) {
      if (slot.inRows && slot.sparse != null) {
        slot.sparse.clear();
      } else if (slot.touched && slot.dense != null) {
        Kernels.run(new KernelCall.Fill(slot.dense.buf(), 0));
      }
      slot.touched = false;
      slot.inRows = false;
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

  /** The dense buffer with everything in it. */
  private static Tensor dense(Slot slot) {
    Tensor dense = slot.dense;
    if (dense == null) {
      Shape shape = Shape.of(Math.toIntExact(slot.parameter.tensor().storage().bytes() / 4));
      dense = Tensor.dense(DType.F32, shape, Pool.allocate(shape.size() * 4));
      slot.dense = dense;
    }
    if (slot.inRows && slot.sparse != null) {
      slot.sparse.moveTo(dense);
      slot.inRows = false;
    }
    return dense;
  }

  /** The flat gradient of a storage, to be added to. */
  Tensor touch(Storage storage) {
    Slot slot = owned(storage);
    slot.touched = true;
    return dense(slot);
  }

  /** Adds rows to the gradient of a storage that holds a table of {@code height} rows. */
  void addRows(Storage storage, Tensor ids, Tensor rows, int height) {
    Slot slot = owned(storage);
    if (!slot.touched) {
      if (slot.sparse == null || !slot.sparse.fits(height, rows.dim(1))) {
        slot.sparse = new RowGradient(height, rows.dim(1));
      }
      slot.inRows = true;
      slot.touched = true;
    }
    if (slot.inRows && slot.sparse != null && slot.sparse.fits(height, rows.dim(1))) {
      slot.sparse.add(ids, rows);
    } else {
      Kernels.run(
          new KernelCall.ScatterAdd(ids.buf(), rows.buf(), dense(slot).buf(), height, rows.dim(1)));
    }
  }

  private Slot owned(Storage storage) {
    Slot slot = slots.get(storage);
    if (slot == null) {
      throw new IllegalStateException("not the storage of a trainable parameter");
    }
    return slot;
  }
}
