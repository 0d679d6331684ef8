package dev.weft.models.proto;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Protobuf's wire format, field by field: varints, fixed 32 and 64 bits, and length-delimited parts
 * that are read in place. Groups, which neither ONNX nor SentencePiece uses, are refused.
 *
 * <p>Errors name the source and the byte.
 */
public final class ProtoReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  private final String source;
  private final ByteBuffer bytes;
  private int field;
  private int wire;

  /** Reads all of {@code bytes}; {@code source} is what messages call it. */
  public ProtoReader(String source, ByteBuffer bytes) {
    this.source = source;
    this.bytes = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Steps to the next field; its value must then be read or {@link #skip skipped}. */
  public boolean next() throws IOException {
    if (!bytes.hasRemaining()) {
      return false;
    }
    long tag = rawVarint();
    wire = (int) (tag & 7);
    if (tag >>> 3 == 0 || tag >>> 3 > (1 << 29) - 1) {
      throw problem("field number " + (tag >>> 3));
    }
    field = (int) (tag >>> 3);
    return true;
  }

  /** The number of the field. */
  public int field() {
    return field;
  }

  /** Whether the field is a length-delimited part, as a packed repeated number is. */
  public boolean isPart() {
    return wire == LENGTH;
  }

  /** Whether a packed part has another number. */
  public boolean hasRemaining() {
    return bytes.hasRemaining();
  }

  /** A field that is a whole number. */
  public long varint() throws IOException {
    expect(VARINT);
    return rawVarint();
  }

  /** The varint of a packed part, which has no tag of its own. */
  public long packedVarint() throws IOException {
    return rawVarint();
  }

  /** A field that is a float of 32 bits. */
  public float float32() throws IOException {
    expect(FIXED32);
    if (bytes.remaining() < Float.BYTES) {
      throw problem("it ends within a number");
    }
    return bytes.getFloat();
  }

  /** A field that is a message of its own. */
  public ProtoReader message() throws IOException {
    return new ProtoReader(source, part());
  }

  /** A field that is text. */
  public String text() throws IOException {
    ByteBuffer part = part();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(part).toString();
    } catch (CharacterCodingException e) {
      throw problem("text that is not UTF-8");
    }
  }

  /** The bytes of a length-delimited field, little-endian, sharing the file's memory. */
  public ByteBuffer part() throws IOException {
    expect(LENGTH);
    long length = rawVarint();
    if (length < 0 || length > bytes.remaining()) {
      throw problem(
          "field " + field + " says " + length + " bytes, " + bytes.remaining() + " are left");
    }
    int size = Math.toIntExact(length);
    // A duplicate, not a slice: its positions stay offsets of the file, for messages.
    ByteBuffer part = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    part.limit(bytes.position() + size);
    bytes.position(bytes.position() + size);
    return part;
  }

  /** Steps over a field's value. */
  public void skip() throws IOException {
    switch (wire) {
      case VARINT -> rawVarint();
      case FIXED64 -> advance(8);
      case LENGTH -> part();
      case FIXED32 -> advance(4);
      default -> throw problem("wire type " + wire + " of field " + field);
    }
  }

  private void advance(int count) throws IOException {
    if (count > bytes.remaining()) {
      throw problem(
          "field " + field + " needs " + count + " bytes, " + bytes.remaining() + " left");
    }
    bytes.position(bytes.position() + count);
  }

  private void expect(int wanted) throws IOException {
    if (wire != wanted) {
      throw problem("field " + field + " has wire type " + wire + ", expected " + wanted);
    }
  }

  private long rawVarint() throws IOException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (!bytes.hasRemaining()) {
        throw problem("it ends within a number");
      }
      byte b = bytes.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw problem("a number of more than 10 bytes");
  }

  private IOException problem(String what) {
    return new IOException(
        source + ": byte " + bytes.position() + ": not a valid protobuf: " + what);
  }
}
