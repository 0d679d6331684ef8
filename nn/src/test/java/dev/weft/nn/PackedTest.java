package dev.weft.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.tensor.kernel.Segments;
import java.util.List;
import org.junit.jupiter.api.Test;

class PackedTest {
  private static final List<int[]> SEQUENCES =
      List.of(new int[] {101, 7, 102}, new int[] {101}, new int[] {101, 102});

  @Test
  void tokensOfAllSequencesFollowOneAnother() {
    Packed batch = Packed.of(SEQUENCES);
    assertThat(batch.sequences()).isEqualTo(3);
    assertThat(batch.tokens()).isEqualTo(6);
    assertThat(batch.ids().toLongs()).containsExactly(101, 7, 102, 101, 101, 102);
    assertThat(batch.positions().toLongs()).containsExactly(0, 1, 2, 0, 0, 1);
    assertThat(batch.firstRows().toLongs()).containsExactly(0, 3, 4);
    assertThat(batch.lastRows().toLongs()).containsExactly(2, 3, 5);
    assertThat(batch.sequenceOfRow().toLongs()).containsExactly(0, 0, 0, 1, 2, 2);
    assertThat(batch.start(2)).isEqualTo(4);
    assertThat(batch.length(2)).isEqualTo(2);
  }

  @Test
  void rowsAreCalledByExampleAndPlaceNotByRow() {
    Packed batch = Packed.of(SEQUENCES, new int[] {9, 0, 1});
    long nine = 9L << 32;
    long one = 1L << 32;
    assertThat(batch.rowKeys().toLongs())
        .containsExactly(nine, nine + 1, nine + 2, 0, one, one + 1);
  }

  @Test
  void everySequenceAttendsToItself() {
    Segments segments = Packed.of(SEQUENCES, new int[] {9, 0, 1}).segments();
    assertThat(segments.queryStart()).containsExactly(0, 3, 4);
    assertThat(segments.queryLength()).containsExactly(3, 1, 2);
    assertThat(segments.keyStart()).containsExactly(0, 3, 4);
    assertThat(segments.keyLength()).containsExactly(3, 1, 2);
    assertThat(segments.example()).containsExactly(9, 0, 1);
  }

  @Test
  void otherPositionsLeaveTheRestAlone() {
    Packed batch = Packed.of(SEQUENCES);
    Packed shifted = batch.withPositions(new long[] {2, 3, 4, 2, 2, 3});
    assertThat(shifted.positions().toLongs()).containsExactly(2, 3, 4, 2, 2, 3);
    assertThat(shifted.ids().toLongs()).containsExactly(batch.ids().toLongs());
    assertThat(shifted.rowKeys().toLongs()).containsExactly(batch.rowKeys().toLongs());
    assertThat(batch.positions().toLongs()).containsExactly(0, 1, 2, 0, 0, 1);
  }

  @Test
  void columnsWithHolesAreThePlacesOfAttention() {
    Packed batch = Packed.of(SEQUENCES);
    assertThat(batch.columns()).containsExactly(0, 1, 2, 0, 0, 1);
    assertThat(batch.segments().hasPlaces()).isFalse();
    Packed shifted = batch.withColumns(new int[] {4, 5, 6, 3, 0, 1}, new int[3]);
    assertThat(shifted.segments().hasPlaces()).isFalse();
    Packed holed = batch.withColumns(new int[] {0, 2, 3, 0, 1, 5}, new int[3]);
    assertThat(holed.segments().queryPlace(2, 1)).isEqualTo(5);
    assertThat(holed.segments().keyPlace(0, 1)).isEqualTo(2);
  }

  @Test
  void onlookersReadAndAreNotRead() {
    Packed batch =
        Packed.of(SEQUENCES).withColumns(new int[] {0, 1, 2, 0, 0, 9}, new int[] {1, 0, 1});
    Segments segments = batch.segments();
    assertThat(segments.queryStart()).containsExactly(0, 3, 4);
    assertThat(segments.queryLength()).containsExactly(3, 1, 2);
    assertThat(segments.keyStart()).containsExactly(1, 3, 5);
    assertThat(segments.keyLength()).containsExactly(2, 1, 1);
    assertThat(batch.onlookers(2)).isOne();
    assertThat(batch.firstRows().toLongs()).containsExactly(0, 3, 4);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> Packed.of(SEQUENCES).withColumns(new int[6], new int[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("columns of sequence 0 do not ascend: 0, 0");
    assertThatThrownBy(() ->
            Packed.of(SEQUENCES).withColumns(new int[] {0, 1, 2, 0, 0, 1}, new int[] {0, 1, 0}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sequence 1 of 1 tokens with 1 onlookers");
    assertThatThrownBy(() -> Packed.of(List.of(new int[] {1}, new int[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sequence 1 of the batch has no tokens");
    assertThatThrownBy(() -> Packed.of(SEQUENCES, new int[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 3 example numbers, got 2");
    assertThatThrownBy(() -> Packed.of(SEQUENCES).withPositions(new long[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("expected 6 positions, got 5");
  }
}
