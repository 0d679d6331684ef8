package dev.weft.models.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Finds the files of a tokenizer and picks the reader. */
final class TokenizerFiles {
  private static final String JSON = "tokenizer.json";

  /** Vocabularies in the order in which they are looked for. */
  private static final List<String> NAMES =
      List.of(
          JSON,
          "vocab.txt",
          ByteLevelFiles.VOCAB,
          "tokenizer.model",
          "spiece.model",
          "sentencepiece.bpe.model");

  private TokenizerFiles() {}

  static boolean isIn(Path directory) {
    return NAMES.stream().anyMatch(name -> Files.exists(directory.resolve(name)));
  }

  static Tokenizer load(Path directoryOrFile) throws IOException {
    if (!Files.isDirectory(directoryOrFile)) {
      return loadFile(directoryOrFile);
    }
    for (String name : NAMES) {
      if (Files.exists(directoryOrFile.resolve(name))) {
        return loadFile(directoryOrFile.resolve(name));
      }
    }
    throw new NoSuchFileException(
        directoryOrFile.toString(), null, "holds none of " + String.join(", ", NAMES));
  }

  private static Tokenizer loadFile(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new NoSuchFileException(file.toString(), null, "is no file");
    }
    String name = String.valueOf(file.getFileName());
    if (name.equals(ByteLevelFiles.VOCAB)) {
      return new Tokenizer(ByteLevelFiles.read(file));
    }
    if (name.endsWith(".model")) {
      return new Tokenizer(SentencePieceClasses.read(file));
    }
    Path configFile = file.resolveSibling(TokenSettings.CONFIG);
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
    throw new IOException(
        file + ": expected a .json tokenizer, a .txt vocabulary or a SentencePiece .model");
  }
}
