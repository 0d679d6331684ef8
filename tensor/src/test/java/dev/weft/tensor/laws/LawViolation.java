package dev.weft.tensor.laws;

/** A case in which a kernel breaks a law: what differed and where. */
public final class LawViolation extends AssertionError {
  private static final long serialVersionUID = 1;

  /** A violation, as {@code y[0, 16]: got ..., expected ...}. */
  public LawViolation(String message) {
    super(message);
  }

  LawViolation(String message, Throwable cause) {
    super(message, cause);
  }
}
