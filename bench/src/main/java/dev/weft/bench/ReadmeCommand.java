package dev.weft.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Renders the README's tables from the committed results. */
@Command(
    name = "readme",
    description =
        "Writes the tables of README.md anew from bench/results/*.json and"
            + " bench/parity/families.json.")
final class ReadmeCommand implements Callable<Integer> {
  private ReadmeCommand() {}

  @Override
  public Integer call() throws IOException {
    Path file = BenchCommand.root().resolve("README.md");
    Path families = BenchCommand.root().resolve("bench").resolve("parity").resolve("families.json");
    String text = ReadmeTables.render(Files.readString(file), BenchCommand.results(), families);
    ResultJson.replace(file, text);
    return 0;
  }
}
