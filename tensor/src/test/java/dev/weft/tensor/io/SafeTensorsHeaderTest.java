package dev.weft.tensor.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeTensorsHeaderTest {
  @TempDir Path dir;

  /**
   * What this reader refuses by the text of the format although the reference's code lets it by.
   */
  private static final List<String> STRICTER_THAN_REFERENCE =
      List.of(" twice", ", got key ", "expected only spaces");

  static byte[] golden(String name) throws IOException {
    try (InputStream in =
        SafeTensorsHeaderTest.class.getResourceAsStream("/goldens/safetensors/" + name)) {
      assertThat(in).as(name).isNotNull();
      return in.readAllBytes();
    }
  }

  static byte[] file(String json, int dataBytes) {
    byte[] head = json.getBytes(UTF_8);
    return ByteBuffer.allocate(8 + head.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(head.length)
        .put(head)
        .array();
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(dir.resolve("x.safetensors"), bytes);
  }

  /** Empty where the file is accepted, else the message of the only exception there may be. */
  private static Optional<String> refusal(Path path, FileChannel channel) {
    try {
      SafeTensorsHeader.read(path, channel);
      return Optional.empty();
    } catch (SafeTensorsException e) {
      assertThat(e.getMessage()).startsWith(path.toString()).doesNotContain("\n", "\r");
      return Optional.of(e.getMessage());
    } catch (IOException | RuntimeException e) {
      return fail("expected SafeTensorsException, got " + e, e);
    }
  }

  @Test
  void everyTypeOfTheFormatIsRead() throws IOException {
    SafeTensorsHeader header = SafeTensorsHeader.read(write(golden("all_dtypes.safetensors")));
    assertThat(header.entries()).hasSize(19 * 3);
    assertThat(header.entries().get("f8_e8m0.weight").type()).isEqualTo(StoredType.F8_E8M0);
    assertThat(header.entries().get("a.bf16.scalar").shape()).isEmpty();
    assertThat(header.entries().get("z.u64.empty").shape()).containsExactly(0L, 5L);
    assertThat(header.metadata()).isEmpty();
  }

  @Test
  void everyCorruptedByteOfTheHeadIsJudgedAsTheReferenceJudgesIt() throws IOException {
    byte[] small = golden("small.safetensors");
    List<String> verdicts = new String(golden("verdicts.txt"), UTF_8).lines().toList();
    byte[] values = HexFormat.ofDelimiter(" ").parseHex(verdicts.getFirst());
    Path path = write(small);
    int stricter = 0;
    try (FileChannel channel = open(path)) {
      for (int at = 0; at < verdicts.size() - 1; at++) {
        for (int v = 0; v < values.length; v++) {
          put(channel, at, values[v]);
          boolean reference = verdicts.get(at + 1).charAt(v) == 'A';
          Optional<String> refusal = refusal(path, channel);
          String where = "byte " + at + " = " + values[v] + ": " + refusal.orElse("accepted");
          if (refusal.isEmpty()) {
            assertThat(reference).as(where).isTrue();
          } else if (reference) {
            stricter++;
            assertThat(STRICTER_THAN_REFERENCE).as(where).anyMatch(refusal.get()::contains);
          }
        }
        put(channel, at, small[at]);
      }
    }
    assertThat(stricter).as("cases where the format's text is stricter").isLessThan(20);
  }

  @Test
  void noByteAnywhereInTheHeadCausesAnythingButARefusal() throws IOException {
    byte[] small = golden("small.safetensors");
    Path path = write(small);
    int head = 8 + small[0];
    int accepted = 0;
    try (FileChannel channel = open(path)) {
      for (int at = 0; at < head; at++) {
        for (int value = 0; value < 256; value++) {
          put(channel, at, (byte) value);
          accepted += refusal(path, channel).isEmpty() ? 1 : 0;
        }
        put(channel, at, small[at]);
      }
    }
    // Letters inside names and metadata may change; nearly nothing else may.
    assertThat(accepted).isBetween(head, head + 5 * 256);
  }

  @Test
  void everyTruncationIsReported() throws IOException {
    byte[] small = golden("small.safetensors");
    String reference = new String(golden("truncations.txt"), UTF_8).strip();
    for (int length = 0; length <= small.length; length++) {
      Path path = write(java.util.Arrays.copyOf(small, length));
      try (FileChannel channel = open(path)) {
        assertThat(refusal(path, channel).isEmpty())
            .as("first %d bytes", length)
            .isEqualTo(reference.charAt(length) == 'A');
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`[]`|0|header must start with '{', got 0x5b",
        "` {}`|0|header must start with '{', got 0x20",
        "`{} x`|0|expected only spaces (0x20) after the header's last brace, got 0x78",
        "`{}{}`|0|expected only spaces",
        "`{}\t`|0|got 0x09",
        "`{`|0|not JSON",
        "`{\"a\":{}}`|0|\"a\": dtype is missing",
        "`{\"a\":null}`|0|\"a\": expected an object of dtype, shape and data_offsets, got"
            + " VALUE_NULL",
        "`{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1],\"x\":1}}`|1|got key \"x\"",
        "`{\"a\":{\"dtype\":\"U8\",\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}`|1|key"
            + " \"dtype\" twice",
        "`{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"\\u0061\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}`|0|tensor"
            + " \"a\" twice",
        "`{\"__metadata__\":{\"k\":\"v\",\"k\":\"w\"}}`|0|__metadata__: key \"k\" twice",
        "`{\"__metadata__\":{},\"__metadata__\":{}}`|0|key \"__metadata__\" twice",
        "`{\"__metadata__\":{\"k\":1}}`|0|expected a string, got VALUE_NUMBER_INT",
        "`{\"__metadata__\":{\"k\":\"\\ud800\"}}`|0|unpaired surrogate",
        "`{\"a\":{\"dtype\":\"F33\",\"shape\":[1],\"data_offsets\":[0,4]}}`|4|dtype \"F33\" is none"
            + " of the format's",
        "`{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}`|4|shape: expected"
            + " integers from 0, got -1",
        "`{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}`|4|got"
            + " VALUE_NUMBER_FLOAT",
        "`{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}`|4|out"
            + " of range",
        "`{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}`|0|more"
            + " bits than 63-bit arithmetic",
        "`{\"a\":{\"dtype\":\"F4\",\"shape\":[3],\"data_offsets\":[0,1]}}`|1|takes 12 bits, not a"
            + " whole number of bytes",
        "`{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}`|4|expected [begin, end],"
            + " got [0]",
        "`{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4,4]}}`|4|more than 2"
            + " numbers",
        "`{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}`|4|begin 4 after end 0",
        "`{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}`|4|F32 [2] takes 8"
            + " bytes, data_offsets [0, 4] hold 4",
        "`{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}`|8|begin at 4, expected"
            + " 0: a hole after the header",
        "`{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}`|6|\"b\":"
            + " data_offsets begin at 2, expected 4: an overlap with \"a\"",
        "`{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}`|3|header says 4 bytes"
            + " at 0, file ends at",
        "`{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}`|5|1 bytes at",
      })
  void violationsAreNamed(String json, int dataBytes, String message) throws IOException {
    Path path = write(file(json, dataBytes));
    assertThatThrownBy(() -> SafeTensorsHeader.read(path))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageStartingWith(path.toString())
        .hasMessageContaining(message);
  }

  @Test
  void offsetsInMessagesAreBytesOfTheFile() throws IOException {
    // "ü🎈" takes 6 bytes and 3 chars: the surplus key stands at byte 8 + 12.
    Path path = write(file("{\"ü🎈\":{\"x\":1}}", 0));
    assertThatThrownBy(() -> SafeTensorsHeader.read(path)).hasMessageContaining("byte 19: ");
  }

  @Test
  void zeroBytesDoNotChooseAnotherEncoding() throws IOException {
    Path path =
        write(
            file(new String("{}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE), UTF_8), 0));
    assertThatThrownBy(() -> SafeTensorsHeader.read(path)).isInstanceOf(SafeTensorsException.class);
  }

  @Test
  void malformedUtf8IsReportedAtItsByte() throws IOException {
    byte[] bytes = file("{\"__metadata__\":{\"k\":\"__\"}}", 0);
    bytes[8 + 21] = (byte) 0xc0; // an overlong slash
    bytes[8 + 22] = (byte) 0xaf;
    Path path = write(bytes);
    assertThatThrownBy(() -> SafeTensorsHeader.read(path))
        .hasMessageContaining("byte 29: header is not valid UTF-8");
  }

  @Test
  void headerLengthIsCheckedBeforeAnythingIsAllocated() throws IOException {
    byte[] bytes = file("{}", 0);
    for (long length : new long[] {100_000_001, Integer.MAX_VALUE, Long.MAX_VALUE, -1}) {
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Path path = write(bytes);
      assertThatThrownBy(() -> SafeTensorsHeader.read(path))
          .isInstanceOf(SafeTensorsException.class)
          .hasMessageContaining("header length " + Long.toUnsignedString(length) + " exceeds");
    }
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(100_000_000);
    Path path = write(bytes);
    assertThatThrownBy(() -> SafeTensorsHeader.read(path))
        .hasMessageContaining("header says 100000000 bytes at 8, file ends at 10");
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    Path path = write(file("{\"a\":" + "[".repeat(100_000), 0));
    assertThatThrownBy(() -> SafeTensorsHeader.read(path)).isInstanceOf(SafeTensorsException.class);
    Path shape = write(file("{\"a\":{\"shape\":[" + "0,".repeat(100_000), 0));
    assertThatThrownBy(() -> SafeTensorsHeader.read(shape))
        .hasMessageContaining("shape: more than 64 numbers");
  }

  @Test
  void hostileNamesCannotForgeLines() throws IOException {
    Path path = write(file("{\"a\\nb\\u0085" + "x".repeat(5000) + "\":1}", 0));
    assertThatThrownBy(() -> SafeTensorsHeader.read(path))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400))
        .hasMessageContaining("a\\u000ab\\u0085xxx");
  }

  @Test
  void offsetsBeyondFourGigabytesAreRead() throws IOException {
    long big = 5L << 30;
    byte[] head =
        file(
            String.format(
                "{\"big\":{\"dtype\":\"BF16\",\"shape\":[2684354560],\"data_offsets\":[0,%d]},"
                    + "\"last\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}}",
                big, big, big + 4),
            0);
    Path path = write(head);
    try (FileChannel channel = open(path)) {
      channel.write(ByteBuffer.allocate(1), head.length + big + 3); // sparse up to here
    }
    SafeTensorsHeader header = SafeTensorsHeader.read(path);
    assertThat(header.entries().get("last").begin()).isEqualTo(big);
    assertThat(header.entries().get("big").bytes()).isEqualTo(big);
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private static void put(FileChannel channel, int at, byte value) throws IOException {
    channel.write(ByteBuffer.wrap(new byte[] {value}), at);
  }
}
