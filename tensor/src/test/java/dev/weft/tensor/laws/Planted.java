package dev.weft.tensor.laws;

import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import java.util.List;
import java.util.function.Consumer;

/**
 * A small kernel on a matrix, with a body that may be wrong.
 *
 * @param body what is tried
 * @param reference what it should be
 */
record Planted(
    String name,
    boolean strided,
    Consumer<Call> body,
    Consumer<Call> reference,
    List<Trait<Planted.Call>> traits)
    implements KernelUnderTest<Planted.Call> {

  /** x [rows, cols], rows {@code stride} apart, and y [rows, cols] or [rows]. */
  record Call(Buf x, Buf y, int rows, int cols, int stride) {
    float x(int r, int c) {
      return Elements.get(x.segment(), x.offset(), (long) r * stride + c);
    }

    void y(long i, float value) {
      Elements.set(y.segment(), y.offset(), i, value);
    }

    /** Writes y [rows, cols] element by element. */
    void map(FloatFunction f) {
      for (int r = 0; r < rows; r++) {
        for (int c = 0; c < cols; c++) {
          y((long) r * cols + c, f.of(x(r, c)));
        }
      }
    }
  }

  interface FloatFunction {
    float of(float x);
  }

  @Override
  public List<Axis> axes() {
    return List.of(
        Axis.size("rows", 1, 40), Axis.size("cols", 1, 100), Axis.choice("pad", strided ? 4 : 1));
  }

  @Override
  public Call draw(LawCase at, Operands o) {
    int rows = at.at("rows");
    int cols = at.at("cols");
    int stride = cols + at.at("pad");
    return new Call(
        o.input("x", Extent.rows(rows, cols).strided(stride, 1)),
        o.output("y", Extent.rows(rows, cols)),
        rows,
        cols,
        stride);
  }

  @Override
  public void run(Call call) {
    body.accept(call);
  }

  @Override
  public void reference(Call call) {
    reference.accept(call);
  }

  @Override
  public void threads(int count) {
    // it has none of its own
  }
}
