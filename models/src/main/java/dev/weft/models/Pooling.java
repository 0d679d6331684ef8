package dev.weft.models;

import dev.weft.nn.Packed;
import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;

/** How the vectors of a sequence's tokens become one vector: [tokens, H] to [sequences, H]. */
public enum Pooling {
  /** The first token's. */
  CLS {
    @Override
    public Tensor forward(Tensor hidden, Packed batch) {
      return F.indexSelect(hidden, batch.firstRows());
    }
  },
  /** The average of all tokens'. */
  MEAN {
    @Override
    public Tensor forward(Tensor hidden, Packed batch) {
      int sequences = batch.sequences();
      Tensor zeros = Tensor.zeros(DType.F32, Shape.of(sequences, hidden.dim(-1)));
      Tensor sums = F.indexAdd(zeros, batch.sequenceOfRow(), hidden);
      float[] lengths = new float[sequences];
      for (int s = 0; s < sequences; s++) {
        lengths[s] = batch.length(s);
      }
      return F.div(sums, Tensor.of(lengths, sequences, 1));
    }
  },
  /** The last token's. */
  LAST {
    @Override
    public Tensor forward(Tensor hidden, Packed batch) {
      return F.indexSelect(hidden, batch.lastRows());
    }
  };

  /** One vector a sequence; gradients pass. */
  public abstract Tensor forward(Tensor hidden, Packed batch);
}
