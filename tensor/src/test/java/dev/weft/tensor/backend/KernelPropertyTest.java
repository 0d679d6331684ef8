package dev.weft.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.DType;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.laws.Extent;
import dev.weft.tensor.laws.KernelArbitraries;
import dev.weft.tensor.laws.LawCase;
import dev.weft.tensor.laws.Operands;
import dev.weft.tensor.laws.Values;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What holds beside the laws, by jqwik: copies of any layout against a loop, softmax sums to one.
 */
class KernelPropertyTest {
  @Provide
  Arbitrary<Extent> extents() {
    return KernelArbitraries.shapes(4, 9).flatMap(dims -> KernelArbitraries.strides(dims, true));
  }

  @Provide
  Arbitrary<Integer> offsets() {
    return KernelArbitraries.offsets();
  }

  @Provide
  Arbitrary<DType> dtypes() {
    return KernelArbitraries.dtypes();
  }

  @Provide
  Arbitrary<Float> values() {
    return KernelArbitraries.values();
  }

  @Property(tries = 300, seed = "2026")
  void everyElementArrivesWhereItBelongs(
      @ForAll("extents") Extent in,
      @ForAll("offsets") int offset,
      @ForAll("dtypes") DType from,
      @ForAll("dtypes") DType to,
      @ForAll("values") float value) {
    MemorySegment segment = Arena.ofAuto().allocate(offset + in.length() * from.bytes() + 1, 64);
    for (long i = 0; i < in.length(); i++) {
      long at = offset + i * from.bytes();
      Elements.writeFloat(segment, at, from, i % 3 == 0 ? value : i);
    }
    Extent out = Extent.of(in.dims());
    Operands operands = new Operands(LawCase.least(List.of()));
    Buf copy = operands.output("copy", to, out);
    CallKernel.tried()
        .run(
            new KernelCall.Copy(
                new Buf(segment, offset, from, in.length()),
                in.strides(),
                copy,
                out.strides(),
                in.dims()));
    MemorySegment expected = Arena.ofAuto().allocate(8);
    for (long i = 0; i < in.count(); i++) {
      long at = offset + in.place(i) * from.bytes();
      if (from.isFloating()) {
        Elements.writeFloat(expected, 0, to, Elements.readFloat(segment, at, from));
      } else {
        Elements.writeLong(expected, 0, to, Elements.readLong(segment, at, from));
      }
      MemorySegment got = copy.segment().asSlice(copy.offset() + i * to.bytes(), to.bytes());
      assertThat(got.mismatch(expected.asSlice(0, to.bytes()))).isEqualTo(-1);
    }
  }

  @Provide
  Arbitrary<LawCase> softmaxes() {
    return KernelArbitraries.cases(softmax());
  }

  private static CallKernel softmax() {
    return RowKernels.all().stream()
        .filter(kernel -> kernel.name().equals("softmax"))
        .findFirst()
        .orElseThrow();
  }

  @Property(tries = 100, seed = "2026")
  void rowsOfASoftmaxSumToOne(@ForAll("softmaxes") LawCase drawn) {
    LawCase at = drawn.with(Values.ORDINARY);
    KernelCall.Softmax call = (KernelCall.Softmax) softmax().draw(at, new Operands(at));
    CallKernel.tried().run(call);
    for (long r = 0; call.cols() > 0 && r < call.rows(); r++) {
      double sum = 0;
      for (long c = 0; c < call.cols(); c++) {
        sum += Elements.get(call.y().segment(), call.y().offset(), r * call.cols() + c);
      }
      assertThat(sum).isBetween(1 - 1e-5, 1 + 1e-5);
    }
  }
}
