package dev.weft.models;

import dev.weft.nn.Dropout;
import dev.weft.nn.Linear;
import dev.weft.nn.Params;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The heads that transformers puts on a decoder: the next token, the classes of a sequence, the
 * classes of tokens.
 *
 * @param names what they are called
 * @param config what the model's config says of them
 * @param padTokenId its {@code pad_token_id}
 * @param softcap {@code final_logit_softcapping}; 0 for none
 */
public record DecoderHeads(Names names, HeadConfig config, OptionalInt padTokenId, float softcap) {
  /**
   * What transformers calls a family's classes and their parts.
   *
   * @param causalLm class with the next token's logits
   * @param sequences class of a classifier of sequences
   * @param tokens class of a classifier of tokens; empty for none
   * @param prefix of the stack in those classes
   * @param table the embedding of tokens in the stack
   * @param lmHead the projection to the vocabulary
   * @param olderLmHead what that was called before; the same where it was not renamed
   * @param tokenHead the projection to the classes of tokens
   */
  public record Names(
      String causalLm,
      String sequences,
      String tokens,
      String prefix,
      String table,
      String lmHead,
      String olderLmHead,
      String tokenHead) {
    /** As Llama and most since have them. */
    public static Names of(String family) {
      return new Names(
          family + "ForCausalLM",
          family + "ForSequenceClassification",
          family + "ForTokenClassification",
          "model",
          "embed_tokens",
          "lm_head",
          "lm_head",
          "score");
    }
  }

  /**
   * Reads the keys of heads, and accepts those that any decoder's config may hold and that change
   * nothing in a forward.
   *
   * @param tied what an absent {@code tie_word_embeddings} stands for
   * @param dropoutKey names the dropout of a classifier of tokens
   * @param dropout what its absence stands for
   */
  public static DecoderHeads read(
      ConfigJson json, Names names, boolean tied, String dropoutKey, double dropout)
      throws IOException {
    OptionalInt pad =
        json.has("pad_token_id")
            ? OptionalInt.of(json.integer("pad_token_id"))
            : OptionalInt.empty();
    double softcap = json.number("final_logit_softcapping", 0);
    if (!(softcap >= 0)) {
      throw json.error("final_logit_softcapping " + softcap + " is not positive");
    }
    json.general();
    json.standsAlone();
    json.harmless(
        "_from_model_config",
        "cache_implementation",
        "custom_pipelines",
        "is_decoder",
        "max_new_tokens",
        "max_sequence_length",
        "model_max_length",
        "transformers.js_config",
        "unsloth_fixed",
        "unsloth_version");
    json.pinned("is_causal", "true");
    return new DecoderHeads(
        names, HeadConfig.read(json, tied, dropoutKey, dropout), pad, (float) softcap);
  }

  /** The same with another cap on the logits. */
  public DecoderHeads withSoftcap(float other) {
    return new DecoderHeads(names, config, padTokenId, other);
  }

  /**
   * Builds the stack, with the head of {@code architecture} where it is one of these.
   *
   * @param stack makes the stack in the scope it is given
   * @param ignored names of tensors that are no parameters, as masks and tables of older versions
   */
  public <D extends Decoder> Parts load(
      String architecture,
      Checkpoint checkpoint,
      Function<Params, D> stack,
      Predicate<String> ignored)
      throws IOException {
    String prefix = names.prefix() + ".";
    boolean causal = architecture.equals(names.causalLm());
    boolean sequences = architecture.equals(names.sequences());
    boolean tokens = !names.tokens().isEmpty() && architecture.equals(names.tokens());
    if (!causal && !sequences && !tokens) {
      CheckpointSource source = new CheckpointSource(checkpoint, prefix);
      Parts parts = Parts.of(stack.apply(Params.from(source)));
      source.finish(name -> ignored.test(name) || isHead(name));
      return parts;
    }
    CheckpointSource source = CheckpointSource.withHead(checkpoint, prefix);
    String lmHead = names.lmHead() + ".weight";
    String older = names.olderLmHead() + ".weight";
    source.alias(lmHead, older);
    boolean tied =
        causal
            && source.ties(
                config.tieWordEmbeddings(),
                checkpoint.has(lmHead) ? lmHead : older,
                prefix + names.table() + ".weight");
    Headed<D> model =
        new Headed<>(
            Params.from(source),
            root -> stack.apply(root.at(names.prefix())),
            (root, built) ->
                causal
                    ? causal(built, tied, root)
                    : sequences ? sequences(built, root) : tokens(built, root));
    source.finish(ignored);
    return model.parts();
  }

  private boolean isHead(String name) {
    return name.startsWith(names.lmHead() + ".")
        || name.startsWith(names.olderLmHead() + ".")
        || name.startsWith(names.tokenHead() + ".")
        || name.startsWith("score.")
        || name.startsWith("qa_outputs.");
  }

  private Head causal(Decoder stack, boolean tied, Params root) {
    Params p = root.at(names.lmHead());
    Linear projection =
        tied
            ? Linear.tiedWithoutBias(stack.table(), p)
            : Linear.withoutBias(stack.hiddenSize(), stack.vocabSize(), p);
    return new Head(Head.Kind.CAUSAL_LM, new CausalLmHead(projection, softcap));
  }

  private Head sequences(Decoder stack, Params root) {
    Linear score = Linear.withoutBias(stack.hiddenSize(), config.labels(), root.at("score"));
    return new Head(Head.Kind.SEQUENCE_CLASSIFICATION, new LastTokenHead(score, padTokenId));
  }

  private Head tokens(Decoder stack, Params root) {
    Dropout dropout = new Dropout(config.classifierDropout(), root.at("dropout"));
    Linear classes = new Linear(stack.hiddenSize(), config.labels(), root.at(names.tokenHead()));
    return new Head(
        Head.Kind.TOKEN_CLASSIFICATION,
        (hidden, batch) -> classes.forward(dropout.forward(hidden, batch)));
  }
}
