package dev.weft.tensor.kernel;

import dev.weft.tensor.backend.Scratch;
import dev.weft.tensor.backend.Tasks;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gradients of the norms' weight and bias: sums over rows, column by column, in order inside chunks
 * of {@link #CHUNK} rows whose partial sums are added in order.
 */
public final class ScalarNormWeights {
  /** Rows of a chunk. */
  public static final int CHUNK = 256;

  private static final int WEIGHTS_SLOT = 0;
  private static final int BIASES_SLOT = 1;

  /** Adds the terms of rows {@code from .. to - 1} to the partial sums of a chunk. */
  @FunctionalInterface
  public interface Chunk {
    /** Either array is null where its gradient is not wanted; both start at column {@code at}. */
    void run(long from, long to, float @Nullable [] dweight, float @Nullable [] dbias, int at);
  }

  private ScalarNormWeights() {}

  static void run(KernelCall.LayerNormGrad call) {
    int n = Math.toIntExact(call.cols());
    join(
        call.dweight(),
        call.dbias(),
        call.rows(),
        n,
        (from, to, dweight, dbias, at) ->
            add(call.x(), call.dy(), call.mean(), call.rstd(), from, to, n, dweight, dbias, at));
  }

  static void run(KernelCall.RmsNormGrad call) {
    int n = Math.toIntExact(call.cols());
    join(
        call.dweight(),
        Buf.NONE,
        call.rows(),
        n,
        (from, to, dweight, dbias, at) ->
            add(call.x(), call.dy(), Buf.NONE, call.rstd(), from, to, n, dweight, dbias, at));
  }

  private static void add(
      Buf x,
      Buf dy,
      Buf means,
      Buf rstds,
      long from,
      long to,
      int n,
      float @Nullable [] dweight,
      float @Nullable [] dbias,
      int at) {
    for (long row = from; row < to; row++) {
      float mean = means.isPresent() ? Elements.get(means.segment(), means.offset(), row) : 0f;
      float rstd = Elements.get(rstds.segment(), rstds.offset(), row);
      long xb = x.offset() + 4 * row * n;
      long yb = dy.offset() + 4 * row * n;
      for (int i = 0; i < n; i++) {
        float g = Elements.get(dy.segment(), yb, i);
        if (dweight != null) {
          float xhat = (Elements.get(x.segment(), xb, i) - mean) * rstd;
          dweight[at + i] = Math.fma(g, xhat, dweight[at + i]);
        }
        if (dbias != null) {
          dbias[at + i] += g;
        }
      }
    }
  }

  /** Runs the chunks, then writes the sums of their partial sums; shared with the vector body. */
  public static void join(Buf dweight, Buf dbias, long rows, int n, Chunk body) {
    if (!dweight.isPresent() && !dbias.isPresent()) {
      return;
    }
    int chunks = Math.toIntExact(Math.ceilDiv(rows, CHUNK));
    Scratch scratch = Scratch.borrow();
    try {
      float[] weights = dweight.isPresent() ? zeros(scratch, WEIGHTS_SLOT, chunks, n) : null;
      float[] biases = dbias.isPresent() ? zeros(scratch, BIASES_SLOT, chunks, n) : null;
      Tasks.split(
          chunks,
          Math.max(1, 4L * Tasks.ELEMENTS / ((long) CHUNK * Math.max(1, n))),
          (from, to) -> {
            for (long c = from; c < to; c++) {
              body.run(c * CHUNK, Math.min(rows, (c + 1) * CHUNK), weights, biases, (int) c * n);
            }
          });
      write(dweight, weights, chunks, n);
      write(dbias, biases, chunks, n);
    } finally {
      scratch.giveBack();
    }
  }

  private static float[] zeros(Scratch scratch, int slot, int chunks, int n) {
    int count = Math.multiplyExact(chunks, n);
    float[] sums = scratch.floats(slot, count);
    Arrays.fill(sums, 0, count, 0f);
    return sums;
  }

  private static void write(Buf out, float @Nullable [] partial, int chunks, int n) {
    if (partial == null) {
      return;
    }
    for (int i = 0; i < n; i++) {
      float sum = chunks > 0 ? partial[i] : 0f;
      for (int c = 1; c < chunks; c++) {
        sum += partial[c * n + i];
      }
      Elements.set(out.segment(), out.offset(), i, sum);
    }
  }
}
