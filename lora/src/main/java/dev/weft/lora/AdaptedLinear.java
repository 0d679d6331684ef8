package dev.weft.lora;

import dev.weft.nn.Conv1D;
import dev.weft.nn.Dropout;
import dev.weft.nn.Linear;
import dev.weft.nn.Projection;
import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** One linear layer and the change of its weight, {@code scale B A}: A [r, in], B [out, r]. */
final class AdaptedLinear {
  private final Projection linear;
  private final Parameter a;
  private final Parameter b;
  private final float scale;
  private final float dropout;
  private final int site;
  private @Nullable Merge merge;

  /** What a merge replaced, and by what. */
  private record Merge(Tensor original, Tensor merged, int version) {}

  AdaptedLinear(Projection linear, Parameter a, Parameter b, LoraConfig config) {
    this.linear = linear;
    this.a = a;
    this.b = b;
    this.scale = config.scale();
    this.dropout = (float) config.loraDropout();
    this.site = Dropout.site(linear.path() + ".lora_dropout");
  }

  /** Whether the weight is stored [in, out], which PEFT calls {@code fan_in_fan_out}. */
  boolean fanInFanOut() {
    return switch (linear) {
      case Linear l -> false;
      case Conv1D c -> true;
    };
  }

  Parameter a() {
    return a;
  }

  Parameter b() {
    return b;
  }

  /** {@code scale (dropout(x) A^T) B^T}: x [..., in] to [..., out]. */
  Tensor delta(Tensor x) {
    if (merge != null) {
      throw new IllegalStateException(
          "the adapter of " + linear.path() + " is merged into its weight: unmerge() first");
    }
    Tensor h = F.linear(dropped(x), a.tensor()); // [..., r]
    return F.linear(F.mul(h, scale), b.tensor()); // [..., out]
  }

  private Tensor dropped(Tensor x) {
    Tensor rowKeys = Run.current().rowKeys();
    return rowKeys == null ? F.dropout(x, dropout, site) : F.dropout(x, dropout, site, rowKeys);
  }

  void merge() {
    Tensor original = linear.weight().tensor();
    Tensor change = F.mul(F.matmul(b.tensor(), a.tensor()), scale); // [out, in]
    Tensor stored =
        switch (linear) {
          case Linear l -> change;
          case Conv1D c -> change.transpose(0, 1).contiguous(); // [in, out]
        };
    Tensor merged = F.add(F.to(original, DType.F32), stored).keep();
    linear.weight().set(merged);
    merge = new Merge(original, linear.weight().tensor(), linear.weight().version());
  }

  /** Fails where {@link #unmerge} would. */
  void checkUnmerge() {
    merged();
  }

  void unmerge() {
    linear.weight().set(merged().original());
    merge = null;
  }

  private Merge merged() {
    Merge done = merge;
    if (done == null) {
      throw new IllegalStateException("the adapter of " + linear.path() + " is not merged");
    }
    if (linear.weight().tensor() != done.merged() || linear.weight().version() != done.version()) {
      throw new IllegalStateException(
          linear.weight().name() + " was changed after the merge; it cannot be restored");
    }
    return done;
  }
}
