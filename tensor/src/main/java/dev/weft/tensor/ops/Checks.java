package dev.weft.tensor.ops;

import dev.weft.tensor.DType;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Op;

/** What ops require of their inputs, with the messages. */
final class Checks {
  private Checks() {}

  static void f32(Op op, Tensor... inputs) {
    for (Tensor input : inputs) {
      if (input.dtype() != DType.F32) {
        throw op.error("expected F32, got " + input.dtype() + " " + input.label());
      }
    }
  }

  static void ids(Op op, Tensor ids) {
    if (ids.dtype() != DType.I64) {
      throw op.error("expected I64 ids, got " + ids.dtype() + " " + ids.label());
    }
  }

  static void shape(Op op, String what, Tensor tensor, Shape expected) {
    if (!tensor.shape().equals(expected)) {
      throw op.error("expected " + what + " of shape " + expected + ", got " + tensor.label());
    }
  }

  static void rank(Op op, String what, Tensor tensor, int atLeast) {
    if (tensor.rank() < atLeast) {
      throw op.error(
          "expected " + what + " of at least " + atLeast + " dims, got " + tensor.label());
    }
  }
}
