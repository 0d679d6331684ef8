package dev.weft.tensor.backend.vector;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * The one place that chooses the vector width, and how vectors meet memory and the 16 virtual lanes
 * of {@link dev.weft.tensor.kernel.Lanes}.
 *
 * <p>Every vector that crosses a call that C2 did not inline is an object. It always inlines the
 * methods of the Vector API, and others where the profile of the caller has them called often; that
 * profile may have gaps where a caller is new and what called it has long been hot. So a loop calls
 * the Vector API alone where that can be written, and has no helpers that load and store. (With
 * some, sums of squares once made an object a vector for as long as their process lived.) A loop
 * that calls methods of {@link VectorMath} is a method of its own, called only where it has a
 * vector to work on: in a method that mostly found nothing to do C2 holds the loop for rare,
 * however long the tensors that come later. Kernels that go by rows leave rows that are too short
 * for a vector to the scalar bodies: {@link VectorBackend}.
 *
 * <p>The width is the processor's preferred one, at most 512 bits, unless the system property
 * {@code weft.vector.bits} asks for 128, 256 or 512. A wider one than the processor has runs,
 * slowly: the tests of other widths need it, nothing else does. A block is 16 elements: {@link
 * #PARTS} vectors.
 */
final class Species {
  static final VectorSpecies<Float> F32 = choose();
  static final VectorSpecies<Integer> I32 = VectorSpecies.of(int.class, F32.vectorShape());
  static final VectorSpecies<Long> I64 = VectorSpecies.of(long.class, F32.vectorShape());

  /** Floats in a vector: 16, 8 or 4. */
  static final int LENGTH = F32.length();

  /** Vectors in a block of 16 elements: 1, 2 or 4. */
  static final int PARTS = 16 / LENGTH;

  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  /** Rotations, by which lanes are closed. */
  static final VectorShuffle<Float> BY_8 = rotation(8);

  static final VectorShuffle<Float> BY_4 = rotation(4);
  static final VectorShuffle<Float> BY_2 = rotation(2);
  static final VectorShuffle<Float> BY_1 = rotation(1);

  /** Calls after which C1 has long compiled, and so profiles, what {@link #floats} calls. */
  private static final int PROFILED = 20_000;

  static {
    profileFloats();
  }

  private Species() {}

  private static VectorSpecies<Float> choose() {
    String asked = System.getProperty("weft.vector.bits", "");
    return switch (asked) {
      case "" -> {
        int bits = FloatVector.SPECIES_PREFERRED.vectorBitSize();
        yield VectorSpecies.of(
            float.class, VectorShape.forBitSize(Math.clamp(Integer.highestOneBit(bits), 128, 512)));
      }
      case "128" -> FloatVector.SPECIES_128;
      case "256" -> FloatVector.SPECIES_256;
      case "512" -> FloatVector.SPECIES_512;
      default ->
          throw new IllegalArgumentException(
              "weft.vector.bits: expected 128, 256 or 512, got " + asked);
    };
  }

  private static VectorShuffle<Float> rotation(int by) {
    return VectorShuffle.fromOp(F32, lane -> (lane + by) % LENGTH);
  }

  /**
   * A segment of its own for a loop over {@code n} floats from byte {@code base}. A loop that reads
   * or writes native memory is to make one in its own method: this object never leaves it, so C2
   * keeps its address and length in registers, and checks every access against those. Those of a
   * segment that was passed in are read anew at each access, for a store might have changed them:
   * some 50 instructions an iteration (a function of 20 takes a sixth less time so).
   */
  static MemorySegment floats(MemorySegment segment, long base, int n) {
    return segment.asSlice(base, 4L * n);
  }

  /**
   * Calls {@link #floats} until C2 may trust its profile. The methods behind {@code asSlice} are
   * inlined where the profile has them called often, and calls that an earlier tier did not profile
   * count against it: by chance of when C2 had time, kernels made real objects. Of 46 processes exp
   * took some 6.2 ns for 16 elements in 10, in most others 3.5, in some 2.7; after these calls,
   * which take 4 to 8 ms, 2.7.
   */
  private static void profileFloats() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment some = arena.allocate(4L * LENGTH);
      for (int i = 0; i < PROFILED; i++) {
        floats(some, 0, i % LENGTH);
      }
    }
  }

  /**
   * Closes the lanes held in {@link #PARTS} vectors, 2 or 4 (a single one is closed where it is
   * summed, for C2 might make a call of this), s0 the first; the others are ignored. Rotations make
   * every lane hold the sum, lane 0 in the order of {@code Lanes.close}.
   */
  static float close(FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
    FloatVector s = PARTS == 4 ? s0.add(s2).add(s1.add(s3)) : s0.add(s1);
    if (LENGTH > 4) {
      s = s.add(s.rearrange(BY_4));
    }
    s = s.add(s.rearrange(BY_2));
    s = s.add(s.rearrange(BY_1));
    return s.lane(0);
  }

  /** The sum of an array of 16 lanes in the order of {@code Lanes.close}; the array stays. */
  static float close(float[] lanes) {
    FloatVector s = FloatVector.fromArray(F32, lanes, 0);
    if (PARTS == 4) {
      s = s.add(FloatVector.fromArray(F32, lanes, 2 * LENGTH));
      FloatVector t = FloatVector.fromArray(F32, lanes, LENGTH);
      s = s.add(t.add(FloatVector.fromArray(F32, lanes, 3 * LENGTH)));
    } else if (PARTS == 2) {
      s = s.add(FloatVector.fromArray(F32, lanes, LENGTH));
    }
    if (LENGTH > 8) {
      s = s.add(s.rearrange(BY_8));
    }
    if (LENGTH > 4) {
      s = s.add(s.rearrange(BY_4));
    }
    s = s.add(s.rearrange(BY_2));
    s = s.add(s.rearrange(BY_1));
    return s.lane(0);
  }

  /** Writes the lanes held in {@link #PARTS} vectors to an array of 16. */
  static void spill(FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3, float[] lanes) {
    s0.intoArray(lanes, 0);
    if (PARTS > 1) {
      s1.intoArray(lanes, LENGTH);
    }
    if (PARTS > 2) {
      s2.intoArray(lanes, 2 * LENGTH);
      s3.intoArray(lanes, 3 * LENGTH);
    }
  }
}
