package dev.weft.models;

import java.io.IOException;
import java.util.OptionalDouble;

/**
 * What a config says of its rotary embedding: {@code rope_parameters}, or by older names {@code
 * rope_scaling}, {@code rope_theta} and others beside it.
 *
 * @param type how frequencies are scaled beyond the length the model was first trained for
 * @param theta base of the frequencies
 * @param dim how many elements of a head the frequencies are for; see {@link #rotated}
 * @param maxPositions {@code max_position_embeddings}
 * @param originalMaxPositions the length the model was first trained for
 * @param factor how many times longer it is to be; empty for the ratio of the two lengths
 * @param attentionFactor factor on cosine and sine; empty for what the type makes of the factor
 * @param yarn ramp and temperature of type YARN
 * @param lowFreqFactor of type LLAMA3
 * @param highFreqFactor of type LLAMA3
 * @param shortFactor of type LONGROPE, one a frequency
 * @param longFactor of type LONGROPE, one a frequency
 */
public record RotaryConfig(
    Type type,
    double theta,
    int dim,
    int maxPositions,
    int originalMaxPositions,
    OptionalDouble factor,
    OptionalDouble attentionFactor,
    Yarn yarn,
    double lowFreqFactor,
    double highFreqFactor,
    double[] shortFactor,
    double[] longFactor) {
  /** The scalings of transformers' {@code rope_type}. */
  public enum Type {
    /** None. */
    DEFAULT,
    /** Positions divided by the factor. */
    LINEAR,
    /** A base that grows with the sequence (NTK-aware). */
    DYNAMIC,
    /** Interpolation of the low frequencies only (Peng et al. 2023). */
    YARN,
    /** Interpolation by wavelength, as Llama 3.1. */
    LLAMA3,
    /** A divisor for each frequency (Ding et al. 2024). */
    LONGROPE
  }

  /** Settings of type YARN; a scale of 0 stands for an absent one. */
  public record Yarn(
      double betaFast, double betaSlow, double mscale, double mscaleAllDim, boolean truncate) {}

  /** Refuses what cannot be rotated. */
  public RotaryConfig {
    if (dim < 1) {
      throw new IllegalArgumentException(
          "rotary embedding of " + dim + " elements of a head: expected at least 1");
    }
    if (!(theta > 0)) {
      throw new IllegalArgumentException("rope_theta " + theta + " is not positive");
    }
    if (factor.isPresent() && !(factor.getAsDouble() > 0)) {
      throw new IllegalArgumentException(
          "rope factor " + factor.getAsDouble() + " is not positive");
    }
    int pairs = (dim + 1) / 2;
    if (type == Type.LONGROPE && (shortFactor.length != pairs || longFactor.length != pairs)) {
      throw new IllegalArgumentException(
          "rope short_factor and long_factor: expected %d numbers each, got %d and %d"
              .formatted(pairs, shortFactor.length, longFactor.length));
    }
  }

  /** How many elements of a head are rotated: pairs, the last of which an odd dim fills up. */
  public int rotated() {
    return dim + dim % 2;
  }

  /**
   * Reads the settings of a family that rotates whole heads.
   *
   * @param headDim size of a head
   */
  public static RotaryConfig read(ConfigJson json, int headDim, int maxPositions)
      throws IOException {
    double theta = json.number("rope_theta", 10000);
    double partial = json.number("partial_rotary_factor", 1);
    ConfigJson own = parameters(json);
    RotaryConfig config =
        read(own, headDim, maxPositions, theta, partial, json.integer(ORIGINAL, 0));
    if (config.dim() != headDim) {
      throw json.error("partial_rotary_factor other than 1 is not supported");
    }
    return config;
  }

  private static final String ORIGINAL = "original_max_position_embeddings";

  /** The object that holds the settings, or an empty one. */
  public static ConfigJson parameters(ConfigJson json) throws IOException {
    ConfigJson newer = json.object("rope_parameters").orElse(json.empty());
    ConfigJson older = json.object("rope_scaling").orElse(json.empty());
    return older.unread().isEmpty() ? newer : older;
  }

  /**
   * Reads the object of the settings itself.
   *
   * @param theta the base where the object has none
   * @param partial the rotated part of a head where the object has none
   * @param outerOriginal the original length where it stands beside the object, else 0
   */
  public static RotaryConfig read(
      ConfigJson json,
      int headDim,
      int maxPositions,
      double theta,
      double partial,
      int outerOriginal)
      throws IOException {
    Type type = type(json);
    int inner = json.integer(ORIGINAL, maxPositions);
    RotaryConfig config;
    try {
      config =
          new RotaryConfig(
              type,
              json.number("rope_theta", theta),
              (int) (headDim * json.number("partial_rotary_factor", partial)),
              maxPositions,
              outerOriginal > 0 ? outerOriginal : inner,
              optional(json, "factor"),
              optional(json, "attention_factor"),
              new Yarn(
                  json.number("beta_fast", 32),
                  json.number("beta_slow", 1),
                  json.number("mscale", 0),
                  json.number("mscale_all_dim", 0),
                  json.flag("truncate", true)),
              json.number("low_freq_factor", 1),
              json.number("high_freq_factor", 4),
              json.numbers("short_factor"),
              json.numbers("long_factor"));
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
    if (config.dim() > headDim || config.rotated() > headDim) {
      throw json.error(
          "rotary embedding of %d elements of a head, in pairs: a head has %d"
              .formatted(config.dim(), headDim));
    }
    if (config.factor().isEmpty() && needsFactor(type)) {
      throw json.error("rope factor is missing, which rope_type " + type + " needs");
    }
    json.harmless("finetuned");
    json.finish();
    return config;
  }

  /** The same where a YaRN ramp begins and ends at whole frequencies. */
  public RotaryConfig truncated() {
    return new RotaryConfig(
        type,
        theta,
        dim,
        maxPositions,
        originalMaxPositions,
        factor,
        attentionFactor,
        new Yarn(yarn.betaFast(), yarn.betaSlow(), yarn.mscale(), yarn.mscaleAllDim(), true),
        lowFreqFactor,
        highFreqFactor,
        shortFactor,
        longFactor);
  }

  private static boolean needsFactor(Type type) {
    return switch (type) {
      case LINEAR, DYNAMIC, LLAMA3 -> true;
      case DEFAULT, YARN, LONGROPE -> false;
    };
  }

  private static Type type(ConfigJson json) throws IOException {
    String older = json.text("type", "default");
    String name = json.text("rope_type", older);
    for (Type type : Type.values()) {
      if (type.name().equalsIgnoreCase(name)) {
        return type;
      }
    }
    throw json.error(
        "rope_type "
            + name
            + " is not supported, only default, linear, dynamic, yarn, llama3,"
            + " longrope");
  }

  private static OptionalDouble optional(ConfigJson json, String key) throws IOException {
    return json.has(key) ? OptionalDouble.of(json.number(key, 0)) : OptionalDouble.empty();
  }
}
