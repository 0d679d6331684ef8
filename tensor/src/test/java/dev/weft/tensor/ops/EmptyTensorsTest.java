package dev.weft.tensor.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import dev.weft.tensor.kernel.Segments;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Operations on no elements give the shapes PyTorch gives, forward and backward. */
class EmptyTensorsTest {
  private record Case(String name, int[] in, UnaryOperator<Tensor> function, int... out) {}

  private static int[] dims(int... dims) {
    return dims;
  }

  private static Tensor zeros(int... shape) {
    return Tensor.zeros(shape);
  }

  private static Tensor ids(int count) {
    return Tensor.zeros(DType.I64, Shape.of(count));
  }

  @TestFactory
  Stream<DynamicTest> shapesAreKept() {
    Segments none = new Segments(new int[0], new int[0], new int[0], new int[0], new int[0]);
    return Stream.of(
            new Case("matmul no rows", dims(0, 3), x -> F.matmul(x, zeros(3, 4)), 0, 4),
            new Case("matmul no inner", dims(2, 0), x -> F.matmul(x, zeros(0, 4)), 2, 4),
            new Case("matmul no batch", dims(0, 2, 3), x -> F.matmul(x, zeros(3, 4)), 0, 2, 4),
            new Case("linear", dims(0, 3), x -> F.linear(x, zeros(4, 3), zeros(4)), 0, 4),
            new Case("linear weight", dims(4, 3), w -> F.linear(zeros(0, 3), w), 0, 4),
            new Case("add", dims(0, 3), x -> F.add(x, zeros(3)), 0, 3),
            new Case("add stretched", dims(1, 3), x -> F.add(x, zeros(0, 3)), 0, 3),
            new Case("mul", dims(0), x -> F.mul(x, zeros(1)), 0),
            new Case("sub", dims(3, 0), x -> F.sub(x, x), 3, 0),
            new Case("div", dims(0), x -> F.div(x, zeros(0)), 0),
            new Case("gelu", dims(0, 3), F::gelu, 0, 3),
            new Case("affine", dims(0), x -> F.mul(x, 2), 0),
            new Case("sum of nothing", dims(3, 0), x -> F.sum(x, 1), 3),
            new Case("sum of no rows", dims(0, 3), x -> F.sum(x, 1), 0),
            new Case("sum to a scalar", dims(0, 3), F::sum),
            new Case("max", dims(0, 3), x -> F.max(x, 1).values(), 0),
            new Case("softmax", dims(0, 3), x -> F.softmax(x, 1), 0, 3),
            new Case("log_softmax", dims(3, 0), x -> F.logSoftmax(x, 0), 3, 0),
            new Case("layer_norm", dims(0, 3), x -> F.layerNorm(x, zeros(3), zeros(3), 0), 0, 3),
            new Case("layer_norm weight", dims(3), w -> F.layerNorm(zeros(0, 3), w, w, 0), 0, 3),
            new Case("rms_norm", dims(0, 3), x -> F.rmsNorm(x, zeros(3), 0), 0, 3),
            new Case("embedding", dims(5, 3), t -> F.embedding(ids(0), t), 0, 3),
            new Case("index_select", dims(5, 3), x -> F.indexSelect(x, ids(0)), 0, 3),
            new Case("index_add", dims(5, 3), x -> F.indexAdd(x, ids(0), zeros(0, 3)), 5, 3),
            new Case(
                "attention no queries",
                dims(0, 2, 4),
                q -> F.attention(q, zeros(0, 2, 4), zeros(0, 2, 4), none, AttentionOptions.NONE),
                0,
                2,
                4),
            new Case(
                "padded attention no batch",
                dims(0, 2, 3, 4),
                q -> F.scaledDotProductAttention(q, q, q, AttentionOptions.CAUSAL),
                0,
                2,
                3,
                4),
            new Case(
                "rope", dims(0, 2, 4), x -> F.rope(x, zeros(1, 2), zeros(1, 2), ids(0)), 0, 2, 4),
            new Case("cat", dims(0, 3), x -> F.cat(List.of(x, zeros(2, 3), x), 0), 2, 3),
            new Case("topk", dims(3, 4), x -> F.topk(x, 0).values(), 3, 0),
            new Case("topk no rows", dims(0, 4), x -> F.topk(x, 2).values(), 0, 2),
            new Case("transpose", dims(0, 3), x -> x.transpose(0, 1).contiguous(), 3, 0),
            new Case("slice", dims(4, 3), x -> F.exp(x.slice(0, 2, 2)), 0, 3),
            new Case("reshape", dims(0, 3), x -> x.reshape(3, 0, 2), 3, 0, 2))
        .map(each -> dynamicTest(each.name(), () -> check(each)));
  }

  private static void check(Case each) {
    Parameter parameter = new Parameter("x", Tensor.zeros(each.in()).keep());
    Tape tape = Tape.record(List.of(parameter), () -> each.function().apply(parameter.tensor()));
    Tensor y = tape.result();
    assertThat(y.shape()).isEqualTo(Shape.of(each.out()));
    Gradients gradients = new Gradients(List.of(parameter));
    tape.backward(y, Tensor.zeros(each.out()), gradients);
    assertThat(gradients.of(parameter).toFloats()).isEqualTo(parameter.tensor().toFloats());
  }
}
