package dev.weft.models.hub;

import dev.weft.models.hub.OnnxGraph.Constant;
import dev.weft.models.hub.OnnxGraph.Node;
import dev.weft.tensor.DType;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A BERT encoder as PyTorch exports it to ONNX, turned back into the checkpoint it came from.
 *
 * <p>The exporter keeps the names of embeddings, biases and norms. The weights of linear layers it
 * transposes to {@code [in, out]} and calls {@code onnx::MatMul_787}; most are square, so no shape
 * would tell a missed transpose. Each takes its name from the one MatMul that reads it ({@code
 * /encoder/layer.0/attention/self/query/MatMul}), and that name must agree with the bias which is
 * added to that MatMul's result.
 *
 * <p>What the initialisers do not say stands in constants of the graph: the heads in the reshape of
 * queries, keys and values, epsilon below each norm's square root.
 */
final class OnnxBert {
  /** What the graph says of a BERT's configuration. */
  record Facts(
      int vocabSize,
      int hiddenSize,
      int layers,
      int heads,
      int intermediateSize,
      int maxPositions,
      int typeVocabSize,
      float layerNormEps) {}

  private static final String MATMUL_SUFFIX = "/MatMul";
  private static final String POSITION_IDS = "embeddings.position_ids";

  private final OnnxGraph graph;
  private final Map<String, Node> makers;
  private final Map<String, List<Node>> readers;

  OnnxBert(OnnxGraph graph) {
    this.graph = graph;
    this.makers = graph.makers();
    this.readers = graph.readers();
  }

  /**
   * All weights in F32 under their names in the published checkpoint, linear layers as {@code [out,
   * in]}. Position ids, a counter from 0 that newer checkpoints do not store, are left out.
   */
  SequencedMap<String, Tensor> tensors(Arena arena) throws IOException {
    SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    for (Constant constant : graph.initialisers().values()) {
      if (constant.name().equals(POSITION_IDS)) {
        continue;
      }
      if (constant.type() != OnnxGraph.FLOAT) {
        throw problem(constant.name(), "expected type 1 (float), got " + constant.type());
      }
      boolean named = constant.name().endsWith(".weight") || constant.name().endsWith(".bias");
      String name = named ? constant.name() : linearName(constant);
      Tensor tensor = named ? copied(constant, arena) : transposed(constant, arena);
      if (tensors.putIfAbsent(name, tensor.named(name)) != null) {
        throw problem(constant.name(), "is a second \"" + name + "\"");
      }
    }
    return tensors;
  }

  private String linearName(Constant weight) throws IOException {
    List<Node> uses = readers.getOrDefault(weight.name(), List.of());
    if (uses.size() != 1 || !uses.getFirst().op().equals("MatMul")) {
      throw problem(weight.name(), "expected one MatMul to read it, got " + names(uses));
    }
    Node matmul = uses.getFirst();
    if (matmul.inputs().size() != 2
        || !matmul.inputs().get(1).equals(weight.name())
        || weight.dims().size() != 2
        || !matmul.name().startsWith("/")
        || !matmul.name().endsWith(MATMUL_SUFFIX)) {
      throw problem(weight.name(), "not the weight of a linear layer at " + matmul.name());
    }
    String module =
        matmul
            .name()
            .substring(1, matmul.name().length() - MATMUL_SUFFIX.length())
            .replace('/', '.');
    Constant bias = biasAfter(matmul);
    if (!bias.name().equals(module + ".bias") || !bias.dims().equals(weight.dims().subList(1, 2))) {
      throw problem(
          weight.name(),
          String.format(
              "%s multiplies by %s, but the bias added is %s %s",
              matmul.name(), weight.dims(), bias.name(), bias.dims()));
    }
    return module + ".weight";
  }

  private Constant biasAfter(Node matmul) throws IOException {
    List<Node> next = readers.getOrDefault(matmul.output(), List.of());
    if (next.size() == 1 && next.getFirst().op().equals("Add")) {
      for (String input : next.getFirst().inputs()) {
        Constant bias = graph.initialisers().get(input);
        if (bias != null) {
          return bias;
        }
      }
    }
    throw problem(matmul.name(), "expected one Add of a bias behind it, got " + names(next));
  }

  Facts facts(Map<String, Tensor> tensors) throws IOException {
    Shape words = shape(tensors, "embeddings.word_embeddings.weight", 2);
    int hidden = words.dim(1);
    int layers = 0;
    while (tensors.containsKey("encoder.layer." + layers + ".output.dense.weight")) {
      layers++;
    }
    int erfs = (int) graph.nodes().stream().filter(node -> node.op().equals("Erf")).count();
    if (layers == 0 || erfs != layers) {
      throw problem("graph", "expected one Erf (gelu) a layer, got " + erfs + " in " + layers);
    }
    return new Facts(
        words.dim(0),
        hidden,
        layers,
        heads(layers, hidden),
        shape(tensors, "encoder.layer.0.intermediate.dense.weight", 2).dim(0),
        shape(tensors, "embeddings.position_embeddings.weight", 2).dim(0),
        shape(tensors, "embeddings.token_type_embeddings.weight", 2).dim(0),
        epsilon(2 * layers + 1));
  }

  /** Queries, keys and values of each layer are reshaped to [batch, time, heads, head size]. */
  private int heads(int layers, int hidden) throws IOException {
    List<Long> found = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      for (String part : List.of("query", "key", "value")) {
        String value = "/encoder/layer." + layer + "/attention/self/" + part + "/Add_output_0";
        List<Node> reshapes =
            readers.getOrDefault(value, List.of()).stream()
                .filter(node -> node.op().equals("Reshape") && node.inputs().size() == 2)
                .toList();
        Node concat = reshapes.size() == 1 ? makers.get(reshapes.getFirst().inputs().get(1)) : null;
        if (concat == null || concat.inputs().size() != 4) {
          throw problem(value, "expected one Reshape to [batch, time, heads, head size]");
        }
        long heads = constant(concat.inputs().get(2), OnnxGraph.INT64).longValue();
        long size = constant(concat.inputs().get(3), OnnxGraph.INT64).longValue();
        if (heads < 1 || heads > hidden || heads * size != hidden) {
          throw problem(value, heads + " heads of " + size + " do not make " + hidden);
        }
        found.add(heads);
      }
    }
    if (found.stream().distinct().count() != 1) {
      throw problem("graph", "layers differ in their number of heads: " + found);
    }
    return Math.toIntExact(found.getFirst());
  }

  /** A norm is (x - mean) / sqrt(variance + epsilon). */
  private float epsilon(int norms) throws IOException {
    List<Float> found = new ArrayList<>();
    for (Node sqrt : graph.nodes()) {
      if (!sqrt.op().equals("Sqrt")) {
        continue;
      }
      Node add = sqrt.inputs().isEmpty() ? null : makers.get(sqrt.inputs().getFirst());
      if (add == null || !add.op().equals("Add") || add.inputs().size() != 2) {
        throw problem(sqrt.name(), "expected the square root of variance + epsilon");
      }
      found.add(constant(add.inputs().get(1), OnnxGraph.FLOAT).floats().get(0));
    }
    if (found.size() != norms || found.stream().distinct().count() != 1) {
      throw problem("graph", "expected " + norms + " norms of one epsilon, got " + found);
    }
    return found.getFirst();
  }

  private Constant constant(String value, int type) throws IOException {
    Node maker = makers.get(value);
    Constant constant = maker == null ? null : maker.value();
    if (constant == null || constant.type() != type || !constant.raw().hasRemaining()) {
      throw problem(value, "expected a constant of type " + type);
    }
    return constant;
  }

  private Shape shape(Map<String, Tensor> tensors, String name, int rank) throws IOException {
    Tensor tensor = tensors.get(name);
    if (tensor == null || tensor.shape().rank() != rank) {
      throw problem(
          name, "expected rank " + rank + ", got " + (tensor == null ? "none" : tensor.shape()));
    }
    return tensor.shape();
  }

  private static Tensor copied(Constant constant, Arena arena) {
    int[] dims = constant.dims().stream().mapToInt(Math::toIntExact).toArray();
    MemorySegment target = arena.allocate(constant.raw().remaining(), 64);
    target.copyFrom(MemorySegment.ofBuffer(constant.raw()));
    return Tensor.over(target, DType.F32, Shape.of(dims));
  }

  private static Tensor transposed(Constant constant, Arena arena) {
    int rows = Math.toIntExact(constant.dims().get(0));
    int columns = Math.toIntExact(constant.dims().get(1));
    FloatBuffer from = constant.floats();
    float[] line = new float[rows];
    MemorySegment target = arena.allocate(constant.raw().remaining(), 64);
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        line[row] = from.get(row * columns + column);
      }
      MemorySegment.copy(line, 0, target, ValueLayout.JAVA_FLOAT, 4L * rows * column, rows);
    }
    return Tensor.over(target, DType.F32, Shape.of(columns, rows));
  }

  private static String names(List<Node> nodes) {
    return Arrays.toString(nodes.stream().map(node -> node.op() + " " + node.name()).toArray());
  }

  private IOException problem(String where, String what) {
    return new IOException(
        graph.source() + ": \"" + where + "\": " + what + "; not a BERT exported by PyTorch");
  }
}
