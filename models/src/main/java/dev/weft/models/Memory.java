package dev.weft.models;

import dev.weft.nn.Linear;
import dev.weft.nn.MultiHeadAttention;
import dev.weft.nn.Packed;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.Segments;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What a decoder's cross-attention sees: the hidden states of what an encoder has read, and the
 * keys and values that each layer of the decoder makes of them.
 */
public final class Memory {
  private record KeysValues(Tensor keys, Tensor values) {}

  private final Tensor states;
  private final Packed source;
  private final boolean keeps;
  private final Map<Integer, KeysValues> kept = new HashMap<>();

  private Memory(Tensor states, Packed source, boolean keeps) {
    if (states.rank() != 2 || states.dim(0) != source.tokens()) {
      throw new IllegalArgumentException(
          "expected hidden states [" + source.tokens() + ", H], got " + states.label());
    }
    this.states = states;
    this.source = source;
    this.keeps = keeps;
  }

  /**
   * For one forward: keys and values are made where they are wanted, and freed with the layer.
   *
   * @param states of the encoder's last layer, [source tokens, H]
   */
  public static Memory of(Tensor states, Packed source) {
    return new Memory(states, source, false);
  }

  /**
   * For a decoder that goes on token by token: keys and values are made once, and kept with a copy
   * of the states in memory that outlives steps. Gradients do not pass.
   *
   * @param states of the encoder's last layer, [source tokens, H]
   */
  public static Memory keeping(Tensor states, Packed source) {
    return new Memory(states.keep(), source, true);
  }

  /**
   * Attention of a target's queries to what was read of its sequences: q [target tokens, N, D] to
   * [target tokens, N, D]. A sequence of the target reads the one with its example number.
   *
   * @param path of the module that attends
   * @param layer of the decoder
   * @param key makes [source tokens, N * D] of the states
   * @param value likewise
   */
  public Tensor attend(
      String path,
      int layer,
      Tensor q,
      Linear key,
      Linear value,
      Packed target,
      AttentionOptions options) {
    int heads = q.dim(1);
    KeysValues pair = kept.get(layer);
    if (pair == null) {
      pair = new KeysValues(project(key, heads), project(value, heads));
      if (keeps) {
        pair = new KeysValues(pair.keys.keep(), pair.values.keep());
        kept.put(layer, pair);
      }
    }
    return MultiHeadAttention.attend(path, q, pair.keys, pair.values, segments(target), options);
  }

  private Tensor project(Linear projection, int heads) {
    Run run = Run.current();
    Tensor rows =
        run.isTraining()
            ? run.naming(source.rowKeys()).call(() -> projection.forward(states))
            : projection.forward(states); // [source tokens, N * D]
    return rows.view(-1, heads, projection.out() / heads);
  }

  private Segments segments(Packed target) {
    Segments queries = target.segments();
    Segments read = source.segments();
    int[] keyStart = read.keyStart();
    int[] keyLength = read.keyLength();
    if (!Arrays.equals(queries.example(), read.example())) {
      keyStart = new int[queries.count()];
      keyLength = new int[queries.count()];
      for (int s = 0; s < queries.count(); s++) {
        int of = sequence(read.example(), queries.example()[s]);
        keyStart[s] = read.keyStart()[of];
        keyLength[s] = read.keyLength()[of];
      }
    }
    return new Segments(
        queries.queryStart(), queries.queryLength(), keyStart, keyLength, queries.example());
  }

  private static int sequence(int[] examples, int wanted) {
    for (int s = 0; s < examples.length; s++) {
      if (examples[s] == wanted) {
        return s;
      }
    }
    throw new IllegalArgumentException(
        "nothing was read for example " + wanted + ", only for " + Arrays.toString(examples));
  }
}
