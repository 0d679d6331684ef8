package dev.weft.models.t5;

import dev.weft.models.CheckpointSource;
import dev.weft.models.ConfigJson;
import dev.weft.models.EosClassificationHead;
import dev.weft.models.Head;
import dev.weft.models.HeadConfig;
import dev.weft.models.Parts;
import dev.weft.models.TokenClassificationHead;
import dev.weft.models.TokenTables;
import dev.weft.nn.Embedding;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.Params;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Makes of a T5's config and checkpoint the classes that transformers has for it. */
public final class T5Loader {
  private static final Set<Head.Kind> KINDS =
      EnumSet.of(
          Head.Kind.SEQ2SEQ_LM, Head.Kind.SEQUENCE_CLASSIFICATION, Head.Kind.TOKEN_CLASSIFICATION);

  /** Stored by the first T5s and read by nothing. */
  private static final String UNREAD =
      "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight";

  private final T5Config config;
  private final HeadConfig heads;
  private final int eos;
  private final OptionalInt start;
  private final CheckpointSource source;
  private final Params p;

  private T5Loader(
      T5Config config, HeadConfig heads, int eos, OptionalInt start, CheckpointSource source) {
    this.config = config;
    this.heads = heads;
    this.eos = eos;
    this.start = start;
    this.source = source;
    this.p = Params.from(source);
  }

  /** transformers' T5EncoderModel. */
  private static final class EncoderModel extends Module {
    private final T5Encoder encoder;

    EncoderModel(T5Config config, TokenTables tables, Params p) {
      super(p);
      Parameter shared =
          new Embedding(config.vocabSize(), config.dModel(), p.at("shared")).weight();
      encoder = new T5Encoder(config, tables, shared, p.at("encoder"));
    }
  }

  /** The root of a model below {@code transformer} and its head. */
  private static final class Root extends Module {
    Root(Params p) {
      super(p);
    }
  }

  /**
   * The model with the head of its architecture: conditional generation, sequence or token
   * classification, none for another. A checkpoint without a decoder is an encoder; see {@code
   * ModelRegistry}.
   */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    String family = json.text("model_type").toUpperCase(Locale.ROOT);
    T5Config config = T5Config.read(json);
    HeadConfig heads = HeadConfig.read(json, "classifier_dropout", 0);
    int eos = json.integers("eos_token_id").stream().findFirst().orElse(1);
    OptionalInt start =
        json.has("decoder_start_token_id")
            ? OptionalInt.of(json.integer("decoder_start_token_id"))
            : family.equals("T5") ? OptionalInt.empty() : OptionalInt.of(0);
    T5Config.accept(json);
    // The first published T5s name the class by its old name.
    Optional<Head.Kind> kind =
        architecture.equals("T5WithLMHeadModel")
            ? Optional.of(Head.Kind.SEQ2SEQ_LM)
            : Head.Kind.of(architecture, family, KINDS);
    boolean below = kind.isPresent() && kind.get() != Head.Kind.SEQ2SEQ_LM;
    CheckpointSource source =
        below
            ? CheckpointSource.withHead(checkpoint, "transformer.")
            : new CheckpointSource(checkpoint, "transformer.");
    T5Loader loader = new T5Loader(config, heads, eos, start, source);
    boolean encoderAlone =
        kind.isEmpty()
            && (architecture.equals(family + "EncoderModel")
                || checkpoint.names().stream().noneMatch(name -> name.contains("decoder.")));
    Parts parts = encoderAlone ? loader.encoder() : loader.model(kind);
    boolean readsDecoder = parts.encoderDecoder().isPresent();
    source.finish(name ->
        name.endsWith(UNREAD)
            || (!readsDecoder && name.contains("decoder."))
            || (kind.isEmpty() && isHead(name)));
    return parts;
  }

  private static boolean isHead(String name) {
    return name.startsWith("lm_head.")
        || name.startsWith("classification_head.")
        || name.startsWith("classifier.")
        || name.startsWith("qa_outputs.");
  }

  private Parts encoder() throws IOException {
    EncoderModel model = new EncoderModel(config, tables("", false), p);
    return new Parts(model, model.encoder, Optional.empty());
  }

  private Parts model(Optional<Head.Kind> kind) throws IOException {
    if (kind.isEmpty()) {
      T5 model = new T5(config, tables("", false), false, OptionalInt.empty(), p);
      return Parts.of(model, Optional.empty());
    }
    return switch (kind.get()) {
      case SEQ2SEQ_LM -> seq2seq();
      case SEQUENCE_CLASSIFICATION -> sequenceClassifier();
      case TOKEN_CLASSIFICATION -> tokenClassifier();
      case MASKED_LM, CAUSAL_LM ->
          throw new IllegalArgumentException("T5 has no head " + kind.get());
    };
  }

  private Parts seq2seq() throws IOException {
    T5 model = new T5(config, tables("", true), true, OptionalInt.empty(), p);
    Linear output = model.output().orElseThrow();
    Head head = new Head(Head.Kind.SEQ2SEQ_LM, (hidden, batch) -> model.logits(output, hidden));
    return Parts.of(model, Optional.of(head));
  }

  private Parts sequenceClassifier() throws IOException {
    Root root = new Root(p);
    T5 model = new T5(config, tables("transformer.", false), false, start, p.at("transformer"));
    Head.Layers layers =
        new EosClassificationHead(config.dModel(), eos, heads, p.at("classification_head"));
    return new Parts(
        root,
        model.encoder(),
        Optional.of(model),
        Optional.of(new Head(Head.Kind.SEQUENCE_CLASSIFICATION, layers)));
  }

  private Parts tokenClassifier() throws IOException {
    Root root = new Root(p);
    EncoderModel model =
        new EncoderModel(config, tables("transformer.", false), p.at("transformer"));
    Head.Layers layers = new TokenClassificationHead(config.dModel(), heads, p);
    return new Parts(
        root, model.encoder, Optional.of(new Head(Head.Kind.TOKEN_CLASSIFICATION, layers)));
  }

  private TokenTables tables(String prefix, boolean withOutput) throws IOException {
    // tie_word_embeddings says nothing of the tables here: transformers ties them in any case.
    return TokenTables.of(source, true, prefix, withOutput);
  }
}
