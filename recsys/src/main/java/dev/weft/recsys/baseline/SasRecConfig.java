package dev.weft.recsys.baseline;

/**
 * The sizes of a {@link SasRec}, under RecBole's names.
 *
 * @param hiddenSize size of all hidden states
 * @param layers transformer layers
 * @param heads attention heads; they divide the hidden size
 * @param innerSize hidden size of the feed-forward part
 * @param hiddenDropout dropout of embeddings and of what a layer adds
 * @param attentionDropout dropout of attention probabilities
 * @param maxLength how many items of a history are read, the last ones
 */
public record SasRecConfig(
    int hiddenSize,
    int layers,
    int heads,
    int innerSize,
    double hiddenDropout,
    double attentionDropout,
    int maxLength) {
  /** RecBole's defaults. */
  public static final SasRecConfig DEFAULT = new SasRecConfig(64, 2, 2, 256, 0.5, 0.5, 50);

  public SasRecConfig {
    check("hidden_size", hiddenSize, hiddenSize > 0, "at least 1");
    check("n_layers", layers, layers > 0, "at least 1");
    check("n_heads", heads, heads > 0, "at least 1");
    check("inner_size", innerSize, innerSize > 0, "at least 1");
    check("hidden_dropout_prob", hiddenDropout, inUnit(hiddenDropout), "in [0, 1)");
    check("attn_dropout_prob", attentionDropout, inUnit(attentionDropout), "in [0, 1)");
    check("MAX_ITEM_LIST_LENGTH", maxLength, maxLength > 0, "at least 1");
    if (hiddenSize % heads != 0) {
      throw new IllegalArgumentException(
          "hidden_size " + hiddenSize + " is not a multiple of n_heads " + heads);
    }
  }

  private static boolean inUnit(double probability) {
    return probability >= 0 && probability < 1;
  }

  private static void check(String key, Number value, boolean holds, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(key + ": expected " + expected + ", got " + value);
    }
  }

  /** The same with this dropout everywhere. */
  public SasRecConfig withDropout(double dropout) {
    return new SasRecConfig(hiddenSize, layers, heads, innerSize, dropout, dropout, maxLength);
  }
}
