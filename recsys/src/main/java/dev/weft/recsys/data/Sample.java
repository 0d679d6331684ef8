package dev.weft.recsys.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * The embedded sample: some 900 items of five domains, those of the LLM-Rec paper, with titles
 * written for it one by one, and simulated users ({@link Simulator}). Brands, where there are any,
 * are invented. Beside each title stand the interests of its buyers, by the writer's judgement, in
 * {@code sample/DOMAIN.tsv}; {@code sample/interests.tsv} says what each interest means.
 */
public final class Sample {
  /** The seed where none is given. */
  public static final long SEED = 42;

  /** Industrial and scientific; pantry; musical instruments; arts, crafts and sewing; office. */
  public static final List<String> DOMAINS =
      List.of("scientific", "pantry", "instruments", "arts", "office");

  private static final String NAME = "sample";

  private Sample() {}

  /** The items with their interests. */
  public static Catalogue catalogue() {
    try {
      return CatalogueReader.read(
          file -> CatalogueReader.resource(Sample.class, NAME + "/" + file), DOMAINS);
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded sample cannot be read", e);
    }
  }

  /** Users with the default config. */
  public static Dataset dataset(long seed) {
    return dataset(SimulatorConfig.DEFAULT, seed);
  }

  /** Users with the default config but for the dial; see {@link SimulatorConfig#cross}. */
  public static Dataset dataset(long seed, double cross) {
    return dataset(SimulatorConfig.DEFAULT.withCross(cross), seed);
  }

  /** Users of any kind. */
  public static Dataset dataset(SimulatorConfig config, long seed) {
    return Simulator.simulate(NAME, catalogue(), config, seed);
  }
}
