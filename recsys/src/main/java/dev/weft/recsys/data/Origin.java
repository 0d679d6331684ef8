package dev.weft.recsys.data;

/** Where the interactions of a data set come from; reports must say which. */
public enum Origin {
  /** Recorded behaviour of people, read from files. */
  REAL,
  /** Drawn by a seeded simulator; no person took these items. */
  SIMULATED
}
