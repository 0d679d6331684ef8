package dev.weft.cli;

import dev.weft.models.Backbone;
import dev.weft.models.EncoderDecoder;
import dev.weft.models.Memory;
import dev.weft.models.PaddedForward.Outputs;
import dev.weft.models.PaddedInputs;
import dev.weft.models.generate.GenerationConfig;
import dev.weft.models.inspect.Trace;
import dev.weft.models.tokenizer.EncodeOptions;
import dev.weft.models.tokenizer.Encoding;
import dev.weft.models.tokenizer.Tokenizer;
import dev.weft.nn.Packed;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A text as a model reads it.
 *
 * @param source the tokens that the stack reads; of an encoder-decoder the encoder
 * @param target the tokens that the decoder of an encoder-decoder has said; else none
 */
record InspectedText(Backbone model, List<Token> source, List<Token> target) {
  /** A token as the vocabulary has it. */
  record Token(int id, String text) {}

  /**
   * Tokenises a text, cutting nothing off.
   *
   * @param said what a decoder has said of it, behind the token that begins its texts
   * @throws IOException where the model cannot read that
   */
  static InspectedText of(Backbone model, Tokenizer tokenizer, String text, Optional<String> said)
      throws IOException {
    EncodeOptions whole = EncodeOptions.DEFAULT.withoutTruncation();
    List<Token> source = tokens(tokenizer.encode(text, whole));
    fits(model, "--text", source.size(), model.encoder().learnedPositions());
    Optional<EncoderDecoder> pair = model.encoderDecoder();
    if (pair.isEmpty()) {
      if (said.isPresent()) {
        throw new IOException(
            "--decoder-text: " + model.root().describe() + " is no encoder-decoder");
      }
      return new InspectedText(model, source, List.of());
    }
    int start = start(model, pair.get());
    List<Token> target = new ArrayList<>(List.of(new Token(start, tokenizer.tokenOf(start))));
    if (said.isPresent()) {
      target.addAll(tokens(tokenizer.encode(said.get(), whole.withoutSpecialTokens())));
    } else if (model.head().filter(head -> head.kind().isPooled()).isPresent()) {
      // Such a head reads a decoder that reads what the encoder does, one place later.
      target.addAll(source.subList(0, source.size() - 1));
    }
    fits(model, "--decoder-text", target.size(), pair.get().maxTargetPositions());
    return new InspectedText(model, source, target);
  }

  private static List<Token> tokens(Encoding encoding) {
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < encoding.length(); i++) {
      tokens.add(new Token(encoding.id(i), encoding.tokens().get(i)));
    }
    return tokens;
  }

  private static void fits(Backbone model, String option, int tokens, int limit)
      throws IOException {
    if (tokens == 0 || tokens > limit) {
      throw new IOException(
          "%s: has %d tokens, %s reads 1 to %d"
              .formatted(option, tokens, model.root().describe(), limit));
    }
  }

  private static int start(Backbone model, EncoderDecoder pair) throws IOException {
    GenerationConfig config = GenerationConfig.read(model.directory());
    OptionalInt said = config.decoderStartTokenId();
    OptionalInt start = said.isPresent() ? said : pair.decoderStart();
    return start.orElseGet(() ->
        config
            .bosTokenId()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    model.directory().path()
                        + ": there is no decoder_start_token_id for the decoder to begin with")));
  }

  /** The tokens that the stack reads. */
  Packed packedSource() {
    return packed(source);
  }

  /** The tokens that the decoder has said. */
  Packed packedTarget() {
    return packed(target);
  }

  private static Packed packed(List<Token> tokens) {
    return Packed.of(List.of(ids(tokens)));
  }

  private static int[] ids(List<Token> tokens) {
    return tokens.stream().mapToInt(Token::id).toArray();
  }

  /** Its first tokens alone, for a glance. */
  InspectedText beginning() {
    return new InspectedText(
        model, source.subList(0, 1), target.isEmpty() ? target : target.subList(0, 1));
  }

  /** Runs the stacks, not the head, and lets {@code trace} look. */
  void runStacks(Trace trace) {
    try (Workspace workspace = new Workspace()) {
      Run.evaluating(workspace).call(() -> trace.run(this::stacks));
    }
  }

  private Tensor stacks() {
    Packed batch = packedSource();
    Tensor read = model.encoder().forward(batch); // [tokens, H]
    return model
        .encoderDecoder()
        .map(pair -> pair.decode(packedTarget(), Memory.of(read, batch)))
        .orElse(read);
  }

  /** Runs the whole model, and lets {@code trace} look. */
  void runWhole(Trace trace) {
    PaddedInputs alone = PaddedInputs.of(row(source));
    PaddedInputs inputs = target.isEmpty() ? alone : alone.withDecoder(row(target));
    trace.run(() -> model.padded().run(inputs, new Outputs(false, false)));
  }

  private static Tensor row(List<Token> tokens) {
    return Tensor.of(ids(tokens), 1, tokens.size());
  }

  /** What every view of it begins with, for programs. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model.directory().name());
    json.put("source", json(source));
    if (!target.isEmpty()) {
      json.put("target", json(target));
    }
    return json;
  }

  private static List<Map<String, Object>> json(List<Token> tokens) {
    List<Map<String, Object>> list = new ArrayList<>();
    for (Token token : tokens) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("id", token.id());
      one.put("token", token.text());
      list.add(one);
    }
    return list;
  }
}
