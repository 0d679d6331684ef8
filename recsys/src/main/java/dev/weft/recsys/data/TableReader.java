package dev.weft.recsys.data;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * One RecBole atomic file: a header of {@code name:type} columns, then rows, tab separated, UTF-8,
 * gzip when the name ends in {@code .gz}. Lines are cut from bytes and decoded one by one, so that
 * an error names the line it stands in; a decoding {@code Reader} runs ahead of its lines.
 */
final class TableReader implements AutoCloseable {
  private static final Set<String> TYPES = Set.of("token", "token_seq", "float", "float_seq");

  /** A row of real data has a few hundred bytes; a gzip bomb without line ends stops here. */
  private static final int LONGEST_LINE = 1 << 20;

  private final String file;
  private final InputStream in;
  private final List<String> columns;
  private int line;

  TableReader(Path file) throws IOException {
    this(file.toString(), open(file));
  }

  /** Reads an open stream, which it closes; {@code file} names it in errors. */
  TableReader(String file, InputStream in) throws IOException {
    this.file = file;
    this.in = in;
    try {
      this.columns = header();
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  boolean has(String column) {
    return columns.contains(column);
  }

  /** The position of a column in a row. */
  int column(String name) throws IOException {
    int at = columns.indexOf(name);
    if (at < 0) {
      throw new IOException(file + ": line 1: expected a column \"" + name + "\", got " + columns);
    }
    return at;
  }

  /** The fields of the next row, or null after the last. */
  String @Nullable [] row() throws IOException {
    String text = readLine();
    if (text == null) {
      return null;
    }
    String[] fields = text.split("\t", -1);
    if (fields.length != columns.size()) {
      throw error("expected " + columns.size() + " tab-separated fields, got " + fields.length);
    }
    return fields;
  }

  /** An error about the row read last. */
  IOException error(String message) {
    return new IOException(file + ": line " + line + ": " + message);
  }

  /** A field that may not be empty. */
  String token(String[] row, int column) throws IOException {
    String value = row[column];
    if (value.isEmpty()) {
      throw error("expected a value for " + columns.get(column) + ", got none");
    }
    return value;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private static InputStream open(Path file) throws IOException {
    InputStream raw = Files.newInputStream(file);
    if (!file.toString().endsWith(".gz")) {
      return new BufferedInputStream(raw);
    }
    try {
      return new BufferedInputStream(new GZIPInputStream(raw, 1 << 16));
    } catch (EOFException | ZipException e) {
      raw.close();
      throw new IOException(file + ": offset 0: expected a gzip header, got something else", e);
    }
  }

  private List<String> header() throws IOException {
    String text = readLine();
    if (text == null || text.isEmpty()) {
      throw new IOException(file + ": line 1: expected a header of name:type columns, got nothing");
    }
    String[] names = text.split("\t", -1);
    for (int i = 0; i < names.length; i++) {
      int colon = names[i].lastIndexOf(':');
      if (colon <= 0 || !TYPES.contains(names[i].substring(colon + 1))) {
        throw error(
            "expected a column name:type with a type of token, token_seq, float, float_seq, got \""
                + names[i]
                + "\"");
      }
      names[i] = names[i].substring(0, colon);
      if (Arrays.asList(names).subList(0, i).contains(names[i])) {
        throw error("column \"" + names[i] + "\" stands there twice");
      }
    }
    return List.of(names);
  }

  private @Nullable String readLine() throws IOException {
    line++;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    int b = read();
    if (b < 0) {
      return null;
    }
    for (; b >= 0 && b != '\n'; b = read()) {
      if (bytes.size() == LONGEST_LINE) {
        throw error("expected at most " + LONGEST_LINE + " bytes in a line, got more");
      }
      bytes.write(b);
    }
    byte[] content = bytes.toByteArray();
    int length = content.length;
    if (length > 0 && content[length - 1] == '\r') {
      length--;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(content, 0, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IOException(file + ": line " + line + ": expected UTF-8, got other bytes", e);
    }
  }

  private int read() throws IOException {
    try {
      return in.read();
    } catch (EOFException | ZipException e) {
      throw new IOException(
          file + ": line " + line + ": gzip stream is broken here: " + e.getMessage(), e);
    }
  }
}
