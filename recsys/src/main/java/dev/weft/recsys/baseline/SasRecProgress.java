package dev.weft.recsys.baseline;

import java.time.Duration;

/** What the training of a {@link SasRec} tells its listener. */
public sealed interface SasRecProgress {
  /** Number of the epoch, from 1. */
  int epoch();

  /** Time since the training began. */
  Duration elapsed();

  /**
   * After each optimiser step.
   *
   * @param step number of the step within the epoch, from 1
   * @param steps steps of an epoch
   * @param loss mean cross-entropy over the step's targets
   */
  record Step(int epoch, int step, int steps, double loss, Duration elapsed)
      implements SasRecProgress {}

  /**
   * After each epoch.
   *
   * @param loss mean cross-entropy over the epoch's targets
   * @param validation full-ranking NDCG@10 on validation targets, as a fraction
   * @param sampled the same among 1,000 sampled negatives
   * @param best whether that is the best so far, so that these parameters are kept
   */
  record Epoch(
      int epoch, double loss, double validation, double sampled, boolean best, Duration elapsed)
      implements SasRecProgress {}
}
