package dev.weft.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Writes the completion script of the whole command line. */
@Command(
    name = "completion",
    description = {
      "Print a completion script for bash and zsh.",
      "In bash: source <(weft completion)"
    })
final class Completion extends Subcommand {
  @Override
  void run(Console console) {
    console.answer(AutoComplete.bash("weft", spec().root().commandLine()).stripTrailing());
  }
}
