package dev.weft.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The tensors that bench/goldens/nn_goldens.py wrote: PyTorch in float64, rounded to f32. */
public final class NnGoldens {
  private static final Checkpoint FILE = open();

  private NnGoldens() {}

  private static Checkpoint open() {
    try {
      return Checkpoint.open(Path.of("src/test/resources/goldens/nn.safetensors"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The golden of this name. */
  public static Tensor get(String name) {
    try {
      return FILE.tensor(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether there is a golden of this name. */
  public static boolean has(String name) {
    return FILE.has(name);
  }

  /** A golden as a parameter that may be trained. */
  public static Parameter parameter(String name, Tensor value) {
    Parameter parameter = new Parameter(name, value);
    parameter.own();
    return parameter;
  }

  /** Supplies {@code <layer>.weights.<name>} to the modules of a test, ready to train. */
  public static Params weights(String layer) {
    return Params.from(
        (name, shape, init) -> parameter(name, get(layer + ".weights." + name)).tensor());
  }

  /** Asserts that the largest difference is at most {@code tolerance} of the largest value. */
  public static void assertClose(Tensor actual, String golden, double tolerance) {
    Tensor expected = get(golden);
    assertThat(actual.shape()).as(golden).isEqualTo(expected.shape());
    assertClose(actual.toFloats(), expected.toFloats(), tolerance, golden);
  }

  /** The same for arrays. */
  public static void assertClose(float[] got, float[] want, double tolerance, String what) {
    double scale = 0;
    double worst = 0;
    for (int i = 0; i < want.length; i++) {
      scale = Math.max(scale, Math.abs(want[i]));
      double difference = Math.abs((double) got[i] - want[i]);
      worst = difference > worst || Double.isNaN(difference) ? difference : worst;
    }
    assertThat(worst).as("largest difference of %s", what).isLessThanOrEqualTo(tolerance * scale);
  }

  /** The sizes of a golden. */
  public static Shape shape(String name) {
    return get(name).shape();
  }
}
