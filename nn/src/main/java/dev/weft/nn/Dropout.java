package dev.weft.nn;

import dev.weft.tensor.F;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;

/**
 * Dropout in a training Run, nothing in any other. The mask depends on the Run's key, this module's
 * path, and what each row is called, so neither packing nor recomputation changes it.
 */
public final class Dropout extends Module {
  private final float p;
  private final int site;

  /** Drops with probability {@code p}. */
  public Dropout(double p, Params params) {
    super(params);
    this.p = (float) p;
    this.site = site(path());
  }

  /** The number that stands for a module path in the key of its random numbers. */
  public static int site(String path) {
    return path.hashCode();
  }

  /** Probability of dropping. */
  public float p() {
    return p;
  }

  /** Whether it does anything in the current Run. */
  public boolean isActive() {
    return p > 0 && Run.current().isTraining();
  }

  /** x [..., n], rows called by their number. */
  public Tensor forward(Tensor x) {
    return F.dropout(x, p, site);
  }

  /** x [tokens, n] of a packed batch, rows called by sequence and position. */
  public Tensor forward(Tensor x, Packed batch) {
    return F.dropout(x, p, site, batch.rowKeys());
  }

  /** x [sequences, n] of a packed batch, rows called by sequence. */
  public Tensor forwardPooled(Tensor x, Packed batch) {
    return F.dropout(x, p, site, batch.sequenceKeys());
  }

  @Override
  public String describe() {
    return "Dropout(" + p + ")";
  }
}
