package dev.weft.tensor.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.tensor.DType;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  @TempDir Path dir;

  private Path golden(String name) throws IOException {
    return Files.write(dir.resolve(name), SafeTensorsHeaderTest.golden(name));
  }

  private Path shard(String file, String... names) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (String name : names) {
      tensors.put(name, Tensor.of(new float[] {1, 2, names.length}, 3));
    }
    SafeTensors.write(dir.resolve(file), tensors, Map.of());
    return dir.resolve(file);
  }

  private Path index(String json) throws IOException {
    return Files.writeString(dir.resolve("model.safetensors.index.json"), json);
  }

  @Test
  void writingWhatPythonWroteGivesTheSameBytes() throws IOException {
    Path python = golden("weft_dtypes.safetensors");
    Path ours = dir.resolve("ours.safetensors");
    try (Checkpoint checkpoint = Checkpoint.open(python)) {
      assertThat(checkpoint.names()).hasSize(3 * DType.values().length + 2);
      SequencedMap<String, Tensor> tensors = checkpoint.stateDict().tensors().reversed();
      SafeTensors.write(ours, tensors, checkpoint.metadata());
    }
    assertThat(ours).hasSameBinaryContentAs(python);
  }

  @Test
  void tensorsHaveTheirStoredTypeShapeNameAndValues() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(golden("small.safetensors"))) {
      Tensor a = checkpoint.tensor("a");
      assertThat(a.name()).isEqualTo("a");
      assertThat(a.dtype()).isEqualTo(DType.I32);
      assertThat(a.shape()).isEqualTo(Shape.of(2, 2));
      assertThat(a.segment().toArray(ValueLayout.JAVA_INT_UNALIGNED)).containsExactly(1, 2, 3, 4);
      assertThat(checkpoint.metadata()).containsExactly(Map.entry("k", "v"));
      assertThat(checkpoint.bytes()).isEqualTo(21);
      assertThat(checkpoint.has("b")).isFalse();
      assertThatThrownBy(() -> checkpoint.tensor("b"))
          .isInstanceOf(SafeTensorsException.class)
          .hasMessageContaining("\"b\" is not among its 2 tensors");
    }
  }

  @Test
  void typesWeftLacksAreRefusedByNameWhenAskedFor() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(golden("all_dtypes.safetensors"))) {
      assertThat(checkpoint.tensor("bf16.weight").dtype()).isEqualTo(DType.BF16);
      assertThatThrownBy(() -> checkpoint.tensor("f64.weight"))
          .hasMessageContaining("\"f64.weight\": dtype F64 is not supported; expected one of [F32");
      assertThatThrownBy(checkpoint::stateDict).hasMessageContaining("is not supported");
      LoadReport report = checkpoint.compare(Map.of("a.f64.scalar", Shape.of()));
      assertThat(report.unsupported()).containsExactly("a.f64.scalar F64");
    }
  }

  @Test
  void mappedTensorsAreReadOnlyAndEndWithTheCheckpoint() throws IOException {
    Checkpoint checkpoint = Checkpoint.open(golden("small.safetensors"));
    Tensor a = checkpoint.tensor("a");
    assertThat(a.segment().isReadOnly()).isTrue();
    assertThat(a.segment().isMapped()).isFalse();
    checkpoint.close();
    checkpoint.close();
    assertThatThrownBy(() -> a.segment().get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> checkpoint.tensor("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("already closed");
  }

  @Test
  void aTensorBehindFourGigabytesIsMapped() throws IOException {
    long big = 5L << 30;
    byte[] head =
        SafeTensorsHeaderTest.file(
            String.format(
                "{\"big\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[0,%d]},"
                    + "\"last\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[%d,%d]}}",
                big, big, big, big + 2),
            0);
    Path path = Files.write(dir.resolve("big.safetensors"), head);
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {42}), head.length + big + 1); // sparse up to here
    }
    try (Checkpoint checkpoint = Checkpoint.open(path)) {
      byte[] last = checkpoint.tensor("last").segment().toArray(ValueLayout.JAVA_BYTE);
      assertThat(last).containsExactly(0, 42);
      assertThatThrownBy(() -> checkpoint.tensor("big"))
          .hasMessageContaining("\"big\": dim 0 is 5368709120, expected at most 2147483647");
    }
  }

  @Test
  void shardsAreOneCheckpoint() throws IOException {
    shard("model-1.safetensors", "a", "b");
    shard("model-2.safetensors", "c");
    index(
        "{\"metadata\":{\"total_size\":36},\"weight_map\":{\"a\":\"model-1.safetensors\","
            + "\"b\":\"model-1.safetensors\",\"c\":\"model-2.safetensors\"}}\n");
    try (Checkpoint checkpoint = Checkpoint.open(dir)) {
      assertThat(checkpoint.names()).containsExactly("a", "b", "c");
      assertThat(checkpoint.tensor("a").toFloats()).containsExactly(1, 2, 2);
      assertThat(checkpoint.tensor("c").toFloats()).containsExactly(1, 2, 1);
    }
  }

  @Test
  void anIndexThatItsShardsDoNotKeepIsRefused() throws IOException {
    shard("one.safetensors", "a");
    shard("two.safetensors", "a", "b");
    Map<String, String> wrong = new LinkedHashMap<>();
    wrong.put("[]", "expected an object");
    wrong.put("{}", "weight_map is missing");
    wrong.put("{\"weight_map\":1}", "expected one object weight_map");
    wrong.put("{\"weight_map\":{}} x", "not JSON");
    wrong.put("{\"weight_map\":{\"a\":1}}", "\"a\": expected a file name");
    wrong.put("{\"weight_map\":{\"a\":\"../one.safetensors\"}}", "beside the index");
    wrong.put("{\"weight_map\":{\"a\":\"no.safetensors\"}}", "names shard no.safetensors");
    wrong.put("{\"weight_map\":{\"x\":\"one.safetensors\"}}", "\"x\": expected in one.safetensors");
    wrong.put(
        "{\"weight_map\":{\"a\":\"one.safetensors\",\"b\":\"two.safetensors\"}}", "is also in");
    wrong.put(
        "{\"weight_map\":{\"a\":\"one.safetensors\",\"a\":\"one.safetensors\"}}", "\"a\" twice");
    for (Map.Entry<String, String> entry : wrong.entrySet()) {
      index(entry.getKey());
      assertThatThrownBy(() -> Checkpoint.open(dir))
          .as(entry.getKey())
          .isInstanceOf(SafeTensorsException.class)
          .hasMessageContaining(entry.getValue());
    }
    Files.write(
        dir.resolve("model.safetensors.index.json"),
        "{\"\u00e9".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Checkpoint.open(dir)).isInstanceOf(SafeTensorsException.class);
  }

  @Test
  void aMissingCheckpointSaysWhatWasLookedFor() {
    assertThatThrownBy(() -> Checkpoint.open(dir))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(
            dir + ": expected model.safetensors or model.safetensors.index.json, found neither");
    assertThatThrownBy(() -> Checkpoint.open(dir.resolve("no.safetensors")))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("no.safetensors: no such file");
  }

  @Test
  void aMisfitIsReportedAtOnce() throws IOException {
    Path file = shard("model.safetensors", "a", "extra");
    Map<String, Shape> expected = new LinkedHashMap<>();
    expected.put("a", Shape.of(1, 3));
    expected.put("b", Shape.of(3));
    expected.put("c", Shape.of());
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      StateDict state = checkpoint.stateDict();
      assertThatThrownBy(() -> state.requireExactly(expected))
          .isInstanceOfSatisfying(
              LoadException.class,
              e -> assertThat(e.report()).isEqualTo(checkpoint.compare(expected)))
          .hasMessage(
              file
                  + ": 2 missing: \"b\", \"c\"; 1 unexpected: \"extra\"; 1 misshapen: \"a\""
                  + " expected [1, 3], got [3]");
      Map<String, Shape> exact = Map.of("a", Shape.of(3), "extra", Shape.of(3));
      assertThat(state.requireExactly(exact)).isSameAs(state);
      assertThat(checkpoint.compare(exact).isExact()).isTrue();
    }
  }

  @Test
  void replacingAnOpenCheckpointLeavesTheMappingAlone() throws IOException {
    Path file = shard("model.safetensors", "a");
    try (Checkpoint checkpoint = Checkpoint.open(file)) {
      Tensor before = checkpoint.tensor("a");
      AtomicFile.write(file, "short".getBytes(UTF_8));
      assertThat(before.toFloats()).containsExactly(1, 2, 1);
      assertThat(Files.size(file)).isEqualTo(5);
      assertThat(List.of(dir.toFile().list())).containsExactly("model.safetensors");
    }
  }
}
