package dev.weft.tensor.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Known answers are the three philox4x32 10 lines of kat_vectors in Random123 1.14. */
class PhiloxTest {
  private static int[] words(long key, int... counter) {
    int[] out = new int[4];
    Philox.words(key, counter[0], counter[1], counter[2], counter[3], out, 0);
    return out;
  }

  @Test
  void zerosMatchRandom123() {
    assertThat(words(0L, 0, 0, 0, 0))
        .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
  }

  @Test
  void onesMatchRandom123() {
    assertThat(words(-1L, -1, -1, -1, -1))
        .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
  }

  @Test
  void digitsOfPiMatchRandom123() {
    assertThat(words(0x299f31d0a4093822L, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344))
        .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
  }

  @Test
  void nothingIsKeptAtOneAndEverythingAtZero() {
    assertThat(Philox.keeps(65535, Philox.threshold(1f))).isFalse();
    assertThat(Philox.keeps(0, Philox.threshold(0f))).isTrue();
    assertThat(Philox.keeps(0x7FFF, Philox.threshold(0.5f))).isFalse();
    assertThat(Philox.keeps(0x8000, Philox.threshold(0.5f))).isTrue();
  }

  @Test
  void aThresholdIsTheNearestThatStillDropsAndKeeps() {
    assertThat(Philox.threshold(0.1f)).isEqualTo(6554);
    assertThat(Philox.threshold(1e-9f)).isEqualTo(1);
    assertThat(Philox.threshold(Math.nextDown(1f))).isEqualTo(65535);
  }

  @Test
  void aWordIsTwoDraws() {
    assertThat(Philox.low(0xFEDC8765)).isEqualTo(0x8765);
    assertThat(Philox.high(0xFEDC8765)).isEqualTo(0xFEDC);
  }

  @Test
  void probabilityOutsideZeroToOneIsRefused() {
    assertThatThrownBy(() -> Philox.threshold(Float.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("dropout: expected p in [0, 1], got NaN");
  }
}
