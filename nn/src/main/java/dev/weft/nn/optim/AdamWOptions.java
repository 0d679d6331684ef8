package dev.weft.nn.optim;

/**
 * What AdamW is told, under torch.optim.AdamW's names.
 *
 * @param lr learning rate before the schedule's factor, at least 0
 * @param beta1 decay of the mean of gradients, in [0, 1)
 * @param beta2 decay of the mean of squared gradients, in [0, 1)
 * @param eps added to the root of the second moment, at least 0
 * @param weightDecay share of the learning rate that shrinks the value itself, at least 0
 */
public record AdamWOptions(double lr, double beta1, double beta2, double eps, double weightDecay) {
  /** The defaults of torch.optim.AdamW. */
  public static final AdamWOptions DEFAULTS = new AdamWOptions(1e-3, 0.9, 0.999, 1e-8, 1e-2);

  public AdamWOptions {
    check("lr", lr, lr >= 0 && Double.isFinite(lr), "at least 0");
    check("beta1", beta1, beta1 >= 0 && beta1 < 1, "in [0, 1)");
    check("beta2", beta2, beta2 >= 0 && beta2 < 1, "in [0, 1)");
    check("eps", eps, eps >= 0 && Double.isFinite(eps), "at least 0");
    boolean decays = weightDecay >= 0 && Double.isFinite(weightDecay);
    check("weight_decay", weightDecay, decays, "at least 0");
  }

  private static void check(String name, double value, boolean holds, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": expected " + expected + ", got " + value);
    }
  }

  /** The same with another learning rate. */
  public AdamWOptions withLr(double lr) {
    return new AdamWOptions(lr, beta1, beta2, eps, weightDecay);
  }

  /** The same with other decays of the moments. */
  public AdamWOptions withBetas(double beta1, double beta2) {
    return new AdamWOptions(lr, beta1, beta2, eps, weightDecay);
  }

  /** The same with another eps. */
  public AdamWOptions withEps(double eps) {
    return new AdamWOptions(lr, beta1, beta2, eps, weightDecay);
  }

  /** The same with another weight decay. */
  public AdamWOptions withWeightDecay(double weightDecay) {
    return new AdamWOptions(lr, beta1, beta2, eps, weightDecay);
  }
}
