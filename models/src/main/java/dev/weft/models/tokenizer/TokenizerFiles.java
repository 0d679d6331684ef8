package dev.weft.models.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Finds the files of a tokenizer and picks the reader. */
final class TokenizerFiles {
  private static final String JSON = "tokenizer.json";
  private static final String VOCAB = "vocab.txt";
  private static final String CONFIG = "tokenizer_config.json";

  private TokenizerFiles() {}

  static Tokenizer load(Path directoryOrFile) throws IOException {
    if (!Files.isDirectory(directoryOrFile)) {
      return loadFile(directoryOrFile);
    }
    Path json = directoryOrFile.resolve(JSON);
    Path vocab = directoryOrFile.resolve(VOCAB);
    if (!Files.exists(json) && !Files.exists(vocab)) {
      throw new NoSuchFileException(
          directoryOrFile.toString(), null, "holds neither " + JSON + " nor " + VOCAB);
    }
    return loadFile(Files.exists(json) ? json : vocab);
  }

  private static Tokenizer loadFile(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "is no file");
    }
    String name = String.valueOf(file.getFileName());
    Path configFile = file.resolveSibling(CONFIG);
    BertConfigFile config =
        Files.isRegularFile(configFile)
            ? BertConfigFile.read(configFile)
            : BertConfigFile.absent(configFile);
    if (name.endsWith(".json")) {
      return new Tokenizer(TokenizerJson.read(file, config.names()));
    }
    if (name.endsWith(".txt")) {
      return new Tokenizer(VocabTxt.read(file, config));
    }
    throw new IOException(file + ": expected a .json tokenizer or a .txt vocabulary");
  }
}
