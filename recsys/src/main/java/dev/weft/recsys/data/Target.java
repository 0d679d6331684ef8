package dev.weft.recsys.data;

/** Which interaction of a user an evaluation asks for; the history is everything before it. */
public enum Target {
  /** The last but one. */
  VALIDATION,
  /** The last. */
  TEST
}
