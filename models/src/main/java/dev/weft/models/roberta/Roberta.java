package dev.weft.models.roberta;

import dev.weft.models.CheckpointSource;
import dev.weft.models.ConfigJson;
import dev.weft.models.Head;
import dev.weft.models.HeadConfig;
import dev.weft.models.PaddingPositions;
import dev.weft.models.Parts;
import dev.weft.models.bert.Bert;
import dev.weft.models.bert.BertConfig;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.util.Optional;

/**
 * RoBERTa (Liu et al. 2019) and XLM-RoBERTa as transformers' RobertaModel and XLMRobertaModel: a
 * BERT whose positions count the tokens that are not padding by their id, and begin behind the
 * padding's own row of the table.
 */
public final class Roberta extends Bert {
  private final int padTokenId;

  Roberta(BertConfig config, int padTokenId, boolean withPooler, Params p) {
    super(config, withPooler, p);
    this.padTokenId = padTokenId;
  }

  /** The RoBERTa of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts load(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    return load(json, checkpoint, architecture, "Roberta", 50265);
  }

  /** The XLM-RoBERTa of a config and its checkpoint; see {@code ModelRegistry}. */
  public static Parts loadXlm(ConfigJson json, Checkpoint checkpoint, String architecture)
      throws IOException {
    return load(json, checkpoint, architecture, "XLMRoberta", 30522);
  }

  private static Parts load(
      ConfigJson json, Checkpoint checkpoint, String architecture, String family, int vocabSize)
      throws IOException {
    int pad = json.integer("pad_token_id", 1);
    BertConfig config = BertConfig.read(json, vocabSize);
    if (pad < 0 || pad + 1 >= config.maxPositionEmbeddings()) {
      throw json.error(
          "pad_token_id "
              + pad
              + " leaves no position of max_position_embeddings "
              + config.maxPositionEmbeddings());
    }
    HeadConfig heads = HeadConfig.read(json, "classifier_dropout", config.hiddenDropoutProb());
    json.finish();
    Optional<Head.Kind> head = Head.Kind.of(architecture, family, RobertaHeads.KINDS);
    CheckpointSource source = CheckpointSource.of(checkpoint, "roberta.", head);
    Params p = Params.from(source);
    Parts parts =
        head.isEmpty()
            ? Parts.of(new Roberta(config, pad, source.has("pooler.dense.weight"), p))
            : RobertaHeads.load(head.get(), config, pad, heads, source, p);
    source.finish(name ->
        name.endsWith("embeddings.position_ids")
            || (head.isEmpty()
                ? RobertaHeads.isHead(name)
                : name.startsWith("roberta.pooler.") || name.startsWith("pooler.")));
    return parts;
  }

  @Override
  public int maxPositions() {
    return config().maxPositionEmbeddings() - padTokenId - 1;
  }

  @Override
  public long[] positions(long[] ids, long[] mask) {
    return PaddingPositions.count(ids, padTokenId);
  }

  @Override
  protected Tensor positionRows(Packed batch) {
    return PaddingPositions.rows(batch, padTokenId);
  }
}
