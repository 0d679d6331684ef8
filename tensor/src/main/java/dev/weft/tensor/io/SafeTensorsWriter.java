package dev.weft.tensor.io;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The layout of the reference serialiser: tensors by {@link StoredType} descending, then by name;
 * the header without white space, padded with spaces to 8 bytes. Python's {@code save_file} writes
 * the same bytes for the same tensors (with two or more metadata keys Python's order is that of a
 * hash table; here it is the map's).
 */
final class SafeTensorsWriter {
  private static final long SLICE_BYTES = 1 << 26;

  /** One tensor to write; {@code bytes} is asked for once, when its turn comes. */
  record Part(
      String name,
      StoredType type,
      List<Long> shape,
      long byteSize,
      Supplier<MemorySegment> bytes) {}

  private SafeTensorsWriter() {}

  static void write(Path file, List<Part> parts, Map<String, String> metadata) throws IOException {
    AtomicFile.write(file, channel -> write(channel, parts, metadata));
  }

  static void write(FileChannel channel, List<Part> parts, Map<String, String> metadata)
      throws IOException {
    List<Part> sorted = new ArrayList<>(parts);
    sorted.sort(
        Comparator.comparing(Part::type).reversed().thenComparing(Part::name, codePointOrder()));
    AtomicFile.writeFully(channel, ByteBuffer.wrap(head(sorted, metadata)));
    for (Part part : sorted) {
      write(channel, part);
    }
  }

  private static void write(FileChannel channel, Part part) throws IOException {
    MemorySegment bytes = part.bytes().get();
    if (bytes.byteSize() != part.byteSize()) {
      throw new IllegalStateException(
          String.format(
              "tensor %s: expected %d bytes, got %d",
              part.name(), part.byteSize(), bytes.byteSize()));
    }
    for (long at = 0; at < bytes.byteSize(); at += SLICE_BYTES) {
      long length = Math.min(SLICE_BYTES, bytes.byteSize() - at);
      AtomicFile.writeFully(channel, bytes.asSlice(at, length).asByteBuffer());
    }
  }

  private static byte[] head(List<Part> sorted, Map<String, String> metadata) {
    StringBuilder json = new StringBuilder("{");
    if (!metadata.isEmpty()) {
      string(json, "__metadata__").append(":{");
      metadata.forEach((key, value) -> {
        separate(json);
        string(string(json, key).append(':'), value);
      });
      json.append('}');
    }
    long offset = 0;
    for (Part part : sorted) {
      if (part.name().equals("__metadata__")) {
        throw new IllegalArgumentException("a tensor cannot be named __metadata__");
      }
      long end = Math.addExact(offset, part.byteSize());
      separate(json);
      string(json, part.name())
          .append(":{\"dtype\":\"")
          .append(part.type())
          .append("\",\"shape\":[");
      for (long size : part.shape()) {
        if (json.charAt(json.length() - 1) != '[') {
          json.append(',');
        }
        json.append(size);
      }
      json.append("],\"data_offsets\":[").append(offset).append(',').append(end).append("]}");
      offset = end;
    }
    return padded(json.append('}'));
  }

  private static byte[] padded(StringBuilder json) {
    ByteBuffer utf8;
    try {
      utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("a tensor or metadata name has an unpaired surrogate", e);
    }
    int length = Math.ceilDiv(utf8.remaining(), 8) * 8;
    if (length > SafeTensorsHeader.MAX_BYTES) {
      throw new IllegalArgumentException(
          "header of "
              + length
              + " bytes exceeds the format's limit of "
              + SafeTensorsHeader.MAX_BYTES);
    }
    ByteBuffer head =
        ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(utf8);
    while (head.hasRemaining()) {
      head.put((byte) ' ');
    }
    return head.array();
  }

  private static void separate(StringBuilder json) {
    if (json.charAt(json.length() - 1) != '{') {
      json.append(',');
    }
  }

  /** A JSON string with the escapes that the reference's serialiser chooses. */
  private static StringBuilder string(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\b' -> json.append("\\b");
        case '\f' -> json.append("\\f");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < 0x20) {
            json.append(String.format("\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    return json.append('"');
  }

  /** The order of UTF-8 bytes, which UTF-16 units do not have beyond the basic plane. */
  private static Comparator<String> codePointOrder() {
    return (a, b) ->
        Arrays.compareUnsigned(
            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }
}
