package dev.weft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lines of UTF-8, as many at once as are there without waiting. (A {@code BufferedReader} cannot
 * say whether a whole line is there: with half a line in the pipe its {@code ready()} is true and
 * {@code readLine()} waits, and the writer may be waiting for the answer to the line before.)
 */
final class LineInput {
  private final InputStream in;
  private final String name;
  private byte[] buffer = new byte[1 << 16];
  private int from;
  private int scanned;
  private int to;
  private long line;
  private boolean ended;

  /** Reads {@code in}, which error messages call {@code name}. */
  LineInput(InputStream in, String name) {
    this.in = in;
    this.name = name;
  }

  /**
   * The next lines without their ends (LF or CR LF): at least one, waiting for it if need be, at
   * most {@code limit}; none at the end. A last line needs no end.
   *
   * @throws IOException naming the line that is not UTF-8
   */
  List<String> next(int limit) throws IOException {
    List<String> lines = new ArrayList<>();
    while (lines.size() < limit) {
      while (scanned < to && buffer[scanned] != '\n') {
        scanned++;
      }
      if (scanned < to) {
        lines.add(text(scanned));
        from = ++scanned;
      } else if (ended) {
        if (from < to) {
          lines.add(text(to));
          from = to;
        }
        return lines;
      } else if (lines.isEmpty() || in.available() > 0) {
        fill();
      } else {
        return lines;
      }
    }
    return lines;
  }

  private void fill() throws IOException {
    if (from > 0) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      scanned -= from;
      from = 0;
    }
    if (to == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.multiplyExact(2, buffer.length));
    }
    int read = in.read(buffer, to, buffer.length - to);
    if (read < 0) {
      ended = true;
    } else {
      to += read;
    }
  }

  private String text(int end) throws IOException {
    line++;
    int length = end - from;
    if (length > 0 && buffer[end - 1] == '\r') {
      length--;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(buffer, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IOException(name + ":" + line + ": not UTF-8", e);
    }
  }
}
