package dev.weft.tensor.backend.vector;

import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.FloatMath;
import dev.weft.tensor.kernel.Lanes;
import dev.weft.tensor.kernel.ScalarAttention;
import dev.weft.tensor.kernel.ScalarSums;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ScalarSums} on vectors: a block of 16 elements is 1, 2 or 4 vectors, one accumulator each.
 * {@link Species#PARTS} is a constant, so the parts a width does not have are gone once compiled.
 */
final class VectorSums {
  /** Elements of a part, which stays in the first cache. */
  private static final int PART = 1024;

  private VectorSums() {}

  /** {@link ScalarSums#sum}. */
  static float sum(MemorySegment x, long base, int n) {
    MemorySegment xs = Species.floats(x, base, n);
    FloatVector s0 = FloatVector.zero(Species.F32);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int bound = n & -Lanes.COUNT;
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      s0 = s0.add(FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER));
      if (Species.PARTS > 1) {
        s1 =
            s1.add(
                FloatVector.fromMemorySegment(
                    Species.F32, xs, 4L * (i + Species.LENGTH), Species.ORDER));
      }
      if (Species.PARTS > 2) {
        s2 =
            s2.add(
                FloatVector.fromMemorySegment(
                    Species.F32, xs, 4L * (i + 2 * Species.LENGTH), Species.ORDER));
        s3 =
            s3.add(
                FloatVector.fromMemorySegment(
                    Species.F32, xs, 4L * (i + 3 * Species.LENGTH), Species.ORDER));
      }
    }
    if (bound == n && Species.PARTS == 1) { // Species.close, of which C2 might make a call
      s0 = s0.add(s0.rearrange(Species.BY_8));
      s0 = s0.add(s0.rearrange(Species.BY_4));
      s0 = s0.add(s0.rearrange(Species.BY_2));
      return s0.add(s0.rearrange(Species.BY_1)).lane(0);
    }
    if (bound == n) {
      return Species.close(s0, s1, s2, s3);
    }
    float[] lanes = new float[Lanes.COUNT];
    Species.spill(s0, s1, s2, s3, lanes);
    for (int i = bound; i < n; i++) {
      lanes[i - bound] += Elements.get(x, base, i);
    }
    return Lanes.close(lanes);
  }

  /** {@link ScalarSums#squares}. */
  static float squares(MemorySegment x, long base, int n, float shift) {
    MemorySegment xs = Species.floats(x, base, n);
    FloatVector s0 = FloatVector.zero(Species.F32);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int bound = n & -Lanes.COUNT;
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      FloatVector v0 =
          FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER).sub(shift);
      s0 = v0.fma(v0, s0);
      if (Species.PARTS > 1) {
        FloatVector v1 =
            FloatVector.fromMemorySegment(Species.F32, xs, 4L * (i + Species.LENGTH), Species.ORDER)
                .sub(shift);
        s1 = v1.fma(v1, s1);
      }
      if (Species.PARTS > 2) {
        FloatVector v2 =
            FloatVector.fromMemorySegment(
                    Species.F32, xs, 4L * (i + 2 * Species.LENGTH), Species.ORDER)
                .sub(shift);
        FloatVector v3 =
            FloatVector.fromMemorySegment(
                    Species.F32, xs, 4L * (i + 3 * Species.LENGTH), Species.ORDER)
                .sub(shift);
        s2 = v2.fma(v2, s2);
        s3 = v3.fma(v3, s3);
      }
    }
    if (bound == n && Species.PARTS == 1) { // Species.close, of which C2 might make a call
      s0 = s0.add(s0.rearrange(Species.BY_8));
      s0 = s0.add(s0.rearrange(Species.BY_4));
      s0 = s0.add(s0.rearrange(Species.BY_2));
      return s0.add(s0.rearrange(Species.BY_1)).lane(0);
    }
    if (bound == n) {
      return Species.close(s0, s1, s2, s3);
    }
    float[] lanes = new float[Lanes.COUNT];
    Species.spill(s0, s1, s2, s3, lanes);
    for (int i = bound; i < n; i++) {
      float d = Elements.get(x, base, i) - shift;
      lanes[i - bound] = Math.fma(d, d, lanes[i - bound]);
    }
    return Lanes.close(lanes);
  }

  /** {@link ScalarSums#dot}. */
  static float dot(MemorySegment a, long ab, MemorySegment b, long bb, int n) {
    MemorySegment as = Species.floats(a, ab, n);
    MemorySegment bs = Species.floats(b, bb, n);
    FloatVector s0 = FloatVector.zero(Species.F32);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int bound = n & -Lanes.COUNT;
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      s0 =
          FloatVector.fromMemorySegment(Species.F32, as, 4L * i, Species.ORDER)
              .fma(FloatVector.fromMemorySegment(Species.F32, bs, 4L * i, Species.ORDER), s0);
      if (Species.PARTS > 1) {
        s1 =
            FloatVector.fromMemorySegment(Species.F32, as, 4L * (i + Species.LENGTH), Species.ORDER)
                .fma(
                    FloatVector.fromMemorySegment(
                        Species.F32, bs, 4L * (i + Species.LENGTH), Species.ORDER),
                    s1);
      }
      if (Species.PARTS > 2) {
        s2 =
            FloatVector.fromMemorySegment(
                    Species.F32, as, 4L * (i + 2 * Species.LENGTH), Species.ORDER)
                .fma(
                    FloatVector.fromMemorySegment(
                        Species.F32, bs, 4L * (i + 2 * Species.LENGTH), Species.ORDER),
                    s2);
        s3 =
            FloatVector.fromMemorySegment(
                    Species.F32, as, 4L * (i + 3 * Species.LENGTH), Species.ORDER)
                .fma(
                    FloatVector.fromMemorySegment(
                        Species.F32, bs, 4L * (i + 3 * Species.LENGTH), Species.ORDER),
                    s3);
      }
    }
    if (bound == n && Species.PARTS == 1) { // Species.close, of which C2 might make a call
      s0 = s0.add(s0.rearrange(Species.BY_8));
      s0 = s0.add(s0.rearrange(Species.BY_4));
      s0 = s0.add(s0.rearrange(Species.BY_2));
      return s0.add(s0.rearrange(Species.BY_1)).lane(0);
    }
    if (bound == n) {
      return Species.close(s0, s1, s2, s3);
    }
    float[] lanes = new float[Lanes.COUNT];
    Species.spill(s0, s1, s2, s3, lanes);
    for (int i = bound; i < n; i++) {
      lanes[i - bound] = Math.fma(Elements.get(a, ab, i), Elements.get(b, bb, i), lanes[i - bound]);
    }
    return Lanes.close(lanes);
  }

  /**
   * {@link ScalarSums#exps} in {@code lanes}, not yet closed, which also writes the exponentials to
   * y. Multiplies by {@code factor} the {@code n} floats of y from byte {@code done}, the row
   * before (or this one, which is written after). Returns {@link #max} of the floats from byte
   * {@code next} of x, the row that follows. Where a vector is all lanes, all of that is one loop:
   * no row waits for the sum of another, and the next is read from memory meanwhile.
   */
  static float expsInto(
      MemorySegment x,
      long base,
      long next,
      MemorySegment y,
      long yb,
      long done,
      float factor,
      int n,
      float shift,
      float[] lanes) {
    Arrays.fill(lanes, 0, Lanes.COUNT, 0f);
    if (Species.PARTS == 1) {
      return expsAdded(x, base, next, y, yb, done, factor, n, shift, lanes);
    }
    if (done != yb) {
      VectorSoftmax.scale(y, done, n, factor);
    }
    for (int from = 0; from < n; from += PART) {
      int length = Math.min(PART, n - from);
      long at = yb + 4L * from;
      exps(x, base + 4L * from, y, at, length, shift, 1f);
      addTo(lanes, y, at, length);
    }
    return max(x, next, n);
  }

  private static float expsAdded(
      MemorySegment x,
      long base,
      long next,
      MemorySegment y,
      long yb,
      long done,
      float factor,
      int n,
      float shift,
      float[] lanes) {
    MemorySegment xs = Species.floats(x, base, n);
    MemorySegment nexts = Species.floats(x, next, n);
    MemorySegment dones = Species.floats(y, done, n);
    MemorySegment ys = Species.floats(y, yb, n);
    FloatVector sum = FloatVector.zero(Species.F32);
    FloatVector max = FloatVector.broadcast(Species.F32, Float.NEGATIVE_INFINITY);
    int bound = n & -Species.LENGTH;
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector follows =
          FloatVector.fromMemorySegment(Species.F32, nexts, 4L * i, Species.ORDER);
      max = max.blend(follows, follows.compare(VectorOperators.GT, max));
      FloatVector v =
          FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER).sub(shift);
      FloatVector t =
          v.fma(
              FloatVector.broadcast(Species.F32, FloatMath.LOG2_E),
              FloatVector.broadcast(Species.F32, FloatMath.ROUNDER));
      FloatVector k = t.sub(FloatVector.broadcast(Species.F32, FloatMath.ROUNDER));
      FloatVector r =
          k.fma(
              FloatVector.broadcast(Species.F32, -FloatMath.LN2_REST),
              k.fma(FloatVector.broadcast(Species.F32, -FloatMath.LN2), v));
      FloatVector q =
          FloatVector.broadcast(Species.F32, FloatMath.E4)
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.E3))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.E2))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.E1))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.E0));
      IntVector power = t.reinterpretAsInts().sub(FloatMath.ROUNDER_BITS);
      IntVector first = power.lanewise(VectorOperators.ASHR, 1);
      IntVector second = power.sub(first);
      FloatVector e =
          q.fma(r.mul(r), r)
              .add(1f)
              .mul(first.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
              .mul(second.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
              .blend(0f, v.compare(VectorOperators.LT, FloatMath.EXP_LOW))
              .blend(Float.POSITIVE_INFINITY, v.compare(VectorOperators.GT, FloatMath.EXP_HIGH));
      FloatVector.fromMemorySegment(Species.F32, dones, 4L * i, Species.ORDER)
          .mul(factor)
          .intoMemorySegment(dones, 4L * i, Species.ORDER);
      e.intoMemorySegment(ys, 4L * i, Species.ORDER);
      sum = sum.add(e);
    }
    sum.intoArray(lanes, 0);
    float most = max.reduceLanes(VectorOperators.MAX);
    for (int i = bound; i < n; i++) {
      float value = Elements.get(x, next, i);
      most = value > most ? value : most;
      float e = FloatMath.exp(Elements.get(x, base, i) - shift);
      Elements.set(y, done, i, Elements.get(y, done, i) * factor);
      Elements.set(y, yb, i, e);
      lanes[i - bound] += e;
    }
    return most;
  }

  /** Adds elements of x to {@link Lanes}. */
  private static void addTo(float[] lanes, MemorySegment x, long base, int n) {
    MemorySegment xs = Species.floats(x, base, n);
    int bound = n & -Lanes.COUNT;
    for (int part = 0; part < Lanes.COUNT; part += Species.LENGTH) {
      FloatVector sum = FloatVector.fromArray(Species.F32, lanes, part);
      for (int i = part; i < bound; i += Lanes.COUNT) {
        sum = sum.add(FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER));
      }
      sum.intoArray(lanes, part);
    }
    for (int i = bound; i < n; i++) {
      lanes[i - bound] += Elements.get(x, base, i);
    }
  }

  /** {@code y = factor exp(x - shift)}. */
  static void exps(
      MemorySegment x, long base, MemorySegment y, long yb, int n, float shift, float factor) {
    MemorySegment xs = Species.floats(x, base, n);
    MemorySegment ys = Species.floats(y, yb, n);
    int bound = n & -Species.LENGTH;
    for (int i = 0; i < bound; i += Species.LENGTH) {
      FloatVector v =
          FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER).sub(shift);
      FloatVector t =
          v.fma(
              FloatVector.broadcast(Species.F32, FloatMath.LOG2_E),
              FloatVector.broadcast(Species.F32, FloatMath.ROUNDER));
      FloatVector k = t.sub(FloatVector.broadcast(Species.F32, FloatMath.ROUNDER));
      FloatVector r =
          k.fma(
              FloatVector.broadcast(Species.F32, -FloatMath.LN2_REST),
              k.fma(FloatVector.broadcast(Species.F32, -FloatMath.LN2), v));
      FloatVector q =
          FloatVector.broadcast(Species.F32, FloatMath.E4)
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.E3))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.E2))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.E1))
              .fma(r, FloatVector.broadcast(Species.F32, FloatMath.E0));
      IntVector power = t.reinterpretAsInts().sub(FloatMath.ROUNDER_BITS);
      IntVector first = power.lanewise(VectorOperators.ASHR, 1);
      IntVector second = power.sub(first);
      q.fma(r.mul(r), r)
          .add(1f)
          .mul(first.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
          .mul(second.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats())
          .blend(0f, v.compare(VectorOperators.LT, FloatMath.EXP_LOW))
          .blend(Float.POSITIVE_INFINITY, v.compare(VectorOperators.GT, FloatMath.EXP_HIGH))
          .mul(factor)
          .intoMemorySegment(ys, 4L * i, Species.ORDER);
    }
    for (int i = bound; i < n; i++) {
      Elements.set(y, yb, i, factor * FloatMath.exp(Elements.get(x, base, i) - shift));
    }
  }

  /**
   * Adds {@code ScalarAttention.weight(x - shift)} to the {@link Lanes} in {@code from}, which
   * gives those in {@code sums}; where {@code x - shift} is above 80 the sums are none. Returns
   * whether some x is above {@code limit}: to find the largest, each comparison would have to wait
   * for the one before (2.7 instead of 2.5 ns for 16 elements).
   */
  static boolean addWeights(
      MemorySegment x, long base, int n, float shift, float limit, float[] from, float[] sums) {
    MemorySegment xs = Species.floats(x, base, n);
    FloatVector high = FloatVector.broadcast(Species.F32, Float.NEGATIVE_INFINITY);
    int bound = n & -Lanes.COUNT;
    for (int part = 0; part < Lanes.COUNT; part += Species.LENGTH) {
      FloatVector sum = FloatVector.fromArray(Species.F32, from, part);
      for (int i = part; i < bound; i += Lanes.COUNT) {
        FloatVector value = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
        high = high.blend(value, value.compare(VectorOperators.GT, limit));
        FloatVector v = value.sub(shift);
        FloatVector t =
            v.fma(
                FloatVector.broadcast(Species.F32, FloatMath.LOG2_E),
                FloatVector.broadcast(Species.F32, FloatMath.ROUNDER));
        FloatVector k = t.sub(FloatVector.broadcast(Species.F32, FloatMath.ROUNDER));
        FloatVector r =
            k.fma(
                FloatVector.broadcast(Species.F32, -FloatMath.LN2_REST),
                k.fma(FloatVector.broadcast(Species.F32, -FloatMath.LN2), v));
        FloatVector q =
            FloatVector.broadcast(Species.F32, FloatMath.E4)
                .fma(r, FloatVector.broadcast(Species.F32, FloatMath.E3))
                .fma(r, FloatVector.broadcast(Species.F32, FloatMath.E2))
                .fma(r, FloatVector.broadcast(Species.F32, FloatMath.E1))
                .fma(r, FloatVector.broadcast(Species.F32, FloatMath.E0));
        IntVector power = t.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(127 << 23);
        FloatVector weight =
            q.fma(r.mul(r), r)
                .add(1f)
                .mul(power.reinterpretAsFloats())
                .blend(0f, v.compare(VectorOperators.LT, ScalarAttention.NEGLIGIBLE));
        sum = sum.add(weight);
      }
      sum.intoArray(sums, part);
    }
    boolean above = high.reduceLanes(VectorOperators.MAX) > limit;
    for (int i = bound; i < n; i++) {
      float value = Elements.get(x, base, i);
      above |= value > limit;
      sums[i - bound] += ScalarAttention.weight(value - shift);
    }
    return above;
  }

  /**
   * Largest x that is not NaN; minus infinity of nothing. Unlike {@link ScalarSums#max} a NaN is
   * passed over, and of zeros either sign may come: sums of {@code exp(x - max)} show neither.
   */
  static float max(MemorySegment x, long base, int n) {
    MemorySegment xs = Species.floats(x, base, n);
    FloatVector a = FloatVector.broadcast(Species.F32, Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    int step = 2 * Species.LENGTH;
    int bound = n & -step;
    for (int i = 0; i < bound; i += step) {
      FloatVector v = FloatVector.fromMemorySegment(Species.F32, xs, 4L * i, Species.ORDER);
      FloatVector w =
          FloatVector.fromMemorySegment(Species.F32, xs, 4L * (i + Species.LENGTH), Species.ORDER);
      a = a.blend(v, v.compare(VectorOperators.GT, a));
      b = b.blend(w, w.compare(VectorOperators.GT, b));
    }
    float max = a.blend(b, b.compare(VectorOperators.GT, a)).reduceLanes(VectorOperators.MAX);
    for (int i = bound; i < n; i++) {
      float value = Elements.get(x, base, i);
      max = value > max ? value : max;
    }
    return max;
  }
}
