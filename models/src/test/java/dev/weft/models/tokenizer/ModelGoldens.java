package dev.weft.models.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.json.JsonMapper;

/** The files bench/goldens/tokenizer_models_goldens.py wrote. */
final class ModelGoldens {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Path ROOT = Goldens.path("").resolveSibling("tokenizer-models");

  private ModelGoldens() {}

  /** What the reference makes of a text, as the line has it. */
  record Expected(String text, String line) {}

  /** The line that an encoding comes to. */
  static String line(Tokenizer tokenizer, Encoding encoding) {
    CRC32 crc = new CRC32();
    for (String token : encoding.tokens()) {
      crc.update((token + "\n").getBytes(StandardCharsets.UTF_8));
    }
    String decoded = tokenizer.decode(encoding.ids(), SpecialTokens.WITH);
    crc.update((decoded + "\n").getBytes(StandardCharsets.UTF_8));
    StringBuilder line = new StringBuilder("%08x\t".formatted(crc.getValue()));
    int end = 0;
    for (int i = 0; i < encoding.length(); i++) {
      int start = encoding.codePointStart(i);
      line.append(i == 0 ? "" : " ").append(encoding.id(i)).append(':').append(start - end);
      end = encoding.codePointEnd(i);
      line.append(':').append(end - start);
    }
    return line.toString();
  }

  static Stream<String> variants(String kind) throws IOException {
    try (Stream<Path> folders = Files.list(ROOT.resolve(kind))) {
      return folders.map(folder -> kind + "/" + folder.getFileName()).sorted().toList().stream();
    }
  }

  /** Unpacks the files of a variant and loads the tokenizer among them. */
  static Tokenizer tokenizer(String variant, Path into) throws IOException {
    return Tokenizer.load(unpack(variant, into));
  }

  static Path unpack(String variant, Path into) throws IOException {
    try (Stream<Path> files = Files.list(ROOT.resolve(variant))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replaceAll("\\.gz$", "");
        if (!name.equals("expected.txt")) {
          Files.write(into.resolve(name), unzip(file));
        }
      }
    }
    return into;
  }

  static List<Expected> expected(String variant) throws IOException {
    List<String> texts = lines(ROOT.resolve("texts.jsonl.gz"));
    List<String> lines = lines(ROOT.resolve(variant).resolve("expected.txt.gz"));
    List<Expected> expected = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      expected.add(new Expected(JSON.readValue(texts.get(i), String.class), lines.get(i)));
    }
    return expected;
  }

  private static List<String> lines(Path file) throws IOException {
    return new String(unzip(file), StandardCharsets.UTF_8).lines().toList();
  }

  private static byte[] unzip(Path file) throws IOException {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }
}
