package dev.weft.bench.suite;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.FloatMath;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import dev.weft.tensor.kernel.Kernels;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * How far our polynomials are from the functions, over all floats: the kernels as they run here
 * against double.
 *
 * <p>An error is counted in units in the last place, of the result or of what the unit says.
 * Results below the normal floats are counted apart. Where one side is infinite it counts as 2^128;
 * that one is NaN and the other not is an infinite error.
 */
public final class Accuracy {
  /** What an error is counted in units in the last place of. */
  public enum Unit {
    RESULT,
    /** The argument: a product with it, one of whose factors may cancel. */
    ARGUMENT,
    /** One, or the argument where that is larger: a sum of terms of that size. */
    ONE
  }

  /** Fills y from x. */
  @FunctionalInterface
  private interface Body {
    void run(Buf x, Buf y, Buf ones);
  }

  /**
   * A function.
   *
   * @param bound the largest error that {@link FloatMath} states, where the result is normal
   */
  public record Case(String name, Body body, DoubleUnaryOperator exact, Unit unit, double bound) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Errors of a function.
   *
   * @param worst the largest where the result is normal
   * @param at an argument that has it
   * @param worstSubnormal the largest where the result is below the normal floats
   */
  public record Errors(double worst, float at, double worstSubnormal) {
    static final Errors NONE = new Errors(0, 0, 0);

    Errors or(Errors other) {
      Errors first = worst >= other.worst ? this : other;
      return new Errors(first.worst, first.at, Math.max(worstSubnormal, other.worstSubnormal));
    }
  }

  /** The functions and the bounds that {@link FloatMath} states. */
  public static final List<Case> ALL =
      List.of(
          unary("exp", UnaryKind.EXP, Math::exp, Unit.RESULT, 1.02),
          unary("log", UnaryKind.LOG, Math::log, Unit.RESULT, 1),
          unary("tanh", UnaryKind.TANH, Math::tanh, Unit.RESULT, 2),
          unary("erf", UnaryKind.ERF, DoubleErf::erf, Unit.RESULT, 1.5),
          unary("sigmoid", UnaryKind.SIGMOID, Accuracy::sigmoid, Unit.RESULT, 3),
          unary("silu", UnaryKind.SILU, Accuracy::silu, Unit.RESULT, 3),
          unary("gelu", UnaryKind.GELU, x -> x * cdf(x), Unit.ARGUMENT, 2),
          unary(
              "gelu_tanh",
              UnaryKind.GELU_TANH,
              x -> 0.5 * x * (1 + Math.tanh(inner(x))),
              Unit.ARGUMENT,
              2),
          gradient("erf derivative", UnaryKind.ERF, Accuracy::erfGrad, 2),
          gradient("silu derivative", UnaryKind.SILU, Accuracy::siluGrad, 2),
          gradient("gelu derivative", UnaryKind.GELU, Accuracy::geluGrad, 2),
          gradient("gelu_tanh derivative", UnaryKind.GELU_TANH, Accuracy::geluTanhGrad, 2));

  private static final int CHUNK = 1 << 20;

  private Accuracy() {}

  private static Case unary(
      String name, UnaryKind kind, DoubleUnaryOperator exact, Unit unit, double bound) {
    return new Case(
        name, (x, y, ones) -> Kernels.run(new KernelCall.Unary(kind, x, y)), exact, unit, bound);
  }

  private static Case gradient(
      String name, UnaryKind kind, DoubleUnaryOperator exact, double bound) {
    return new Case(
        name,
        (x, y, ones) -> Kernels.run(new KernelCall.UnaryGrad(kind, x, ones, y)),
        exact,
        Unit.ONE,
        bound);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Where exp(-x) is more than a float can be the quotient is 0. */
  private static double silu(double x) {
    double e = Math.exp(-x);
    return Float.isInfinite((float) e) ? x / Double.POSITIVE_INFINITY : x / (1 + e);
  }

  private static double cdf(double x) {
    return 0.5 * (1 + DoubleErf.erf(x * Math.sqrt(0.5)));
  }

  private static double inner(double x) {
    return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
  }

  private static double erfGrad(double x) {
    return Math.exp(-x * x) * 2 / Math.sqrt(Math.PI);
  }

  private static double siluGrad(double x) {
    double s = sigmoid(x);
    return s * (1 + x * (1 - s));
  }

  private static double geluGrad(double x) {
    return cdf(x) + x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
  }

  /** NaN where the square of x is more than a float can be, as PyTorch's. */
  private static double geluTanhGrad(double x) {
    if (Float.isInfinite((float) (x * x))) {
      return Double.NaN;
    }
    double t = Math.tanh(inner(x));
    double slope = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * slope;
  }

  /** Errors over every {@code stride}th float, by its bits. */
  public static Errors measure(Case function, int stride) {
    long inputs = (1L << 32) / stride;
    int chunks = Math.toIntExact(Math.ceilDiv(inputs, CHUNK));
    return IntStream.range(0, chunks)
        .parallel()
        .mapToObj(chunk -> chunk(function, (long) chunk * CHUNK, stride))
        .reduce(Errors.NONE, Errors::or);
  }

  private static Errors chunk(Case function, long first, int stride) {
    try (Arena arena = Arena.ofShared()) {
      Buf x = floats(arena);
      Buf y = floats(arena);
      Buf ones = floats(arena);
      for (int i = 0; i < CHUNK; i++) {
        float value = Float.intBitsToFloat((int) ((first + i) * stride));
        Elements.set(x.segment(), 0, i, value);
        Elements.set(ones.segment(), 0, i, 1);
      }
      function.body().run(x, y, ones);
      double worst = 0;
      float at = 0;
      double subnormal = 0;
      for (int i = 0; i < CHUNK; i++) {
        float argument = Elements.get(x.segment(), 0, i);
        double want = function.exact().applyAsDouble(argument);
        double error = error(Elements.get(y.segment(), 0, i), want, argument, function.unit());
        if (Math.abs(want) < Float.MIN_NORMAL) {
          subnormal = Math.max(subnormal, error);
        } else if (error > worst) {
          worst = error;
          at = argument;
        }
      }
      return new Errors(worst, at, subnormal);
    }
  }

  private static Buf floats(Arena arena) {
    return new Buf(arena.allocate(4L * CHUNK, 64), 0, DType.F32, CHUNK);
  }

  private static double error(float got, double want, float argument, Unit unit) {
    if (Float.isNaN(got) || Double.isNaN(want)) {
      return Float.isNaN(got) && Double.isNaN(want) ? 0 : Double.POSITIVE_INFINITY;
    }
    double difference = Math.abs(bounded(got) - bounded(want));
    if (difference == 0) {
      return 0;
    }
    float last =
        switch (unit) {
          case RESULT -> (float) Math.min(Math.abs(want), Float.MAX_VALUE);
          case ARGUMENT -> Math.max(Math.abs(argument), Float.MIN_NORMAL);
          case ONE -> Math.max(1, Math.abs(argument));
        };
    return difference / Math.ulp(Math.min(last, Float.MAX_VALUE));
  }

  private static double bounded(double x) {
    return Math.clamp(x, -0x1p128, 0x1p128);
  }
}
