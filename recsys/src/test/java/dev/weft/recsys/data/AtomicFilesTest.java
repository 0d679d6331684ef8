package dev.weft.recsys.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AtomicFilesTest {
  private static final String ITEMS =
      "item_id:token\tdomain:token\ttitle:token_seq\ni1\tFood\tGreen tea\ni2\tHome\t\n";
  private static final String EVENTS =
      "user_id:token\titem_id:token\ttimestamp:float\nu\ti1\t20\nv\ti2\t5\nu\ti2\t10\nu\ti1\t10\n";

  @TempDir private Path directory;

  private void put(String file, String content) throws IOException {
    Files.write(directory.resolve(file), content.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] gzip(String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private void assertRefused(String message) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> Dataset.read(directory))
        .withMessageContaining(message);
  }

  @Test
  void usersComeInTheOrderOfTheFileAndTheirItemsInTheOrderOfTime() throws IOException {
    put("shop.item", ITEMS);
    put("shop.inter", EVENTS);
    Dataset data = Dataset.read(directory);
    assertThat(data.name()).isEqualTo("shop");
    assertThat(data.origin()).isEqualTo(Origin.REAL);
    assertThat(data.userId(0)).isEqualTo("u");
    assertThat(data.sequence(0)).containsExactly(1, 0, 0);
    assertThat(data.times(0)).containsExactly(10, 10, 20);
    assertThat(data.item(0)).isEqualTo(new Item("i1", "Food", "Green tea"));
    assertThat(data.item(1).hasTitle()).isFalse();
  }

  @Test
  void columnsAreFoundByNameAndOthersIgnored() throws IOException {
    put("shop.item", "price:float\ttitle:token_seq\titem_id:token\r\n1.5\tTea\ti1\r\n");
    put("shop.inter", "timestamp:float\trating:float\titem_id:token\tuser_id:token\n7.0\t5\ti1\tu");
    Dataset data = Dataset.read(directory);
    assertThat(data.domains()).containsExactly("shop");
    assertThat(data.item(0).title()).isEqualTo("Tea");
    assertThat(data.times(0)).containsExactly(7);
  }

  @Test
  void gzippedFilesReadAsPlainOnes() throws IOException {
    Files.write(directory.resolve("shop.item.gz"), gzip(ITEMS));
    Files.write(directory.resolve("shop.inter.gz"), gzip(EVENTS));
    assertThat(Dataset.read(directory).interactions()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "u~i1 | line 2: expected 3 tab-separated fields, got 2",
        "u~i1~1~ | line 2: expected 3 tab-separated fields, got 4",
        "u~i1~1!~~ | line 3: expected a value for item_id, got none",
        "u~i1~1!!u~i1~2 | line 3: expected 3 tab-separated fields, got 1",
        "~i1~1 | line 2: expected a value for user_id, got none",
        "u~i9~1 | line 2: item \"i9\" is not in the .item file",
        "u~i1~1!u~i1~NaN | line 3: expected a finite number as timestamp, got \"NaN\"",
        "u~i1~soon | line 2: expected a finite number as timestamp, got \"soon\"",
        "u~i1~Infinity | line 2: expected a finite number as timestamp, got \"Infinity\"",
        "u~i1~1.5 | line 2: expected whole seconds as timestamp, got \"1.5\"",
        "u~i1~1e999999999 | line 2: expected whole seconds as timestamp, got \"1e999999999\"",
      })
  void aBadInteractionIsReportedWithItsLine(String rows, String message) throws IOException {
    put("shop.item", ITEMS);
    put(
        "shop.inter",
        "user_id:token\titem_id:token\ttimestamp:float\n"
            + rows.replace('~', '\t').replace('!', '\n')
            + "\n");
    assertRefused("shop.inter: " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user_id:token~item_id:token | line 1: expected a column \"timestamp\", got",
        "user_id~item_id:token | line 1: expected a column name:type with a type of",
        "user_id:string | line 1: expected a column name:type with a type of",
        "item_id:token~item_id:token | line 1: column \"item_id\" stands there twice",
        "user_id:token~item_id:token~timestamp:float | line 2: expected interactions, got the end",
      })
  void aBadHeaderIsReported(String header, String message) throws IOException {
    put("shop.item", ITEMS);
    put("shop.inter", header.replace('~', '\t') + "\n");
    assertRefused("shop.inter: " + message);
  }

  @Test
  void badItemsAreReported() throws IOException {
    put("shop.inter", EVENTS);
    assertRefused("expected one of shop.item and shop.item.gz, got none");
    put("shop.item", "");
    assertRefused("shop.item: line 1: expected a header of name:type columns, got nothing");
    put("shop.item", ITEMS + "i1\tFood\tagain\n");
    assertRefused("shop.item: line 4: item \"i1\" stands there twice");
    put("shop.item", ITEMS + "i3\t\tno domain\n");
    assertRefused("shop.item: line 4: expected a value for domain, got none");
    put("shop.item", "item_id:token\ttitle:token_seq\n");
    assertRefused("shop.item: line 2: expected items, got the end of the file");
  }

  @Test
  void bytesThatAreNoUtf8AreReportedWithTheirLine() throws IOException {
    put("shop.inter", EVENTS);
    byte[] items = (ITEMS + "i3\tFood\tcaf?\n").getBytes(StandardCharsets.UTF_8);
    items[items.length - 2] = (byte) 0xE9;
    Files.write(directory.resolve("shop.item"), items);
    assertRefused("shop.item: line 4: expected UTF-8, got other bytes");
  }

  @Test
  void brokenGzipIsReported() throws IOException {
    Files.write(directory.resolve("shop.item.gz"), gzip(ITEMS));
    byte[] whole = gzip(EVENTS);
    Path file = directory.resolve("shop.inter.gz");
    Files.write(file, Arrays.copyOf(whole, whole.length - 9));
    assertRefused("shop.inter.gz: line ");
    assertRefused("gzip stream is broken here");
    whole[whole.length - 6] ^= 1;
    Files.write(file, whole);
    assertRefused("gzip stream is broken here");
    put("shop.inter.gz", EVENTS);
    assertRefused("shop.inter.gz: offset 0: expected a gzip header, got something else");
    Files.write(file, new byte[0]);
    assertRefused("shop.inter.gz: offset 0: expected a gzip header, got something else");
  }

  @Test
  void aLineWithoutEndIsRefused() throws IOException {
    put("shop.inter", EVENTS);
    put("shop.item", ITEMS + "i3\tFood\t" + "x".repeat(1 << 20));
    assertRefused("shop.item: line 4: expected at most 1048576 bytes in a line, got more");
  }

  @Test
  void moreThanOneDataSetInADirectoryIsRefused() throws IOException {
    assertRefused("expected one file NAME.inter or NAME.inter.gz, got []");
    put("shop.item", ITEMS);
    put("shop.train.inter", EVENTS);
    put("shop.valid.inter", EVENTS);
    assertRefused("got [shop.train.inter, shop.valid.inter]");
  }

  @Test
  void aTitleWithATabCannotBeWrittenAndNothingIsLeft() throws IOException {
    Dataset data =
        Dataset.of(
            "shop",
            List.of("u"),
            List.of(new Item("i", "d", "a\tb")),
            new int[][] {{0}},
            new long[][] {{1}},
            Origin.SIMULATED);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> data.write(directory))
        .withMessageContaining("expected a field without tabs and line ends");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }
}
