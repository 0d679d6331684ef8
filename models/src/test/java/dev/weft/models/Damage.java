package dev.weft.models;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Ways to break a good file, drawn at random: bytes, or the JSON that the bytes spell. */
public final class Damage {
  private static final JsonMapper JSON = new JsonMapper();

  /** What a value becomes: of another kind, out of any range, too long or too deep. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "1",
          "3",
          "2147483647",
          "2147483648",
          "-2147483648",
          "65536",
          "1000000000",
          "1000000000000",
          "0.5",
          "-0.25",
          "1e-320",
          "1e400",
          "NaN",
          "9".repeat(400),
          "\"\"",
          "\"a\\nb\\u2028c\"",
          "\"a\\u0000b\"",
          "\"\\ud800\"",
          "\"" + "long".repeat(5000) + "\"",
          "[]",
          "{}",
          "[1,\"a\",null,{}]",
          "{\"type\":\"x\",\"0\":1}",
          "[".repeat(400) + "]".repeat(400),
          "[".repeat(100_000));

  private final Random random;
  private final StringBuilder out = new StringBuilder();

  private Damage(Random random) {
    this.random = random;
  }

  /** Some bytes changed, cut out, there twice, or the end missing. */
  public static byte[] bytes(byte[] good, Random random) {
    byte[] bad = good.clone();
    for (int i = random.nextInt(4); i >= 0 && bad.length > 0; i--) {
      int from = random.nextInt(random.nextBoolean() ? bad.length : Math.min(bad.length, 64));
      int to = Math.min(bad.length, from + 1 + random.nextInt(16));
      switch (random.nextInt(6)) {
        case 0 -> bad[from] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bad[from] = (byte) random.nextInt(256);
        case 2 -> Arrays.fill(bad, from, to, (byte) (random.nextBoolean() ? 0xFF : 0));
        case 3 -> bad = Arrays.copyOf(bad, from);
        case 4 -> bad = joined(bad, from, to);
        default -> bad = joined(bad, to, from);
      }
    }
    return bad;
  }

  /** The bytes before {@code end} and those from {@code start}: cut out, or there twice. */
  private static byte[] joined(byte[] bytes, int end, int start) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    joined.write(bytes, 0, end);
    joined.write(bytes, start, bytes.length - start);
    return joined.toByteArray();
  }

  /** One place of the JSON changed, or its bytes. */
  public static byte[] json(byte[] good, Random random) {
    if (random.nextInt(4) == 0) {
      return bytes(good, random);
    }
    return json(new String(good, StandardCharsets.UTF_8), random).getBytes(StandardCharsets.UTF_8);
  }

  /** One place of the JSON changed: a value, a key, or an entry gone or there twice. */
  public static String json(String good, Random random) {
    Damage damage = new Damage(random);
    damage.inside(JSON.readTree(good));
    return damage.out.toString();
  }

  /** A safetensors file whose header's JSON is changed, or its bytes. */
  public static byte[] safetensors(byte[] good, Random random) {
    if (random.nextInt(3) == 0) {
      return bytes(good, random);
    }
    int length = Math.toIntExact(ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong());
    byte[] header = json(Arrays.copyOfRange(good, 8, 8 + length), random);
    ByteBuffer bad = ByteBuffer.allocate(good.length - length + header.length);
    bad.order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).put(header);
    return bad.put(good, 8 + length, good.length - 8 - length).array();
  }

  private void inside(JsonNode node) {
    int size = node.size();
    int place = size == 0 ? 0 : random.nextInt(size);
    if (size == 0) {
      value(node);
    } else if (node.isArray()) {
      out.append('[');
      for (int i = 0; i < size; i++) {
        element("", node.get(i), i == place);
      }
      end(']');
    } else {
      out.append('{');
      int i = 0;
      for (Map.Entry<String, JsonNode> entry : node.properties()) {
        element(JSON.writeValueAsString(entry.getKey()) + ":", entry.getValue(), i++ == place);
      }
      end('}');
    }
  }

  private void element(String key, JsonNode node, boolean hit) {
    int kind = hit ? random.nextInt(10) : -1;
    switch (kind) {
      case 0 -> {}
      case 1 -> out.append(key).append(node).append(',').append(key).append(node);
      case 2 -> out.append(key.isEmpty() ? "" : "\"other\\n key\":").append(node);
      default -> {
        out.append(key);
        if (!hit) {
          out.append(node);
        } else if (node.isContainer() && kind < 8) {
          inside(node);
        } else {
          value(node);
        }
      }
    }
    out.append(kind == 0 ? "" : ",");
  }

  private void value(JsonNode node) {
    if (node.isInt() && random.nextInt(3) == 0) {
      int n = node.intValue();
      out.append(List.of(n - 1L, n + 1L, 2L * n, n / 2L, -(long) n).get(random.nextInt(5)));
    } else {
      out.append(VALUES.get(random.nextInt(VALUES.size())));
    }
  }

  private void end(char bracket) {
    if (out.charAt(out.length() - 1) == ',') {
      out.setLength(out.length() - 1);
    }
    out.append(bracket);
  }
}
