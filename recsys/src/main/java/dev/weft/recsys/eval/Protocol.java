package dev.weft.recsys.eval;

/**
 * Against which items a target is ranked. The same model differs by a factor of two between these;
 * every published number is to be compared in the form in which it was made.
 */
public enum Protocol {
  /** All items of all domains without those of the history, the target kept (S3-Rec). */
  FULL("full"),
  /** All items of all domains (RecBole's sequential evaluation). */
  FULL_KEEP("full-keep"),
  /** {@link #FULL} within the target's domain. */
  FULL_DOMAIN("full-domain"),
  /**
   * 1,000 items drawn from the target's domain without the target, nothing else removed (LLM-Rec):
   * the exact expectation over the draws.
   */
  SAMPLED("sampled1000"),
  /** One actual draw of {@link #SAMPLED} with a seed; noisy, only on request. */
  SAMPLED_DRAW("sampled1000-draw");

  private final String label;

  Protocol(String label) {
    this.label = label;
  }

  /** The name in tables and in {@code metrics.json}. */
  public String label() {
    return label;
  }
}
