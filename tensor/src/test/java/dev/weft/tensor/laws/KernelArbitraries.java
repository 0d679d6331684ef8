package dev.weft.tensor.laws;

import dev.weft.tensor.DType;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomDistribution;

/** Arbitraries for properties of one's own, beside the laws. */
public final class KernelArbitraries {
  private KernelArbitraries() {}

  /** Cases of a kernel, which shrink to the smallest shape. */
  public static Arbitrary<LawCase> cases(KernelUnderTest<?> kernel) {
    return new CaseArbitrary(kernel.axes());
  }

  /** Sizes {@code least .. most}, half of them where vectors, blocks and tiles begin and end. */
  public static Arbitrary<Integer> sizes(int least, int most) {
    return Arbitraries.fromGenerator(
        random -> new SmallestFirst(CaseArbitrary.size(random, least, most), least));
  }

  /** Dims of up to {@code rank} dimensions, each of 0 to {@code most}. */
  public static Arbitrary<List<Integer>> shapes(int rank, int most) {
    return sizes(0, most).list().ofMaxSize(rank);
  }

  /**
   * Extents of the dims: dense, padded, transposed, or repeating along some dims where {@code
   * repeats} allows it, as only inputs may.
   */
  public static Arbitrary<Extent> strides(List<Integer> dims, boolean repeats) {
    int rank = dims.size();
    Arbitrary<List<Integer>> order = Arbitraries.shuffle(IntStream.range(0, rank).boxed().toList());
    Arbitrary<List<Integer>> pads = Arbitraries.integers().between(0, 3).list().ofSize(rank);
    Arbitrary<List<Boolean>> zeros =
        (repeats ? Arbitraries.of(false, false, false, true) : Arbitraries.just(false))
            .list()
            .ofSize(rank);
    return Combinators.combine(order, pads, zeros).as((o, p, z) -> extent(dims, o, p, z));
  }

  private static Extent extent(
      List<Integer> dims, List<Integer> order, List<Integer> pads, List<Boolean> zeros) {
    long[] sizes = dims.stream().mapToLong(Integer::longValue).toArray();
    long[] strides = new long[sizes.length];
    long step = 1;
    for (int d : order) {
      strides[d] = zeros.get(d) ? 0 : step;
      step *= zeros.get(d) ? 1 : Math.max(1, sizes[d]) + pads.get(d);
    }
    return new Extent(sizes, strides, -1);
  }

  /** Byte offsets of an operand's first element, of any alignment. */
  public static Arbitrary<Integer> offsets() {
    return Arbitraries.integers().between(0, 127);
  }

  /** Floats: ordinary ones, NaN, infinities, zeros of both signs, subnormals, huge ranges. */
  public static Arbitrary<Float> values() {
    return Arbitraries.of(Values.class)
        .flatMap(family ->
            Arbitraries.longs().withDistribution(RandomDistribution.uniform()).map(family::of));
  }

  /** Element types. */
  public static Arbitrary<DType> dtypes() {
    return Arbitraries.of(DType.class);
  }
}
