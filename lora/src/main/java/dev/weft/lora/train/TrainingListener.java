package dev.weft.lora.train;

import java.time.Duration;

/** Hears how a training run goes, on the thread that trains. */
@FunctionalInterface
public interface TrainingListener {
  /** Hears nothing. */
  TrainingListener NONE = progress -> {};

  /**
   * How far a run is.
   *
   * @param step steps done
   * @param steps steps in all; with a time budget an estimate
   * @param loss of the step just done
   * @param lr its learning rate
   * @param tokensPerSecond since the start, validation left out
   * @param elapsed since the start
   * @param remaining estimated time to the end
   */
  record Progress(
      long step,
      long steps,
      double loss,
      double lr,
      double tokensPerSecond,
      Duration elapsed,
      Duration remaining) {}

  /** A step is done. */
  void step(Progress progress);

  /** The model was validated. */
  default void validated(TrainingResult.Check check) {}
}
