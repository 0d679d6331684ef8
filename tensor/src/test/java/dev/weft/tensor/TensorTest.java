package dev.weft.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TensorTest {
  private static Tensor counting(int... shape) {
    float[] values = new float[(int) Shape.of(shape).size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    return Tensor.of(values, shape);
  }

  @Property(tries = 200, seed = "2026")
  void viewsShowTheElementsOfTheIndex(
      @ForAll @IntRange(min = 1, max = 5) int a,
      @ForAll @IntRange(min = 1, max = 5) int b,
      @ForAll @IntRange(min = 1, max = 5) int c,
      @ForAll @IntRange(min = 0, max = 2) int x,
      @ForAll @IntRange(min = 0, max = 2) int y) {
    Tensor t = counting(a, b, c).transpose(x, y);
    int cut = t.dim(1) - 1;
    Tensor view = t.slice(1, cut, t.dim(1)).select(1, 0).unsqueeze(0); // [1, d0, d2]
    assertThat(view.shape()).isEqualTo(Shape.of(1, t.dim(0), t.dim(2)));
    float[] actual = view.toFloats();
    int[] index = new int[3];
    for (int i = 0; i < t.dim(0); i++) {
      for (int k = 0; k < t.dim(2); k++) {
        index[0] = i;
        index[1] = cut;
        index[2] = k;
        int swap = index[x];
        index[x] = index[y];
        index[y] = swap;
        assertThat(actual[i * t.dim(2) + k]).isEqualTo((index[0] * b + index[1]) * c + index[2]);
      }
    }
    assertThat(view.reshape(-1).toFloats()).isEqualTo(actual);
    assertThat(view.keep().toFloats()).isEqualTo(actual);
    assertThat(view.contiguous().isDense()).isTrue();
  }

  @Example
  void wrongShapesAreNamed() {
    Tensor t = counting(2, 3).named("t");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Tensor.of(new float[5], 2, 3))
        .withMessage("shape [2, 3] holds 6 values, got 5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> t.transpose(0, 1).view(6))
        .withMessage("\"t\" [3, 2] is not dense and cannot be viewed as [6]; use reshape");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.of(2, -1))
        .withMessage("shape [2, -1]: negative size");
    assertThatIllegalArgumentException()
        .isThrownBy(t::item)
        .withMessage("item() of \"t\" [2, 3], which has more than one value");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> t.unsqueeze(3))
        .withMessage("unsqueeze at 3 of \"t\" [2, 3]");
  }

  @Example
  void sizesOfOneAndZeroAreDense() {
    assertThat(counting(4, 1, 3).transpose(0, 1).isDense()).isTrue();
    assertThat(counting(4, 0).transpose(0, 1).isDense()).isTrue();
    assertThat(counting(4, 3).slice(1, 0, 1).isDense()).isFalse();
    assertThat(counting(4, 3).slice(0, 1, 2).isDense()).isTrue();
    assertThat(Tensor.scalar(3).view(1, 1).item()).isEqualTo(3);
  }

  @Example
  void allTypesAreReadAsNumbers() {
    assertThat(Tensor.of(new boolean[] {true, false}, 2).toFloats()).containsExactly(1, 0);
    assertThat(Tensor.of(new int[] {1, -2}, 2).toLongs()).containsExactly(1, -2);
    for (DType dtype : DType.values()) {
      assertThat(Tensor.full(dtype, Shape.of(3), 1).toLongs()).containsExactly(1, 1, 1);
      assertThat(Tensor.zeros(dtype, Shape.of(3)).toFloats()).containsExactly(0, 0, 0);
    }
  }
}
