package dev.weft.models;

import dev.weft.nn.MultiHeadAttention;
import dev.weft.nn.Packed;
import dev.weft.tensor.DType;
import dev.weft.tensor.F.AttentionOptions;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;
import dev.weft.tensor.kernel.Segments;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys and values of every layer for the tokens that a decoder has read, so that it reads each
 * token once.
 *
 * <p>Each sequence has {@code capacity} rows of its own in one block of memory a layer. Tokens are
 * written behind those before them and are never moved: what grows is the number of rows that
 * attention sees. The memory is freed by {@link #close}.
 */
public final class KeyValueCache implements AutoCloseable {
  /** Holds nothing: attention sees the batch alone. */
  public static final KeyValueCache NONE = new KeyValueCache(0, 0, 0, 0, 0);

  private final Arena arena;
  private final List<Tensor> keys = new ArrayList<>(); // [sequences * capacity, K, D]
  private final List<Tensor> values = new ArrayList<>(); // [sequences * capacity, K, D]
  private final int[] lengths;
  private final int capacity;

  /**
   * An empty cache.
   *
   * @throws IllegalArgumentException where it takes more memory than the JVM may use
   */
  @SuppressWarnings("MustBeClosedChecker") // the cache owns the arena and closes it
  public KeyValueCache(int layers, int sequences, int capacity, int keyValueHeads, int headDim) {
    refuseTooLarge(layers, (double) sequences * capacity, (double) keyValueHeads * headDim);
    // A cache that holds nothing lives as long as the program, and has nothing to free.
    this.arena = layers == 0 ? Arena.global() : Arena.ofShared();
    this.lengths = new int[sequences];
    this.capacity = capacity;
    Shape shape = Shape.of(Math.multiplyExact(sequences, capacity), keyValueHeads, headDim);
    for (int i = 0; i < layers; i++) {
      keys.add(allocate(shape));
      values.add(allocate(shape));
    }
  }

  /** Memory outside the heap is bounded by the heap's limit; beyond it there is only an Error. */
  private static void refuseTooLarge(int layers, double tokens, double width) {
    double bytes = 2 * layers * tokens * width * DType.F32.bytes();
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > most) {
      throw new IllegalArgumentException(
          "a key-value cache of %.0f tokens takes %.0f MB, the JVM may use %d MB"
              .formatted(tokens, bytes / (1 << 20), most >> 20));
    }
  }

  private Tensor allocate(Shape shape) {
    MemorySegment segment = arena.allocate(shape.size() * DType.F32.bytes(), 64);
    return Tensor.over(segment, DType.F32, shape);
  }

  /** How many tokens of a sequence it holds. */
  public int length(int sequence) {
    return lengths[sequence];
  }

  /** How many tokens of a sequence it can hold. */
  public int capacity() {
    return capacity;
  }

  /**
   * The batch of the next tokens of these sequences, with positions that go on from those held.
   *
   * @param sequences which of the cache's sequences each list of tokens continues
   */
  public Packed next(List<int[]> tokens, int... sequences) {
    Packed batch = Packed.of(tokens, sequences);
    long[] positions = new long[batch.tokens()];
    for (int s = 0; s < sequences.length; s++) {
      for (int t = 0; t < batch.length(s); t++) {
        positions[batch.start(s) + t] = (long) lengths[sequences[s]] + t;
      }
    }
    return batch.withPositions(positions);
  }

  /**
   * Attention of a batch's queries [tokens, N, D] to what {@code layer} holds of their sequences
   * and to the batch's own keys and values [tokens, K, D], which it keeps. Every layer does so once
   * in a forward, which {@link #advance} ends.
   *
   * @param path of the module that attends
   * @throws IllegalArgumentException where a sequence outgrows the capacity
   * @throws IllegalStateException while a tape records: gradients do not reach what is held
   */
  public Tensor attend(
      String path,
      int layer,
      Tensor q,
      Tensor k,
      Tensor v,
      Packed batch,
      AttentionOptions options) {
    Segments own = batch.segments();
    if (keys.isEmpty()) {
      return MultiHeadAttention.attend(path, q, k, v, own, options);
    }
    if (Run.current().recorder() != null) {
      throw new IllegalStateException("a forward with a key-value cache cannot be recorded");
    }
    if (own.hasPlaces()) {
      throw new IllegalArgumentException("a batch with holes cannot go on from a cache");
    }
    int[] starts = new int[own.count()];
    int[] seen = new int[own.count()];
    for (int s = 0; s < starts.length; s++) {
      int sequence = own.example()[s];
      starts[s] = sequence * capacity;
      seen[s] = lengths[sequence] + batch.length(s);
      if (seen[s] > capacity) {
        throw new IllegalArgumentException(
            "sequence %d: %d tokens held and %d more exceed the cache's capacity of %d"
                .formatted(sequence, lengths[sequence], batch.length(s), capacity));
      }
      int from = batch.start(s);
      int at = starts[s] + lengths[sequence];
      write(k.slice(0, from, from + batch.length(s)), keys.get(layer), at);
      write(v.slice(0, from, from + batch.length(s)), values.get(layer), at);
    }
    Segments all = new Segments(own.queryStart(), own.queryLength(), starts, seen, own.example());
    return MultiHeadAttention.attend(path, q, keys.get(layer), values.get(layer), all, options);
  }

  private static void write(Tensor rows, Tensor block, int at) {
    Tensor target = block.slice(0, at, at + rows.dim(0));
    Kernels.run(
        new KernelCall.Copy(
            rows.buf(), rows.strides(), target.buf(), target.strides(), rows.shape().sizes()));
  }

  /** Ends a forward: the batch's tokens count as held. */
  public void advance(Packed batch) {
    if (keys.isEmpty()) {
      return;
    }
    int[] sequences = batch.segments().example();
    for (int s = 0; s < sequences.length; s++) {
      lengths[sequences[s]] += batch.length(s);
    }
  }

  /** Frees the memory. */
  @Override
  public void close() {
    if (!keys.isEmpty() && arena.scope().isAlive()) {
      arena.close();
    }
  }
}
