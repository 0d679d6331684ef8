package dev.weft.lora.train;

import java.time.Duration;
import java.util.List;

/**
 * What a training run did. After it the parameters are those of the best check, or of the last step
 * where nothing was validated.
 *
 * @param losses one a step
 * @param checks validations, in order
 * @param bestStep steps done when the parameters were what they are now
 * @param tokens read in all
 */
public record TrainingResult(
    List<Double> losses,
    List<Check> checks,
    long bestStep,
    long tokens,
    Duration elapsed,
    Stop stop) {
  /** Why a run ended. */
  public enum Stop {
    /** All steps are done. */
    STEPS,
    /** The time is up. */
    BUDGET,
    /** The score has not risen for as many checks as the patience allows. */
    PATIENCE
  }

  /**
   * One validation.
   *
   * @param step steps done before it
   * @param best whether the score is above all before
   */
  public record Check(long step, double score, boolean best, Duration elapsed) {}

  public TrainingResult {
    losses = List.copyOf(losses);
    checks = List.copyOf(checks);
  }

  /** Steps done. */
  public long steps() {
    return losses.size();
  }
}
