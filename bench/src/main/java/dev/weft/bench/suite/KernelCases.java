package dev.weft.bench.suite;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Heads;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import dev.weft.tensor.kernel.Segments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The kernels beside GEMM on operands that no cache holds: 16384 rows of 768, 50 MB each. Attention
 * is bound by arithmetic, the others by memory.
 */
final class KernelCases {
  private static final int ROWS = 16384;
  private static final int COLS = 768;
  private static final double ELEMENTS = (double) ROWS * COLS;
  private static final int HEADS = 12;
  private static final int VOCABULARY = 30522;

  /** What a repetition is measured in. */
  enum Bound {
    /** Bytes read and written, against what memory can be read at. */
    MEMORY,
    /** Floating point operations, against the peak. */
    ARITHMETIC
  }

  /**
   * A kernel.
   *
   * @param work bytes, or floating point operations, of a repetition
   */
  record Case(String name, Bound bound, double work, Function<Arena, KernelCall> operands) {
    KernelCall call(Arena arena) {
      return operands.apply(arena);
    }
  }

  static final List<Case> ALL =
      List.of(
          unary("exp", UnaryKind.EXP),
          unary("sigmoid", UnaryKind.SIGMOID),
          unary("tanh", UnaryKind.TANH),
          unary("erf", UnaryKind.ERF),
          unary("gelu", UnaryKind.GELU),
          unary("gelu-tanh", UnaryKind.GELU_TANH),
          unary("silu", UnaryKind.SILU),
          unaryGrad("gelu-grad", UnaryKind.GELU),
          unaryGrad("gelu-tanh-grad", UnaryKind.GELU_TANH),
          unaryGrad("silu-grad", UnaryKind.SILU),
          memory("softmax", 8, a -> new KernelCall.Softmax(false, data(a), out(a), ROWS, COLS)),
          memory("softmax-grad", 12, KernelCases::softmaxGrad),
          memory("layer-norm", 8, KernelCases::layerNorm),
          memory("layer-norm-grad", 12, KernelCases::layerNormGrad),
          memory("rms-norm", 8, KernelCases::rmsNorm),
          memory("rms-norm-grad", 12, KernelCases::rmsNormGrad),
          memory("rope", 8, KernelCases::rope),
          memory("add", 12, KernelCases::add),
          memory("sum", 4, KernelCases::sum),
          memory("dropout", 8, KernelCases::dropout),
          memory("adamw", 28, KernelCases::adamW),
          memory("gather", 8, KernelCases::gather),
          memory("scatter-add", 12, KernelCases::scatterAdd),
          memory("copy", 8, KernelCases::copy),
          memory("cast-bf16-f32", 6, a -> cast(half(a, DType.BF16), out(a))),
          memory("cast-f16-f32", 6, a -> cast(half(a, DType.F16), out(a))),
          memory("cast-f32-bf16", 6, a -> cast(data(a), half(a, DType.BF16))),
          new Case("cross-entropy", Bound.MEMORY, 4.0 * 1024 * VOCABULARY, KernelCases::entropy),
          new Case(
              "cross-entropy-grad",
              Bound.MEMORY,
              8.0 * 1024 * VOCABULARY,
              KernelCases::entropyGrad),
          attention("attention-32x128", 32, 128, false),
          attention("attention-causal-2x2048", 2, 2048, true),
          attentionGrad("attention-grad-32x128", 32, 128, false),
          attentionGrad("attention-grad-causal-2x2048", 2, 2048, true));

  private KernelCases() {}

  static Case named(String name) {
    return ALL.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no kernel is called " + name));
  }

  private static Case memory(String name, int bytes, Function<Arena, KernelCall> operands) {
    return new Case(name, Bound.MEMORY, bytes * ELEMENTS, operands);
  }

  private static Case unary(String name, UnaryKind kind) {
    return memory(name, 8, arena -> new KernelCall.Unary(kind, data(arena), out(arena)));
  }

  private static Case unaryGrad(String name, UnaryKind kind) {
    return memory(
        name, 12, arena -> new KernelCall.UnaryGrad(kind, data(arena), data(arena), out(arena)));
  }

  /** Two products; half of a causal product is not computed, and is not counted. */
  private static Case attention(String name, int sequences, int length, boolean causal) {
    return new Case(
        name,
        Bound.ARITHMETIC,
        4 * pairs(sequences, length, causal) * COLS,
        arena -> {
          long rows = (long) sequences * length;
          return new KernelCall.Attention(
              heads(arena, rows),
              heads(arena, rows),
              heads(arena, rows),
              heads(arena, rows),
              data(arena, rows * HEADS),
              segments(sequences, length),
              spec(causal));
        });
  }

  /** Five products: the scores once more, and one for each operand's gradient and the scores'. */
  private static Case attentionGrad(String name, int sequences, int length, boolean causal) {
    return new Case(
        name,
        Bound.ARITHMETIC,
        10 * pairs(sequences, length, causal) * COLS,
        arena -> {
          long rows = (long) sequences * length;
          return new KernelCall.AttentionGrad(
              heads(arena, rows),
              heads(arena, rows),
              heads(arena, rows),
              heads(arena, rows),
              data(arena, rows * HEADS),
              heads(arena, rows),
              heads(arena, rows),
              heads(arena, rows),
              heads(arena, rows),
              Buf.NONE,
              Buf.NONE,
              segments(sequences, length),
              spec(causal));
        });
  }

  private static double pairs(int sequences, int length, boolean causal) {
    return (double) sequences * length * (causal ? (length + 1) / 2.0 : length);
  }

  private static Segments segments(int sequences, int length) {
    int[] starts = IntStream.range(0, sequences).map(s -> s * length).toArray();
    int[] lengths = new int[sequences];
    Arrays.fill(lengths, length);
    return new Segments(starts, lengths, starts, lengths, starts);
  }

  private static KernelCall.AttentionSpec spec(boolean causal) {
    return new KernelCall.AttentionSpec(
        HEADS,
        HEADS,
        COLS / HEADS,
        0.125f,
        causal,
        Buf.NONE,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        0,
        KernelCall.Relative.NONE);
  }

  private static Heads heads(Arena arena, long rows) {
    return new Heads(data(arena, rows * COLS), COLS, COLS / HEADS);
  }

  private static KernelCall softmaxGrad(Arena arena) {
    return new KernelCall.SoftmaxGrad(false, data(arena), data(arena), out(arena), ROWS, COLS);
  }

  private static KernelCall layerNormGrad(Arena arena) {
    return new KernelCall.LayerNormGrad(
        data(arena),
        data(arena, COLS),
        data(arena, ROWS),
        data(arena, ROWS),
        data(arena),
        out(arena),
        data(arena, COLS),
        data(arena, COLS),
        ROWS,
        COLS);
  }

  private static KernelCall rmsNormGrad(Arena arena) {
    return new KernelCall.RmsNormGrad(
        data(arena),
        data(arena, COLS),
        data(arena, ROWS),
        data(arena),
        out(arena),
        data(arena, COLS),
        ROWS,
        COLS);
  }

  private static KernelCall rope(Arena arena) {
    int half = COLS / HEADS / 2;
    MemorySegment positions = arena.allocate(4L * ROWS, 64);
    for (int i = 0; i < ROWS; i++) {
      positions.setAtIndex(ValueLayout.JAVA_INT, i, i % 2048);
    }
    return new KernelCall.Rope(
        data(arena),
        out(arena),
        data(arena, 2048L * half),
        data(arena, 2048L * half),
        new Buf(positions, 0, DType.I32, ROWS),
        ROWS,
        HEADS,
        COLS / HEADS,
        false);
  }

  private static KernelCall add(Arena arena) {
    long[] dense = {COLS, 1};
    return new KernelCall.Binary(
        KernelCall.BinaryKind.ADD,
        data(arena),
        dense,
        data(arena),
        dense,
        out(arena),
        new long[] {ROWS, COLS});
  }

  private static KernelCall sum(Arena arena) {
    return new KernelCall.Reduce(
        KernelCall.ReduceKind.SUM, data(arena), data(arena, ROWS), Buf.NONE, ROWS, COLS, 1);
  }

  private static KernelCall layerNorm(Arena arena) {
    return new KernelCall.LayerNorm(
        data(arena),
        data(arena, COLS),
        data(arena, COLS),
        out(arena),
        data(arena, ROWS),
        data(arena, ROWS),
        ROWS,
        COLS,
        1e-5f);
  }

  private static KernelCall rmsNorm(Arena arena) {
    return new KernelCall.RmsNorm(
        data(arena), data(arena, COLS), out(arena), data(arena, ROWS), ROWS, COLS, 1e-5f);
  }

  private static KernelCall dropout(Arena arena) {
    return new KernelCall.Dropout(data(arena), Buf.NONE, out(arena), ROWS, COLS, 0.1f, 42, 1);
  }

  private static KernelCall adamW(Arena arena) {
    Buf squares = out(arena);
    return new KernelCall.AdamW(
        data(arena), data(arena), out(arena), squares, 1e-3f, 0.9f, 0.999f, 1e-8f, 0.01f, 1, 1);
  }

  private static KernelCall gather(Arena arena) {
    return new KernelCall.Gather(
        data(arena, (long) VOCABULARY * COLS), ids(arena, ROWS), out(arena), VOCABULARY, COLS);
  }

  private static KernelCall scatterAdd(Arena arena) {
    Buf table = data(arena, (long) VOCABULARY * COLS);
    return new KernelCall.ScatterAdd(ids(arena, ROWS), data(arena), table, VOCABULARY, COLS);
  }

  private static KernelCall copy(Arena arena) {
    return cast(data(arena), out(arena));
  }

  private static KernelCall cast(Buf in, Buf out) {
    long[] dense = {1};
    return new KernelCall.Copy(in, dense, out, dense, new long[] {ROWS * COLS});
  }

  private static Buf half(Arena arena, DType dtype) {
    long count = (long) ROWS * COLS;
    return new Buf(arena.allocate(2 * count, 64), 0, dtype, count);
  }

  private static KernelCall entropy(Arena arena) {
    return new KernelCall.CrossEntropy(
        data(arena, 1024L * VOCABULARY),
        ids(arena, 1024),
        data(arena, 1024),
        data(arena, 1024),
        1024,
        VOCABULARY,
        -100);
  }

  private static KernelCall entropyGrad(Arena arena) {
    return new KernelCall.CrossEntropyGrad(
        data(arena, 1024L * VOCABULARY),
        ids(arena, 1024),
        data(arena, 1024),
        data(arena, 1024),
        data(arena, 1024L * VOCABULARY),
        1024,
        VOCABULARY,
        -100);
  }

  private static Buf ids(Arena arena, int count) {
    MemorySegment ids = arena.allocate(8L * count, 64);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < count; i++) {
      ids.setAtIndex(ValueLayout.JAVA_LONG, i, random.nextInt(VOCABULARY));
    }
    return new Buf(ids, 0, DType.I64, count);
  }

  private static Buf data(Arena arena) {
    return data(arena, (long) ROWS * COLS);
  }

  private static Buf data(Arena arena, long count) {
    return Operands.buf(Operands.random(arena, count, 3));
  }

  /** Zeros, of the same size. */
  private static Buf out(Arena arena) {
    return Operands.buf(arena.allocate(4L * ROWS * COLS, 64));
  }
}
