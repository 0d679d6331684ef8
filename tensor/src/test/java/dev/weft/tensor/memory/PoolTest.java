package dev.weft.tensor.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class PoolTest {
  @Test
  void memoryNobodyRefersToIsUsedAgainWithoutTheHeapFilling() {
    long before = Pool.heldBytes();
    for (int i = 0; i < 60; i++) {
      assertThat(Pool.allocate(64 << 20).bytes()).isEqualTo(64 << 20);
    }
    // 3.75 GiB pass through; a slow collector may miss one or two of its turns.
    assertThat(Pool.heldBytes() - before).isLessThan(2L << 30);
  }

  @Test
  void blocksAreZeroAndAligned() {
    for (long bytes : new long[] {0, 1, 64, 65, 4096, 1 << 20}) {
      Storage storage = Pool.allocate(bytes);
      assertThat(storage.bytes()).isEqualTo(bytes);
      assertThat(storage.segment().address() % 64).isZero();
      for (long at = 0; at < bytes; at += 13) {
        assertThat(storage.segment().get(ValueLayout.JAVA_BYTE, at)).isZero();
      }
      storage.segment().fill((byte) 1);
    }
  }
}
