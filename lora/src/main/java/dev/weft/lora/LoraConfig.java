package dev.weft.lora;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an adapter is: PEFT's {@code LoraConfig} as far as it is honoured here. {@link #read}
 * refuses a key, or a value of a key, that it does not list.
 *
 * @param r rank of the change of a weight
 * @param loraAlpha numerator of its scale
 * @param loraDropout probability of dropping an input of the adapter in training
 * @param targetModules the linear layers it changes
 * @param useRslora divides the scale by the root of the rank instead of the rank (Kalajdzievski
 *     2023)
 * @param baseModel what {@code base_model_name_or_path} says; nothing depends on it
 */
public record LoraConfig(
    int r,
    double loraAlpha,
    double loraDropout,
    TargetModules targetModules,
    boolean useRslora,
    Optional<String> baseModel) {
  /** The name PEFT gives the file. */
  public static final String FILE = "adapter_config.json";

  public LoraConfig {
    if (r < 1) {
      throw new IllegalArgumentException("r " + r + ": expected at least 1");
    }
    if (!Double.isFinite(loraAlpha) || loraAlpha <= 0) {
      throw new IllegalArgumentException("lora_alpha " + loraAlpha + ": expected more than 0");
    }
    if (!(loraDropout >= 0 && loraDropout < 1)) {
      throw new IllegalArgumentException("lora_dropout " + loraDropout + ": expected [0, 1)");
    }
  }

  /** Of these modules, scaled by {@code loraAlpha / r}. */
  public LoraConfig(int r, double loraAlpha, double loraDropout, TargetModules targetModules) {
    this(r, loraAlpha, loraDropout, targetModules, false, Optional.empty());
  }

  /** The same for a base model of this name or path. */
  public LoraConfig withBaseModel(String baseModel) {
    return new LoraConfig(
        r, loraAlpha, loraDropout, targetModules, useRslora, Optional.of(baseModel));
  }

  /** Factor on the adapter's output. */
  public float scale() {
    return (float) (loraAlpha / (useRslora ? Math.sqrt(r) : r));
  }

  /**
   * Reads {@code adapter_config.json} of a directory.
   *
   * @throws IOException naming the file and the key where it is not valid JSON, or asks for what is
   *     not done here
   */
  public static LoraConfig read(Path directory) throws IOException {
    return LoraConfigFile.read(directory.resolve(FILE));
  }

  /** Writes {@code adapter_config.json} as PEFT does, every key of PEFT 0.21 in it. */
  public void write(Path directory) throws IOException {
    write(directory, false);
  }

  /** The same for layers that store their weights [in, out], where {@code fanInFanOut}. */
  void write(Path directory, boolean fanInFanOut) throws IOException {
    LoraConfigFile.write(directory.resolve(FILE), this, fanInFanOut);
  }
}
