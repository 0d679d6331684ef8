package dev.weft.models.roberta;

import dev.weft.models.CheckpointSource;
import dev.weft.models.FirstTokenHead;
import dev.weft.models.Head;
import dev.weft.models.HeadConfig;
import dev.weft.models.Headed;
import dev.weft.models.MaskedLmHead;
import dev.weft.models.Parts;
import dev.weft.models.TokenClassificationHead;
import dev.weft.models.bert.BertConfig;
import dev.weft.nn.LayerNorm;
import dev.weft.nn.Linear;
import dev.weft.nn.Params;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** RoBERTa's heads as transformers' RobertaForMaskedLM and its like name their layers. */
final class RobertaHeads {
  static final Set<Head.Kind> KINDS =
      EnumSet.of(
          Head.Kind.MASKED_LM, Head.Kind.SEQUENCE_CLASSIFICATION, Head.Kind.TOKEN_CLASSIFICATION);

  private RobertaHeads() {}

  /** A stack with a head. */
  static Parts load(
      Head.Kind kind,
      BertConfig config,
      int padTokenId,
      HeadConfig heads,
      CheckpointSource source,
      Params p)
      throws IOException {
    if (kind == Head.Kind.MASKED_LM) {
      source.alias("lm_head.decoder.bias", "lm_head.bias");
    }
    boolean tied =
        kind == Head.Kind.MASKED_LM
            && source.ties(
                heads.tieWordEmbeddings(),
                "lm_head.decoder.weight",
                "roberta.embeddings.word_embeddings.weight");
    return new Headed<>(
            p,
            root -> new Roberta(config, padTokenId, false, root.at("roberta")),
            (root, stack) -> new Head(kind, layers(kind, config, heads, stack, tied, root)))
        .parts();
  }

  private static Head.Layers layers(
      Head.Kind kind,
      BertConfig config,
      HeadConfig heads,
      Roberta stack,
      boolean tied,
      Params root) {
    int hidden = config.hiddenSize();
    return switch (kind) {
      case MASKED_LM -> maskedLm(config, stack, tied, root.at("lm_head"));
      case SEQUENCE_CLASSIFICATION -> new FirstTokenHead(hidden, heads, root.at("classifier"));
      case TOKEN_CLASSIFICATION -> new TokenClassificationHead(hidden, heads, root);
      case CAUSAL_LM, SEQ2SEQ_LM ->
          throw new IllegalArgumentException("RoBERTa has no head " + kind);
    };
  }

  /** Its activation is the exact GELU whatever the config's {@code hidden_act} is. */
  private static MaskedLmHead maskedLm(BertConfig config, Roberta stack, boolean tied, Params p) {
    int hidden = config.hiddenSize();
    Params decoder = p.at("decoder");
    return new MaskedLmHead(
        new Linear(hidden, hidden, p.at("dense")),
        Activation.GELU,
        new LayerNorm(hidden, config.layerNormEps(), p.at("layer_norm")),
        tied
            ? Linear.tied(stack.words().weight(), decoder)
            : new Linear(hidden, config.vocabSize(), decoder));
  }

  /** Whether a tensor belongs to a head, so that a stack alone leaves it unread. */
  static boolean isHead(String name) {
    return name.startsWith("lm_head.")
        || name.startsWith("classifier.")
        || name.startsWith("qa_outputs.");
  }
}
