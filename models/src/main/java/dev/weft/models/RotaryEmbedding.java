package dev.weft.models;

import dev.weft.nn.Packed;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rotary position embedding (Su et al. 2021) with the frequencies of a {@link RotaryConfig},
 * computed step by step in f32 as transformers' modeling_rope_utils does, because at large
 * positions an angle's rounding shows in its cosine.
 */
public final class RotaryEmbedding {
  /** Cosines and sines [positions, pairs] of positions 0, 1, 2 ... */
  private record Table(int key, int positions, Tensor cos, Tensor sin) {}

  private static final int FEWEST = 64;

  private final RotaryConfig config;
  private volatile @Nullable Table known;

  /** With these settings. */
  public RotaryEmbedding(RotaryConfig config) {
    this.config = config;
  }

  /** What one forward rotates its queries and keys with. */
  public final class Angles {
    private final Table table;
    private final Tensor positions;

    private Angles(Table table, Tensor positions) {
      this.table = table;
      this.positions = positions;
    }

    /** Rotates the first elements of every head, in pairs: [tokens, N, D] to the same. */
    public Tensor rotate(Tensor x) {
      int dim = config.rotated();
      int size = x.dim(2);
      if (dim == size) {
        return F.rope(x, table.cos, table.sin, positions);
      }
      Tensor turned = F.rope(x.slice(2, 0, dim), table.cos, table.sin, positions);
      return F.cat(List.of(turned, x.slice(2, dim, size)), 2); // [tokens, N, D]
    }
  }

  /**
   * The angles of a batch's positions. For types DYNAMIC and LONGROPE the frequencies depend on the
   * largest position of the batch, padding included, as they do in transformers.
   */
  public Angles angles(Packed batch) {
    Tensor positions = batch.positions();
    int length = batch.width();
    for (long position : positions.toLongs()) {
      length = Math.max(length, Math.toIntExact(position + 1));
    }
    int key = frequencyKey(length);
    Table table = known;
    if (table == null || table.key != key || table.positions < length) {
      int rows = Math.max(FEWEST, Integer.highestOneBit(length - 1) * 2);
      table = table(key, Math.max(rows, length), frequencies(length));
      known = table;
    }
    return new Angles(table, positions);
  }

  /** Equal for lengths that have the same frequencies. */
  private int frequencyKey(int length) {
    return switch (config.type()) {
      case DYNAMIC -> length > config.maxPositions() ? length : 0;
      case LONGROPE -> length > config.originalMaxPositions() ? 1 : 0;
      case DEFAULT, LINEAR, YARN, LLAMA3 -> 0;
    };
  }

  private Table table(int key, int positions, float[] frequencies) {
    int half = frequencies.length;
    float scale = (float) attentionFactor();
    float[] cos = new float[positions * half];
    float[] sin = new float[positions * half];
    for (int p = 0; p < positions; p++) {
      for (int i = 0; i < half; i++) {
        float angle = p * frequencies[i];
        // StrictMath: the same bits on every machine.
        cos[p * half + i] = (float) StrictMath.cos(angle) * scale;
        sin[p * half + i] = (float) StrictMath.sin(angle) * scale;
      }
    }
    // keep(): a table outlives the step that happens to make it.
    return new Table(
        key,
        positions,
        Tensor.of(cos, positions, half).keep(),
        Tensor.of(sin, positions, half).keep());
  }

  /** The factor on cosines and sines. */
  private double attentionFactor() {
    if (config.attentionFactor().isPresent()) {
      return config.type() == RotaryConfig.Type.YARN || config.type() == RotaryConfig.Type.LONGROPE
          ? config.attentionFactor().getAsDouble()
          : 1;
    }
    double factor = factor();
    RotaryConfig.Yarn yarn = config.yarn();
    return switch (config.type()) {
      case DEFAULT, LINEAR, DYNAMIC, LLAMA3 -> 1;
      case YARN ->
          yarn.mscale() != 0 && yarn.mscaleAllDim() != 0
              ? temperature(factor, yarn.mscale()) / temperature(factor, yarn.mscaleAllDim())
              : temperature(factor, 1);
      case LONGROPE ->
          factor <= 1
              ? 1
              : StrictMath.sqrt(
                  1 + StrictMath.log(factor) / StrictMath.log(config.originalMaxPositions()));
    };
  }

  private static double temperature(double factor, double mscale) {
    return factor <= 1 ? 1 : 0.1 * mscale * StrictMath.log(factor) + 1;
  }

  private double factor() {
    return config.factor().orElse((double) config.maxPositions() / config.originalMaxPositions());
  }

  private float[] frequencies(int length) {
    return switch (config.type()) {
      case DEFAULT -> inverse((float) config.theta());
      case LINEAR -> divided(inverse((float) config.theta()), (float) factor());
      case DYNAMIC -> inverse(grownBase(length));
      case YARN -> yarn();
      case LLAMA3 -> llama3();
      case LONGROPE -> longrope(length);
    };
  }

  /** {@code theta^(2 i / dim)}. */
  private float power(float theta, int i) {
    float exponent = 2f * i / config.dim();
    return (float) StrictMath.pow(theta, exponent);
  }

  private float[] inverse(float theta) {
    float[] frequencies = new float[config.rotated() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = 1 / power(theta, i);
    }
    return frequencies;
  }

  private static float[] divided(float[] frequencies, float factor) {
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= factor;
    }
    return frequencies;
  }

  private float grownBase(int length) {
    float theta = (float) config.theta();
    if (length <= config.maxPositions()) {
      return theta;
    }
    float factor = (float) factor();
    float growth = factor * length / config.maxPositions() - (factor - 1);
    double exponent = config.dim() / (config.dim() - 2.0);
    return theta * (float) StrictMath.pow(growth, exponent);
  }

  private float[] yarn() {
    double low = rampEnd(config.yarn().betaFast());
    double high = rampEnd(config.yarn().betaSlow());
    if (config.yarn().truncate()) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, config.dim() - 1);
    if (low == high) {
      high += 0.001;
    }
    float[] frequencies = new float[config.rotated() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      float power = power((float) config.theta(), i);
      float ramp = Math.clamp((i - (float) low) / (float) (high - low), 0f, 1f);
      float kept = 1 - ramp;
      frequencies[i] = 1 / ((float) factor() * power) * (1 - kept) + 1 / power * kept;
    }
    return frequencies;
  }

  /** The frequency that turns so many times over the original length, by its index. */
  private double rampEnd(double turns) {
    return config.dim()
        * StrictMath.log(config.originalMaxPositions() / (turns * 2 * Math.PI))
        / (2 * StrictMath.log(config.theta()));
  }

  private float[] llama3() {
    float[] frequencies = inverse((float) config.theta());
    float factor = (float) factor();
    float original = config.originalMaxPositions();
    float low = (float) config.lowFreqFactor();
    float high = (float) config.highFreqFactor();
    for (int i = 0; i < frequencies.length; i++) {
      float wavelength = (float) (2 * Math.PI) / frequencies[i];
      if (wavelength > original / low) {
        frequencies[i] /= factor;
      } else if (wavelength >= original / high) {
        float smooth = (original / wavelength - low) / (high - low);
        frequencies[i] = (1 - smooth) * frequencies[i] / factor + smooth * frequencies[i];
      }
    }
    return frequencies;
  }

  private float[] longrope(int length) {
    double[] factors =
        length > config.originalMaxPositions() ? config.longFactor() : config.shortFactor();
    float[] frequencies = new float[factors.length];
    for (int i = 0; i < factors.length; i++) {
      frequencies[i] = 1 / ((float) factors[i] * power((float) config.theta(), i));
    }
    return frequencies;
  }
}
