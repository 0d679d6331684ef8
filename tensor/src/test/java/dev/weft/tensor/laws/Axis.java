package dev.weft.tensor.laws;

/**
 * One number that a case of a kernel is made of, as a number of rows, or which of some layouts.
 *
 * @param name what a failure calls it
 * @param least smallest value, to which a failure shrinks
 * @param most largest value
 * @param isSize whether it is a size, which the laws choose round the lengths of vectors
 */
public record Axis(String name, int least, int most, boolean isSize) {
  public Axis {
    if (least < 0 || most < least) {
      throw new IllegalArgumentException(
          "axis " + name + ": expected 0 <= least <= most, got " + least + " and " + most);
    }
  }

  /** A size of an operand, {@code least .. most}. */
  public static Axis size(String name, int least, int most) {
    return new Axis(name, least, most, true);
  }

  /** A choice of {@code 0 .. count - 1}, the simplest first. */
  public static Axis choice(String name, int count) {
    return new Axis(name, 0, count - 1, false);
  }
}
