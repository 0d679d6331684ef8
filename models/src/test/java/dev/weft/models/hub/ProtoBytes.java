package dev.weft.models.hub;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes protobuf messages, for tests. */
final class ProtoBytes {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  ProtoBytes number(int field, long value) {
    varint((long) field << 3);
    varint(value);
    return this;
  }

  ProtoBytes part(int field, byte[] bytes) {
    varint(((long) field << 3) | 2);
    varint(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  ProtoBytes text(int field, String text) {
    return part(field, text.getBytes(UTF_8));
  }

  ProtoBytes message(int field, ProtoBytes message) {
    return part(field, message.bytes());
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  static ProtoBytes floats(String name, float[] values, long... dims) {
    ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return tensor(name, OnnxGraph.FLOAT, raw.array(), dims);
  }

  static ProtoBytes longs(String name, long[] values, long... dims) {
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    raw.asLongBuffer().put(values);
    return tensor(name, OnnxGraph.INT64, raw.array(), dims);
  }

  private static ProtoBytes tensor(String name, int type, byte[] raw, long... dims) {
    ProtoBytes tensor = new ProtoBytes();
    for (long dim : dims) {
      tensor.number(1, dim);
    }
    return tensor.number(2, type).text(8, name).part(9, raw);
  }

  static ProtoBytes node(String op, String name, String output, String... inputs) {
    ProtoBytes node = new ProtoBytes();
    for (String input : inputs) {
      node.text(1, input);
    }
    return node.text(2, output).text(3, name).text(4, op);
  }

  static ProtoBytes constant(String output, ProtoBytes tensor) {
    ProtoBytes attribute = new ProtoBytes().text(1, "value").message(5, tensor).number(20, 4);
    return node("Constant", "", output).message(5, attribute);
  }
}
