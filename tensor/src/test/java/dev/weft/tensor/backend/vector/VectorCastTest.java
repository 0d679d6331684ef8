package dev.weft.tensor.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Casts give what {@link Elements} gives, for every value of 16 bits and every 2,027th float. */
class VectorCastTest {
  private static final int COUNT = 1 << 16;

  @ParameterizedTest
  @EnumSource(names = {"BF16", "F16"})
  void every16BitFloatIsWidened(DType from) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment in = arena.allocate(2L * COUNT);
      for (int i = 0; i < COUNT; i++) {
        in.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i, (short) i);
      }
      MemorySegment out = cast(arena, in, from, DType.F32, COUNT);
      for (int i = 0; i < COUNT; i++) {
        Float want = Elements.readFloat(in, 2L * i, from);
        assertThat((Float) Elements.get(out, 0, i)).isEqualTo(want);
      }
    }
  }

  @Test
  void floatsRoundToBf16() {
    try (Arena arena = Arena.ofShared()) {
      int step = 2027;
      int count = (int) ((1L << 32) / step);
      MemorySegment in = arena.allocate(4L * count);
      for (int i = 0; i < count; i++) {
        in.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, i, i * step);
      }
      MemorySegment out = cast(arena, in, DType.F32, DType.BF16, count);
      for (int i = 0; i < count; i++) {
        short got = out.getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, i);
        if (got != Elements.toBf16(Elements.get(in, 0, i))) {
          assertThat(got)
              .as("bits %x", i * step)
              .isEqualTo(Elements.toBf16(Elements.get(in, 0, i)));
        }
      }
    }
  }

  private static MemorySegment cast(
      Arena arena, MemorySegment in, DType from, DType to, int count) {
    MemorySegment out = arena.allocate((long) to.bytes() * count);
    long[] dense = {1};
    VectorCast.run(
        new KernelCall.Copy(
            new Buf(in, 0, from, count),
            dense,
            new Buf(out, 0, to, count),
            dense,
            new long[] {count}));
    return out;
  }
}
