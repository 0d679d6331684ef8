package dev.weft.tensor.backend;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The operands of one kernel call: seeded, misaligned, each between canaries. Two of the same seed
 * hold the same bytes, so a call made twice can be compared byte by byte.
 */
final class Operands {
  private static final int CANARY = 96;

  private final Arena arena = Arena.ofAuto();
  private final SplittableRandom random;
  private final boolean special;
  private final List<Buf> bufs = new ArrayList<>();

  /** {@code special} mixes NaN, infinities, zeros of both signs and subnormals in. */
  Operands(long seed, boolean special) {
    this.random = new SplittableRandom(seed);
    this.special = special;
  }

  private Buf allocate(DType dtype, long n) {
    int shift = bufs.size() % 4 * (dtype == DType.U8 ? 1 : 4) + bufs.size() % 3;
    MemorySegment segment = arena.allocate(2 * CANARY + shift + n * dtype.bytes(), 64);
    segment.fill((byte) 0x5C);
    Buf buf = new Buf(segment, CANARY + shift, dtype, n);
    bufs.add(buf);
    return buf;
  }

  /** Room for an output, full of noise. */
  Buf out(long n) {
    return allocate(DType.F32, n);
  }

  Buf out(DType dtype, long n) {
    return allocate(dtype, n);
  }

  /** Floats between -4 and 4. */
  Buf floats(long n) {
    Buf buf = allocate(DType.F32, n);
    for (long i = 0; i < n; i++) {
      float value = (float) (random.nextDouble() * 8 - 4);
      if (special && random.nextInt(12) == 0) {
        value =
            switch (random.nextInt(9)) {
              case 0 -> Float.NaN;
              case 1 -> Float.POSITIVE_INFINITY;
              case 2 -> Float.NEGATIVE_INFINITY;
              case 3 -> -0f;
              case 4 -> 0f;
              case 5 -> Float.intBitsToFloat(random.nextInt(1 << 23));
              case 6 -> -Float.MIN_VALUE;
              case 7 -> Float.MAX_VALUE;
              default -> (float) (random.nextDouble() * 400 - 200);
            };
      }
      Elements.set(buf.segment(), buf.offset(), i, value);
    }
    return buf;
  }

  /** Floats between 0.01 and 1: what a variance or a second moment may be. */
  Buf positive(long n) {
    Buf buf = allocate(DType.F32, n);
    for (long i = 0; i < n; i++) {
      Elements.set(buf.segment(), buf.offset(), i, (float) (0.01 + 0.99 * random.nextDouble()));
    }
    return buf;
  }

  /** Random bits of any dtype; F16 and BF16 of moderate size. */
  Buf any(DType dtype, long n) {
    if (dtype == DType.F32) {
      return floats(n);
    }
    Buf buf = allocate(dtype, n);
    for (long i = 0; i < n; i++) {
      long at = buf.offset() + i * dtype.bytes();
      if (dtype.isFloating()) {
        Elements.writeFloat(buf.segment(), at, dtype, (float) (random.nextDouble() * 300 - 150));
      } else {
        Elements.writeLong(buf.segment(), at, dtype, random.nextInt(-200, 200));
      }
    }
    return buf;
  }

  /** Longs in {@code 0 .. bound - 1}, one in eight {@code or}. */
  Buf ids(long n, int bound, long or) {
    Buf buf = allocate(DType.I64, n);
    for (long i = 0; i < n; i++) {
      long id = random.nextInt(8) == 0 ? or : random.nextInt(bound);
      Elements.setLong(buf.segment(), buf.offset(), i, id);
    }
    return buf;
  }

  /** Ints in {@code 0 .. bound - 1}. */
  Buf ints(long n, int bound) {
    Buf buf = allocate(DType.I32, n);
    for (long i = 0; i < n; i++) {
      Elements.writeLong(buf.segment(), buf.offset() + 4 * i, DType.I32, random.nextInt(bound));
    }
    return buf;
  }

  /** Where the bytes differ from another's, NaN equal to NaN; empty when nowhere. */
  String difference(Operands other) {
    for (int b = 0; b < bufs.size(); b++) {
      Buf mine = bufs.get(b);
      Buf theirs = other.bufs.get(b);
      for (long i = 0; i < mine.length(); i++) {
        long x = bits(mine, i);
        long y = bits(theirs, i);
        if (x != y) {
          return "operand %d element %d: %x is not %x".formatted(b, i, x, y);
        }
      }
    }
    return "";
  }

  /** Whether the bytes round every operand are as they were. */
  boolean canariesLive() {
    for (Buf buf : bufs) {
      long end = buf.offset() + buf.length() * buf.dtype().bytes();
      for (long at = 0; at < buf.segment().byteSize(); at++) {
        if (at == buf.offset()) {
          at = end;
        }
        if (buf.segment().get(ValueLayout.JAVA_BYTE, at) != 0x5C) {
          return false;
        }
      }
    }
    return true;
  }

  /** A hash of every element. */
  long hash() {
    long hash = 17;
    for (Buf buf : bufs) {
      for (long i = 0; i < buf.length(); i++) {
        hash = hash * 0x9E3779B97F4A7C15L + bits(buf, i);
        hash ^= hash >>> 29;
      }
    }
    return hash;
  }

  private static long bits(Buf buf, long i) {
    long at = buf.offset() + i * buf.dtype().bytes();
    return switch (buf.dtype()) {
      case F32 -> Float.floatToIntBits(Elements.readFloat(buf.segment(), at, DType.F32));
      case BF16, F16 -> Float.floatToIntBits(Elements.readFloat(buf.segment(), at, buf.dtype()));
      case I64, I32, U8, BOOL -> Elements.readLong(buf.segment(), at, buf.dtype());
    };
  }
}
