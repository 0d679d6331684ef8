package dev.weft.tensor.laws;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/** A size that shrinks to the smallest that fails: the least first, then upwards. */
record SmallestFirst(Integer value, int least) implements Shrinkable<Integer> {
  @Override
  public Stream<Shrinkable<Integer>> shrink() {
    return IntStream.range(least, value).mapToObj(smaller -> new SmallestFirst(smaller, least));
  }

  @Override
  public ShrinkingDistance distance() {
    return ShrinkingDistance.of(value - least);
  }
}
