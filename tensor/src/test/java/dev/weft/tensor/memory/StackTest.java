package dev.weft.tensor.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.weft.tensor.Shape;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

class StackTest {
  private static final int CHUNK = 16 << 20;

  private static Storage filled(Stack stack, long bytes, byte value) {
    Storage storage = stack.push(bytes);
    storage.segment().asSlice(storage.offset(), bytes).fill(value);
    return storage;
  }

  private static boolean holds(Storage storage, byte value) {
    for (long i = 0; i < storage.bytes(); i += Math.max(1, storage.bytes() / 64)) {
      if (storage.segment().get(ValueLayout.JAVA_BYTE, storage.offset() + i) != value) {
        return false;
      }
    }
    return true;
  }

  /** Sizes round the chunk's, so that storages skip to the next chunk and have one of their own. */
  @Property(tries = 60, seed = "2026")
  void releaseKeepingKeepsContentsAndOrder(
      @ForAll @Size(max = 3) List<@IntRange(max = CHUNK / 2) Integer> below,
      @ForAll @Size(min = 1, max = 12) List<@LongRange(max = 3L * CHUNK / 2) Long> above,
      @ForAll int keepBits) {
    try (Slab slab = new Slab(Long.MAX_VALUE)) {
      Stack stack = new Stack(slab, this, true);
      List<Storage> under = new ArrayList<>();
      for (int bytes : below) {
        under.add(filled(stack, bytes, (byte) 100));
      }
      Stack.Mark mark = stack.mark();
      List<Storage> over = new ArrayList<>();
      Set<Storage> kept = Collections.newSetFromMap(new IdentityHashMap<>());
      for (long bytes : above) {
        Storage storage = filled(stack, bytes, (byte) over.size());
        if ((keepBits >> over.size() & 1) == 1) {
          kept.add(storage);
        }
        over.add(storage);
      }
      IdentityHashMap<Storage, Storage> moved = stack.releaseKeeping(mark, kept);
      assertThat(moved).hasSameSizeAs(kept);
      for (int i = 0; i < over.size(); i++) {
        assertThat(over.get(i).isAlive()).isFalse();
        Storage to = moved.get(over.get(i));
        assertThat(to != null).isEqualTo(kept.contains(over.get(i)));
        if (to != null) {
          assertThat(to.isAlive() && holds(to, (byte) i)).as("contents of " + i).isTrue();
        }
      }
      assertThat(under).allMatch(storage -> storage.isAlive() && holds(storage, (byte) 100));
      // What is pushed next overlaps nothing that lives, and releasing to the mark ends the kept.
      Storage next = filled(stack, CHUNK / 3, (byte) 50);
      for (int i = 0; i < over.size(); i++) {
        Storage to = moved.get(over.get(i));
        assertThat(to == null || holds(to, (byte) i)).isTrue();
      }
      stack.release(mark);
      assertThat(next.isAlive()).isFalse();
      assertThat(moved.values()).noneMatch(Storage::isAlive);
      assertThat(under).allMatch(Storage::isAlive);
    }
  }

  @Example
  void storagesAreAligned() {
    try (Slab slab = new Slab(Long.MAX_VALUE)) {
      Stack stack = new Stack(slab, this, true);
      for (int bytes : new int[] {0, 1, 63, 64, 65}) {
        Storage storage = stack.push(bytes);
        assertThat(storage.offset() % 64).isZero();
        assertThat(storage.segment().address() % 64).isZero();
        assertThat(storage.bytes()).isEqualTo(bytes);
      }
    }
  }

  @Example
  void aMarkAboveTheHeightReleasesNothing() {
    try (Slab slab = new Slab(Long.MAX_VALUE)) {
      Stack stack = new Stack(slab, this, true);
      Stack.Mark low = stack.mark();
      stack.push(CHUNK);
      stack.push(CHUNK);
      Stack.Mark high = stack.mark();
      stack.release(low);
      stack.release(high);
      assertThat(stack.mark()).isEqualTo(low);
    }
  }

  @Example
  void releasedMemoryIsNotANumberUnderPoison() {
    try (Slab slab = new Slab(Long.MAX_VALUE)) {
      Stack stack = new Stack(slab, this, true);
      Stack.Mark mark = stack.mark();
      Storage dead = filled(stack, 4096, (byte) 1);
      Storage kept = filled(stack, 64, (byte) 2);
      Storage moved = stack.releaseKeeping(mark, Set.of(kept)).get(kept);
      assertThat(holds(moved, (byte) 2)).isTrue();
      for (long at = dead.offset() + 64; at < kept.offset() + kept.bytes(); at += 4) {
        assertThat(dead.segment().get(ValueLayout.JAVA_FLOAT, at)).isNaN();
      }
    }
  }

  @Example
  void deadStoragesSaySo() {
    try (Slab slab = new Slab(Long.MAX_VALUE)) {
      Stack stack = new Stack(slab, this, true);
      Stack.Mark mark = stack.mark();
      Storage storage = stack.push(64);
      stack.release(mark);
      assertThatIllegalStateException()
          .isThrownBy(() -> storage.checkAlive("h", Shape.of(16)))
          .withMessage(
              "tensor \"h\" [16] outlived the frame or step that made it; return it from the frame,"
                  + " or keep() a copy");
    }
  }
}
