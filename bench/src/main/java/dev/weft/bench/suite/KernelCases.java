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
          unary("tanh", UnaryKind.TANH),
          unary("gelu", UnaryKind.GELU),
          unary("gelu-tanh", UnaryKind.GELU_TANH),
          unary("silu", UnaryKind.SILU),
          memory("gelu-grad", 12, KernelCases::geluGrad),
          memory("softmax", 8, a -> new KernelCall.Softmax(false, data(a), out(a), ROWS, COLS)),
          memory("layer-norm", 8, KernelCases::layerNorm),
          memory("rms-norm", 8, KernelCases::rmsNorm),
          memory("dropout", 8, KernelCases::dropout),
          memory("adamw", 28, KernelCases::adamW),
          memory("gather", 8, KernelCases::gather),
          memory("scatter-add", 12, KernelCases::scatterAdd),
          memory("cast-bf16-f32", 6, KernelCases::cast),
          new Case("cross-entropy", Bound.MEMORY, 4.0 * 1024 * VOCABULARY, KernelCases::entropy),
          attention("attention-32x128", 32, 128, false),
          attention("attention-causal-2x2048", 2, 2048, true));

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

  /** Half of a causal product is not computed, and is not counted. */
  private static Case attention(String name, int sequences, int length, boolean causal) {
    double pairs = (double) sequences * length * (causal ? (length + 1) / 2.0 : length);
    return new Case(
        name,
        Bound.ARITHMETIC,
        4 * pairs * COLS,
        arena -> {
          long rows = (long) sequences * length;
          int[] starts = IntStream.range(0, sequences).map(s -> s * length).toArray();
          int[] lengths = new int[sequences];
          Arrays.fill(lengths, length);
          return new KernelCall.Attention(
              heads(data(arena, rows * COLS)),
              heads(data(arena, rows * COLS)),
              heads(data(arena, rows * COLS)),
              heads(data(arena, rows * COLS)),
              data(arena, rows * 12),
              new Segments(starts, lengths, starts, lengths, starts),
              new KernelCall.AttentionSpec(
                  12,
                  12,
                  64,
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
                  KernelCall.Relative.NONE));
        });
  }

  private static Heads heads(Buf buf) {
    return new Heads(buf, COLS, 64);
  }

  private static KernelCall geluGrad(Arena arena) {
    return new KernelCall.UnaryGrad(UnaryKind.GELU, data(arena), data(arena), out(arena));
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

  private static KernelCall cast(Arena arena) {
    long count = (long) ROWS * COLS;
    Buf narrow = new Buf(arena.allocate(2 * count, 64), 0, DType.BF16, count);
    return new KernelCall.Copy(
        narrow, new long[] {1}, out(arena), new long[] {1}, new long[] {count});
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
