package example;

import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.laws.Axis;
import dev.weft.tensor.laws.Extent;
import dev.weft.tensor.laws.KernelUnderTest;
import dev.weft.tensor.laws.LawCase;
import dev.weft.tensor.laws.Operands;
import dev.weft.tensor.laws.Tolerance;
import dev.weft.tensor.laws.Trait;
import java.util.List;
import java.util.Map;

/** What {@link SquashRows} takes and promises. */
final class SquashRowsLaws implements KernelUnderTest<SquashRows.Call> {
  @Override
  public String name() {
    return "squash rows";
  }

  @Override
  public List<Axis> axes() {
    return List.of(Axis.size("rows", 0, 300), Axis.size("cols", 0, 400));
  }

  @Override
  public SquashRows.Call draw(LawCase at, Operands operands) {
    int rows = at.at("rows");
    int cols = at.at("cols");
    Buf x = operands.input("x", Extent.rows(rows, cols));
    Buf y = operands.output("y", Extent.rows(rows, cols));
    return new SquashRows.Call(x, y, rows, cols);
  }

  @Override
  public void run(SquashRows.Call call) {
    SquashRows.run(call);
  }

  @Override
  public void reference(SquashRows.Call call) {
    SquashRows.reference(call);
  }

  @Override
  public List<Trait<SquashRows.Call>> traits() {
    return List.of(
        new Trait.Rows<>("rows"),
        new Trait.Permutes<>(Map.of("x", 0, "y", 0), Tolerance.BITS),
        new Trait.InPlace<>("x", "y"),
        new Trait.KeepsNan<>("x"),
        new Trait.Derivative<>("x", "y", SquashRowsLaws::transposed));
  }

  /** dx = (dy - y sum(y dy)) / sqrt(1 + sum of x^2). */
  private static void transposed(SquashRows.Call call, Buf dy, Buf dx) {
    int cols = call.cols();
    for (int r = 0; r < call.rows(); r++) {
      double squares = 1;
      double dot = 0;
      for (int c = 0; c < cols; c++) {
        squares += Math.pow(at(call.x(), r * cols + c), 2);
        dot += at(call.y(), r * cols + c) * at(dy, r * cols + c);
      }
      for (int c = 0; c < cols; c++) {
        int i = r * cols + c;
        double value = (at(dy, i) - at(call.y(), i) * dot) / Math.sqrt(squares);
        Elements.set(dx.segment(), dx.offset(), i, (float) value);
      }
    }
  }

  private static double at(Buf buf, int i) {
    return Elements.get(buf.segment(), buf.offset(), i);
  }
}
