package dev.weft.tensor.kernel;

/**
 * One kernel with its operands, as a value: what the CPU executes at once, what a device captures,
 * and what a law or a benchmark takes as its case. A call knows no tensor and no tape.
 *
 * <p>Unless a record says otherwise operands are dense, row-major and F32, outputs are overwritten,
 * and outputs alias no input. The scalar bodies in this package define each kernel to the bit; any
 * CPU backend must give the same bits for every shape, number of threads and vector width. Optional
 * operands are {@link Buf#NONE} or {@link Matrix#NONE}.
 */
public sealed interface KernelCall {

  /** Element-wise functions of one operand. */
  enum UnaryKind {
    NEG,
    EXP,
    LOG,
    SQRT,
    TANH,
    ERF,
    SIGMOID,
    RELU,
    GELU,
    GELU_TANH,
    SILU
  }

  /** Element-wise functions of two operands. */
  enum BinaryKind {
    ADD,
    SUB,
    MUL,
    DIV
  }

  /** Reductions over one dimension. */
  enum ReduceKind {
    SUM,
    SUM_OF_SQUARES,
    MAX
  }

  /** Activations a GEMM may apply in its epilogue; NONE is the identity. */
  enum Activation {
    NONE,
    RELU,
    GELU,
    GELU_TANH,
    SILU,
    TANH
  }

  /** {@code out[i] = value} for every element of {@code out}; any float or integer dtype. */
  record Fill(Buf out, double value) implements KernelCall {}

  /**
   * {@code out[i] = cast(in[i])} over {@code dims}, both sides strided in elements, any pair of
   * dtypes. Float to float rounds to nearest even; float to integer truncates towards zero as
   * PyTorch's {@code to}; a narrowing integer keeps the low bits.
   */
  record Copy(Buf in, long[] inStrides, Buf out, long[] outStrides, long[] dims)
      implements KernelCall {}

  /** {@code out[i] += in[i]} over {@code dims}, F32, both sides strided; output strides not 0. */
  record Accumulate(Buf in, long[] inStrides, Buf out, long[] outStrides, long[] dims)
      implements KernelCall {}

  /** {@code y[i] = kind(x[i])}. */
  record Unary(UnaryKind kind, Buf x, Buf y) implements KernelCall {}

  /**
   * {@code dx[i] = dy[i] * kind'(x[i])}. {@code saved} is the forward's output y for EXP, SQRT,
   * TANH, SIGMOID and RELU, and its input x for the other kinds; NEG reads none.
   */
  record UnaryGrad(UnaryKind kind, Buf saved, Buf dy, Buf dx) implements KernelCall {}

  /** {@code y = kind(a, b)} over {@code dims}, y dense, a and b strided (0 broadcasts). */
  record Binary(BinaryKind kind, Buf a, long[] aStrides, Buf b, long[] bStrides, Buf y, long[] dims)
      implements KernelCall {}

  /** {@code y[i] = scale * x[i] + shift}, with one fma. */
  record Affine(Buf x, Buf y, float scale, float shift) implements KernelCall {}

  /**
   * Reduces x [outer, n, inner] over n into y [outer, inner]. MAX also writes the first position of
   * the maximum to {@code index} (I64) where given; NaN wins, and of several NaN the first.
   */
  record Reduce(ReduceKind kind, Buf x, Buf y, Buf index, long outer, long n, long inner)
      implements KernelCall {}

  /** Row-wise softmax, or log-softmax, of x [rows, cols]. */
  record Softmax(boolean log, Buf x, Buf y, long rows, long cols) implements KernelCall {}

  /** {@code dx} of {@link Softmax} from its output y and dy. */
  record SoftmaxGrad(boolean log, Buf y, Buf dy, Buf dx, long rows, long cols)
      implements KernelCall {}

  /**
   * {@code losses[r] = logsumexp(logits[r]) - logits[r, labels[r]]}, 0 where the label is {@code
   * ignoreIndex}; {@code logSumExp} [rows] is kept for the gradient. Labels are I64.
   */
  record CrossEntropy(
      Buf logits, Buf labels, Buf losses, Buf logSumExp, long rows, long cols, long ignoreIndex)
      implements KernelCall {}

  /** {@code dlogits[r, c] = dlosses[r] * (softmax(logits[r])[c] - [c == labels[r]])}. */
  record CrossEntropyGrad(
      Buf logits,
      Buf labels,
      Buf logSumExp,
      Buf dlosses,
      Buf dlogits,
      long rows,
      long cols,
      long ignoreIndex)
      implements KernelCall {}

  /**
   * {@code y = (x - mean) * rstd * weight + bias} over the rows of x [rows, cols], {@code rstd = 1
   * / sqrt(var + eps)} with the biased variance. {@code mean} and {@code rstd} [rows] are outputs.
   */
  record LayerNorm(
      Buf x, Buf weight, Buf bias, Buf y, Buf mean, Buf rstd, long rows, long cols, float eps)
      implements KernelCall {}

  /** Gradients of {@link LayerNorm}; each of dx, dweight, dbias is skipped where NONE. */
  record LayerNormGrad(
      Buf x,
      Buf weight,
      Buf mean,
      Buf rstd,
      Buf dy,
      Buf dx,
      Buf dweight,
      Buf dbias,
      long rows,
      long cols)
      implements KernelCall {}

  /** {@code y = x * rstd * weight}, {@code rstd = 1 / sqrt(mean(x^2) + eps)}. */
  record RmsNorm(Buf x, Buf weight, Buf y, Buf rstd, long rows, long cols, float eps)
      implements KernelCall {}

  /** Gradients of {@link RmsNorm}; each of dx, dweight is skipped where NONE. */
  record RmsNormGrad(Buf x, Buf weight, Buf rstd, Buf dy, Buf dx, Buf dweight, long rows, long cols)
      implements KernelCall {}

  /** {@code out[i] = table[ids[i]]}: rows of a [rows, cols] table of any float dtype, ids I64. */
  record Gather(Buf table, Buf ids, Buf out, long rows, long cols) implements KernelCall {}

  /**
   * {@code out[ids[i]] += src[i]} for i in order, out [rows, cols], ids I64: the rows of one id are
   * added in the order of i whatever the number of threads.
   */
  record ScatterAdd(Buf ids, Buf src, Buf out, long rows, long cols) implements KernelCall {}

  /**
   * {@code C = act(alpha * (init + A B) + bias) * gate + residual} for each of {@code batch}
   * matrices, A [m, k], B [k, n], C [m, n], F32 but for A and B which may be BF16 or F16.
   *
   * <p>Every output is one chain of fma over k in order, starting from {@code init} (0 where
   * absent). {@code init} may be C itself, which accumulates. {@code bias} [n] is added after alpha
   * (one multiplication, skipped when alpha is 1), then {@code preActivation} (where given)
   * receives the value, then the activation, then the result is multiplied by {@code gate} (where
   * given: Shazeer 2020), then {@code residual} is added.
   */
  record Gemm(
      int batch,
      int m,
      int n,
      int k,
      Matrix a,
      Matrix b,
      Matrix c,
      Matrix init,
      float alpha,
      Buf bias,
      Activation activation,
      Matrix preActivation,
      Matrix gate,
      Matrix residual)
      implements KernelCall {
    /** {@code C = A B}. */
    public static Gemm of(int batch, int m, int n, int k, Matrix a, Matrix b, Matrix c) {
      return new Gemm(
          batch,
          m,
          n,
          k,
          a,
          b,
          c,
          Matrix.NONE,
          1,
          Buf.NONE,
          Activation.NONE,
          Matrix.NONE,
          Matrix.NONE,
          Matrix.NONE);
    }
  }

  /**
   * What an attention call does beside softmax(Q K^T * scale) V.
   *
   * @param causal a query sees keys up to its own place (see {@link Segments})
   * @param bias added to the scaled scores; element (sequence, head, i, j) at the strides given
   *     (elements, 0 broadcasts); minus infinity hides a key
   * @param dropout probability of dropping an attention probability, 0 for none
   * @param dropoutKey Philox key; counter words are (j / 8, i, example, site * heads + head), word
   *     j % 4, its low half for j % 8 below 4
   * @param before a key at most so many places before the query is seen
   * @param after a key at most so many places after the query is seen
   * @param softcap c of {@code c tanh(s / c)}, applied to the scaled scores before anything is
   *     added; 0 for none
   * @param relative added to the scores by distance
   */
  record AttentionSpec(
      int heads,
      int keyValueHeads,
      int headDim,
      float scale,
      boolean causal,
      Buf bias,
      long biasSequence,
      long biasHead,
      long biasRow,
      long biasCol,
      float dropout,
      long dropoutKey,
      int dropoutSite,
      int before,
      int after,
      float softcap,
      Relative relative) {
    /** Of the places a query may see, how many lie after its own. */
    private int reach() {
      return causal ? 0 : after;
    }

    /** The first key that query {@code i} of sequence {@code s} may see. */
    public int firstKey(Segments segments, int s, int i) {
      return segments.keysBelow(s, (long) segments.queryPlace(s, i) - before);
    }

    /** The end of the keys that query {@code i} of sequence {@code s} may see. */
    public int endKey(Segments segments, int s, int i) {
      return segments.keysBelow(s, (long) segments.queryPlace(s, i) + reach() + 1);
    }
  }

  /**
   * A bias by distance: {@code table[head, clamp(key place - query place + zero, 0, columns - 1)]},
   * table [heads, columns].
   */
  record Relative(Buf table, int columns, int zero) {
    /** No bias. */
    public static final Relative NONE = new Relative(Buf.NONE, 0, 0);

    /** Whether there is a bias. */
    public boolean isPresent() {
      return table.isPresent();
    }

    /** The column of a distance. */
    public int column(int distance) {
      return Math.clamp((long) distance + zero, 0, columns - 1);
    }
  }

  /**
   * Streaming attention over packed or padded sequences; never materialises the scores. Writes
   * {@code out} and {@code logSumExp} [heads, total query rows] (row index counts the queries of
   * the sequences in order). A query that may see no key gives 0, with logSumExp minus infinity.
   */
  record Attention(
      Heads q, Heads k, Heads v, Heads out, Buf logSumExp, Segments segments, AttentionSpec spec)
      implements KernelCall {}

  /**
   * Gradients of {@link Attention}, recomputing the probabilities from logSumExp. dq, dk and dv are
   * overwritten on the rows of the segments; {@code dbias}, where present, is dense [sequences,
   * heads, T, S] and needs all sequences of equal lengths T and S; {@code drelative}, where
   * present, is like the table of the bias by distance.
   */
  record AttentionGrad(
      Heads q,
      Heads k,
      Heads v,
      Heads out,
      Buf logSumExp,
      Heads dout,
      Heads dq,
      Heads dk,
      Heads dv,
      Buf dbias,
      Buf drelative,
      Segments segments,
      AttentionSpec spec)
      implements KernelCall {}

  /**
   * Rotates halves as Hugging Face's Llama: for d below D / 2, {@code y[d] = x[d] cos - x[d + D/2]
   * sin} and {@code y[d + D/2] = x[d + D/2] cos + x[d] sin}, with cos and sin [positions, D / 2]
   * read at the row's position (I32 [rows]); {@code inverse} negates sin, which is also the
   * gradient. Rows hold {@code heads} vectors of D each.
   */
  record Rope(
      Buf x, Buf y, Buf cos, Buf sin, Buf positions, long rows, int heads, int dim, boolean inverse)
      implements KernelCall {}

  /**
   * {@code y = keep ? x / (1 - p) : 0}; whether (row, col) is kept depends on Philox4x32-10 with
   * key {@code key} and counter (c, low and high word of rowKeys[row], site), c being one of eight
   * of the col's block of 64 ({@link ScalarDropout}): kept when its 16 random bits, as a number,
   * are at least {@code p * 2^16}, rounded. {@code rowKeys} is I64 [rows]; where NONE, the row
   * number.
   */
  record Dropout(Buf x, Buf rowKeys, Buf y, long rows, long cols, float p, long key, int site)
      implements KernelCall {}

  /**
   * The k largest of each row, descending; equal values in order of position; NaN counts as
   * largest. {@code indices} is I64.
   */
  record TopK(Buf x, Buf values, Buf indices, long rows, long cols, int k) implements KernelCall {}

  /**
   * One step of AdamW (Loshchilov and Hutter 2019, arithmetic order of torch.optim.AdamW) in place
   * on {@code parameter}, {@code m} and {@code v}; {@code gradScale} multiplies the gradient first
   * (clipping).
   */
  record AdamW(
      Buf parameter,
      Buf gradient,
      Buf m,
      Buf v,
      float lr,
      float beta1,
      float beta2,
      float eps,
      float weightDecay,
      float gradScale,
      long step)
      implements KernelCall {}
}
