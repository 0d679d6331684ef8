package dev.weft.tensor.backend.vector;

import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.FloatMath;
import dev.weft.tensor.kernel.Lanes;
import dev.weft.tensor.kernel.ScalarSums;
import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@link ScalarSums} on vectors: a block of 16 elements is 1, 2 or 4 vectors, one accumulator each.
 * {@link Species#PARTS} is a constant, so the parts a width does not have are gone once compiled.
 */
final class VectorSums {
  private VectorSums() {}

  /** {@link ScalarSums#sum}. */
  static float sum(MemorySegment x, long base, int n) {
    FloatVector s0 = Species.zero();
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int bound = n & -Lanes.COUNT;
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      s0 = s0.add(Species.load(x, base, i));
      if (Species.PARTS > 1) {
        s1 = s1.add(Species.load(x, base, i + Species.LENGTH));
      }
      if (Species.PARTS > 2) {
        s2 = s2.add(Species.load(x, base, i + 2 * Species.LENGTH));
        s3 = s3.add(Species.load(x, base, i + 3 * Species.LENGTH));
      }
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
    FloatVector s0 = Species.zero();
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int bound = n & -Lanes.COUNT;
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      s0 = square(Species.load(x, base, i).sub(shift), s0);
      if (Species.PARTS > 1) {
        s1 = square(Species.load(x, base, i + Species.LENGTH).sub(shift), s1);
      }
      if (Species.PARTS > 2) {
        s2 = square(Species.load(x, base, i + 2 * Species.LENGTH).sub(shift), s2);
        s3 = square(Species.load(x, base, i + 3 * Species.LENGTH).sub(shift), s3);
      }
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

  private static FloatVector square(FloatVector d, FloatVector sum) {
    return d.fma(d, sum);
  }

  /** {@link ScalarSums#dot}. */
  static float dot(MemorySegment a, long ab, MemorySegment b, long bb, int n) {
    FloatVector s0 = Species.zero();
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int bound = n & -Lanes.COUNT;
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      s0 = Species.load(a, ab, i).fma(Species.load(b, bb, i), s0);
      if (Species.PARTS > 1) {
        s1 =
            Species.load(a, ab, i + Species.LENGTH)
                .fma(Species.load(b, bb, i + Species.LENGTH), s1);
      }
      if (Species.PARTS > 2) {
        s2 =
            Species.load(a, ab, i + 2 * Species.LENGTH)
                .fma(Species.load(b, bb, i + 2 * Species.LENGTH), s2);
        s3 =
            Species.load(a, ab, i + 3 * Species.LENGTH)
                .fma(Species.load(b, bb, i + 3 * Species.LENGTH), s3);
      }
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

  /** {@link ScalarSums#exps}. */
  static float exps(MemorySegment x, long base, int n, float shift) {
    FloatVector s0 = Species.zero();
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int bound = n & -Lanes.COUNT;
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      s0 = s0.add(VectorMath.exp(Species.load(x, base, i).sub(shift)));
      if (Species.PARTS > 1) {
        s1 = s1.add(VectorMath.exp(Species.load(x, base, i + Species.LENGTH).sub(shift)));
      }
      if (Species.PARTS > 2) {
        s2 = s2.add(VectorMath.exp(Species.load(x, base, i + 2 * Species.LENGTH).sub(shift)));
        s3 = s3.add(VectorMath.exp(Species.load(x, base, i + 3 * Species.LENGTH).sub(shift)));
      }
    }
    if (bound == n) {
      return Species.close(s0, s1, s2, s3);
    }
    float[] lanes = new float[Lanes.COUNT];
    Species.spill(s0, s1, s2, s3, lanes);
    for (int i = bound; i < n; i++) {
      lanes[i - bound] += FloatMath.exp(Elements.get(x, base, i) - shift);
    }
    return Lanes.close(lanes);
  }

  /** {@link ScalarSums#exps}, which also writes the exponentials to y. */
  static float expsInto(MemorySegment x, long base, MemorySegment y, long yb, int n, float shift) {
    FloatVector s0 = Species.zero();
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    int bound = n & -Lanes.COUNT;
    for (int i = 0; i < bound; i += Lanes.COUNT) {
      s0 = s0.add(expInto(x, base, y, yb, i, shift));
      if (Species.PARTS > 1) {
        s1 = s1.add(expInto(x, base, y, yb, i + Species.LENGTH, shift));
      }
      if (Species.PARTS > 2) {
        s2 = s2.add(expInto(x, base, y, yb, i + 2 * Species.LENGTH, shift));
        s3 = s3.add(expInto(x, base, y, yb, i + 3 * Species.LENGTH, shift));
      }
    }
    if (bound == n) {
      return Species.close(s0, s1, s2, s3);
    }
    float[] lanes = new float[Lanes.COUNT];
    Species.spill(s0, s1, s2, s3, lanes);
    for (int i = bound; i < n; i++) {
      float e = FloatMath.exp(Elements.get(x, base, i) - shift);
      Elements.set(y, yb, i, e);
      lanes[i - bound] += e;
    }
    return Lanes.close(lanes);
  }

  private static FloatVector expInto(
      MemorySegment x, long base, MemorySegment y, long yb, int i, float shift) {
    FloatVector e = VectorMath.exp(Species.load(x, base, i).sub(shift));
    Species.store(e, y, yb, i);
    return e;
  }

  /**
   * Largest x that is not NaN; minus infinity of nothing. Unlike {@link ScalarSums#max} a NaN is
   * passed over, and of zeros either sign may come: sums of {@code exp(x - max)} show neither.
   */
  static float max(MemorySegment x, long base, int n) {
    FloatVector a = Species.broadcast(Float.NEGATIVE_INFINITY);
    FloatVector b = a;
    int step = 2 * Species.LENGTH;
    int bound = n & -step;
    for (int i = 0; i < bound; i += step) {
      FloatVector v = Species.load(x, base, i);
      FloatVector w = Species.load(x, base, i + Species.LENGTH);
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
