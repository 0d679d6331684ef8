package dev.weft.models;

import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Consumer;

/** {@link PaddedForward} of an encoder and its decoder, with the model's head where it has one. */
final class Seq2SeqForward implements PaddedForward {
  private static final String DECODER_IDS = "decoder_input_ids";

  private final EncoderDecoder model;
  private final Parts parts;

  Seq2SeqForward(EncoderDecoder model, Parts parts) {
    this.model = model;
    this.parts = parts;
  }

  @Override
  public SequencedMap<String, Tensor> run(PaddedInputs inputs, Outputs outputs) {
    PaddedBatch source = PaddedBatch.of(model.encoder(), inputs);
    Tensor decoderIds = inputs.decoderInputIds().orElseGet(() -> shifted(inputs.inputIds()));
    PaddedBatch target = source.beside(model.encoder(), DECODER_IDS, decoderIds);
    SequencedMap<String, Tensor> named = new LinkedHashMap<>();
    AttentionRecorder reading = new AttentionRecorder(path -> outputs.attentions());
    AttentionRecorder writing = new AttentionRecorder(path -> outputs.attentions());
    List<Tensor> read = new ArrayList<>();
    List<Tensor> written = new ArrayList<>();
    try (Workspace workspace = new Workspace()) {
      Run run = Run.evaluating(workspace);
      run.call(() -> {
        Tensor memory =
            run.probed(reading)
                .call(() -> model.encoder().forward(source.packed(), kept(outputs, source, read)));
        Tensor last =
            run.probed(writing)
                .call(() ->
                    model.decode(
                        target.packed(),
                        Memory.of(memory, source.packed()),
                        KeyValueCache.NONE,
                        kept(outputs, target, written)));
        named.put("last_hidden_state", target.pad(last).keep());
        parts
            .head()
            .ifPresent(head -> named.put("logits", logits(head, last, inputs, source, target)));
        named.put("encoder_last_hidden_state", source.pad(memory).keep());
        return named;
      });
    }
    PaddedOutputs.number(named, "encoder_hidden_states", read);
    PaddedOutputs.number(named, "decoder_hidden_states", written);
    if (outputs.attentions()) {
      PaddedOutputs.number(named, "encoder_attentions", reading.padded(source, source));
      PaddedOutputs.number(
          named,
          "decoder_attentions",
          writing.padded(path -> !model.attendsMemory(path), target, target));
      PaddedOutputs.number(
          named, "cross_attentions", writing.padded(model::attendsMemory, target, source));
    }
    return named;
  }

  private static Consumer<Tensor> kept(Outputs outputs, PaddedBatch batch, List<Tensor> states) {
    return state -> {
      if (outputs.hiddenStates()) {
        states.add(batch.pad(state).keep());
      }
    };
  }

  private Tensor logits(
      Head head, Tensor last, PaddedInputs inputs, PaddedBatch source, PaddedBatch target) {
    if (!head.kind().isPooled()) {
      return target.pad(head.logits(last, target.packed())).keep();
    }
    if (target.width() != source.width()) {
      throw new IllegalArgumentException(
          DECODER_IDS
              + ": the model classifies the decoder's state at an end of text of input_ids,"
              + " expected as many columns, "
              + source.width()
              + ", got "
              + target.width());
    }
    PaddedBatch all = source.beside(model.encoder(), "input_ids", inputs.inputIds());
    return target.padSequences(head.logits(last, all.packed())).keep();
  }

  /** What the encoder reads, padding included, one place later. */
  private Tensor shifted(Tensor ids) {
    int start =
        model
            .decoderStart()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    DECODER_IDS + ": missing, and the model does not make its own"));
    int width = ids.dim(1);
    long[] from = ids.toLongs();
    long[] to = new long[from.length];
    for (int i = 0; i < to.length; i++) {
      to[i] = i % width == 0 ? start : from[i - 1];
    }
    return Tensor.of(to, ids.dim(0), width);
  }
}
