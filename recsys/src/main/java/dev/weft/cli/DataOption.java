package dev.weft.cli;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Datasets;
import dev.weft.recsys.data.Sample;
import java.io.IOException;
import picocli.CommandLine.Option;

/** A mixin for commands that read interactions. */
final class DataOption {
  private static final String SAMPLE = "sample";

  @Option(
      names = "--data",
      paramLabel = "DIR|sample",
      defaultValue = SAMPLE,
      description =
          "A directory of RecBole atomic files (.inter and .item, also gzipped), or the embedded,"
              + " simulated sample (default).")
  private String data = SAMPLE;

  /** What was asked for, as given. */
  String name() {
    return data;
  }

  /** Reads the data set; the sample is simulated with this seed. */
  Dataset open(long seed) throws IOException {
    return open(data, seed);
  }

  /** Reads a data set by what {@code --data} was once given. */
  static Dataset open(String data, long seed) throws IOException {
    return data.equals(SAMPLE) ? Sample.dataset(seed) : Datasets.open(data);
  }
}
