package dev.weft.bench.suite;

import dev.weft.bench.Contender;
import dev.weft.models.Backbone;
import dev.weft.models.Pooling;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.models.hub.Models;
import dev.weft.models.tokenizer.Tokenizer;
import dev.weft.nn.Packed;
import dev.weft.tensor.Run;
import dev.weft.tensor.Workspace;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** The default model, and the ONNX file it was made from, for peers. */
final class MiniLm implements AutoCloseable {
  private static final String ONNX = "all-minilm-l6-v2.onnx";

  /** Longest sequence the model was trained for, in tokens. */
  private static final int MAX_LENGTH = 256;

  private final Backbone backbone;
  private final Tokenizer tokenizer;
  private final Path tokenizerJson;
  private final byte[] onnx;
  private final Workspace workspace = new Workspace();

  private MiniLm(Backbone backbone, Tokenizer tokenizer, Path tokenizerJson, byte[] onnx) {
    this.backbone = backbone;
    this.tokenizer = tokenizer;
    this.tokenizerJson = tokenizerJson;
    this.onnx = onnx;
  }

  static MiniLm open() throws IOException {
    byte[] onnx;
    try (InputStream in = MiniLm.class.getClassLoader().getResourceAsStream(ONNX)) {
      if (in == null) {
        throw new FileNotFoundException(ONNX + " is not on the class path");
      }
      onnx = in.readAllBytes();
    }
    ModelDirectory directory = Models.resolve(Models.DEFAULT);
    Tokenizer tokenizer = Tokenizer.load(directory.path());
    Path tokenizerJson = directory.file("tokenizer.json");
    return new MiniLm(Backbone.open(directory), tokenizer, tokenizerJson, onnx);
  }

  byte[] onnx() {
    return onnx;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  Path tokenizerJson() {
    return tokenizerJson;
  }

  List<int[]> ids(List<String> texts) {
    return Titles.ids(tokenizer, texts, MAX_LENGTH);
  }

  /** One repetition: hidden states of all sequences, in one packed batch. */
  Contender forward(List<int[]> ids) {
    Packed batch = Packed.of(ids);
    return Contender.of(
        () -> Run.evaluating(workspace).call(() -> backbone.encoder().forward(batch)));
  }

  /** Means of the hidden states, [sequences][384]. */
  float[][] means(List<int[]> ids) {
    Packed batch = Packed.of(ids);
    float[] flat =
        Run.evaluating(workspace)
            .call(() -> Pooling.MEAN.forward(backbone.encoder().forward(batch), batch).toFloats());
    int hidden = flat.length / ids.size();
    float[][] means = new float[ids.size()][hidden];
    for (int s = 0; s < means.length; s++) {
      System.arraycopy(flat, s * hidden, means[s], 0, hidden);
    }
    return means;
  }

  @Override
  public void close() {
    workspace.close();
    backbone.close();
  }
}
