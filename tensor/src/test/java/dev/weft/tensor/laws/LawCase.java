package dev.weft.tensor.laws;

import java.util.ArrayList;
import java.util.List;

/**
 * A case of a kernel: a value for each of its axes, what fills its operands, and a seed.
 *
 * @param axes the kernel's
 * @param at a value for each axis, in order
 * @param values what fills float inputs
 * @param seed of everything that is drawn
 * @param firstRow number of the first row where the case is some rows of a larger one, else 0
 */
public record LawCase(List<Axis> axes, List<Integer> at, Values values, long seed, long firstRow) {

  /** The smallest case there is. */
  public static LawCase least(List<Axis> axes) {
    List<Integer> least = axes.stream().map(Axis::least).toList();
    return new LawCase(axes, least, Values.ORDINARY, 1, 0);
  }

  /**
   * The value of an axis.
   *
   * @throws IllegalArgumentException when the kernel has no such axis
   */
  public int at(String axis) {
    return at.get(index(axis));
  }

  /** The same with another value of one axis. */
  public LawCase with(String axis, int value) {
    List<Integer> moved = new ArrayList<>(at);
    moved.set(index(axis), value);
    return new LawCase(axes, List.copyOf(moved), values, seed, firstRow);
  }

  /** The same with operands filled otherwise. */
  public LawCase with(Values filling) {
    return new LawCase(axes, at, filling, seed, firstRow);
  }

  /** The same with another seed. */
  LawCase seeded(long other) {
    return new LawCase(axes, at, values, other, firstRow);
  }

  /** The same with every size at most {@code most}, or the least that the axis allows. */
  public LawCase sizesAtMost(int most) {
    LawCase small = this;
    for (Axis axis : axes) {
      if (axis.isSize()) {
        small = small.with(axis.name(), Math.max(axis.least(), Math.min(at(axis.name()), most)));
      }
    }
    return small;
  }

  /** The same with every size the largest there is. */
  LawCase largest() {
    LawCase large = this;
    for (Axis axis : axes) {
      large = axis.isSize() ? large.with(axis.name(), axis.most()) : large;
    }
    return large;
  }

  /** Some rows of this case, along {@code axis}. */
  LawCase rows(String axis, int first, int count) {
    LawCase some = with(axis, count);
    return new LawCase(axes, some.at, values, seed, firstRow + first);
  }

  /** 64 random bits that the seed, a name and an index choose. */
  public long bits(String name, long index) {
    return mix(mix(seed ^ mix(name.hashCode())) + 0x9E3779B97F4A7C15L * (index + 1));
  }

  /** The finaliser of SplitMix64 (Steele, Lea and Flood 2014). */
  static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private int index(String axis) {
    for (int i = 0; i < axes.size(); i++) {
      if (axes.get(i).name().equals(axis)) {
        return i;
      }
    }
    throw new IllegalArgumentException(
        "axis " + axis + ": expected one of " + axes.stream().map(Axis::name).toList());
  }

  /** As {@code rows=1 cols=17 values=ORDINARY seed=42}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < axes.size(); i++) {
      text.append(axes.get(i).name()).append('=').append(at.get(i)).append(' ');
    }
    return text.append("values=").append(values).append(" seed=").append(seed).toString();
  }
}
