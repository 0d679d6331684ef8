package dev.weft.cli;

import dev.weft.models.Backbone;
import dev.weft.models.PaddedForward.Outputs;
import dev.weft.models.PaddedInputs;
import dev.weft.models.hub.Models;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** One forward pass over padded inputs, its outputs under transformers' names. */
@Command(
    name = "forward",
    description = {
      "Run a model on the tensors of a safetensors file and write what it gives to another.",
      "Inputs, I64 [B, T]: input_ids, attention_mask (missing: all ones), token_type_ids,"
          + " decoder_input_ids.",
      "Outputs, F32, zero at padding: last_hidden_state, logits where the model has a head,"
          + " pooler_output, hidden_states.0 ..., attentions.0 ..., and those of an"
          + " encoder-decoder under transformers' names."
    })
final class ForwardCommand extends Subcommand {
  private static final List<String> INPUTS =
      List.of("input_ids", "attention_mask", "token_type_ids", "decoder_input_ids");

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A Hugging Face directory, or default: all-MiniLM-L6-v2, which comes with weft.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String model;

  @Option(
      names = "--inputs",
      paramLabel = "FILE",
      required = true,
      description = "The safetensors file to read.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path inputs;

  @Option(
      names = "--outputs",
      paramLabel = "FILE",
      required = true,
      description = "The safetensors file to write or replace.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path outputs;

  @Option(
      names = "--hidden-states",
      description = "Write the embeddings and the output of every layer, too.")
  private boolean hiddenStates;

  @Option(
      names = "--attentions",
      description = "Write the attention probabilities of every layer, too.")
  private boolean attentions;

  @Override
  void run(Console console) throws IOException {
    Path directory = outputs.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new NoSuchFileException(
          outputs.toString(), null, "its directory is not there; expected one to write into");
    }
    try (Checkpoint file = Checkpoint.open(inputs);
        Backbone backbone = Backbone.openWithHead(Models.resolve(model, console::note))) {
      backbone
          .unreadHead()
          .ifPresent(architecture ->
              console.note(
                  "weft: the head of "
                      + architecture
                      + " is not supported: writing the outputs of its stack alone"));
      Map<String, Tensor> named;
      try {
        named = backbone.padded().run(read(file), new Outputs(hiddenStates, attentions));
      } catch (IllegalArgumentException e) {
        throw new IOException(inputs + ": " + e.getMessage(), e);
      }
      SafeTensors.write(outputs, named, Map.of("format", "pt"));
    }
  }

  private static PaddedInputs read(Checkpoint file) throws IOException {
    for (String name : file.names()) {
      if (!INPUTS.contains(name)) {
        throw new IllegalArgumentException(
            "tensor \"" + name + "\" is no input; expected only " + String.join(", ", INPUTS));
      }
    }
    if (!file.has("input_ids")) {
      throw new IllegalArgumentException("input_ids is missing");
    }
    return new PaddedInputs(
        file.tensor("input_ids"),
        optional(file, "attention_mask"),
        optional(file, "token_type_ids"),
        optional(file, "decoder_input_ids"));
  }

  private static Optional<Tensor> optional(Checkpoint file, String name) throws IOException {
    return file.has(name) ? Optional.of(file.tensor(name)) : Optional.empty();
  }
}
