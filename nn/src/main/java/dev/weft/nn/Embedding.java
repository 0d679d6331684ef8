package dev.weft.nn;

import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;

/** A table of vectors looked up by id: ids I64 [...] to [..., size]; weight [count, size]. */
public final class Embedding extends Module {
  private final Parameter weight;

  /** {@code count} vectors of {@code size}. */
  public Embedding(int count, int size, Params p) {
    super(p);
    weight = parameter("weight", Shape.of(count, size), p.weight(new Init.Normal(1)));
  }

  private Embedding(Parameter weight, Params p) {
    super(p);
    this.weight = tied(weight);
  }

  /** With the table of another module, [count, size]. */
  public static Embedding tied(Parameter weight, Params p) {
    return new Embedding(weight, p);
  }

  /** The table, [count, size]. */
  public Parameter weight() {
    return weight;
  }

  /** The vectors of {@code ids}, [...] to [..., size]. */
  public Tensor forward(Tensor ids) {
    return watch(ids, in -> F.embedding(in, weight.tensor()));
  }

  @Override
  public String describe() {
    return "Embedding(" + weight.tensor().dim(0) + ", " + weight.tensor().dim(1) + ")";
  }
}
