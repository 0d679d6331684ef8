package dev.weft.tensor.backend.vector;

import static dev.weft.tensor.backend.vector.Allocations.assertSpares;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.ReduceKind;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compiled, the kernels that go by rows, and the longest of the element-wise ones, make no objects
 * of vectors, at any width, in a process that has first met thousands of rows shorter than a
 * vector.
 */
class RowAllocationTest {
  private static final int ROWS = 4;
  private static final int SHORT = 3;
  private static final int LONG = 1 << 12;

  /** Enough for C2 to compile what the short rows call. */
  private static final int SHORT_CALLS = 20_000;

  private static final Buf LABELS =
      new Buf(Arena.ofAuto().allocate(8L * ROWS, 64), 0, DType.I64, ROWS);

  /** What is called on {@link #ROWS} rows. */
  enum Kernel {
    SOFTMAX,
    LOG_SOFTMAX,
    SOFTMAX_GRAD,
    LOG_SOFTMAX_GRAD,
    LAYER_NORM,
    LAYER_NORM_GRAD,
    RMS_NORM,
    RMS_NORM_GRAD,
    SUM_OF_ROWS,
    SQUARES_OF_ROWS,
    MAX_OF_ROWS,
    SUM_OF_COLUMNS,
    SQUARES_OF_COLUMNS,
    CROSS_ENTROPY,
    CROSS_ENTROPY_GRAD,
    DROPOUT,
    GELU_GRAD
  }

  /** A call on rows of {@code n} elements, each operand from {@code f}. */
  private static KernelCall call(Kernel kernel, Supplier<Buf> f, int n) {
    return switch (kernel) {
      case SOFTMAX -> new KernelCall.Softmax(false, f.get(), f.get(), ROWS, n);
      case LOG_SOFTMAX -> new KernelCall.Softmax(true, f.get(), f.get(), ROWS, n);
      case SOFTMAX_GRAD -> new KernelCall.SoftmaxGrad(false, f.get(), f.get(), f.get(), ROWS, n);
      case LOG_SOFTMAX_GRAD -> new KernelCall.SoftmaxGrad(true, f.get(), f.get(), f.get(), ROWS, n);
      case LAYER_NORM ->
          new KernelCall.LayerNorm(
              f.get(), f.get(), f.get(), f.get(), f.get(), f.get(), ROWS, n, 1e-5f);
      case LAYER_NORM_GRAD ->
          new KernelCall.LayerNormGrad(
              f.get(), f.get(), f.get(), f.get(), f.get(), f.get(), f.get(), f.get(), ROWS, n);
      case RMS_NORM -> new KernelCall.RmsNorm(f.get(), f.get(), f.get(), f.get(), ROWS, n, 1e-5f);
      case RMS_NORM_GRAD ->
          new KernelCall.RmsNormGrad(f.get(), f.get(), f.get(), f.get(), f.get(), f.get(), ROWS, n);
      case SUM_OF_ROWS -> reduce(ReduceKind.SUM, f, ROWS, n, 1);
      case SQUARES_OF_ROWS -> reduce(ReduceKind.SUM_OF_SQUARES, f, ROWS, n, 1);
      case MAX_OF_ROWS -> reduce(ReduceKind.MAX, f, ROWS, n, 1);
      case SUM_OF_COLUMNS -> reduce(ReduceKind.SUM, f, 1, ROWS, n);
      case SQUARES_OF_COLUMNS -> reduce(ReduceKind.SUM_OF_SQUARES, f, 1, ROWS, n);
      case CROSS_ENTROPY ->
          new KernelCall.CrossEntropy(f.get(), LABELS, f.get(), f.get(), ROWS, n, -100);
      case CROSS_ENTROPY_GRAD ->
          new KernelCall.CrossEntropyGrad(
              f.get(), LABELS, f.get(), f.get(), f.get(), ROWS, n, -100);
      case DROPOUT -> new KernelCall.Dropout(f.get(), Buf.NONE, f.get(), ROWS, n, 0.1f, 42L, 7);
      case GELU_GRAD -> new KernelCall.UnaryGrad(UnaryKind.GELU, f.get(), f.get(), f.get());
    };
  }

  private static KernelCall reduce(
      ReduceKind kind, Supplier<Buf> floats, long outer, long n, long inner) {
    return new KernelCall.Reduce(kind, floats.get(), floats.get(), Buf.NONE, outer, n, inner);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 256, 128})
  void noKernelBoxesVectors(int bits) throws IOException, InterruptedException {
    assertNoneBoxes(bits, List.of(), List.of(Kernel.values()));
  }

  /**
   * Of the methods that C2 may inline or not, such as helpers of ours, here it inlines none that is
   * called less than a million times a call of its caller. What runs so without boxes does so
   * whatever the profile is. (The parts that narrower vectors have of a sum are closed by a method
   * of ours.)
   */
  @Test
  void loopsNeedNothingInlinedButTheVectorApi() throws IOException, InterruptedException {
    List<String> flags =
        List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:MinInlineFrequencyRatio=1000000");
    assertNoneBoxes(512, flags, List.of(Kernel.values()));
  }

  private static void assertNoneBoxes(int bits, List<String> flags, List<Kernel> kernels)
      throws IOException, InterruptedException {
    assumeTrue(bits <= FloatVector.SPECIES_PREFERRED.vectorBitSize());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-Dweft.vector.bits=" + bits));
    command.addAll(flags);
    String tests = System.getProperty("java.class.path");
    command.addAll(List.of("-cp", System.getProperty("surefire.test.class.path", tests)));
    command.add(RowAllocationTest.class.getName());
    kernels.forEach(kernel -> command.add(kernel.name()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  /** Asserts it of the kernels named, in a process of its own. */
  public static void main(String[] kernels) {
    for (String kernel : kernels) {
      System.out.println(kernel);
      assertBoxesNothing(Kernel.valueOf(kernel));
    }
  }

  private static void assertBoxesNothing(Kernel kernel) {
    VectorBackend backend = new VectorBackend();
    try (Arena arena = Arena.ofShared()) {
      KernelCall few = call(kernel, () -> buf(arena, SHORT), SHORT);
      for (int i = 0; i < SHORT_CALLS; i++) {
        backend.run(few);
      }
      KernelCall many = call(kernel, () -> buf(arena, LONG), LONG);
      assertSpares(() -> backend.run(many), ROWS * LONG);
    }
  }

  private static Buf buf(Arena arena, int cols) {
    long count = (long) ROWS * cols;
    return new Buf(arena.allocate(4 * count, 64), 0, DType.F32, count);
  }
}
