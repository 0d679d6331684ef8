package dev.weft.models.tokenizer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files bench/goldens/tokenizer_goldens.py wrote. */
final class Goldens {
  private static final JsonMapper JSON = new JsonMapper();

  private Goldens() {}

  static Path path(String name) {
    try {
      return Path.of(Goldens.class.getResource("/goldens/tokenizer/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static Tokenizer tokenizer(String variant) {
    try {
      return Tokenizer.load(path(variant));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> lines(String name) {
    Path file = path(name);
    try (InputStream raw = Files.newInputStream(file);
        InputStream in = name.endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
      var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      List<String> lines = new ArrayList<>();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<JsonNode> objects(String name) {
    return lines(name).stream().map(JSON::readTree).toList();
  }

  static List<String> texts(String name) {
    return lines(name).stream().map(line -> JSON.readValue(line, String.class)).toList();
  }

  static List<Integer> ints(JsonNode list) {
    List<Integer> ints = new ArrayList<>();
    list.forEach(item -> ints.add(item.intValue()));
    return ints;
  }

  /** An encoding as ids.txt writes it: id, start and end in code points of each token. */
  static String line(Encoding encoding) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < encoding.length(); i++) {
      line.append(i == 0 ? "" : " ")
          .append(encoding.id(i))
          .append(':')
          .append(encoding.codePointStart(i))
          .append(':')
          .append(encoding.codePointEnd(i));
    }
    return line.toString();
  }
}
