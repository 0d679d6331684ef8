package dev.weft.models.hub;

import dev.weft.models.proto.ProtoReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * What an ONNX file holds of a model's weights: the initialisers, and which node reads and makes
 * what. Everything else of the format (types of values, attributes but tensors, functions) is
 * skipped.
 *
 * <p>Field numbers are those of {@code onnx.proto}.
 *
 * @param source how messages name the file
 */
record OnnxGraph(String source, SequencedMap<String, Constant> initialisers, List<Node> nodes) {
  static final int FLOAT = 1;
  static final int INT64 = 7;

  /** A tensor of the file; {@code raw} shares the file's memory and may lie at any alignment. */
  record Constant(String name, List<Long> dims, int type, ByteBuffer raw) {
    Constant {
      dims = List.copyOf(dims);
    }

    FloatBuffer floats() {
      return raw.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }

    long longValue() {
      return raw.duplicate().order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
  }

  /** One operation; {@code value} is the tensor of a Constant node. */
  record Node(
      String op, String name, List<String> inputs, List<String> outputs, @Nullable Constant value) {
    Node {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }

    String output() {
      return outputs.isEmpty() ? "" : outputs.getFirst();
    }
  }

  /** Reads a whole ONNX file. */
  static OnnxGraph read(String source, ByteBuffer file) throws IOException {
    ProtoReader model = new ProtoReader(source, file);
    OnnxGraph graph = null;
    while (model.next()) {
      if (model.field() == 7 && graph == null) {
        graph = graph(source, model.message());
      } else {
        model.skip();
      }
    }
    if (graph == null) {
      throw new IOException(source + ": not an ONNX model: it has no graph");
    }
    return graph;
  }

  private static OnnxGraph graph(String source, ProtoReader in) throws IOException {
    SequencedMap<String, Constant> initialisers = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    while (in.next()) {
      switch (in.field()) {
        case 1 -> nodes.add(node(source, in.message()));
        case 5 -> {
          Constant constant = tensor(source, in.message());
          if (initialisers.putIfAbsent(constant.name(), constant) != null) {
            throw new IOException(source + ": initialiser \"" + constant.name() + "\" twice");
          }
        }
        default -> in.skip();
      }
    }
    return new OnnxGraph(source, initialisers, nodes);
  }

  private static Node node(String source, ProtoReader in) throws IOException {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    String name = "";
    String op = "";
    Constant value = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> inputs.add(in.text());
        case 2 -> outputs.add(in.text());
        case 3 -> name = in.text();
        case 4 -> op = in.text();
        case 5 -> {
          Constant attribute = attribute(source, in.message());
          value = attribute == null ? value : attribute;
        }
        default -> in.skip();
      }
    }
    return new Node(op, name, inputs, outputs, value);
  }

  private static @Nullable Constant attribute(String source, ProtoReader in) throws IOException {
    String name = "";
    Constant tensor = null;
    while (in.next()) {
      switch (in.field()) {
        case 1 -> name = in.text();
        case 5 -> tensor = tensor(source, in.message());
        default -> in.skip();
      }
    }
    return name.equals("value") ? tensor : null;
  }

  private static Constant tensor(String source, ProtoReader in) throws IOException {
    List<Long> dims = new ArrayList<>();
    String name = "";
    int type = 0;
    ByteBuffer raw = ByteBuffer.allocate(0);
    while (in.next()) {
      switch (in.field()) {
        case 1 -> {
          if (in.isPart()) {
            ProtoReader packed = in.message();
            while (packed.hasRemaining()) {
              dims.add(packed.packedVarint());
            }
          } else {
            dims.add(in.varint());
          }
        }
        case 2 -> type = Math.clamp(in.varint(), 0, Integer.MAX_VALUE);
        case 8 -> name = in.text();
        case 9 -> raw = in.part();
        default -> in.skip();
      }
    }
    Constant constant = new Constant(name, dims, type, raw);
    checkSize(source, constant);
    return constant;
  }

  /** Only raw data is read: numbers in the typed fields, or in another file, leave it short. */
  private static void checkSize(String source, Constant constant) throws IOException {
    int bytes = constant.type() == FLOAT ? 4 : constant.type() == INT64 ? 8 : 0;
    if (bytes == 0) {
      return;
    }
    long expected = bytes;
    for (long dim : constant.dims()) {
      if (dim < 0 || (dim > 0 && expected > Integer.MAX_VALUE / dim)) {
        throw new IOException(source + ": \"" + constant.name() + "\": shape " + constant.dims());
      }
      expected *= dim;
    }
    if (expected != constant.raw().remaining()) {
      throw new IOException(
          String.format(
              "%s: \"%s\": expected %d bytes of raw data for shape %s, got %d",
              source, constant.name(), expected, constant.dims(), constant.raw().remaining()));
    }
  }

  /** The node that makes a value, by the value's name. */
  Map<String, Node> makers() {
    Map<String, Node> makers = new HashMap<>();
    for (Node node : nodes) {
      for (String output : node.outputs()) {
        makers.put(output, node);
      }
    }
    return makers;
  }

  /** The nodes that read a value, by the value's name. */
  Map<String, List<Node>> readers() {
    Map<String, List<Node>> readers = new HashMap<>();
    for (Node node : nodes) {
      for (String input : node.inputs()) {
        readers.computeIfAbsent(input, key -> new ArrayList<>()).add(node);
      }
    }
    return readers;
  }
}
