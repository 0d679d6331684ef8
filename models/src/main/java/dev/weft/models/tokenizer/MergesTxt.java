package dev.weft.models.tokenizer;

import java.util.List;

/** The lines of a merges.txt: two tokens with a blank between, but for one that names a version. */
final class MergesTxt {
  private MergesTxt() {}

  static boolean isComment(String line) {
    return line.startsWith("#version");
  }

  /** Adds the two tokens of a line, or fewer or more where it is not well formed. */
  static void add(String line, List<String> parts) {
    int blank = line.indexOf(' ');
    if (blank >= 0) {
      parts.add(line.substring(0, blank));
      line = line.substring(blank + 1);
    }
    if (line.indexOf(' ') < 0) {
      parts.add(line);
    }
  }
}
