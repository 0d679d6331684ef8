package dev.weft.models.bert;

import dev.weft.models.Activations;
import dev.weft.models.CheckpointSource;
import dev.weft.models.Head;
import dev.weft.models.HeadConfig;
import dev.weft.models.Headed;
import dev.weft.models.MaskedLmHead;
import dev.weft.models.Parts;
import dev.weft.models.PooledClassificationHead;
import dev.weft.models.TokenClassificationHead;
import dev.weft.nn.LayerNorm;
import dev.weft.nn.Linear;
import dev.weft.nn.Params;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** BERT's heads as transformers' BertForMaskedLM and its like name their layers. */
final class BertHeads {
  static final Set<Head.Kind> KINDS =
      EnumSet.of(
          Head.Kind.MASKED_LM, Head.Kind.SEQUENCE_CLASSIFICATION, Head.Kind.TOKEN_CLASSIFICATION);

  private static final String DECODER = "cls.predictions.decoder";

  private BertHeads() {}

  /** A stack with a head. */
  static Parts load(
      Head.Kind kind, BertConfig config, HeadConfig heads, CheckpointSource source, Params p)
      throws IOException {
    if (kind == Head.Kind.MASKED_LM) {
      source.alias(DECODER + ".bias", "cls.predictions.bias");
    }
    boolean tied =
        kind == Head.Kind.MASKED_LM
            && source.ties(
                heads.tieWordEmbeddings(),
                DECODER + ".weight",
                "bert.embeddings.word_embeddings.weight");
    boolean pools = kind == Head.Kind.SEQUENCE_CLASSIFICATION;
    return new Headed<>(
            p,
            root -> new Bert(config, pools, root.at("bert")),
            (root, bert) -> new Head(kind, layers(kind, config, heads, bert, tied, root)))
        .parts();
  }

  private static Head.Layers layers(
      Head.Kind kind, BertConfig config, HeadConfig heads, Bert bert, boolean tied, Params root) {
    return switch (kind) {
      case MASKED_LM -> maskedLm(config, bert, tied, root.at("cls").at("predictions"));
      case SEQUENCE_CLASSIFICATION -> new PooledClassificationHead(bert, heads, root);
      case TOKEN_CLASSIFICATION -> new TokenClassificationHead(config.hiddenSize(), heads, root);
      case CAUSAL_LM, SEQ2SEQ_LM -> throw new IllegalArgumentException("BERT has no head " + kind);
    };
  }

  private static MaskedLmHead maskedLm(BertConfig config, Bert bert, boolean tied, Params p) {
    int hidden = config.hiddenSize();
    Params transform = p.at("transform");
    Params decoder = p.at("decoder");
    return new MaskedLmHead(
        new Linear(hidden, hidden, transform.at("dense")),
        Activations.named("hidden_act", config.hiddenAct()),
        new LayerNorm(hidden, config.layerNormEps(), transform.at("LayerNorm")),
        tied
            ? Linear.tied(bert.words().weight(), decoder)
            : new Linear(hidden, config.vocabSize(), decoder));
  }

  /** Whether a tensor belongs to a head, so that a stack alone leaves it unread. */
  static boolean isHead(String name) {
    return name.startsWith("cls.")
        || name.startsWith("classifier.")
        || name.startsWith("qa_outputs.");
  }

  /** Whether a model with this head leaves the tensor unread, as transformers does. */
  static boolean isUnread(Head.Kind kind, String name) {
    boolean pooler = name.startsWith("bert.pooler.") || name.startsWith("pooler.");
    return kind == Head.Kind.MASKED_LM
        ? pooler || name.startsWith("cls.seq_relationship.")
        : kind == Head.Kind.TOKEN_CLASSIFICATION && pooler;
  }
}
