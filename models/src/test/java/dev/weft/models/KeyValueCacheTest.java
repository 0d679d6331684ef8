package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.nn.Packed;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Tape;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyValueCacheTest {
  private static final Tensor ROW = Tensor.of(new float[] {1, 2, 3, 4}, 1, 2, 2);

  private static Tensor attend(KeyValueCache cache, Packed batch) {
    return cache.attend("a", 0, ROW, ROW, ROW, batch, AttentionOptions.CAUSAL);
  }

  @Test
  void positionsGoOnFromWhatIsHeld() {
    try (KeyValueCache cache = new KeyValueCache(1, 2, 4, 2, 2)) {
      Packed first = cache.next(List.of(new int[] {7}), 1);
      attend(cache, first);
      cache.advance(first);
      assertThat(cache.length(0)).isZero();
      assertThat(cache.length(1)).isEqualTo(1);
      Packed second = cache.next(List.of(new int[] {8, 9}, new int[] {5}), 1, 0);
      assertThat(second.positions().toLongs()).containsExactly(1, 2, 0);
    }
  }

  @Test
  void aSequenceBeyondTheCapacityIsRefused() {
    try (KeyValueCache cache = new KeyValueCache(1, 1, 1, 2, 2)) {
      Packed batch = cache.next(List.of(new int[] {7}), 0);
      attend(cache, batch);
      cache.advance(batch);
      assertThatThrownBy(() -> attend(cache, cache.next(List.of(new int[] {7}), 0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("sequence 0: 1 tokens held and 1 more exceed the cache's capacity of 1");
    }
  }

  @Test
  void aCachedForwardIsNotRecorded() {
    try (KeyValueCache cache = new KeyValueCache(1, 1, 2, 2, 2)) {
      Packed batch = cache.next(List.of(new int[] {7}), 0);
      assertThatThrownBy(() -> Tape.record(List.of(), () -> attend(cache, batch)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a forward with a key-value cache cannot be recorded");
    }
  }

  @Test
  void aClosedCacheIsAnErrorAndNotACrash() {
    KeyValueCache cache = new KeyValueCache(1, 1, 2, 2, 2);
    Packed batch = cache.next(List.of(new int[] {7}), 0);
    cache.close();
    cache.close();
    assertThatThrownBy(() -> attend(cache, batch))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
