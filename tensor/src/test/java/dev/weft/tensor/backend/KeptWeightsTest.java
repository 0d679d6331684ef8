package dev.weft.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.tensor.Compute;
import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Kept;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.SafeTensors;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When weights are packed and kept, for how long, and in how much memory. */
@DisabledIfSystemProperty(
    named = "weft.backend",
    matches = "scalar",
    disabledReason = "the scalar bodies pack nothing")
class KeptWeightsTest {
  private static final int OUT = 70;
  private static final int IN = 50;

  /** 3 panels of 32 columns at 512 bits, as many floats at other widths rounded up. */
  private static final long LEAST = 4L * OUT * IN;

  private final long limit = Compute.packedBytes();
  private final long before = PackedLimit.held();

  @AfterEach
  void restore() {
    Compute.packedBytes(limit);
  }

  private static long held(long before) {
    return PackedLimit.held() - before;
  }

  private static Tensor constant(Arena arena, Kept kept) {
    MemorySegment values = arena.allocate(4L * OUT * IN, 64);
    for (int i = 0; i < OUT * IN; i++) {
      values.setAtIndex(ValueLayout.JAVA_FLOAT, i, i % 7 - 3);
    }
    return Tensor.constant(values, DType.F32, Shape.of(OUT, IN), kept);
  }

  private static Tensor rows(int count) {
    return Tensor.full(DType.F32, Shape.of(count, IN), 0.5);
  }

  @Test
  void weightsAreKeptFromTheSecondProductOn() {
    try (Arena arena = Arena.ofShared();
        Kept kept = new Kept()) {
      Tensor weight = constant(arena, kept);
      float[] first = F.linear(rows(3), weight).toFloats();
      assertThat(held(before)).isZero();
      assertThat(F.linear(rows(3), weight).toFloats()).isEqualTo(first);
      assertThat(held(before)).isGreaterThanOrEqualTo(LEAST);
      assertThat(F.linear(rows(3), weight).toFloats()).isEqualTo(first);
    }
    assertThat(held(before)).isZero();
  }

  @Test
  void manyRowsGiveTheSameBitsWithThem() {
    try (Arena arena = Arena.ofShared();
        Kept kept = new Kept()) {
      Tensor weight = constant(arena, kept);
      Tensor x = Tensor.full(DType.F32, Shape.of(6001, IN), 1.0 / 3);
      float[] first = F.linear(x, weight).toFloats();
      assertThat(F.linear(x, weight).toFloats()).isEqualTo(first);
      assertThat(held(before)).isGreaterThanOrEqualTo(LEAST);
      assertThat(F.linear(x, weight).toFloats()).isEqualTo(first);
    }
  }

  /** A weight of 16 or 8 MB, which is kept in pieces of some 4, by a row, by few and by many. */
  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "F16"})
  void largeWeightsGiveTheSameBits(DType dtype) {
    int out = 2100;
    int in = 2001;
    for (int rows : new int[] {1, 3, 100}) {
      try (Arena arena = Arena.ofShared();
          Kept kept = new Kept()) {
        MemorySegment values = arena.allocate((long) dtype.bytes() * out * in, 64);
        for (long i = 0; i < (long) out * in; i++) {
          float value = (i * i + 3 * i) % 61 - 30;
          switch (dtype) {
            case F32 -> values.setAtIndex(ValueLayout.JAVA_FLOAT, i, value);
            case F16 -> values.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(value));
            default -> {
              short bits = (short) (Float.floatToIntBits(value) >>> 16); // exact below 256
              values.setAtIndex(ValueLayout.JAVA_SHORT, i, bits);
            }
          }
        }
        Tensor weight = Tensor.constant(values, dtype, Shape.of(out, in), kept);
        float[] x = new float[rows * in];
        for (int i = 0; i < x.length; i++) {
          x[i] = 1f / (1 + i % 127);
        }
        Tensor input = Tensor.of(x, rows, in);
        float[] first = F.linear(input, weight).toFloats();
        F.linear(input, weight);
        assertThat(F.linear(input, weight).toFloats()).isEqualTo(first);
      }
    }
  }

  @Test
  void anotherViewOfTheSameMemoryIsComputedForItself() {
    try (Arena arena = Arena.ofShared();
        Kept kept = new Kept()) {
      Tensor weight = constant(arena, kept);
      Tensor part = weight.slice(0, 5, 40);
      float[] expected = F.linear(rows(2), part).toFloats();
      F.linear(rows(2), weight);
      F.linear(rows(2), weight);
      assertThat(held(before)).isPositive();
      assertThat(F.linear(rows(2), part).toFloats()).isEqualTo(expected);
    }
  }

  @Test
  void noMoreIsHeldThanTheLimit() {
    Compute.packedBytes(PackedLimit.held() + LEAST - 1);
    try (Arena arena = Arena.ofShared();
        Kept kept = new Kept()) {
      Tensor weight = constant(arena, kept);
      float[] first = F.linear(rows(3), weight).toFloats();
      for (int i = 0; i < 3; i++) {
        assertThat(F.linear(rows(3), weight).toFloats()).isEqualTo(first);
      }
      assertThat(held(before)).isZero();
    }
  }

  @Test
  void whatChangesIsNeverKept() {
    Tensor weight = Tensor.full(DType.F32, Shape.of(OUT, IN), 1);
    for (int i = 0; i < 3; i++) {
      F.linear(rows(2), weight);
    }
    assertThat(held(before)).isZero();
  }

  @Test
  void theCopyGoesWithTheCheckpoint(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("w.safetensors");
    SafeTensors.write(file, Map.of("w", Tensor.full(DType.F32, Shape.of(OUT, IN), 1)), Map.of());
    Tensor weight;
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      weight = checkpoint.tensor("w");
      F.linear(rows(2), weight);
      F.linear(rows(2), checkpoint.tensor("w"));
      assertThat(held(before)).isPositive();
    }
    assertThat(held(before)).isZero();
    assertThatThrownBy(() -> F.linear(rows(2), weight))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void aNegativeLimitIsRefused() {
    assertThatThrownBy(() -> Compute.packedBytes(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("packed bytes: expected at least 0, got -1");
  }
}
