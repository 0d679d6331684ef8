package dev.weft.tensor;

import dev.weft.tensor.kernel.KernelCall.Activation;
import dev.weft.tensor.kernel.KernelCall.BinaryKind;
import dev.weft.tensor.kernel.KernelCall.UnaryKind;
import dev.weft.tensor.kernel.Segments;
import dev.weft.tensor.ops.Attention;
import dev.weft.tensor.ops.Binary;
import dev.weft.tensor.ops.Cast;
import dev.weft.tensor.ops.Concat;
import dev.weft.tensor.ops.CrossEntropy;
import dev.weft.tensor.ops.Dropout;
import dev.weft.tensor.ops.Embedding;
import dev.weft.tensor.ops.LayerNorm;
import dev.weft.tensor.ops.Linear;
import dev.weft.tensor.ops.Matmul;
import dev.weft.tensor.ops.Reduce;
import dev.weft.tensor.ops.RmsNorm;
import dev.weft.tensor.ops.Rope;
import dev.weft.tensor.ops.Softmax;
import dev.weft.tensor.ops.TopK;
import dev.weft.tensor.ops.Unary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every operation, under PyTorch's names. Operations are differentiable inside {@link
 * dev.weft.tensor.autograd.Tape#record}; shapes that do not fit are an {@link
 * IllegalArgumentException} that names the operation, the tensor, expected and got. Operands may be
 * views of any layout; results are dense unless said otherwise.
 */
public final class F {
  private F() {}

  /** Values and the positions (I64) they were found at. */
  public record Max(Tensor values, Tensor indices) {}

  /**
   * What attention does beside {@code softmax(q k^T * scale) v}.
   *
   * @param causal query i sees keys up to i + S - T
   * @param bias F32 added to the scores, or BOOL where true is visible; broadcasts to [B, N, T, S];
   *     null for none (padded form only)
   * @param scale factor on the scores; 0 stands for 1 / sqrt(D)
   * @param dropout probability of dropping an attention probability in training
   * @param site what the dropout of this layer is called
   * @param window which keys are near enough to be seen, by their distance from the query; the cost
   *     is that of the keys seen
   * @param softcap c of {@code c tanh(score / c)}, applied to the scaled scores before masks and
   *     biases (Gemma 2); 0 for none
   * @param relative F32 [N, R], added to the scores by distance; null for none
   */
  public record AttentionOptions(
      boolean causal,
      @Nullable Tensor bias,
      float scale,
      float dropout,
      int site,
      Window window,
      float softcap,
      @Nullable Relative relative) {
    /** Plain attention. */
    public static final AttentionOptions NONE =
        new AttentionOptions(false, null, 0, 0, 0, Window.ALL, 0, null);

    /** Causal attention. */
    public static final AttentionOptions CAUSAL =
        new AttentionOptions(true, null, 0, 0, 0, Window.ALL, 0, null);

    /**
     * Keys within a distance of the query.
     *
     * @param before a key at most so many places before the query is seen
     * @param after a key at most so many places after the query is seen
     */
    public record Window(int before, int after) {
      /** Every key. */
      public static final Window ALL = new Window(Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    /**
     * A bias by distance (Raffel et al. 2020): {@code table[n, clamp(key - query + zero, 0, R -
     * 1)]} is added to the score of a query and a key of head n.
     *
     * @param table F32 [N, R]; gradients pass
     * @param zero column of distance 0
     */
    public record Relative(Tensor table, int zero) {}

    /** The same with a bias or a mask. */
    public AttentionOptions withBias(Tensor bias) {
      return new AttentionOptions(causal, bias, scale, dropout, site, window, softcap, relative);
    }

    /** The same with another factor on the scores. */
    public AttentionOptions withScale(float scale) {
      return new AttentionOptions(causal, bias, scale, dropout, site, window, softcap, relative);
    }

    /** The same with dropout of the probabilities. */
    public AttentionOptions withDropout(float dropout, int site) {
      return new AttentionOptions(causal, bias, scale, dropout, site, window, softcap, relative);
    }

    /** The same where a query sees only keys near it. */
    public AttentionOptions withWindow(int before, int after) {
      return new AttentionOptions(
          causal, bias, scale, dropout, site, new Window(before, after), softcap, relative);
    }

    /** The same with capped scores. */
    public AttentionOptions withSoftcap(float softcap) {
      return new AttentionOptions(causal, bias, scale, dropout, site, window, softcap, relative);
    }

    /** The same with a bias by distance. */
    public AttentionOptions withRelative(Tensor table, int zero) {
      return new AttentionOptions(
          causal, bias, scale, dropout, site, window, softcap, new Relative(table, zero));
    }
  }

  /** {@code a b}: [..., m, k] by [..., k, n] to [..., m, n]; leading dimensions broadcast. */
  public static Tensor matmul(Tensor a, Tensor b) {
    return Matmul.forward(a, b);
  }

  /** {@code x W^T}: x [..., in], weight [out, in] to [..., out]. */
  public static Tensor linear(Tensor x, Tensor weight) {
    return Linear.forward(x, weight, null, Activation.NONE, null, null, null);
  }

  /** {@code x W^T + b}: x [..., in], weight [out, in], bias [out] to [..., out]. */
  public static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
    return Linear.forward(x, weight, bias, Activation.NONE, null, null, null);
  }

  /**
   * {@code activation(delta + x W^T + b) + residual}; what is null is left out. One pass over the
   * result. {@code delta} is given up: inside a step its memory may become the result's, and using
   * it afterwards is then an error.
   */
  public static Tensor linear(
      Tensor x,
      Tensor weight,
      @Nullable Tensor bias,
      Activation activation,
      @Nullable Tensor delta,
      @Nullable Tensor residual) {
    return Linear.forward(x, weight, bias, activation, delta, null, residual);
  }

  /**
   * {@code (delta + x W^T + b) * gate}, gate [..., out]; what is null is left out. One pass over
   * the result; {@code delta} is given up. The product of a gated feed-forward (Shazeer 2020),
   * whose other projection is the gate.
   */
  public static Tensor gatedLinear(
      Tensor x, Tensor weight, @Nullable Tensor bias, @Nullable Tensor delta, Tensor gate) {
    return Linear.forward(x, weight, bias, Activation.NONE, delta, gate, null);
  }

  /** {@code a + b}, broadcasting. */
  public static Tensor add(Tensor a, Tensor b) {
    return Binary.forward(BinaryKind.ADD, a, b);
  }

  /** {@code a - b}, broadcasting. */
  public static Tensor sub(Tensor a, Tensor b) {
    return Binary.forward(BinaryKind.SUB, a, b);
  }

  /** {@code a * b}, broadcasting. */
  public static Tensor mul(Tensor a, Tensor b) {
    return Binary.forward(BinaryKind.MUL, a, b);
  }

  /** {@code a / b}, broadcasting. */
  public static Tensor div(Tensor a, Tensor b) {
    return Binary.forward(BinaryKind.DIV, a, b);
  }

  /** {@code a + shift}. */
  public static Tensor add(Tensor a, float shift) {
    return Unary.affine(a, 1, shift);
  }

  /** {@code a * scale}. */
  public static Tensor mul(Tensor a, float scale) {
    return Unary.affine(a, scale, 0);
  }

  /** {@code -a}. */
  public static Tensor neg(Tensor a) {
    return Unary.forward(UnaryKind.NEG, a);
  }

  /** e to the a. */
  public static Tensor exp(Tensor a) {
    return Unary.forward(UnaryKind.EXP, a);
  }

  /** Natural logarithm. */
  public static Tensor log(Tensor a) {
    return Unary.forward(UnaryKind.LOG, a);
  }

  /** Square root. */
  public static Tensor sqrt(Tensor a) {
    return Unary.forward(UnaryKind.SQRT, a);
  }

  /** Hyperbolic tangent. */
  public static Tensor tanh(Tensor a) {
    return Unary.forward(UnaryKind.TANH, a);
  }

  /** The error function, {@code 2 / sqrt(pi)} times the integral of exp(-t^2) from 0 to a. */
  public static Tensor erf(Tensor a) {
    return Unary.forward(UnaryKind.ERF, a);
  }

  /** {@code 1 / (1 + exp(-a))}. */
  public static Tensor sigmoid(Tensor a) {
    return Unary.forward(UnaryKind.SIGMOID, a);
  }

  /** {@code max(a, 0)}. */
  public static Tensor relu(Tensor a) {
    return Unary.forward(UnaryKind.RELU, a);
  }

  /** {@code a * Phi(a)} by the error function (Hendrycks and Gimpel 2016). */
  public static Tensor gelu(Tensor a) {
    return Unary.forward(UnaryKind.GELU, a);
  }

  /** GELU by the tanh approximation: PyTorch's approximate="tanh", Hugging Face's gelu_new. */
  public static Tensor geluTanh(Tensor a) {
    return Unary.forward(UnaryKind.GELU_TANH, a);
  }

  /** {@code a * sigmoid(a)}. */
  public static Tensor silu(Tensor a) {
    return Unary.forward(UnaryKind.SILU, a);
  }

  /** Sum over {@code dim}, which disappears. */
  public static Tensor sum(Tensor a, int dim) {
    return Reduce.sum(a, dim);
  }

  /** Sum of all elements, a scalar. */
  public static Tensor sum(Tensor a) {
    return Reduce.sum(a.reshape(-1), 0);
  }

  /** Mean over {@code dim}, which disappears. */
  public static Tensor mean(Tensor a, int dim) {
    return Unary.affine(Reduce.sum(a, dim), 1f / a.dim(dim), 0);
  }

  /** Mean of all elements, a scalar. */
  public static Tensor mean(Tensor a) {
    return Unary.affine(sum(a), 1f / a.size(), 0);
  }

  /** Maximum over {@code dim}, which disappears, and its first position; NaN wins. */
  public static Max max(Tensor a, int dim) {
    return Reduce.max(a, dim);
  }

  /** Softmax over {@code dim}. */
  public static Tensor softmax(Tensor a, int dim) {
    return Softmax.forward(false, a, dim);
  }

  /** Logarithm of the softmax over {@code dim}. */
  public static Tensor logSoftmax(Tensor a, int dim) {
    return Softmax.forward(true, a, dim);
  }

  /** Mean cross-entropy of logits [rows, classes] and labels I64 [rows]; label -100 is ignored. */
  public static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return CrossEntropy.forward(logits, labels, -100);
  }

  /** Layer normalisation over the last dimension; x [..., n], weight and bias [n]. */
  public static Tensor layerNorm(Tensor x, Tensor weight, Tensor bias, float eps) {
    return LayerNorm.forward(x, weight, bias, eps);
  }

  /** Root mean square normalisation over the last dimension; x [..., n], weight [n]. */
  public static Tensor rmsNorm(Tensor x, Tensor weight, float eps) {
    return RmsNorm.forward(x, weight, eps);
  }

  /** Rows of a table [rows, n] by id, I64 [...]; result [..., n] in F32. */
  public static Tensor embedding(Tensor ids, Tensor table) {
    return Embedding.forward(table, ids);
  }

  /** Rows {@code ids} (I64 [m]) of x [rows, n]: index_select over dimension 0. */
  public static Tensor indexSelect(Tensor x, Tensor ids) {
    return Embedding.forward(x.contiguous(), ids);
  }

  /** {@code x} with {@code src[i]} added to row {@code ids[i]}, in order of i. */
  public static Tensor indexAdd(Tensor x, Tensor ids, Tensor src) {
    return Embedding.indexAdd(x, ids, src);
  }

  /** Attention of padded batches: q [B, N, T, D], k and v [B, K, S, D]; result [B, N, T, D]. */
  public static Tensor scaledDotProductAttention(
      Tensor q, Tensor k, Tensor v, AttentionOptions options) {
    return Attention.padded(q, k, v, options);
  }

  /**
   * Attention of packed sequences: q [queries, N, D], k and v [keys, K, D]. Causality, windows and
   * biases by distance go by the places that {@code segments} gives its rows.
   */
  public static Tensor attention(
      Tensor q, Tensor k, Tensor v, Segments segments, AttentionOptions options) {
    return Attention.packed(q, k, v, segments, options);
  }

  /** Rotary embedding: x [rows, N, D], cos and sin [positions, D / 2], positions I64 [rows]. */
  public static Tensor rope(Tensor x, Tensor cos, Tensor sin, Tensor positions) {
    return Rope.forward(x, cos, sin, positions);
  }

  /**
   * Dropout when the current {@link Run} trains, else x itself. The mask depends on the Run's key,
   * {@code site} and the row number. An element is drawn with 16 bits: p is taken to the nearest
   * multiple of 2^-16 that still drops and keeps, and what is kept is multiplied by {@code 1 / (1 -
   * p)}.
   */
  public static Tensor dropout(Tensor x, float p, int site) {
    Run run = Run.current();
    return run.isTraining() && p > 0 ? Dropout.forward(x, p, run.dropoutKey(), site, null) : x;
  }

  /** As {@link #dropout(Tensor, float, int)}, rows called by {@code rowKeys} (I64 [rows]). */
  public static Tensor dropout(Tensor x, float p, int site, Tensor rowKeys) {
    Run run = Run.current();
    return run.isTraining() && p > 0 ? Dropout.forward(x, p, run.dropoutKey(), site, rowKeys) : x;
  }

  /** Tensors one after the other along {@code dim}. */
  public static Tensor cat(List<Tensor> tensors, int dim) {
    return Concat.forward(tensors, dim);
  }

  /** The k largest of each row of x [..., n], descending. */
  public static Max topk(Tensor x, int k) {
    return TopK.forward(x, k);
  }

  /** {@code x} as another element type. */
  public static Tensor to(Tensor x, DType dtype) {
    return Cast.forward(x, dtype);
  }
}
