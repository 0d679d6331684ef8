package dev.weft.cli;

import picocli.CommandLine.Option;

/** A mixin for commands that draw random numbers. */
final class SeedOption {
  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Seed of every random choice (default: ${DEFAULT-VALUE}).")
  private long seed;

  /** The seed asked for. */
  long seed() {
    return seed;
  }
}
