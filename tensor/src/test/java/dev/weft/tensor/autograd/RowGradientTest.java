package dev.weft.tensor.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RowGradientTest {
  private static Parameter table(int rows) {
    float[] values = new float[rows * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    return new Parameter("table", Tensor.of(values, rows, 3).keep());
  }

  private static Tensor ids(List<Integer> ids) {
    return Tensor.of(ids.stream().mapToInt(i -> i).toArray(), ids.size());
  }

  private static void reach(Parameter table, Gradients into, List<Integer> ids) {
    Tape tape =
        Tape.record(
            List.of(table),
            () -> {
              Tensor rows = F.embedding(ids(ids), table.tensor());
              return F.sum(F.mul(rows, F.exp(rows)));
            });
    tape.backward(tape.result(), into);
  }

  /** The same, through an intermediate that has a dense gradient. */
  private static void reachDense(Parameter table, Gradients into, List<Integer> ids) {
    Tape tape =
        Tape.record(
            List.of(table),
            () -> {
              Tensor rows = F.embedding(ids(ids), F.mul(table.tensor(), 1));
              return F.sum(F.mul(rows, F.exp(rows)));
            });
    tape.backward(tape.result(), into);
  }

  @Property(tries = 100, seed = "2026")
  void rowsHaveTheBitsOfADenseGradient(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 19) Integer> ids) {
    Parameter table = table(20);
    Gradients rows = new Gradients(List.of(table));
    Gradients dense = new Gradients(List.of(table));
    for (int step = 0; step < 2; step++) {
      reach(table, rows, ids);
      reachDense(table, dense, ids);
      assertThat(dense.rows(table)).isEmpty();
      Gradients.Rows kept = rows.rows(table).orElseThrow();
      assertThat(kept.ids()).containsExactly(ids.stream().mapToLong(i -> i).distinct().toArray());
      assertThat(kept.values().shape().dims()).containsExactly(kept.ids().length, 3);
      assertThat(rows.of(table).toFloats()).isEqualTo(dense.of(table).toFloats());
      assertThat(rows.rows(table)).as("dense until the next clear").isEmpty();
      rows.clear();
      dense.clear();
      assertThat(rows.has(table)).isFalse();
    }
  }

  @Example
  void microBatchesAddInTheOrderTheyCome() {
    Parameter table = table(50);
    Gradients gradients = new Gradients(List.of(table));
    reach(table, gradients, List.of(7, 3));
    reach(table, gradients, List.of(40, 3, 3));
    Gradients.Rows rows = gradients.rows(table).orElseThrow();
    assertThat(rows.ids()).containsExactly(7, 3, 40);
    float[] one = new float[3];
    for (int i = 0; i < 3; i++) {
      Parameter single = table(50);
      Gradients alone = new Gradients(List.of(single));
      reach(single, alone, List.of(3));
      one[i] = alone.of(single).toFloats()[9 + i];
    }
    for (int i = 0; i < 3; i++) {
      assertThat(rows.values().toFloats()[3 + i]).isEqualTo(one[i] + one[i] + one[i]);
    }
    gradients.clear();
    reach(table, gradients, List.of(49));
    assertThat(gradients.rows(table).orElseThrow().ids()).containsExactly(49);
  }

  @Example
  void anotherUseOfTheTableMakesItDense() {
    Parameter table = table(4);
    for (boolean embeddingFirst : new boolean[] {true, false}) {
      Gradients gradients = new Gradients(List.of(table));
      Tape tape =
          Tape.record(
              List.of(table),
              () -> {
                Tensor rows = F.sum(F.embedding(ids(List.of(1, 1, 2)), table.tensor()));
                Tensor all = F.sum(F.mul(table.tensor(), 10));
                return embeddingFirst ? F.add(rows, all) : F.add(all, rows);
              });
      tape.backward(tape.result(), gradients);
      assertThat(gradients.rows(table)).isEmpty();
      assertThat(gradients.of(table).toFloats())
          .containsExactly(10, 10, 10, 12, 12, 12, 11, 11, 11, 10, 10, 10);
    }
  }

  @Example
  void idsOutsideTheTableAreNamed() {
    assertThatThrownBy(() -> F.embedding(ids(List.of(0, 4)), table(4).tensor()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4");
  }
}
