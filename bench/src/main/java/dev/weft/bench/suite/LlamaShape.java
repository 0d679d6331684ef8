package dev.weft.bench.suite;

import dev.weft.nn.Embedding;
import dev.weft.nn.Init;
import dev.weft.nn.Linear;
import dev.weft.nn.Module;
import dev.weft.nn.MultiHeadAttention;
import dev.weft.nn.Params;
import dev.weft.nn.RmsNorm;
import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Kept;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.KernelCall.Activation;
import dev.weft.tensor.kernel.Kernels;
import dev.weft.tensor.kernel.Segments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A decoder of Llama's shape, from layers, with random BF16 weights and a cache of keys and values:
 * what one more token costs. The output projection is the embedding table.
 */
final class LlamaShape extends Module {
  private static final int HEAD = 64;
  private static final double EPS = 1e-5;

  /** Sizes, in the order of a config; a head is always 64 wide. */
  record Size(int hidden, int inner, int layers, int heads, int keyValueHeads, int vocabulary) {
    /** Llama 3.2 1B. */
    static final Size BILLION = new Size(2048, 8192, 16, 32, 8, 128256);

    /** A glance. */
    static final Size TINY = new Size(128, 256, 2, 2, 1, 1100);
  }

  private final Weights weights;
  private final Size size;
  private final int context;
  private final Embedding tokens;
  private final List<Block> blocks = new ArrayList<>();
  private final RmsNorm norm;
  private final Tensor cos;
  private final Tensor sin;

  /** With so many tokens in the cache. */
  LlamaShape(Size size, int context, Weights weights) {
    Params p = Params.from(weights);
    super(p);
    this.weights = weights;
    this.size = size;
    this.context = context;
    tokens = new Embedding(size.vocabulary(), size.hidden(), p.at("embed_tokens"));
    for (int i = 0; i < size.layers(); i++) {
      blocks.add(new Block(p.at("layers").at(i)));
    }
    norm = new RmsNorm(size.hidden(), EPS, p.at("norm"));
    cos = angles(context + 1, true);
    sin = angles(context + 1, false);
  }

  /** The memory of the weights, which are drawn as they are asked for. */
  static final class Weights implements Params.Source, AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final List<Kept> kept = new ArrayList<>();

    @Override
    public Tensor get(String name, Shape shape, Init init) {
      if (init.equals(Init.ONES)) {
        return Tensor.full(DType.F32, shape, 1);
      }
      MemorySegment values = arena.allocate(2 * shape.size(), 64);
      SplittableRandom random = new SplittableRandom(name.hashCode());
      for (long i = 0; i < shape.size(); i++) {
        // Sign and mantissa drawn, exponent -6: magnitudes from 1/64 to 1/32.
        int drawn = random.nextInt() & 0x807F;
        values.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (drawn | (121 << 7)));
      }
      Kept place = new Kept();
      kept.add(place);
      return Tensor.constant(values, DType.BF16, shape, place);
    }

    /** F32 values in [-1, 1). */
    Tensor floats(Shape shape) {
      return Tensor.over(Operands.random(arena, shape.size(), 3), DType.F32, shape);
    }

    @Override
    public void close() {
      kept.forEach(Kept::close);
      arena.close();
    }
  }

  private static Tensor angles(int positions, boolean cosine) {
    float[] values = new float[positions * HEAD / 2];
    for (int i = 0; i < values.length; i++) {
      int position = i / (HEAD / 2);
      double angle = position * Math.pow(500_000, -2.0 * (i % (HEAD / 2)) / HEAD);
      values[i] = (float) (cosine ? Math.cos(angle) : Math.sin(angle));
    }
    return Tensor.of(values, positions, HEAD / 2);
  }

  /** Bytes of the weights that a token reads: all matrices, the table once. */
  double weightBytes() {
    return parameters().stream()
        .map(Parameter::tensor)
        .mapToDouble(tensor -> (double) tensor.size() * tensor.dtype().bytes())
        .sum();
  }

  /** The token after {@code token}, which stands at the end of the context. */
  long next(long token) {
    Tensor position = Tensor.of(new long[] {context}, 1);
    Tensor x = tokens.forward(Tensor.of(new long[] {token}, 1)); // [1, H]
    for (Block block : blocks) {
      Tensor input = x;
      x = Workspace.frame(() -> block.forward(input, position)); // [1, H]
    }
    Tensor logits = F.linear(norm.forward(x), tokens.weight().tensor()); // [1, V]
    return F.topk(logits, 1).indices().toLongs()[0];
  }

  private final class Block extends Module {
    private final RmsNorm attentionNorm;
    private final Linear query;
    private final Linear key;
    private final Linear value;
    private final Linear out;
    private final RmsNorm norm;
    private final Linear gate;
    private final Linear up;
    private final Linear down;
    private final Tensor keys = cache();
    private final Tensor values = cache();

    Block(Params p) {
      super(p);
      int narrow = size.keyValueHeads() * HEAD;
      attentionNorm = new RmsNorm(size.hidden(), EPS, p.at("input_layernorm"));
      Params self = p.at("self_attn");
      query = Linear.withoutBias(size.hidden(), size.heads() * HEAD, self.at("q_proj"));
      key = Linear.withoutBias(size.hidden(), narrow, self.at("k_proj"));
      value = Linear.withoutBias(size.hidden(), narrow, self.at("v_proj"));
      out = Linear.withoutBias(size.heads() * HEAD, size.hidden(), self.at("o_proj"));
      norm = new RmsNorm(size.hidden(), EPS, p.at("post_attention_layernorm"));
      gate = Linear.withoutBias(size.hidden(), size.inner(), p.at("mlp").at("gate_proj"));
      up = Linear.withoutBias(size.hidden(), size.inner(), p.at("mlp").at("up_proj"));
      down = Linear.withoutBias(size.inner(), size.hidden(), p.at("mlp").at("down_proj"));
    }

    private Tensor cache() {
      return weights.floats(Shape.of(context + 1, size.keyValueHeads(), HEAD));
    }

    Tensor forward(Tensor x, Tensor position) {
      Tensor in = attentionNorm.forward(x);
      Tensor q =
          F.rope(query.forward(in).view(-1, size.heads(), HEAD), cos, sin, position); // [1, N, D]
      Tensor k = F.rope(key.forward(in).view(-1, size.keyValueHeads(), HEAD), cos, sin, position);
      append(k, keys); // [S, K, D]
      append(value.forward(in).view(-1, size.keyValueHeads(), HEAD), values);
      Segments segments =
          new Segments(
              new int[] {0}, new int[] {1}, new int[] {0}, new int[] {context + 1}, new int[] {0});
      Tensor attended =
          MultiHeadAttention.attend(path(), q, keys, values, segments, AttentionOptions.CAUSAL);
      Tensor middle = out.forward(attended.view(-1, size.heads() * HEAD), x); // [1, H]
      Tensor inner = norm.forward(middle);
      Tensor gated = F.mul(gate.forward(inner, Activation.SILU), up.forward(inner)); // [1, I]
      return down.forward(gated, middle);
    }

    /** Writes the row of the new token. */
    private void append(Tensor row, Tensor cache) {
      Tensor place = cache.slice(0, context, context + 1);
      Kernels.run(
          new KernelCall.Copy(
              row.buf(), row.strides(), place.buf(), place.strides(), row.shape().sizes()));
    }
  }
}
