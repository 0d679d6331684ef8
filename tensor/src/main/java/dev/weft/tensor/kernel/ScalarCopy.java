package dev.weft.tensor.kernel;

import dev.weft.tensor.DType;
import dev.weft.tensor.backend.Tasks;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies, transposes and casts. Both CPU backends run this class: what it moves is bound by memory.
 *
 * <p>Casts are those of {@link Elements}: floats round to nearest even (subnormals kept, overflow
 * to infinity, NaN stays NaN), floats to integers truncate towards zero within 64 bits (NaN is 0)
 * and keep the low bits, BOOL is whether the value is not zero.
 */
public final class ScalarCopy {
  private static final int TILE = 32;

  private ScalarCopy() {}

  /** {@link KernelCall.Copy}. */
  public static void run(KernelCall.Copy call) {
    Nest nest = Nest.of(call.dims(), call.inStrides(), call.outStrides());
    DType from = call.in().dtype();
    DType to = call.out().dtype();
    if (from != to) {
      nest.pieces((at, n) -> cast(call, at[0], nest.innerStride(0), at[1], nest, n));
    } else if (nest.innerStride(0) == 1 && nest.innerStride(1) == 1) {
      nest.pieces((at, n) ->
          MemorySegment.copy(
              call.in().segment(),
              call.in().offset() + at[0] * from.bytes(),
              call.out().segment(),
              call.out().offset() + at[1] * from.bytes(),
              (long) n * from.bytes()));
    } else if (nest.rank() == 2 && nest.stride(0, 0) == 1 && nest.innerStride(1) == 1) {
      transpose(call, nest);
    } else {
      nest.pieces((at, n) -> strided(call, at[0], nest.innerStride(0), at[1], nest, n));
    }
  }

  private static void cast(
      KernelCall.Copy call, long in, long inStride, long out, Nest nest, int n) {
    DType from = call.in().dtype();
    DType to = call.out().dtype();
    MemorySegment source = call.in().segment();
    MemorySegment target = call.out().segment();
    long a = call.in().offset() + in * from.bytes();
    long b = call.out().offset() + out * to.bytes();
    long aStep = inStride * from.bytes();
    long bStep = nest.innerStride(1) * to.bytes();
    boolean floats = from.isFloating();
    for (int i = 0; i < n; i++) {
      if (floats) {
        Elements.writeFloat(
            target, b + bStep * i, to, Elements.readFloat(source, a + aStep * i, from));
      } else {
        Elements.writeLong(
            target, b + bStep * i, to, Elements.readLong(source, a + aStep * i, from));
      }
    }
  }

  private static void strided(
      KernelCall.Copy call, long in, long inStride, long out, Nest nest, int n) {
    int bytes = call.in().dtype().bytes();
    long a = call.in().offset() + in * bytes;
    long b = call.out().offset() + out * bytes;
    long aStep = inStride * bytes;
    long bStep = nest.innerStride(1) * bytes;
    for (int i = 0; i < n; i++) {
      move(call.in().segment(), a + aStep * i, call.out().segment(), b + bStep * i, bytes);
    }
  }

  /** Tile by tile, so that the side which is walked across stays in the cache. */
  private static void transpose(KernelCall.Copy call, Nest nest) {
    int bytes = call.in().dtype().bytes();
    long rows = nest.dim(0);
    long cols = nest.dim(1);
    long aStep = nest.innerStride(0) * bytes;
    long bStep = nest.stride(1, 0) * bytes;
    Tasks.split(
        Math.ceilDiv(rows, TILE),
        Math.max(1, Tasks.ELEMENTS / (TILE * Math.max(1, cols))),
        (from, to) -> {
          for (long r = from * TILE; r < Math.min(rows, to * TILE); r += TILE) {
            int height = (int) Math.min(TILE, rows - r);
            for (long c = 0; c < cols; c += TILE) {
              int width = (int) Math.min(TILE, cols - c);
              long a = call.in().offset() + r * bytes + c * aStep;
              long b = call.out().offset() + r * bStep + c * bytes;
              for (int i = 0; i < height; i++) {
                for (int j = 0; j < width; j++) {
                  move(
                      call.in().segment(),
                      a + (long) bytes * i + aStep * j,
                      call.out().segment(),
                      b + bStep * i + (long) bytes * j,
                      bytes);
                }
              }
            }
          }
        });
  }

  private static void move(MemorySegment in, long a, MemorySegment out, long b, int bytes) {
    switch (bytes) {
      case 4 ->
          out.set(ValueLayout.JAVA_INT_UNALIGNED, b, in.get(ValueLayout.JAVA_INT_UNALIGNED, a));
      case 8 ->
          out.set(ValueLayout.JAVA_LONG_UNALIGNED, b, in.get(ValueLayout.JAVA_LONG_UNALIGNED, a));
      case 2 ->
          out.set(ValueLayout.JAVA_SHORT_UNALIGNED, b, in.get(ValueLayout.JAVA_SHORT_UNALIGNED, a));
      default -> out.set(ValueLayout.JAVA_BYTE, b, in.get(ValueLayout.JAVA_BYTE, a));
    }
  }

  /** {@link KernelCall.Fill}; integer dtypes take the value truncated. */
  public static void run(KernelCall.Fill call) {
    Buf out = call.out();
    int bytes = out.dtype().bytes();
    Tasks.split(
        out.length(),
        4L * Tasks.ELEMENTS,
        (from, to) -> {
          long base = out.offset() + from * bytes;
          long size = (to - from) * bytes;
          long done = Math.min(size, 256L * bytes);
          for (long at = 0; at < done; at += bytes) {
            if (out.dtype().isFloating()) {
              Elements.writeFloat(out.segment(), base + at, out.dtype(), (float) call.value());
            } else if (out.dtype() == DType.BOOL) {
              Elements.writeLong(out.segment(), base + at, out.dtype(), call.value() == 0 ? 0 : 1);
            } else {
              Elements.writeLong(out.segment(), base + at, out.dtype(), (long) call.value());
            }
          }
          while (done < size) {
            long more = Math.min(done, size - done);
            MemorySegment.copy(out.segment(), base, out.segment(), base + done, more);
            done += more;
          }
        });
  }
}
