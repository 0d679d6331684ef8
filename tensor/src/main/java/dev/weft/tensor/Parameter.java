package dev.weft.tensor;

import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;

/**
 * A tensor that may be trained, under its dotted name. Its identity is its storage, so tied weights
 * and views of one weight gather in one gradient.
 */
public final class Parameter {
  private final String name;
  private Tensor tensor;

  /** A parameter of this name and present value. */
  public Parameter(String name, Tensor tensor) {
    this.name = name;
    this.tensor = tensor.named(name);
  }

  /** Dotted name, as in the checkpoint. */
  public String name() {
    return name;
  }

  /** The present value. */
  public Tensor tensor() {
    return tensor;
  }

  /** Replaces the value by another of the same shape: merging an adapter, loading. */
  public void set(Tensor value) {
    if (!value.shape().equals(tensor.shape())) {
      throw new IllegalArgumentException(
          "parameter \""
              + name
              + "\": expected shape "
              + tensor.shape()
              + ", got "
              + value.shape());
    }
    tensor = value.named(name);
  }

  /**
   * Makes the value a dense F32 tensor in memory of its own, so that an optimiser may change it:
   * what comes from a checkpoint is a read-only mapping in the stored dtype.
   */
  public void own() {
    Tensor copy = Tensor.zeros(DType.F32, tensor.shape());
    // A Run's workspace would end before the parameter does.
    Tensor owned = copy.storage().owner() == null ? copy : copy.keep();
    Kernels.run(
        new KernelCall.Copy(
            tensor.buf(), tensor.strides(), owned.buf(), owned.strides(), tensor.shape().sizes()));
    tensor = owned.named(name);
  }

  /** Whether an optimiser may change the value in place. */
  public boolean isOwned() {
    return tensor.dtype() == DType.F32
        && tensor.isDense()
        && !tensor.storage().segment().isReadOnly();
  }

  /** Counts the in-place changes of the value. */
  public int version() {
    return tensor.storage().version();
  }

  /** Notes that the value was changed in place. */
  public void changed() {
    tensor.storage().changed();
  }

  @Override
  public String toString() {
    return name + " " + tensor.dtype() + tensor.shape();
  }
}
