package dev.weft.models.t5;

import dev.weft.models.EncoderDecoder;
import dev.weft.models.KeyValueCache;
import dev.weft.models.Memory;
import dev.weft.models.TokenTables;
import dev.weft.nn.Embedding;
import dev.weft.nn.Linear;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * T5 (Raffel et al. 2020) as transformers' T5Model, MT5Model and UMT5Model, or with the output
 * embedding as their ForConditionalGeneration: pre-norm blocks without biases, positions as a bias
 * by distance.
 */
public final class T5 extends EncoderDecoder {
  private final T5Config config;
  private final T5Encoder encoder;
  private final T5Decoder decoder;
  private final Optional<Linear> output;
  private final OptionalInt decoderStart;

  /**
   * A T5 whose parameters {@code p} supplies.
   *
   * @param withOutput whether it has an output embedding
   * @param decoderStart what begins the decoder's text where it reads the encoder's
   */
  T5(T5Config config, TokenTables tables, boolean withOutput, OptionalInt decoderStart, Params p) {
    super(p);
    this.config = config;
    this.decoderStart = decoderStart;
    Parameter shared = new Embedding(config.vocabSize(), config.dModel(), p.at("shared")).weight();
    encoder = new T5Encoder(config, tables, shared, p.at("encoder"));
    decoder = new T5Decoder(config, tables, shared, p.at("decoder"));
    output = withOutput ? Optional.of(tables.output(shared, p.at("lm_head"))) : Optional.empty();
  }

  /** Its settings. */
  public T5Config config() {
    return config;
  }

  @Override
  public T5Encoder encoder() {
    return encoder;
  }

  @Override
  public OptionalInt decoderStart() {
    return decoderStart;
  }

  @Override
  public boolean attendsMemory(String path) {
    return path.endsWith(".EncDecAttention");
  }

  /** No limit: positions are distances, and beyond the farthest all are the same. */
  @Override
  public int maxTargetPositions() {
    return Integer.MAX_VALUE;
  }

  @Override
  public KeyValueCache cache(int sequences, int capacity) {
    return new KeyValueCache(
        config.numDecoderLayers(), sequences, capacity, config.numHeads(), config.dKv());
  }

  @Override
  public Tensor decode(Packed target, Memory memory, KeyValueCache cache, Consumer<Tensor> states) {
    return decoder.forward(target, memory, cache, states);
  }

  /** Logits of the token after each, [tokens, H] to [tokens, V]. */
  Tensor logits(Linear embedding, Tensor hidden) {
    return embedding.forward(
        config.scaleDecoderOutputs()
            ? F.mul(hidden, (float) (1 / Math.sqrt(config.dModel())))
            : hidden);
  }

  /** The output embedding, where it has one. */
  Optional<Linear> output() {
    return output;
  }

  @Override
  public Tensor finish(Tensor x) {
    return decoder.finish(x);
  }

  @Override
  public String describe() {
    return "T5("
        + config.numLayers()
        + " + "
        + config.numDecoderLayers()
        + " layers, hidden "
        + config.dModel()
        + ", "
        + config.numHeads()
        + " heads)";
  }
}
