package dev.weft.nn.optim;

/**
 * What the learning rate is multiplied by at each step, counted from 0; as the functions of the
 * same names in transformers' optimization module. With a warm-up the factor of step 0 is 0.
 */
@FunctionalInterface
public interface Schedule {
  /** The factor of the step with this number. */
  double factor(long step);

  /** Always 1. */
  static Schedule constant() {
    return constant(0);
  }

  /** From 0 to 1 over the warm-up, then 1: get_constant_schedule_with_warmup. */
  static Schedule constant(long warmupSteps) {
    checkSteps(warmupSteps, Long.MAX_VALUE);
    return step -> warming(step, warmupSteps) ? rising(step, warmupSteps) : 1;
  }

  /** From 0 to 1 over the warm-up, then straight down to 0: get_linear_schedule_with_warmup. */
  static Schedule linear(long warmupSteps, long totalSteps) {
    checkSteps(warmupSteps, totalSteps);
    return step ->
        warming(step, warmupSteps)
            ? rising(step, warmupSteps)
            : Math.max(0, (double) (totalSteps - step) / Math.max(1, totalSteps - warmupSteps));
  }

  /**
   * From 0 to 1 over the warm-up, then down half a cosine to 0 at {@code totalSteps}:
   * get_cosine_schedule_with_warmup, which is meant to be asked no further.
   */
  static Schedule cosine(long warmupSteps, long totalSteps) {
    checkSteps(warmupSteps, totalSteps);
    return step -> {
      if (warming(step, warmupSteps)) {
        return rising(step, warmupSteps);
      }
      double progress = (double) (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps);
      return Math.max(0, 0.5 * (1 + StrictMath.cos(Math.PI * progress)));
    };
  }

  /** The warm-up of a ratio of all steps, rounded up as transformers' Trainer does. */
  static long warmupSteps(double ratio, long totalSteps) {
    if (!(ratio >= 0 && ratio <= 1)) {
      throw new IllegalArgumentException("warmup_ratio: expected 0 to 1, got " + ratio);
    }
    return (long) Math.ceil(totalSteps * ratio);
  }

  private static boolean warming(long step, long warmupSteps) {
    if (step < 0) {
      throw new IllegalArgumentException("expected a step of at least 0, got " + step);
    }
    return step < warmupSteps;
  }

  private static double rising(long step, long warmupSteps) {
    return (double) step / warmupSteps;
  }

  private static void checkSteps(long warmupSteps, long totalSteps) {
    if (warmupSteps < 0 || totalSteps < warmupSteps) {
      throw new IllegalArgumentException(
          "expected 0 <= warm-up <= total steps, got " + warmupSteps + " and " + totalSteps);
    }
  }
}
