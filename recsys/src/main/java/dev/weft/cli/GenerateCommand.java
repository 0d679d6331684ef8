package dev.weft.cli;

import dev.weft.models.generate.TextGenerator;
import dev.weft.models.hub.Models;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A text that a model goes on with. */
@Command(
    name = "generate",
    description = {
      "Go on with a text: what the model says after the prompt, as it says it.",
      "Greedy: the most probable token is taken at every step, until the model ends the text.",
      "A model's chat template is not applied: the prompt is what the model reads."
    })
final class GenerateCommand extends Subcommand {
  @Parameters(
      paramLabel = "MODEL",
      description = "A Hugging Face directory of a model that generates, with its tokenizer.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String model;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      required = true,
      description = "What to go on from; empty for a text from its beginning.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String prompt;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      description =
          "How many tokens to add at most; else what generation_config.json says, or 256.")
  private @Nullable Integer maxNewTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "Only 0, which is greedy.")
  private double temperature;

  @Option(
      names = "--json",
      description = "Print one JSON object at the end: text and ids of what was generated.")
  private boolean json;

  @Override
  void run(Console console) throws IOException {
    if (temperature != 0) {
      throw wrongUsage("--temperature " + temperature + ": expected 0; there is no sampling yet");
    }
    if (maxNewTokens != null && maxNewTokens < 1) {
      throw wrongUsage("--max-new-tokens " + maxNewTokens + ": expected at least 1");
    }
    OptionalInt asked = maxNewTokens == null ? OptionalInt.empty() : OptionalInt.of(maxNewTokens);
    try (TextGenerator generator = TextGenerator.open(Models.resolve(model, console::note))) {
      if (!generator.config().notApplied().isEmpty()) {
        console.note(
            "greedy: not applied of generation_config.json: "
                + String.join(", ", generator.config().notApplied()));
      }
      if (generator.hasChatTemplate()) {
        console.note(
            "the model has a chat template, which is not applied: it reads the prompt as it is");
      }
      TextGenerator.Text said =
          generator.generate(
              prompt,
              asked,
              piece -> {
                if (!json) {
                  console.piece(piece);
                }
              });
      if (json) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("text", said.text());
        answer.put("ids", said.generated().ids());
        console.json(answer);
      } else {
        console.answer("");
      }
    }
  }
}
