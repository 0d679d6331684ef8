package dev.weft.tensor.autograd;

import dev.weft.tensor.DType;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;

/**
 * What the backward of one operation works with: the gradient of its result, and where its own go.
 */
public final class Grad {
  private final Grads grads;
  private final Tensor dy;

  Grad(Grads grads, Tensor dy) {
    this.grads = grads;
    this.dy = dy;
  }

  /** The gradient of the result: dense, F32, flat in the order of the result's elements. */
  public Tensor dy() {
    return dy;
  }

  /** The gradient of the result in the result's shape. */
  public Tensor dy(Shape shape) {
    return dy.view(shape.dims());
  }

  /** Whether anybody wants the gradient of this input. */
  public boolean needs(Tensor input) {
    return grads.needs(input);
  }

  /** A dense F32 tensor with undefined contents that ends with the backward of the frame. */
  public Tensor empty(Shape shape) {
    return grads.empty(DType.F32, shape);
  }

  /** Adds {@code dx} to the gradient of {@code input}; {@code dx} may be read and used again. */
  public void add(Tensor input, Tensor dx) {
    grads.add(input, dx);
  }

  /** Adds {@code dx}, which nobody reads or writes afterwards, to the gradient of {@code input}. */
  public void give(Tensor input, Tensor dx) {
    grads.give(input, dx);
  }

  /**
   * Adds {@code rows[i]} to row {@code ids[i]} of the gradient of {@code table}, in order of i:
   * table [m, n] dense, ids I64 of any shape and k values, rows [k, n].
   */
  public void addRows(Tensor table, Tensor ids, Tensor rows) {
    grads.addRows(table, ids, rows);
  }

  /**
   * The gradient of a dense {@code input} as a buffer to add to in place: for ops that touch few of
   * its elements, as a gather does.
   */
  public Tensor gradientOf(Tensor input) {
    return Grads.like(input, grads.flatOf(input));
  }
}
