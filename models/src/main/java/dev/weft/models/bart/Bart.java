package dev.weft.models.bart;

import dev.weft.models.CheckpointSource;
import dev.weft.models.ConfigJson;
import dev.weft.models.EncoderDecoder;
import dev.weft.models.EosClassificationHead;
import dev.weft.models.Head;
import dev.weft.models.HeadConfig;
import dev.weft.models.KeyValueCache;
import dev.weft.models.Memory;
import dev.weft.models.Parts;
import dev.weft.models.TokenTables;
import dev.weft.nn.Embedding;
import dev.weft.nn.Init;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/**
 * BART (Lewis et al. 2020) as transformers' BartModel: learned positions, post-norm layers, one
 * table of token vectors for both stacks and the output.
 */
public final class Bart extends EncoderDecoder {
  private static final Set<Head.Kind> KINDS =
      EnumSet.of(Head.Kind.SEQ2SEQ_LM, Head.Kind.SEQUENCE_CLASSIFICATION);

  private final BartConfig config;
  private final Parameter shared;
  private final BartEncoder encoder;
  private final BartDecoder decoder;

  private Bart(BartConfig config, TokenTables tables, Params p) {
    super(p);
    this.config = config;
    shared = new Embedding(config.vocabSize(), config.dModel(), p.at("shared")).weight();
    encoder = new BartEncoder(config, tables, shared, p.at("encoder"));
    decoder = new BartDecoder(config, tables, shared, p.at("decoder"));
  }

  /**
   * The BART of a config and its checkpoint, with the head of its architecture: conditional
   * generation or sequence classification, none for another; see {@code ModelRegistry}.
   */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    BartConfig config = BartConfig.read(json);
    HeadConfig heads = BartConfig.heads(json);
    BartConfig.accept(json);
    Optional<Head.Kind> kind = Head.Kind.of(architecture, "Bart", KINDS);
    CheckpointSource source = CheckpointSource.of(checkpoint, "model.", kind);
    Params p = Params.from(source);
    boolean generates = kind.isPresent() && kind.get() == Head.Kind.SEQ2SEQ_LM;
    TokenTables tables =
        TokenTables.of(
            source, heads.tieWordEmbeddings(), kind.isPresent() ? "model." : "", generates);
    Parts parts;
    if (kind.isEmpty()) {
      parts = Parts.of(new Bart(config, tables, p), Optional.empty());
    } else {
      Root root = new Root(p);
      Bart bart = new Bart(config, tables, p.at("model"));
      Head.Layers layers =
          generates
              ? new Output(bart, tables, source.has("final_logits_bias"), p)
              : new EosClassificationHead(
                  config.dModel(), config.eosTokenId(), heads, p.at("classification_head"));
      parts =
          new Parts(
              root, bart.encoder, Optional.of(bart), Optional.of(new Head(kind.get(), layers)));
    }
    source.finish(name -> name.endsWith("coder.version") || (kind.isEmpty() && isHead(name)));
    return parts;
  }

  private static boolean isHead(String name) {
    return name.startsWith("lm_head.")
        || name.equals("final_logits_bias")
        || name.startsWith("classification_head.")
        || name.startsWith("qa_outputs.");
  }

  /** The root of a model below {@code model} and its head. */
  private static final class Root extends Module {
    Root(Params p) {
      super(p);
    }
  }

  /** {@code h W^T + b}, where b is not trained. */
  private static final class Output implements Head.Layers {
    private final Linear embedding;
    private final Optional<Tensor> bias;

    Output(Bart bart, TokenTables tables, boolean biased, Params root) {
      embedding = tables.output(bart.shared, root.at("lm_head"));
      bias =
          biased
              ? Optional.of(
                      root.parameter(
                              "final_logits_bias", Shape.of(1, bart.config.vocabSize()), Init.ZEROS)
                          .tensor())
                  .map(b -> F.to(b, DType.F32).keep())
              : Optional.empty();
    }

    @Override
    public Tensor logits(Tensor hidden, Packed batch) {
      Tensor logits = embedding.forward(hidden); // [tokens, V]
      return bias.map(b -> F.add(logits, b)).orElse(logits);
    }
  }

  /** Its settings. */
  public BartConfig config() {
    return config;
  }

  @Override
  public BartEncoder encoder() {
    return encoder;
  }

  @Override
  public OptionalInt decoderStart() {
    return OptionalInt.of(config.decoderStartTokenId());
  }

  @Override
  public boolean attendsMemory(String path) {
    return path.endsWith(".encoder_attn");
  }

  @Override
  public int maxTargetPositions() {
    return config.maxPositionEmbeddings();
  }

  @Override
  public KeyValueCache cache(int sequences, int capacity) {
    int heads = config.decoder().attentionHeads();
    return new KeyValueCache(
        config.decoder().layers(), sequences, capacity, heads, config.dModel() / heads);
  }

  @Override
  public Tensor decode(Packed target, Memory memory, KeyValueCache cache, Consumer<Tensor> states) {
    return decoder.forward(target, memory, cache, states);
  }

  @Override
  public String describe() {
    return "Bart("
        + config.encoder().layers()
        + " + "
        + config.decoder().layers()
        + " layers, hidden "
        + config.dModel()
        + ", "
        + config.decoder().attentionHeads()
        + " heads)";
  }
}
