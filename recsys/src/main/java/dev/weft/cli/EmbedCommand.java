package dev.weft.cli;

import dev.weft.models.SentenceEncoder;
import dev.weft.models.hub.Models;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Texts to vectors, line by line. Lines that are there at once are embedded together; who writes
 * one line and waits for its answer gets it.
 */
@Command(
    name = "embed",
    description = {
      "Embed each line of standard input: a JSON array of numbers on a line of standard output.",
      "An empty line is the empty text."
    })
final class EmbedCommand extends Subcommand {
  private static final int LARGEST_BATCH = 64;

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A Hugging Face directory, or default: all-MiniLM-L6-v2, which comes with weft.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String model;

  @Override
  void run(Console console) throws IOException {
    try (SentenceEncoder encoder = SentenceEncoder.open(Models.resolve(model, console::note))) {
      LineInput input = new LineInput(System.in, "standard input");
      // The first answer comes before the reader has waited for a whole batch of them.
      int limit = 1;
      long answered = 0;
      for (List<String> lines = input.next(limit); !lines.isEmpty(); lines = input.next(limit)) {
        for (float[] vector : encoder.embed(lines)) {
          answered++;
          console.answer(json(vector, answered));
        }
        console.flush();
        limit = Math.min(LARGEST_BATCH, 2 * limit);
      }
    }
  }

  /** An array of numbers that parse back to the same floats. */
  static String json(float[] vector, long line) {
    StringBuilder text = new StringBuilder(12 * vector.length + 2).append('[');
    for (int i = 0; i < vector.length; i++) {
      if (!Float.isFinite(vector[i])) {
        throw new IllegalStateException(
            "line "
                + line
                + ": element "
                + i
                + " of the vector is "
                + vector[i]
                + ", which JSON cannot hold; the model's weights are broken");
      }
      text.append(i == 0 ? "" : ",").append(vector[i]);
    }
    return text.append(']').toString();
  }
}
