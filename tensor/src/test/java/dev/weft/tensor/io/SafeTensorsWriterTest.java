package dev.weft.tensor.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

class SafeTensorsWriterTest {
  private static Path dir = Path.of("");

  @BeforeContainer
  static void makeFolder() throws IOException {
    dir = Files.createTempDirectory("safetensors");
  }

  @AfterContainer
  static void deleteFolder() throws IOException {
    try (var files = Files.list(dir)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(dir);
  }

  record Declared(StoredType type, List<Long> shape) {
    long bytes() {
      return shape.stream().reduce(1L, Math::multiplyExact) * type.bits() / 8;
    }
  }

  @Provide
  Arbitrary<Map<String, Declared>> tensors() {
    Arbitrary<String> names =
        Arbitraries.strings().all().ofMaxLength(12).filter(SafeTensorsWriterTest::wellFormed);
    Arbitrary<List<Long>> shapes = Arbitraries.longs().between(0, 5).list().ofMaxSize(4);
    Arbitrary<Declared> declared =
        Combinators.combine(Arbitraries.of(StoredType.class), shapes)
            .as(Declared::new)
            .filter(d -> d.shape().stream().reduce(1L, (a, b) -> a * b) * d.type().bits() % 8 == 0);
    return Arbitraries.maps(names, declared).ofMaxSize(6);
  }

  @Provide
  Arbitrary<Map<String, String>> metadata() {
    Arbitrary<String> text =
        Arbitraries.strings().all().ofMaxLength(8).filter(SafeTensorsWriterTest::wellFormed);
    return Arbitraries.maps(text, text).ofMaxSize(3);
  }

  @Property(tries = 150, seed = "2026")
  void whatIsWrittenIsRead(
      @ForAll("tensors") Map<String, Declared> tensors,
      @ForAll("metadata") Map<String, String> metadata)
      throws IOException {
    Path file = dir.resolve("random.safetensors");
    Map<String, byte[]> data = write(file, tensors, metadata);
    SafeTensorsHeader header = SafeTensorsHeader.read(file);
    byte[] all = Files.readAllBytes(file);
    assertThat(header.dataStart() % 8).isZero();
    assertThat(header.metadata()).isEqualTo(metadata);
    assertThat(header.entries()).hasSameSizeAs(tensors);
    assertThat(header.entries().values().stream().map(TensorEntry::type))
        .isSortedAccordingTo(Comparator.reverseOrder());
    for (TensorEntry entry : header.entries().values()) {
      assertThat(new Declared(entry.type(), entry.shape())).isEqualTo(tensors.get(entry.name()));
      int begin = Math.toIntExact(header.dataStart() + entry.begin());
      assertThat(java.util.Arrays.copyOfRange(all, begin, begin + (int) entry.bytes()))
          .isEqualTo(data.get(entry.name()));
    }
    Files.delete(file);
    assertThat(dir).isEmptyDirectory();
  }

  @Property(tries = 400, seed = "2026")
  void aCorruptedByteIsRefusedOrAnotherValidHeader(
      @ForAll("tensors") Map<String, Declared> tensors,
      @ForAll("metadata") Map<String, String> metadata,
      @ForAll int where,
      @ForAll byte value)
      throws IOException {
    Path file = dir.resolve("corrupt.safetensors");
    write(file, tensors, metadata);
    byte[] all = Files.readAllBytes(file);
    int head = Math.toIntExact(SafeTensorsHeader.read(file).dataStart());
    all[Math.floorMod(where, head)] = value;
    Files.write(file, all);
    try {
      SafeTensorsHeader header = SafeTensorsHeader.read(file);
      long covered = header.entries().values().stream().mapToLong(TensorEntry::bytes).sum();
      assertThat(header.dataStart() + covered).isEqualTo(all.length);
    } catch (SafeTensorsException e) {
      assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n", "\r");
    } finally {
      Files.delete(file);
    }
  }

  @Property(tries = 1, seed = "2026")
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = dir.resolve("kept.safetensors");
    Files.writeString(file, "old");
    var broken =
        new SafeTensorsWriter.Part(
            "a",
            StoredType.U8,
            List.of(4L),
            4,
            () -> {
              throw new IllegalStateException("no data");
            });
    assertThatThrownBy(() -> SafeTensorsWriter.write(file, List.of(broken), Map.of()))
        .hasMessage("no data");
    assertThat(file).hasContent("old");
    Files.delete(file);
    assertThat(dir).isEmptyDirectory();
  }

  @Property(tries = 1, seed = "2026")
  void namesTheFormatCannotHoldAreRefused() throws IOException {
    for (String name : List.of("__metadata__", "half \ud800 pair")) {
      Path file = dir.resolve("no.safetensors");
      assertThatThrownBy(() -> write(file, Map.of(name, declaredByte()), Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
      Files.delete(file);
    }
  }

  private static Declared declaredByte() {
    return new Declared(StoredType.U8, List.of(1L));
  }

  private static Map<String, byte[]> write(
      Path file, Map<String, Declared> tensors, Map<String, String> metadata) throws IOException {
    Map<String, byte[]> data = new HashMap<>();
    try (Arena arena = Arena.ofConfined()) {
      List<SafeTensorsWriter.Part> parts = new ArrayList<>();
      tensors.forEach((name, declared) -> {
        byte[] bytes = new byte[Math.toIntExact(declared.bytes())];
        new java.util.Random(name.hashCode()).nextBytes(bytes);
        data.put(name, bytes);
        MemorySegment segment = arena.allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length);
        segment.copyFrom(MemorySegment.ofArray(bytes));
        parts.add(
            new SafeTensorsWriter.Part(
                name, declared.type(), declared.shape(), bytes.length, () -> segment));
      });
      // Straight into the file: a flush to disk per try would take most of the test's time.
      try (FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        SafeTensorsWriter.write(channel, parts, metadata);
      }
    }
    return data;
  }

  private static boolean wellFormed(String text) {
    return java.nio.charset.StandardCharsets.UTF_8.newEncoder().canEncode(text)
        && !text.equals("__metadata__");
  }
}
