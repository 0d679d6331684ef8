package dev.weft.models.modernbert;

import dev.weft.models.Activations;
import dev.weft.models.CheckpointSource;
import dev.weft.models.Head;
import dev.weft.models.HeadConfig;
import dev.weft.models.Headed;
import dev.weft.models.MaskedLmHead;
import dev.weft.models.Parts;
import dev.weft.models.Pooling;
import dev.weft.nn.Dropout;
import dev.weft.nn.LayerNorm;
import dev.weft.nn.Linear;
import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall.Activation;
import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** ModernBERT's heads as transformers' ModernBertForMaskedLM and its like name their layers. */
final class ModernBertHeads {
  static final Set<Head.Kind> KINDS =
      EnumSet.of(
          Head.Kind.MASKED_LM, Head.Kind.SEQUENCE_CLASSIFICATION, Head.Kind.TOKEN_CLASSIFICATION);

  private ModernBertHeads() {}

  /** A stack with a head. */
  static Parts load(
      Head.Kind kind, ModernBertConfig config, HeadConfig heads, CheckpointSource source, Params p)
      throws IOException {
    boolean tied =
        kind == Head.Kind.MASKED_LM
            && source.ties(
                heads.tieWordEmbeddings(),
                "decoder.weight",
                "model.embeddings.tok_embeddings.weight");
    return new Headed<>(
            p,
            root -> new ModernBert(config, root.at("model")),
            (root, stack) ->
                new Head(
                    kind,
                    switch (kind) {
                      case MASKED_LM -> maskedLm(config, stack, tied, root);
                      case SEQUENCE_CLASSIFICATION, TOKEN_CLASSIFICATION ->
                          new Classifier(kind, config, heads, root);
                      case CAUSAL_LM, SEQ2SEQ_LM ->
                          throw new IllegalArgumentException("ModernBERT has no head " + kind);
                    }))
        .parts();
  }

  private static MaskedLmHead maskedLm(
      ModernBertConfig config, ModernBert stack, boolean tied, Params root) {
    return new MaskedLmHead(
        dense(config, root),
        Activations.named("classifier_activation", config.classifierActivation()),
        ModernBert.norm(config, root.at("head").at("norm")),
        decoder(config, stack, tied, root.at("decoder")));
  }

  private static Linear dense(ModernBertConfig config, Params root) {
    int hidden = config.hiddenSize();
    return Linear.of(config.classifierBias(), hidden, hidden, root.at("head").at("dense"));
  }

  private static Linear decoder(ModernBertConfig config, ModernBert stack, boolean tied, Params p) {
    if (tied) {
      return config.decoderBias()
          ? Linear.tied(stack.words().weight(), p)
          : Linear.tiedWithoutBias(stack.words().weight(), p);
    }
    return Linear.of(config.decoderBias(), config.hiddenSize(), config.vocabSize(), p);
  }

  /** {@code classifier(dropout(norm(activation(dense(h)))))} of tokens, or of what is pooled. */
  private static final class Classifier implements Head.Layers {
    private final boolean pools;
    private final Pooling pooling;
    private final Linear dense;
    private final Activation activation;
    private final LayerNorm norm;
    private final Dropout drop;
    private final Linear classifier;

    Classifier(Head.Kind kind, ModernBertConfig config, HeadConfig heads, Params root) {
      pools = kind.isPooled();
      pooling = config.classifierMean() ? Pooling.MEAN : Pooling.CLS;
      dense = dense(config, root);
      activation = Activations.named("classifier_activation", config.classifierActivation());
      norm = ModernBert.norm(config, root.at("head").at("norm"));
      drop = new Dropout(heads.classifierDropout(), root.at("drop"));
      classifier = new Linear(config.hiddenSize(), heads.labels(), root.at("classifier"));
    }

    @Override
    public Tensor logits(Tensor hidden, Packed batch) {
      Tensor read = pools ? pooling.forward(hidden, batch) : hidden;
      Tensor normed = norm.forward(dense.forward(read, activation));
      return classifier.forward(
          pools ? drop.forwardPooled(normed, batch) : drop.forward(normed, batch));
    }
  }

  /** Whether a tensor belongs to a head, so that a stack alone leaves it unread. */
  static boolean isHead(String name) {
    return name.startsWith("head.")
        || name.startsWith("decoder.")
        || name.startsWith("classifier.");
  }
}
