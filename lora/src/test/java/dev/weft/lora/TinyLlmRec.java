package dev.weft.lora;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.Backbone;
import dev.weft.models.bert.Bert;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.nn.Packed;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The base model, the batches and the loss of {@code lora_goldens.py}. */
final class TinyLlmRec implements AutoCloseable {
  static final Path GOLDENS = Path.of("src/test/resources/goldens/lora");

  private final Backbone backbone;
  private final Checkpoint golden;

  TinyLlmRec() throws IOException {
    backbone = Backbone.open(new ModelDirectory("base", GOLDENS.resolve("base")));
    golden = Checkpoint.open(GOLDENS.resolve("goldens.safetensors"));
  }

  Bert bert() {
    return (Bert) backbone.encoder();
  }

  LoraAdapter adapter(String name) throws IOException {
    return LoraAdapter.load(GOLDENS.resolve(name), bert());
  }

  float[] golden(String name) throws IOException {
    return golden.tensor(name).toFloats();
  }

  List<String> names(String prefix) {
    return golden.names().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  /** The unpadded rows of ids {@code name_ids}, of any number of leading dimensions. */
  List<int[]> sequences(String name) throws IOException {
    long[] ids = golden.tensor(name + "_ids").toLongs();
    long[] mask = golden.tensor(name + "_mask").toLongs();
    int width = golden.shape(name + "_ids").dim(-1);
    List<int[]> sequences = new ArrayList<>();
    for (int at = 0; at < ids.length; at += width) {
      int length = (int) Arrays.stream(mask, at, at + width).sum();
      sequences.add(Arrays.stream(ids, at, at + length).mapToInt(Math::toIntExact).toArray());
    }
    return sequences;
  }

  Packed users(String batch) throws IOException {
    return Packed.of(sequences(batch + ".user"));
  }

  Packed items(String batch) throws IOException {
    return Packed.of(sequences(batch + ".item"));
  }

  /** Scores [4, 4] of each user's candidates. */
  Tensor scores(Packed users, Packed items) {
    Tensor user = read(users); // [B, H]
    Tensor item = read(items); // [B * C, H]
    int b = user.dim(0);
    int h = user.dim(1);
    return F.matmul(item.view(b, -1, h), user.view(b, h, 1)).view(b, -1); // [B, C]
  }

  private Tensor read(Packed batch) {
    return F.indexSelect(bert().forward(batch), batch.firstRows());
  }

  /** Cross-entropy of the candidates in column 0. */
  Tensor loss(Packed users, Packed items) {
    return F.crossEntropy(
        scores(users, items), Tensor.of(new int[users.sequences()], users.sequences()));
  }

  /** Rows of a padded golden [B, T, H] where there are tokens. */
  float[] unpadded(String name, Packed batch) throws IOException {
    float[] padded = golden(name);
    int t = golden.shape(name).dim(1);
    int h = golden.shape(name).dim(2);
    float[] rows = new float[batch.tokens() * h];
    for (int s = 0; s < batch.sequences(); s++) {
      System.arraycopy(padded, s * t * h, rows, batch.start(s) * h, batch.length(s) * h);
    }
    return rows;
  }

  static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      assertThat(value).isFinite();
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** Largest absolute difference. */
  static double difference(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    float[] difference = new float[actual.length];
    for (int i = 0; i < actual.length; i++) {
      difference[i] = actual[i] - expected[i];
    }
    return largest(difference);
  }

  @Override
  public void close() {
    golden.close();
    backbone.close();
  }
}
