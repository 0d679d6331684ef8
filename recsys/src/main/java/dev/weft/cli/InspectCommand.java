package dev.weft.cli;

import dev.weft.models.Backbone;
import dev.weft.models.SentenceSettings;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.models.hub.Models;
import dev.weft.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a model is made of, from its files alone: nothing is computed. */
@Command(
    name = "inspect",
    description = "Show a model: family, parameters, types, bytes, tokenizer and the module tree.")
final class InspectCommand extends Subcommand {
  @Parameters(
      paramLabel = "MODEL",
      description =
          "A Hugging Face directory, or default: all-MiniLM-L6-v2, which comes with weft.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String model;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  void run(Console console) throws IOException {
    Path path = Path.of(model);
    ModelReport report =
        !model.equals(Models.DEFAULT)
                && !Files.exists(path.resolve("config.json"))
                && Tokenizer.isIn(path)
            ? ModelReport.of(path, Tokenizer.load(path))
            : model(Models.resolve(model, console::note));
    if (json) {
      console.json(report.json());
    } else {
      report.lines().forEach(console::answer);
    }
  }

  private static ModelReport model(ModelDirectory directory) throws IOException {
    try (Backbone backbone = Backbone.open(directory)) {
      SentenceSettings settings = SentenceSettings.read(directory, backbone.encoder());
      return Tokenizer.isIn(directory.path())
          ? ModelReport.of(backbone, settings, Tokenizer.load(directory.path()))
          : ModelReport.of(backbone, settings);
    }
  }
}
