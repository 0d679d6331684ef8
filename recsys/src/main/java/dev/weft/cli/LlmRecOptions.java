package dev.weft.cli;

import dev.weft.lora.LoraConfig;
import dev.weft.lora.TargetModules;
import dev.weft.lora.train.TrainingConfig;
import dev.weft.models.Pooling;
import dev.weft.nn.optim.AdamWOptions;
import dev.weft.recsys.llmrec.LlmRecConfig;
import dev.weft.recsys.llmrec.LlmRecConfig.Sharing;
import dev.weft.recsys.llmrec.LlmRecConfig.Similarity;
import dev.weft.recsys.llmrec.LlmRecModel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A mixin with the settings of LLM-Rec and its training. */
final class LlmRecOptions {
  /** What is trained. */
  enum Tuning {
    LORA,
    FULL
  }

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      defaultValue = "default",
      description = "A Hugging Face directory, or default: the embedded all-MiniLM-L6-v2.")
  private String model = "default";

  @Option(
      names = "--tuning",
      paramLabel = "lora|full",
      defaultValue = "lora",
      description = "Train an adapter, or all weights (default: ${DEFAULT-VALUE}).")
  private Tuning tuning = Tuning.LORA;

  @Option(names = "--max-steps", paramLabel = "N", description = "Train so many steps.")
  private @Nullable Long maxSteps;

  @Option(
      names = "--budget",
      paramLabel = "MINUTES",
      description = "Train so long instead; the learning rate decays over this time.")
  private @Nullable Double budget;

  @Option(
      names = "--lr",
      paramLabel = "X",
      description = "Highest learning rate (default: 1e-3 for lora, 1e-4 for full).")
  private @Nullable Double lr;

  @Option(
      names = "--last-targets",
      paramLabel = "N",
      description =
          "Train on the last N targets of each user alone, for data that drifts in time"
              + " (default: all of them).")
  private int lastTargets = Integer.MAX_VALUE;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "96",
      description = "Users of a step (default: ${DEFAULT-VALUE}).")
  private int batch = 96;

  @Option(
      names = "--micro-batch-tokens",
      paramLabel = "N",
      defaultValue = "16384",
      description =
          "Users are computed together up to so many tokens; bounds memory"
              + " (default: ${DEFAULT-VALUE}).")
  private int microBatchTokens = 16384;

  @Option(
      names = "--negatives",
      paramLabel = "N",
      defaultValue = "10",
      description = "Items drawn from the target's domain (default: ${DEFAULT-VALUE}).")
  private int negatives = 10;

  @Option(
      names = "--sharing",
      paramLabel = "own|batch|corrected",
      defaultValue = "own",
      description =
          "Train a user against his own negatives (the paper, default), against all items of the"
              + " domain in the micro-batch, or against these corrected for their frequency.")
  private Sharing sharing = Sharing.OWN;

  @Option(
      names = "--similarity",
      paramLabel = "dot|cosine",
      description =
          "How vectors are compared (default: cosine for a sentence encoder published with a"
              + " normalisation, else dot, the paper).")
  private @Nullable Similarity similarity;

  @Option(
      names = "--temperature",
      paramLabel = "X",
      description =
          "Divide scores by this in the loss (default: 1 for dot, the paper, 0.05 for cosine).")
  private @Nullable Double temperature;

  @Option(
      names = "--history",
      paramLabel = "N",
      defaultValue = "10",
      description = "Items of a history that are read (default: ${DEFAULT-VALUE}).")
  private int history = 10;

  @Option(
      names = "--read-out",
      paramLabel = "cls|mean",
      description =
          "How a text becomes a vector (default: a sentence encoder's own pooling, else cls).")
  private @Nullable Pooling readOut;

  @Option(
      names = "--lora-r",
      paramLabel = "N",
      defaultValue = "16",
      description = "Rank of the adapter (default: ${DEFAULT-VALUE}).")
  private int loraR = 16;

  @Option(
      names = "--lora-alpha",
      paramLabel = "X",
      defaultValue = "16",
      description = "Scale of the adapter times its rank (default: ${DEFAULT-VALUE}).")
  private double loraAlpha = 16;

  @Option(
      names = "--lora-dropout",
      paramLabel = "P",
      defaultValue = "0.1",
      description = "Dropout before the adapter (default: ${DEFAULT-VALUE}).")
  private double loraDropout = 0.1;

  @Option(
      names = "--no-dropout",
      description = "Train without any dropout: for runs too short to overfit.")
  private boolean noDropout;

  @Option(
      names = "--target-modules",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "query,value",
      description = "Linear layers that get an adapter (default: ${DEFAULT-VALUE}).")
  private List<String> targetModules = List.of("query", "value");

  @Option(
      names = "--validate-every",
      paramLabel = "STEPS",
      defaultValue = "0",
      description =
          "Measure on every tenth user's validation target and keep the best; 0 for never"
              + " (default).")
  private long validateEvery;

  @Option(
      names = "--patience",
      paramLabel = "N",
      defaultValue = "10",
      description = "Stop after so many validations without gain (default: ${DEFAULT-VALUE}).")
  private int patience = 10;

  /** The model, with a fresh adapter on it where one is to be trained. */
  LlmRecModel open(long seed) throws IOException {
    LlmRecConfig config =
        LlmRecModel.configOf(model).withHistory(history).withNegatives(negatives, sharing);
    if (readOut != null) {
      config = config.withReadOut(readOut);
    }
    if (similarity != null) {
      double usual = similarity == Similarity.DOT ? 1 : 0.05;
      config = config.withSimilarity(similarity).withTemperature(usual);
    }
    if (temperature != null) {
      config = config.withTemperature(temperature);
    }
    LlmRecModel base = LlmRecModel.open(model, config);
    return tuning == Tuning.FULL ? base : base.adapted(lora(), seed);
  }

  private LoraConfig lora() {
    return new LoraConfig(loraR, loraAlpha, loraDropout, new TargetModules.Names(targetModules));
  }

  Work.Batches batches() {
    return new Work.Batches(lastTargets, batch, microBatchTokens);
  }

  /** How to train; the length is this many steps unless the user named one. */
  TrainingConfig training(long seed, long steps) {
    TrainingConfig.Length length =
        budget != null
            ? new TrainingConfig.Budget(Duration.ofMillis((long) (budget * 60_000)))
            : new TrainingConfig.Steps(maxSteps == null ? steps : maxSteps);
    double rate = lr != null ? lr : tuning == Tuning.LORA ? 1e-3 : 1e-4;
    AdamWOptions optimizer = AdamWOptions.DEFAULTS.withLr(rate).withWeightDecay(1e-3);
    return TrainingConfig.of(length, rate)
        .withOptimizer(optimizer)
        .withSchedule(TrainingConfig.Decay.LINEAR, 0.05)
        .withMaxGradNorm(1.0)
        .withDropout(noDropout ? TrainingConfig.Dropout.OFF : TrainingConfig.Dropout.ON)
        .withSeed(seed)
        .withValidation(validateEvery, validateEvery == 0 ? 0 : patience);
  }

  /** Whether the user named both lengths. */
  boolean contradicts() {
    return budget != null && maxSteps != null;
  }

  /** The longest training time for a method that counts epochs, or null. */
  @Nullable Duration time() {
    return budget == null ? null : Duration.ofMillis((long) (budget * 60_000));
  }
}
