package dev.weft.models.tokenizer;

import dev.weft.models.json.OneLine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The lines of a merges.txt: two tokens with a blank between, but for one that names a version. */
final class MergesTxt {
  private MergesTxt() {}

  /** The two tokens of each line in turn. */
  static List<String> read(Path file) throws IOException {
    List<String> lines = TextLines.read(file);
    List<String> parts = new ArrayList<>(2 * lines.size());
    for (int i = 0; i < lines.size(); i++) {
      if (isComment(lines.get(i))) {
        continue;
      }
      int before = parts.size();
      add(lines.get(i), parts);
      if (parts.size() != before + 2) {
        throw new IOException(
            "%s: line %d: expected two tokens with a blank between, got \"%s\""
                .formatted(file, i + 1, OneLine.of(lines.get(i))));
      }
    }
    return parts;
  }

  static boolean isComment(String line) {
    return line.startsWith("#version");
  }

  /** Adds the two tokens of a line, or fewer where it is not well formed. */
  static void add(String line, List<String> parts) {
    int blank = line.indexOf(' ');
    if (blank >= 0 && line.indexOf(' ', blank + 1) < 0) {
      parts.add(line.substring(0, blank));
      parts.add(line.substring(blank + 1));
    }
  }
}
