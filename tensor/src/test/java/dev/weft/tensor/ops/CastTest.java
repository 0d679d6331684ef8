package dev.weft.tensor.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CastTest {
  @ParameterizedTest
  @ValueSource(strings = {"cast_f32_bf16", "cast_f32_f16", "cast_bf16_f32", "cast_f16_f32"})
  void bitsAreThoseOfPyTorch(String name) throws Exception {
    try (Checkpoint file = Golden.open()) {
      Tensor expected = file.tensor(name + ".out");
      Tensor actual = F.to(file.tensor(name + ".in0"), expected.dtype());
      assertThat(actual.segment().toArray(ValueLayout.JAVA_BYTE))
          .isEqualTo(expected.segment().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cast_nan_f32_bf16", "cast_nan_f32_f16"})
  void nanStaysNan(String name) throws Exception {
    try (Checkpoint file = Golden.open()) {
      Tensor expected = file.tensor(name + ".out");
      assertThat(F.to(file.tensor(name + ".in0"), expected.dtype()).toFloats())
          .containsExactly(Float.NaN, 1, Float.NaN);
    }
  }

  @Test
  void viewsAndIntegersAreCast() {
    Tensor x = Tensor.of(new float[] {1.9f, -2.9f, 0, 300, 5, 6}, 2, 3).transpose(0, 1);
    assertThat(F.to(x, DType.I64).toLongs()).containsExactly(1, 300, -2, 5, 0, 6);
    assertThat(F.to(x, DType.I32).toFloats()).containsExactly(1, 300, -2, 5, 0, 6);
    assertThat(F.to(F.to(x, DType.I64), DType.U8).toLongs()).containsExactly(1, 44, 254, 5, 0, 6);
    assertThat(F.to(x, DType.BOOL).toLongs()).containsExactly(1, 1, 1, 1, 0, 1);
    assertThat(F.to(x, DType.F32)).isSameAs(x);
  }
}
