package dev.weft.models.hub;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.Pooling;
import dev.weft.models.SentenceEncoder;
import dev.weft.models.SentenceSettings;
import dev.weft.models.tokenizer.EncodeOptions;
import dev.weft.tensor.backend.Workers;
import dev.weft.tensor.io.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The default model against ONNX Runtime on the same weights, for 250 titles. */
class MiniLmParityTest {
  /** Of normalised embeddings; 2.1e-7 was measured, what float rounding leaves of six layers. */
  private static final float TOLERANCE = 2e-5f;

  private static final int DIMENSION = 384;
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");

  private static List<String> titles = List.of();
  private static float[][] vectors = {};
  private static SentenceEncoder encoder;

  @BeforeAll
  static void embedAll() throws Exception {
    titles =
        List.of(Files.readString(GOLDENS.resolve("minilm-titles.txt")).stripTrailing().split("\n"));
    EmbeddedMiniLm embedded =
        new EmbeddedMiniLm(Path.of("target/cache"), MiniLmParityTest.class.getClassLoader());
    encoder = SentenceEncoder.open(new ModelDirectory("minilm", embedded.directory(line -> {})));
    vectors = encoder.embed(titles);
  }

  @AfterAll
  static void close() {
    encoder.close();
  }

  @Test
  void tokenIdsEqualTheReference() throws Exception {
    try (Checkpoint golden = Checkpoint.open(GOLDENS.resolve("minilm.safetensors"))) {
      long[] ids = golden.tensor("ids").toLongs();
      long[] starts = golden.tensor("starts").toLongs();
      assertThat(titles).hasSize(starts.length - 1).hasSizeGreaterThanOrEqualTo(200);
      EncodeOptions options = EncodeOptions.DEFAULT.maxLength(encoder.settings().maxLength());
      for (int i = 0; i < titles.size(); i++) {
        long[] expected = Arrays.copyOfRange(ids, (int) starts[i], (int) starts[i + 1]);
        int[] got = encoder.tokenizer().encode(titles.get(i), options).ids();
        assertThat(Arrays.stream(got).asLongStream().toArray())
            .as(titles.get(i))
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void embeddingsEqualTheReference() throws Exception {
    try (Checkpoint golden = Checkpoint.open(GOLDENS.resolve("minilm.safetensors"))) {
      float[] expected = golden.tensor("embeddings").toFloats();
      assertThat(expected).hasSize(titles.size() * DIMENSION);
      float largest = 0;
      for (int i = 0; i < expected.length; i++) {
        float got = vectors[i / DIMENSION][i % DIMENSION];
        assertThat(got).isNotNaN();
        largest = Math.max(largest, Math.abs(got - expected[i]));
      }
      assertThat(largest).isLessThanOrEqualTo(TOLERANCE);
    }
  }

  @Test
  void aTextsVectorDoesNotDependOnItsBatch() {
    for (int i = 0; i < titles.size(); i += 7) {
      assertThat(encoder.embed(titles.get(i))).as(titles.get(i)).isEqualTo(vectors[i]);
    }
    List<String> reversed = new ArrayList<>(titles.subList(100, 150));
    Collections.reverse(reversed);
    float[][] again = encoder.embed(reversed);
    for (int i = 0; i < again.length; i++) {
      assertThat(again[i]).isEqualTo(vectors[149 - i]);
    }
  }

  @Test
  void oneAndTwoThreadsGiveTheSameBits() {
    int before = Workers.threads();
    List<String> some = titles.subList(0, 60);
    try {
      Workers.threads(1);
      float[][] one = encoder.embed(some);
      Workers.threads(2);
      float[][] two = encoder.embed(some);
      for (int i = 0; i < one.length; i++) {
        assertThat(two[i]).isEqualTo(one[i]).isEqualTo(vectors[i]);
      }
    } finally {
      Workers.threads(before);
    }
  }

  @Test
  void settingsAreThoseOfSentenceTransformers() {
    assertThat(encoder.settings()).isEqualTo(new SentenceSettings(Pooling.MEAN, true, 256));
    assertThat(encoder.dimension()).isEqualTo(DIMENSION);
    assertThat(encoder.tokenizer().truncation().orElseThrow().maxLength()).isEqualTo(128);
  }

  @Test
  void theEmptyTextHasAVector() {
    double square = 0;
    for (float x : encoder.embed("")) {
      square += (double) x * x;
    }
    assertThat(square).isBetween(1 - 1e-6, 1 + 1e-6);
  }

  @Test
  void noTextsGiveNoVectors() {
    assertThat(encoder.embed(List.of())).isEmpty();
  }
}
