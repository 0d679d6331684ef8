package dev.weft.tensor.io;

import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON of a safetensors header, token by token.
 *
 * <p>Stricter than the reference in what the format's text says and its code lets pass: no key
 * twice (after unescaping), no key beside dtype, shape and data_offsets, nothing but spaces behind
 * the last brace. Jackson reads decoded characters with its name tables off: a hostile file cannot
 * fill a shared table, choose another encoding by zero bytes, or slip malformed UTF-8 past the
 * strict decoder. Offsets in messages are bytes of the file.
 */
final class HeaderParser {
  private static final String METADATA = "__metadata__";

  /** As many dimensions as NumPy and PyTorch can hold. */
  private static final int MAX_RANK = 64;

  static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(16)
                  .maxDocumentLength(SafeTensorsHeader.MAX_BYTES)
                  .maxNameLength(1 << 16)
                  .maxStringLength(SafeTensorsHeader.MAX_BYTES)
                  .maxNumberLength(32)
                  .build())
          .build();

  private final Path file;
  private final byte[] json;
  private final JsonParser parser;
  private final SequencedMap<String, TensorEntry> entries = new LinkedHashMap<>();
  private @Nullable SequencedMap<String, String> metadata;

  private HeaderParser(Path file, byte[] json, JsonParser parser) {
    this.file = file;
    this.json = json;
    this.parser = parser;
  }

  static SafeTensorsHeader parse(Path file, byte[] json) throws SafeTensorsException {
    if (json.length == 0 || json[0] != '{') {
      throw new SafeTensorsException(
          file,
          "byte 8: header must start with '{', got "
              + (json.length == 0 ? "an empty header" : String.format("0x%02x", json[0])));
    }
    checkUtf8(file, json);
    try (JsonParser parser =
        JSON.createParser(
            ObjectReadContext.empty(),
            new InputStreamReader(new ByteArrayInputStream(json), StandardCharsets.UTF_8))) {
      return new HeaderParser(file, json, parser).header();
    } catch (JacksonException e) {
      long chars = e.getLocation() == null ? -1 : e.getLocation().getCharOffset();
      throw new SafeTensorsException(
          file,
          "byte " + byteOffset(json, chars) + ": not JSON: " + oneLine(e.getOriginalMessage()));
    }
  }

  private SafeTensorsHeader header() throws SafeTensorsException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = wellFormed(parser.currentName());
      if (name.equals(METADATA)) {
        if (metadata != null) {
          throw problem("key " + SafeTensorsException.quote(name) + " twice");
        }
        metadata = metadata();
      } else if (entries.putIfAbsent(name, entry(name)) != null) {
        throw problem("tensor " + SafeTensorsException.quote(name) + " twice");
      }
    }
    int end = byteOffset(json, parser.currentLocation().getCharOffset()) - 8;
    for (int i = end; i < json.length; i++) {
      if (json[i] != ' ') {
        throw new SafeTensorsException(
            file,
            String.format(
                "byte %d: expected only spaces (0x20) after the header's last brace, got 0x%02x",
                8 + i, json[i]));
      }
    }
    return new SafeTensorsHeader(
        file, 8L + json.length, entries, metadata == null ? new LinkedHashMap<>() : metadata);
  }

  private SequencedMap<String, String> metadata() throws SafeTensorsException {
    expect(JsonToken.START_OBJECT, METADATA, "an object of strings");
    SequencedMap<String, String> map = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = wellFormed(parser.currentName());
      expect(JsonToken.VALUE_STRING, METADATA + "." + key, "a string");
      if (map.putIfAbsent(key, wellFormed(parser.getString())) != null) {
        throw problem(METADATA + ": key " + SafeTensorsException.quote(key) + " twice");
      }
    }
    return map;
  }

  private TensorEntry entry(String name) throws SafeTensorsException {
    expect(JsonToken.START_OBJECT, name, "an object of dtype, shape and data_offsets");
    StoredType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      boolean again =
          switch (key) {
            case "dtype" -> type != null;
            case "shape" -> shape != null;
            case "data_offsets" -> offsets != null;
            default ->
                throw problem(name, "expected dtype, shape, data_offsets, got key " + shown(key));
          };
      if (again) {
        throw problem(name, "key " + shown(key) + " twice");
      }
      if (key.equals("dtype")) {
        type = type(name);
      } else if (key.equals("shape")) {
        shape = numbers(name, key, MAX_RANK);
      } else {
        offsets = numbers(name, key, 2);
      }
    }
    if (type == null || shape == null || offsets == null) {
      String missing = type == null ? "dtype" : shape == null ? "shape" : "data_offsets";
      throw problem(name, missing + " is missing");
    }
    if (offsets.size() != 2) {
      throw problem(name, "data_offsets: expected [begin, end], got " + offsets);
    }
    TensorEntry entry = new TensorEntry(name, type, shape, offsets.get(0), offsets.get(1));
    checkSize(entry);
    return entry;
  }

  private void checkSize(TensorEntry entry) throws SafeTensorsException {
    if (entry.begin() > entry.end()) {
      throw problem(
          entry.name(), "data_offsets: begin " + entry.begin() + " after end " + entry.end());
    }
    String what = entry.type() + " " + entry.shapeText();
    long bits = 1;
    try {
      for (long size : entry.shape()) {
        bits = Math.multiplyExact(bits, size);
      }
      bits = Math.multiplyExact(bits, entry.type().bits());
    } catch (ArithmeticException e) {
      throw problem(entry.name(), what + " has more bits than 63-bit arithmetic can count");
    }
    if (bits % 8 != 0) {
      throw problem(entry.name(), what + " takes " + bits + " bits, not a whole number of bytes");
    }
    if (bits / 8 != entry.bytes()) {
      throw problem(
          entry.name(),
          String.format(
              "%s takes %d bytes, data_offsets [%d, %d] hold %d",
              what, bits / 8, entry.begin(), entry.end(), entry.bytes()));
    }
  }

  private StoredType type(String name) throws SafeTensorsException {
    expect(JsonToken.VALUE_STRING, name, "a string for dtype");
    String text = parser.getString();
    return StoredType.named(text)
        .orElseThrow(() -> problem(name, "dtype " + shown(text) + " is none of the format's"));
  }

  private List<Long> numbers(String name, String key, int most) throws SafeTensorsException {
    expect(JsonToken.START_ARRAY, name, "an array of integers for " + key);
    List<Long> numbers = new ArrayList<>(2);
    for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
      String text = t == JsonToken.VALUE_NUMBER_INT ? parser.getString() : String.valueOf(t);
      if (t != JsonToken.VALUE_NUMBER_INT || text.startsWith("-")) {
        throw problem(name, key + ": expected integers from 0, got " + text);
      }
      if (numbers.size() == most) {
        throw problem(name, key + ": more than " + most + " numbers");
      }
      numbers.add(parser.getLongValue());
    }
    return numbers;
  }

  private void expect(JsonToken wanted, String where, String what) throws SafeTensorsException {
    JsonToken got = parser.nextToken();
    if (got != wanted) {
      throw problem(where, "expected " + what + ", got " + got);
    }
  }

  /** JSON can escape half a surrogate pair, which is no text: the reference refuses it as well. */
  private String wellFormed(String text) throws SafeTensorsException {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isSupplementaryCodePoint(text.codePointAt(i))) {
          throw problem("a string with an unpaired surrogate at character " + i);
        }
        i++;
      }
    }
    return text;
  }

  private SafeTensorsException problem(String tensor, String what) {
    return problem(shown(tensor) + ": " + what);
  }

  private SafeTensorsException problem(String what) {
    long chars = parser.currentTokenLocation().getCharOffset();
    return new SafeTensorsException(file, "byte " + byteOffset(json, chars) + ": " + what);
  }

  private static String shown(String text) {
    return SafeTensorsException.quote(text);
  }

  private static String oneLine(String text) {
    String quoted = SafeTensorsException.quote(text);
    return quoted.substring(1, quoted.length() - 1);
  }

  /** The byte of the file at which the character of the header starts; 8 where it is unknown. */
  private static int byteOffset(byte[] utf8, long chars) {
    int at = 0;
    for (long seen = 0; seen < chars && at < utf8.length; at++) {
      int lead = utf8[at] & 0xff;
      if ((lead & 0xc0) != 0x80) {
        seen += lead >= 0xf0 ? 2 : 1;
      }
    }
    while (at < utf8.length && (utf8[at] & 0xc0) == 0x80) {
      at++;
    }
    return SafeTensorsHeader.LENGTH_BYTES + at;
  }

  private static void checkUtf8(Path file, byte[] bytes) throws SafeTensorsException {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(8192);
    CoderResult result;
    do {
      result = decoder.decode(in, out.clear(), true);
      if (result.isError()) {
        throw new SafeTensorsException(
            file, "byte " + (8 + in.position()) + ": header is not valid UTF-8");
      }
    } while (result.isOverflow());
  }
}
