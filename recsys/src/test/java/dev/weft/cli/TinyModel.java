package dev.weft.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A sentence encoder of two layers and 101 tokens, from a golden of the models module. */
final class TinyModel {
  private static final Path GOLDEN = Path.of("../models/src/test/resources/goldens/bert/gelu");
  private static final int VOCABULARY = 101;

  private TinyModel() {}

  /** Writes the model and a vocabulary of single letters. */
  static Path write(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String name : List.of("config.json", "model.safetensors")) {
      Files.copy(GOLDEN.resolve(name), directory.resolve(name));
    }
    writeVocabulary(directory);
    return directory;
  }

  /** Writes the vocabulary alone. */
  static void writeVocabulary(Path directory) throws IOException {
    List<String> tokens = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (char c = 'a'; c <= 'z'; c++) {
      tokens.add(String.valueOf(c));
      tokens.add("##" + c);
    }
    while (tokens.size() < VOCABULARY) {
      tokens.add("[unused" + tokens.size() + "]");
    }
    Files.write(directory.resolve("vocab.txt"), tokens);
  }
}
