package dev.weft.bench.peer.natives;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.weft.bench.peer.TokenizerPeer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;

/** Hugging Face's tokenizers, in Rust, through DJL's JNI. */
final class RustTokenizers implements TokenizerPeer {
  static final String NAME = "tokenizers";

  private final HuggingFaceTokenizer tokenizer;

  RustTokenizers(Path tokenizerJson) {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    try {
      tokenizer =
          HuggingFaceTokenizer.newInstance(
              tokenizerJson, Map.of("truncation", "false", "padding", "false"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String version() {
    return tokenizer.getVersion() + " through DJL " + ai.djl.engine.Engine.getDjlVersion();
  }

  @Override
  public int[] ids(String text) {
    Encoding encoding = tokenizer.encode(text);
    long[] ids = encoding.getIds();
    int[] narrow = new int[ids.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (int) ids[i];
    }
    return narrow;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
