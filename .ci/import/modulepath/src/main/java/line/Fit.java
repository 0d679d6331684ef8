package line;

import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import java.util.List;

/** Fits y = 2 x + 1 by gradient descent. */
final class Fit {
  public static void main(String[] args) {
    Tensor x = Tensor.of(new float[] {-1, 0, 1, 2}, 4);
    Tensor y = Tensor.of(new float[] {-1, 1, 3, 5}, 4);
    Parameter w = new Parameter("w", Tensor.zeros(1));
    Parameter b = new Parameter("b", Tensor.zeros(1));
    for (int step = 0; step < 200; step++) {
      Tape tape = Tape.record(List.of(w, b), () -> {
        Tensor error = F.sub(F.add(F.mul(x, w.tensor()), b.tensor()), y);
        return F.mean(F.mul(error, error));
      });
      Gradients gradients = tape.backward();
      for (Parameter p : List.of(w, b)) {
        p.set(F.sub(p.tensor(), F.mul(gradients.of(p), 0.1f)));
      }
    }
    float slope = w.tensor().toFloats()[0];
    float shift = b.tensor().toFloats()[0];
    System.out.printf("y = %.3f x + %.3f%n", slope, shift);
    if (Math.abs(slope - 2) > 1e-3 || Math.abs(shift - 1) > 1e-3) {
      throw new AssertionError("expected y = 2 x + 1");
    }
  }
}
