package dev.weft.tensor.io;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A safetensors file, or the index of a sharded checkpoint, breaks the promise of its format.
 *
 * <p>The message is one line: the path, then the byte offset or the tensor, what was expected and
 * what was found. Text taken from the file is escaped and cut, so a hostile name cannot forge
 * lines.
 */
public final class SafeTensorsException extends IOException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN_CHARS = 120;

  SafeTensorsException(Path file, String problem) {
    super(file + ": " + problem);
  }

  /** Text of a file as it may stand in a message: quoted, on one line, at most 120 characters. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    int shown = Math.min(text.length(), SHOWN_CHARS);
    for (int i = 0; i < shown; i++) {
      char c = text.charAt(i);
      if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == '\u2028' || c == '\u2029') {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.append(shown < text.length() ? "...\"" : "\"").toString();
  }
}
