package dev.weft.models;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;

/**
 * Files of any bytes at all: see {@link Hostile} for what they may do. Files that once did
 * otherwise are kept in {@code HostileFilesFuzzTestInputs} among the test resources.
 */
class HostileFilesFuzzTest {
  /** Unmeasured: what the agent takes to change a class counts for the thread that loads it. */
  private static final long HEAP = Long.MAX_VALUE;

  @FuzzTest(maxDuration = "3m")
  void config(byte[] file) throws IOException {
    HostileFile.CONFIG.isUsedOrRefused(file, HEAP);
  }

  @FuzzTest(maxDuration = "3m")
  void index(byte[] file) throws IOException {
    HostileFile.INDEX.isUsedOrRefused(file, HEAP);
  }

  @FuzzTest(maxDuration = "3m")
  void checkpoint(byte[] file) throws IOException {
    HostileFile.CHECKPOINT.isUsedOrRefused(file, HEAP);
  }

  @FuzzTest(maxDuration = "3m")
  void tokenizerJson(byte[] file) throws IOException {
    HostileFile.TOKENIZER_JSON.isUsedOrRefused(file, HEAP);
  }

  @FuzzTest(maxDuration = "3m")
  void tokenizerConfig(byte[] file) throws IOException {
    HostileFile.TOKENIZER_CONFIG.isUsedOrRefused(file, HEAP);
  }

  @FuzzTest(maxDuration = "3m")
  void sentencePiece(byte[] file) throws IOException {
    HostileFile.SENTENCE_PIECE.isUsedOrRefused(file, HEAP);
  }

  @FuzzTest(maxDuration = "3m")
  void vocabTxt(byte[] file) throws IOException {
    HostileFile.VOCAB_TXT.isUsedOrRefused(file, HEAP);
  }

  @FuzzTest(maxDuration = "3m")
  void merges(byte[] file) throws IOException {
    HostileFile.MERGES.isUsedOrRefused(file, HEAP);
  }

  @FuzzTest(maxDuration = "3m")
  void modules(byte[] file) throws IOException {
    HostileFile.MODULES.isUsedOrRefused(file, HEAP);
  }
}
