package dev.weft.tensor.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.tensor.DType;
import dev.weft.tensor.backend.Workers;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Matrix;
import dev.weft.tensor.kernel.ScalarGemm;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class VectorGemmTest {
  @Test
  void equalsTheScalarBodyForEveryLayoutDtypeAndEpilogue() {
    try (Arena arena = Arena.ofShared()) {
      GemmCases cases = new GemmCases(arena, 1);
      for (int i = 0; i < 120; i++) {
        KernelCall.Gemm expected = cases.gemm();
        assertEqualToScalar(cases, expected);
      }
    }
  }

  @Test
  void equalsTheScalarBodyWhereEachSideIsTheShortOne() {
    try (Arena arena = Arena.ofShared()) {
      GemmCases cases = new GemmCases(arena, 2);
      assertEqualToScalar(cases, cases.gemm(1, 1, 700, 65));
      assertEqualToScalar(cases, cases.gemm(1, 700, 3, 65));
      assertEqualToScalar(cases, cases.gemm(1, 16, 33, 2000));
      assertEqualToScalar(cases, cases.gemm(1, 300, 16, 384));
      assertEqualToScalar(cases, cases.gemm(40, 9, 5, 8));
      // Longer than what is packed at once, and no whole number of blocks.
      assertEqualToScalar(cases, cases.gemm(1, 40, 3, 25_001));
      assertEqualToScalar(cases, cases.gemm(1, 3, 40, 25_001));
      assertEqualToScalar(cases, cases.gemm(1, 17, 40, 13_000));
    }
  }

  @Test
  void threadsChangeNoBits() {
    int threads = Workers.threads();
    try (Arena arena = Arena.ofShared()) {
      GemmCases cases = new GemmCases(arena, 3);
      KernelCall.Gemm one = cases.gemm(1, 150, 170, 500);
      KernelCall.Gemm two = cases.withOwnOutputs(one);
      KernelCall.Gemm three = cases.withOwnOutputs(one);
      Workers.threads(1);
      VectorGemm.run(one);
      Workers.threads(2);
      VectorGemm.run(two);
      Workers.threads(3);
      VectorGemm.run(three);
      assertThat(GemmCases.bits(two.c().buf())).isEqualTo(GemmCases.bits(one.c().buf()));
      assertThat(GemmCases.bits(three.c().buf())).isEqualTo(GemmCases.bits(one.c().buf()));
    } finally {
      Workers.threads(threads);
    }
  }

  @Test
  void aRowAloneHasTheBitsItHasAmongOthers() {
    try (Arena arena = Arena.ofShared()) {
      GemmCases cases = new GemmCases(arena, 4);
      int m = 45;
      int n = 70;
      int k = 801;
      Buf a = cases.buf(DType.F32, (long) m * k);
      Matrix b = Matrix.dense(cases.buf(DType.BF16, (long) k * n), n);
      Buf all = cases.buf(DType.F32, (long) m * n);
      Buf each = cases.copy(all);
      VectorGemm.run(KernelCall.Gemm.of(1, m, n, k, Matrix.dense(a, k), b, Matrix.dense(all, n)));
      for (int i = 0; i < m; i++) {
        Matrix row = Matrix.dense(a.plus((long) i * k), k);
        Matrix out = Matrix.dense(each.plus((long) i * n), n);
        VectorGemm.run(KernelCall.Gemm.of(1, 1, n, k, row, b, out));
      }
      assertThat(GemmCases.bits(each)).isEqualTo(GemmCases.bits(all));
    }
  }

  @Test
  void nanAndInfinityReachTheirRowsOnly() {
    try (Arena arena = Arena.ofShared()) {
      GemmCases cases = new GemmCases(arena, 5);
      Buf a = cases.buf(DType.F32, 20 * 40);
      Buf c = cases.buf(DType.F32, 20 * 17);
      a.segment().set(ValueLayout.JAVA_FLOAT_UNALIGNED, a.offset() + 4 * (3 * 40 + 7), Float.NaN);
      a.segment()
          .set(
              ValueLayout.JAVA_FLOAT_UNALIGNED,
              a.offset() + 4 * (5 * 40 + 39),
              Float.POSITIVE_INFINITY);
      Matrix b = Matrix.dense(cases.buf(DType.F32, 40 * 17), 17);
      VectorGemm.run(
          KernelCall.Gemm.of(1, 20, 17, 40, Matrix.dense(a, 40), b, Matrix.dense(c, 17)));
      for (int i = 0; i < 20 * 17; i++) {
        float x = c.segment().get(ValueLayout.JAVA_FLOAT_UNALIGNED, c.offset() + 4L * i);
        if (i / 17 == 3) {
          assertThat(x).isNaN();
        } else if (i / 17 == 5) {
          assertThat(Math.abs(x)).isEqualTo(Float.POSITIVE_INFINITY);
        } else {
          assertThat(Float.isFinite(x)).isTrue();
        }
      }
    }
  }

  @Test
  void f16WidensAsTheJdkDoes() {
    try (Arena arena = Arena.ofShared()) {
      GemmCases cases = new GemmCases(arena, 6);
      Buf all = cases.buf(DType.F16, 1 << 16);
      for (int i = 0; i < 1 << 16; i++) {
        all.segment().set(ValueLayout.JAVA_SHORT_UNALIGNED, all.offset() + 2L * i, (short) i);
      }
      float[] rows = new float[1 << 16];
      Packing.pack(
          all, 0, Tile.COLUMNS, 1, (1 << 16) / Tile.COLUMNS, Tile.COLUMNS, Tile.COLUMNS, rows, 0);
      for (int i = 0; i < 1 << 16; i++) {
        assertThat(Float.floatToIntBits(rows[i]))
            .isEqualTo(Float.floatToIntBits(Float.float16ToFloat((short) i)));
      }
    }
  }

  @Test
  void bf16ColumnsWidenBitForBit() {
    try (Arena arena = Arena.ofShared()) {
      GemmCases cases = new GemmCases(arena, 6);
      Buf all = cases.buf(DType.BF16, 1 << 16);
      for (int i = 0; i < 1 << 16; i++) {
        all.segment().set(ValueLayout.JAVA_SHORT_UNALIGNED, all.offset() + 2L * i, (short) i);
      }
      int depth = 53; // a pair of vectors, a vector, and single elements
      for (int first = 0; first + depth * Tile.COLUMNS <= 1 << 16; first += depth * Tile.COLUMNS) {
        float[] panel = new float[(depth + 16) * Tile.COLUMNS];
        Packing.pack(all, first, 1, depth, depth, Tile.COLUMNS, Tile.COLUMNS, panel, 0);
        for (int i = 0; i < depth * Tile.COLUMNS; i++) {
          assertThat(Float.floatToRawIntBits(panel[i % depth * Tile.COLUMNS + i / depth]))
              .isEqualTo((first + i) << 16);
        }
      }
    }
  }

  @Test
  void anOperandTooShortIsRefused() {
    try (Arena arena = Arena.ofShared()) {
      GemmCases cases = new GemmCases(arena, 7);
      Matrix a = Matrix.dense(cases.buf(DType.F32, 11), 4);
      Matrix b = Matrix.dense(cases.buf(DType.F32, 8), 2);
      Matrix c = Matrix.dense(cases.buf(DType.F32, 6), 2);
      assertThatThrownBy(() -> VectorGemm.run(KernelCall.Gemm.of(1, 3, 2, 4, a, b, c)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("gemm: expected a to hold element 11");
    }
  }

  private static void assertEqualToScalar(GemmCases cases, KernelCall.Gemm call) {
    KernelCall.Gemm other = cases.withOwnOutputs(call);
    ScalarGemm.run(call);
    VectorGemm.run(other);
    String what = "m %d n %d k %d".formatted(call.m(), call.n(), call.k());
    assertThat(Arrays.equals(GemmCases.bits(other.c().buf()), GemmCases.bits(call.c().buf())))
        .as("C of " + what)
        .isTrue();
    if (call.preActivation().isPresent()) {
      assertThat(GemmCases.bits(other.preActivation().buf()))
          .as("preActivation of " + what)
          .isEqualTo(GemmCases.bits(call.preActivation().buf()));
    }
  }
}
