package dev.weft.models;

import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** {@link PaddedForward} of an encoder or a decoder alone, with its head where it has one. */
final class StackForward implements PaddedForward {
  private final Parts parts;

  StackForward(Parts parts) {
    this.parts = parts;
  }

  @Override
  public SequencedMap<String, Tensor> run(PaddedInputs inputs, Outputs outputs) {
    if (inputs.decoderInputIds().isPresent()) {
      throw new IllegalArgumentException(
          "decoder_input_ids: the model is no encoder-decoder, expected none");
    }
    PaddedBatch batch = PaddedBatch.of(parts.encoder(), parts.head(), inputs);
    SequencedMap<String, Tensor> named = new LinkedHashMap<>();
    AttentionRecorder attentions = new AttentionRecorder(path -> outputs.attentions());
    try (Workspace workspace = new Workspace()) {
      Run.evaluating(workspace)
          .probed(attentions)
          .call(() -> {
            List<Tensor> states = new ArrayList<>();
            Tensor last =
                parts
                    .encoder()
                    .forward(
                        batch.packed(),
                        state -> {
                          if (outputs.hiddenStates()) {
                            states.add(batch.pad(state).keep());
                          }
                        });
            named.put("last_hidden_state", batch.pad(last).keep());
            // A classifier on the pooler shows its logits alone.
            if (parts.head().isEmpty()) {
              parts
                  .encoder()
                  .pooled(last, batch.packed())
                  .ifPresent(p -> named.put("pooler_output", batch.padSequences(p).keep()));
            }
            parts
                .head()
                .ifPresent(head -> {
                  Tensor logits = head.logits(last, batch.packed());
                  boolean pooled = head.kind().isPooled();
                  named.put(
                      "logits", (pooled ? batch.padSequences(logits) : batch.pad(logits)).keep());
                });
            PaddedOutputs.number(named, "hidden_states", states);
            return named;
          });
    }
    if (outputs.attentions()) {
      PaddedOutputs.number(named, "attentions", attentions.padded(batch, batch));
    }
    return named;
  }
}
