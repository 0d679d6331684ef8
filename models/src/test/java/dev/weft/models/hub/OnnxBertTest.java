package dev.weft.models.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** On a BERT of one layer, hidden 4, two heads, written out as the exporter would. */
class OnnxBertTest {
  private static final String LAYER = "/encoder/layer.0/";

  private final Map<String, ProtoBytes> initialisers = new LinkedHashMap<>();
  private final Map<String, ProtoBytes> nodes = new LinkedHashMap<>();

  OnnxBertTest() {
    floats("embeddings.word_embeddings.weight", 5, 4);
    floats("embeddings.position_embeddings.weight", 8, 4);
    floats("embeddings.token_type_embeddings.weight", 2, 4);
    initialisers.put(
        "embeddings.position_ids", ProtoBytes.longs("embeddings.position_ids", new long[8], 1, 8));
    int id = 787;
    for (String linear :
        List.of(
            "attention/self/query",
            "attention/self/key",
            "attention/self/value",
            "attention/output/dense",
            "intermediate/dense",
            "output/dense")) {
      int in = linear.equals("output/dense") ? 6 : 4;
      int out = linear.equals("intermediate/dense") ? 6 : 4;
      linear(linear, "onnx::MatMul_" + id++, in, out);
    }
    for (String part : List.of("query", "key", "value")) {
      heads(part, 2, 2);
    }
    for (int norm = 0; norm < 3; norm++) {
      norm(norm, 1e-12f);
    }
    nodes.put("erf", ProtoBytes.node("Erf", "/erf", "erf", "x"));
  }

  private void floats(String name, int... dims) {
    int size = Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = i + name.length() / 100f;
    }
    long[] longs = Arrays.stream(dims).asLongStream().toArray();
    initialisers.put(name, ProtoBytes.floats(name, values, longs));
  }

  private void linear(String module, String weight, int in, int out) {
    String bias = "encoder.layer.0." + module.replace('/', '.') + ".bias";
    floats(weight, in, out);
    floats(bias, out);
    String path = LAYER + module;
    nodes.put(path, ProtoBytes.node("MatMul", path + "/MatMul", path + "/mm", "x", weight));
    nodes.put(
        path + "+",
        ProtoBytes.node("Add", path + "/Add", path + "/Add_output_0", bias, path + "/mm"));
  }

  private void heads(String part, long heads, long size) {
    String at = LAYER + "attention/self/" + part;
    nodes.put(
        at + "h", ProtoBytes.constant(at + "/h", ProtoBytes.longs("", new long[] {heads}, 1)));
    nodes.put(at + "s", ProtoBytes.constant(at + "/s", ProtoBytes.longs("", new long[] {size}, 1)));
    nodes.put(at + "c", ProtoBytes.node("Concat", "", at + "/c", "b", "t", at + "/h", at + "/s"));
    nodes.put(at + "r", ProtoBytes.node("Reshape", "", at + "/r", at + "/Add_output_0", at + "/c"));
  }

  private void norm(int number, float epsilon) {
    String at = "norm" + number;
    nodes.put(
        at + "e", ProtoBytes.constant(at + "/e", ProtoBytes.floats("", new float[] {epsilon})));
    nodes.put(at + "a", ProtoBytes.node("Add", "", at + "/a", "variance", at + "/e"));
    nodes.put(at + "q", ProtoBytes.node("Sqrt", at + "/Sqrt", at + "/q", at + "/a"));
  }

  private byte[] file() {
    ProtoBytes graph = new ProtoBytes();
    nodes.values().forEach(node -> graph.message(1, node));
    graph.text(2, "torch_jit");
    initialisers.values().forEach(tensor -> graph.message(5, tensor));
    return new ProtoBytes().number(1, 6).text(2, "pytorch").message(7, graph).bytes();
  }

  private OnnxBert bert() throws IOException {
    return new OnnxBert(OnnxGraph.read("tiny.onnx", ByteBuffer.wrap(file())));
  }

  private OnnxBert.Facts facts() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return bert().facts(bert().tensors(arena));
    }
  }

  @Test
  void weightsOfLinearLayersAreNamedByTheirReaderAndTransposed() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Map<String, Tensor> tensors = bert().tensors(arena);
      assertThat(tensors).hasSize(3 + 12).doesNotContainKey("embeddings.position_ids");
      Tensor key = tensors.get("encoder.layer.0.attention.self.key.weight");
      assertThat(key.shape()).isEqualTo(Shape.of(4, 4));
      float part = "onnx::MatMul_788".length() / 100f;
      assertThat(Arrays.copyOf(key.toFloats(), 5))
          .containsExactly(0 + part, 4 + part, 8 + part, 12 + part, 1 + part);
      assertThat(tensors.get("encoder.layer.0.intermediate.dense.weight").shape())
          .isEqualTo(Shape.of(6, 4));
      Tensor words = tensors.get("embeddings.word_embeddings.weight");
      assertThat(words.toFloats()[1] - words.toFloats()[0]).isEqualTo(1f);
    }
  }

  @Test
  void configurationIsReadFromTheGraph() throws IOException {
    assertThat(facts()).isEqualTo(new OnnxBert.Facts(5, 4, 1, 2, 6, 8, 2, 1e-12f));
  }

  @Test
  void aWeightWhoseResultMeetsAnotherBiasIsRefused() {
    String query = LAYER + "attention/self/query";
    String keyResult = LAYER + "attention/self/key/mm";
    nodes.put(
        query, ProtoBytes.node("MatMul", query + "/MatMul", keyResult, "x", "onnx::MatMul_787"));
    assertThatThrownBy(this::facts)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("tiny.onnx: \"onnx::MatMul_787\": " + query)
        .hasMessageContaining("but the bias added is encoder.layer.0.attention.self.key.bias");
  }

  @Test
  void graphsOfAnotherKindAreRefused() {
    List<Runnable> changes = new ArrayList<>();
    changes.add(() -> heads("key", 4, 1));
    changes.add(() -> heads("key", 2, 3));
    changes.add(() -> norm(1, 1e-5f));
    changes.add(() -> nodes.remove("norm2q"));
    changes.add(() -> nodes.put("erf2", ProtoBytes.node("Erf", "", "erf2", "x")));
    changes.add(() -> initialisers.remove("embeddings.word_embeddings.weight"));
    changes.add(() -> floats("stray", 3));
    changes.add(() ->
        initialisers.put(
            "onnx::MatMul_787", ProtoBytes.longs("onnx::MatMul_787", new long[16], 4, 4)));
    changes.add(() ->
        initialisers.put(
            "onnx::MatMul_787", ProtoBytes.floats("onnx::MatMul_787", new float[3], 4, 4)));
    Map<String, ProtoBytes> goodNodes = Map.copyOf(nodes);
    Map<String, ProtoBytes> goodInitialisers = Map.copyOf(initialisers);
    for (Runnable change : changes) {
      nodes.clear();
      nodes.putAll(goodNodes);
      initialisers.clear();
      initialisers.putAll(goodInitialisers);
      change.run();
      assertThatThrownBy(this::facts)
          .as("change %d", changes.indexOf(change))
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("tiny.onnx: ");
    }
  }

  @Test
  void truncatedAndCorruptedFilesAreRefusedOrReadButNeverCrash() {
    byte[] good = file();
    for (int length = 0; length < good.length; length++) {
      read(Arrays.copyOf(good, length));
    }
    for (int at = 0; at < good.length; at++) {
      for (int value : new int[] {0xff, good[at] ^ 1}) {
        byte[] bad = good.clone();
        bad[at] = (byte) value;
        read(bad);
      }
    }
  }

  private static void read(byte[] file) {
    try (Arena arena = Arena.ofConfined()) {
      OnnxBert bert = new OnnxBert(OnnxGraph.read("tiny.onnx", ByteBuffer.wrap(file)));
      bert.facts(bert.tensors(arena));
    } catch (IOException e) {
      assertThat(e.getMessage()).startsWith("tiny.onnx: ");
    } catch (RuntimeException e) {
      fail("expected IOException, got " + e, e);
    }
  }
}
