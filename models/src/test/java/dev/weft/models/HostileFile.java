package dev.weft.models;

import dev.weft.models.PaddedForward.Outputs;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.models.tokenizer.Tokenizer;
import dev.weft.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A file of a model's directory that may hold any bytes, beside good files of the others. */
enum HostileFile {
  CONFIG("config.json", Map.of()) {
    @Override
    Hostile.Opened open() throws IOException {
      return model();
    }
  },
  INDEX("model.safetensors.index.json", Map.of()) {
    @Override
    Hostile.Opened open() throws IOException {
      return model();
    }
  },
  CHECKPOINT("model.safetensors", Map.of()) {
    @Override
    Hostile.Opened open() throws IOException {
      return model();
    }
  },
  TOKENIZER_JSON("tokenizer.json", Map.of()),
  TOKENIZER_CONFIG("tokenizer_config.json", Map.of("vocab.txt", "[UNK]\n[CLS]\n[SEP]\na\n##b\n")),
  SENTENCE_PIECE("tokenizer.model", Map.of()),
  VOCAB_TXT("vocab.txt", Map.of()),
  MERGES("merges.txt", Map.of("vocab.json", "{\"a\":0,\"b\":1,\"ab\":2}")),
  MODULES("modules.json", Map.of("config.json", "{\"pooling_mode_cls_token\":true}")) {
    @Override
    Hostile.Opened open() throws IOException {
      SentenceSettings.read(new ModelDirectory("hostile", DIRECTORY), 16);
      return Hostile.opened(() -> {}, () -> {});
    }
  };

  private static final Path DIRECTORY = Hostile.scratch();
  private static final Path MODEL = ModelFiles.GOLDENS.resolve("gelu");

  private final String name;

  @SuppressWarnings("ImmutableEnumChecker") // of Map.of
  private final Map<String, String> others;

  HostileFile(String name, Map<String, String> others) {
    this.name = name;
    this.others = others;
  }

  /** Judges the directory with the file of these bytes. */
  void isUsedOrRefused(byte[] file) throws IOException {
    isUsedOrRefused(file, Hostile.MOST_BYTES);
  }

  /** The same for another amount of heap. */
  void isUsedOrRefused(byte[] file, long mostBytes) throws IOException {
    Hostile.clear(DIRECTORY);
    for (Map.Entry<String, String> other : others.entrySet()) {
      Files.writeString(DIRECTORY.resolve(other.getKey()), other.getValue());
    }
    Files.write(DIRECTORY.resolve(name), file);
    Hostile.isUsedOrRefused(DIRECTORY, this::open, mostBytes);
  }

  Hostile.Opened open() throws IOException {
    Tokenizer tokenizer = Tokenizer.load(DIRECTORY);
    return Hostile.opened(
        () -> tokenizer.encode("The  quick é中文 <x>, 12 a\nb \ud83d\ude00 don't"), () -> {});
  }

  private static Hostile.Opened model() throws IOException {
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      boolean indexed = Files.exists(DIRECTORY.resolve("model.safetensors.index.json"));
      String as = indexed && file.endsWith("s") ? "0.safetensors" : file;
      if (!Files.exists(DIRECTORY.resolve(as))) {
        Files.createSymbolicLink(DIRECTORY.resolve(as), MODEL.resolve(file).toAbsolutePath());
      }
    }
    Backbone model = Backbone.openWithHead(new ModelDirectory("hostile", DIRECTORY));
    PaddedInputs inputs =
        new PaddedInputs(
            Tensor.of(new long[] {3, 5, 4}, 1, 3),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    return Hostile.opened(() -> model.padded().run(inputs, new Outputs(true, true)), model::close);
  }
}
