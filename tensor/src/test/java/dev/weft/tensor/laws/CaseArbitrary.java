package dev.weft.tensor.laws;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCases;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/** Cases of a kernel. They shrink one axis at a time, always to the smallest value that fails. */
final class CaseArbitrary implements Arbitrary<LawCase> {
  /** Where vectors, blocks of 16 and tiles begin and end. */
  static final int[] EDGES = {1, 2, 7, 13, 14, 15, 16, 17, 31, 32, 33, 63, 64, 65};

  private final List<Axis> axes;

  CaseArbitrary(List<Axis> axes) {
    this.axes = List.copyOf(axes);
  }

  @Override
  public RandomGenerator<LawCase> generator(int genSize) {
    return random -> new ShrinkableCase(draw(random));
  }

  @Override
  public EdgeCases<LawCase> edgeCases(int maxEdgeCases) {
    return EdgeCases.none();
  }

  /** A case that shrinks to the smallest. */
  static Shrinkable<LawCase> shrinkable(LawCase value) {
    return new ShrinkableCase(value);
  }

  private LawCase draw(Random random) {
    List<Integer> at = new ArrayList<>();
    for (Axis axis : axes) {
      at.add(
          axis.isSize()
              ? size(random, axis.least(), axis.most())
              : random.nextInt(axis.least(), axis.most() + 1));
    }
    Values values =
        switch (random.nextInt(8)) {
          case 0, 1 -> Values.SPECIAL;
          case 2 -> Values.SUBNORMAL;
          case 3 -> Values.HUGE;
          default -> Values.ORDINARY;
        };
    return new LawCase(axes, List.copyOf(at), values, random.nextLong(), 0);
  }

  /** A size: half of the time one of the edges, mostly small, now and then any. */
  static int size(Random random, int least, int most) {
    int drawn =
        switch (random.nextInt(8)) {
          case 0, 1, 2, 3 -> EDGES[random.nextInt(EDGES.length)];
          case 4, 5, 6 -> random.nextInt(70);
          default -> random.nextInt(least, most + 1);
        };
    return Math.clamp(drawn, least, most);
  }

  private record ShrinkableCase(LawCase value) implements Shrinkable<LawCase> {
    @Override
    public Stream<Shrinkable<LawCase>> shrink() {
      Stream<LawCase> ordinary =
          value.values() == Values.ORDINARY
              ? Stream.empty()
              : Stream.of(value.with(Values.ORDINARY));
      Stream<LawCase> smaller =
          value.axes().stream()
              .flatMap(axis ->
                  IntStream.range(axis.least(), value.at(axis.name()))
                      .mapToObj(to -> value.with(axis.name(), to)));
      return Stream.concat(ordinary, smaller).map(ShrinkableCase::new);
    }

    @Override
    public ShrinkingDistance distance() {
      long total = value.values() == Values.ORDINARY ? 0 : 1;
      for (int at : value.at()) {
        total += at;
      }
      return ShrinkingDistance.of(total);
    }
  }
}
