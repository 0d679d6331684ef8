package dev.weft.cli;

import dev.weft.models.tokenizer.SpecialTokens;
import dev.weft.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Token ids to texts, line by line. */
@Command(
    name = "detokenize",
    description = {
      "Join the token ids of each line of standard input, blanks between, to a text.",
      "A text may hold line ends of its own; --json keeps each on one line."
    })
final class DetokenizeCommand extends Subcommand {
  private static final int LINES_AT_ONCE = 64;

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A directory that holds a tokenizer, one of its files, or default: all-MiniLM-L6-v2.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String model;

  @Option(names = "--json", description = "Print each text as a JSON string.")
  private boolean json;

  @Option(names = "--no-special-tokens", description = "Leave special tokens out.")
  private boolean noSpecialTokens;

  @Override
  void run(Console console) throws IOException {
    Tokenizer tokenizer = TokenizeCommand.tokenizer(model, console);
    SpecialTokens special = noSpecialTokens ? SpecialTokens.WITHOUT : SpecialTokens.WITH;
    LineInput input = new LineInput(System.in, "standard input");
    long number = 0;
    for (List<String> lines = input.next(LINES_AT_ONCE);
        !lines.isEmpty();
        lines = input.next(LINES_AT_ONCE)) {
      for (String line : lines) {
        number++;
        String text = text(tokenizer, line, number, special);
        if (json) {
          console.jsonLine(text);
        } else {
          console.answer(text);
        }
      }
      console.flush();
    }
  }

  private static String text(Tokenizer tokenizer, String line, long number, SpecialTokens special)
      throws IOException {
    try {
      return tokenizer.decode(ids(line), special);
    } catch (IllegalArgumentException e) {
      throw new IOException("standard input:" + number + ": " + e.getMessage(), e);
    }
  }

  private static int[] ids(String line) {
    String stripped = line.strip();
    if (stripped.isEmpty()) {
      return new int[0];
    }
    String[] words = stripped.split("\\s+", -1);
    int[] ids = new int[words.length];
    for (int i = 0; i < words.length; i++) {
      try {
        ids[i] = Integer.parseInt(words[i]);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("\"" + words[i] + "\" is no token id", e);
      }
    }
    return ids;
  }
}
