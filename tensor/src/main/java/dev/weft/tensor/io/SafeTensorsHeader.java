package dev.weft.tensor.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SequencedMap;

/**
 * What the head of a safetensors file says, checked against the whole promise of the format: a
 * length of at most {@link #MAX_BYTES}, JSON that starts with a brace, no key twice, every size
 * equal to shape times type, and tensors that cover the bytes behind the header without overlap or
 * hole.
 *
 * <p>Layout of a file: 8 bytes little-endian header length n, n bytes of JSON padded with spaces,
 * then the data. Nothing is allocated for a length that the file itself does not have.
 *
 * @param dataStart where the data begins in the file: 8 + n
 * @param entries the tensors by name, in the order of the header
 * @param metadata the free map {@code __metadata__}, empty where there is none
 */
public record SafeTensorsHeader(
    Path file,
    long dataStart,
    SequencedMap<String, TensorEntry> entries,
    SequencedMap<String, String> metadata) {
  /** The format's own limit on the header length. */
  public static final int MAX_BYTES = 100_000_000;

  static final int LENGTH_BYTES = 8;

  public SafeTensorsHeader {
    entries = Collections.unmodifiableSequencedMap(entries);
    metadata = Collections.unmodifiableSequencedMap(metadata);
  }

  /**
   * Reads and checks the header of a file.
   *
   * @throws SafeTensorsException where the file breaks the format
   * @throws IOException where it cannot be read
   */
  public static SafeTensorsHeader read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(file, channel);
    }
  }

  static SafeTensorsHeader read(Path file, FileChannel channel) throws IOException {
    long fileBytes = channel.size();
    if (fileBytes < LENGTH_BYTES) {
      throw new SafeTensorsException(
          file, "expected at least 8 bytes (the header length), file ends at " + fileBytes);
    }
    long length = bytes(file, channel, 0, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > MAX_BYTES) {
      throw new SafeTensorsException(
          file,
          "byte 0: header length "
              + Long.toUnsignedString(length)
              + " exceeds the format's limit of "
              + MAX_BYTES);
    }
    if (length > fileBytes - LENGTH_BYTES) {
      throw new SafeTensorsException(
          file, "byte 0: header says " + length + " bytes at 8, file ends at " + fileBytes);
    }
    byte[] json = bytes(file, channel, LENGTH_BYTES, Math.toIntExact(length)).array();
    SafeTensorsHeader header = HeaderParser.parse(file, json);
    header.checkLayout(fileBytes);
    return header;
  }

  private static ByteBuffer bytes(Path file, FileChannel channel, long at, int count)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new SafeTensorsException(
            file,
            "expected " + count + " bytes at " + at + ", file ends at " + (at + buffer.position()));
      }
    }
    return buffer.flip();
  }

  private void checkLayout(long fileBytes) throws SafeTensorsException {
    List<TensorEntry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
    long next = 0;
    String previous = "the header";
    for (TensorEntry entry : inOrder) {
      String name = SafeTensorsException.quote(entry.name());
      if (entry.end() > fileBytes - dataStart) {
        throw new SafeTensorsException(
            file,
            String.format(
                "%s: header says %d bytes at %d, file ends at %d (data starts at %d)",
                name, entry.bytes(), entry.begin(), fileBytes, dataStart));
      }
      if (entry.begin() != next) {
        throw new SafeTensorsException(
            file,
            String.format(
                "%s: data_offsets begin at %d, expected %d: %s %s",
                name,
                entry.begin(),
                next,
                entry.begin() < next ? "an overlap with" : "a hole after",
                previous));
      }
      next = entry.end();
      previous = name;
    }
    if (next != fileBytes - dataStart) {
      throw new SafeTensorsException(
          file,
          String.format(
              "%d bytes at %d belong to no tensor: data ends at %d, file at %d",
              fileBytes - dataStart - next, dataStart + next, dataStart + next, fileBytes));
    }
  }
}
