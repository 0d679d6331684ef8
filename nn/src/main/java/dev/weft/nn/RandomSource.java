package dev.weft.nn;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.Philox;
import java.util.Arrays;

/** Draws initial values with Philox keyed by the seed and the parameter's name. */
final class RandomSource implements Params.Source {
  private final long seed;

  RandomSource(long seed) {
    this.seed = seed;
  }

  @Override
  public Tensor get(String name, Shape shape, Init init) {
    float[] values = new float[Math.toIntExact(shape.size())];
    switch (init) {
      case Init.Zeros _ -> {}
      case Init.Ones _ -> Arrays.fill(values, 1);
      case Init.Normal(float std) -> {
        for (int i = 0; i < values.length; i += 2) {
          // Box and Muller 1958; StrictMath, so that the bits are the same everywhere.
          double radius = Math.sqrt(-2 * StrictMath.log(uniform(name, i)));
          double angle = 2 * Math.PI * uniform(name, i + 1);
          values[i] = (float) (std * radius * StrictMath.cos(angle));
          if (i + 1 < values.length) {
            values[i + 1] = (float) (std * radius * StrictMath.sin(angle));
          }
        }
      }
      case Init.Uniform(float bound) -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) ((2 * uniform(name, i) - 1) * bound);
        }
      }
    }
    return Tensor.of(values, shape.dims()).keep();
  }

  /** A number in (0, 1] from 32 random bits. */
  private double uniform(String name, int index) {
    int[] words = new int[4];
    Philox.words(seed, index >>> 2, name.hashCode(), name.length(), 0, words, 0);
    return ((words[index & 3] & 0xFFFFFFFFL) + 1) * 0x1p-32;
  }
}
