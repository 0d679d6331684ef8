package dev.weft.cli;

import dev.weft.models.Backbone;
import dev.weft.models.SentenceSettings;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.models.hub.Models;
import dev.weft.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What a model is made of, from its files alone; or with a text, what it computes of that. */
@Command(
    name = "inspect",
    description = {
      "Show a model: family, parameters, types, bytes, tokenizer and the module tree.",
      "With --text and one of --attention, --activations and --logit-lens, show what it computes"
          + " of a text."
    },
    footer = {
      "",
      "JSON with --text: model, source and, of an encoder-decoder, target (each a list of id and",
      "token); and with",
      "  --attention    path, of, layer, layers, head, heads, queries and keys (source or target),",
      "                 weights (a list a query, a number a key)",
      "  --activations  path, module, calls (of which the last is shown), dtype, shape, rows",
      "                 (index, token where a row is a token's, norm, mean, min, max, values)",
      "  --logit-lens   head, layers (state, name, tokens (index, guesses (id, token,",
      "                 probability)))"
    })
final class InspectCommand extends Subcommand {
  @Parameters(
      paramLabel = "MODEL",
      description =
          "A Hugging Face directory, or default: all-MiniLM-L6-v2, which comes with weft.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String model;

  @Option(names = "--text", paramLabel = "TEXT", description = "A text for the model to read.")
  private @Nullable String text;

  @Option(
      names = "--decoder-text",
      paramLabel = "TEXT",
      description =
          "What the decoder of an encoder-decoder has said of it so far, behind the token that"
              + " begins its texts (default: nothing).")
  private @Nullable String decoderText;

  @Option(
      names = "--attention",
      paramLabel = "LAYER,HEAD",
      description = "Which tokens a head of a layer looks at; both count from 0.")
  private @Nullable String attention;

  @Option(
      names = "--attention-of",
      paramLabel = "STACK",
      description =
          "Whose attention, of an encoder-decoder: encoder, decoder (of its own tokens), or cross"
              + " (of the decoder's to the encoder's); default: encoder.")
  private AttentionView.@Nullable Of attentionOf;

  @Option(
      names = "--activations",
      paramLabel = "NAME",
      description = "What a module gives, by its path in the module tree.")
  private @Nullable String activations;

  @Option(
      names = "--logit-lens",
      description = "The tokens that each layer would say if it were the last.")
  private boolean logitLens;

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "How many tokens --logit-lens names at each place (default: 5).")
  private @Nullable Integer top;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Override
  void run(Console console) throws IOException {
    check();
    if (text == null) {
      files(console);
      return;
    }
    try (Backbone backbone = Backbone.openWithHead(Models.resolve(model, console::note))) {
      Tokenizer tokenizer = Tokenizer.load(backbone.directory().path());
      InspectedText read =
          InspectedText.of(backbone, tokenizer, text, Optional.ofNullable(decoderText));
      InspectionView view = view(read, tokenizer);
      if (json) {
        console.json(view.json());
      } else {
        view.lines().forEach(console::answer);
      }
    }
  }

  private InspectionView view(InspectedText read, Tokenizer tokenizer) throws IOException {
    if (attention != null) {
      int comma = attention.indexOf(',');
      return AttentionView.of(
          read,
          Optional.ofNullable(attentionOf),
          Integer.parseInt(attention.substring(0, comma)),
          Integer.parseInt(attention.substring(comma + 1)));
    }
    return activations != null
        ? ActivationsView.of(read, activations)
        : LensView.of(read, tokenizer, top == null ? 5 : top);
  }

  /** Refuses options that do not go together, whatever the model is. */
  private void check() {
    long views =
        Stream.of(attention != null, activations != null, logitLens).filter(v -> v).count();
    if (text == null && (views > 0 || decoderText != null)) {
      throw wrongUsage(
          "--attention, --activations, --logit-lens and --decoder-text need --text TEXT");
    }
    if (text != null && views != 1) {
      throw wrongUsage(
          "--text: expected one of --attention, --activations and --logit-lens, got " + views);
    }
    if (attention != null && !attention.matches("\\d{1,6},\\d{1,6}")) {
      throw wrongUsage("--attention " + attention + ": expected LAYER,HEAD, such as 3,5");
    }
    if (attentionOf != null && attention == null) {
      throw wrongUsage("--attention-of needs --attention LAYER,HEAD");
    }
    if (top != null && !logitLens) {
      throw wrongUsage("--top needs --logit-lens");
    }
    if (top != null && top < 1) {
      throw wrongUsage("--top " + top + ": expected at least 1");
    }
  }

  private void files(Console console) throws IOException {
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
    try (Backbone backbone = Backbone.openWithHead(directory)) {
      SentenceSettings settings =
          SentenceSettings.read(directory, backbone.encoder().maxPositions());
      return Tokenizer.isIn(directory.path())
          ? ModelReport.of(backbone, settings, Tokenizer.load(directory.path()))
          : ModelReport.of(backbone, settings);
    }
  }
}
