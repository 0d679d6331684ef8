package dev.weft.recsys.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class AtomicFilesProperties {
  @Property(tries = 60, seed = "2026")
  void readingWhatWasWrittenIsIdentity(
      @ForAll("texts") List<String> titles, @ForAll("seeds") long seed) throws IOException {
    Dataset data = random(titles, new Random(seed));
    Path directory = Files.createTempDirectory("atomic");
    try {
      data.write(directory);
      Dataset back = Dataset.read(directory);
      assertThat(back.name()).isEqualTo(data.name());
      assertThat(back.domains()).isEqualTo(data.domains());
      assertThat(IntStream.range(0, back.items()).mapToObj(back::item))
          .containsExactlyElementsOf(
              IntStream.range(0, data.items()).mapToObj(data::item).toList());
      assertThat(back.users()).isEqualTo(data.users());
      for (int u = 0; u < data.users(); u++) {
        assertThat(back.userId(u)).isEqualTo(data.userId(u));
        assertThat(back.sequence(u)).containsExactly(data.sequence(u));
        assertThat(back.times(u)).containsExactly(data.times(u));
      }
    } finally {
      delete(directory);
    }
  }

  @Provide
  Arbitrary<List<String>> texts() {
    return Arbitraries.strings()
        .ofMaxLength(20)
        .filter(s -> s.chars().noneMatch(c -> c == '\t' || c == '\n' || c == '\r'))
        .filter(s -> s.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF))
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  private static Dataset random(List<String> titles, Random random) {
    List<Item> items =
        IntStream.range(0, titles.size())
            .mapToObj(i -> new Item("i" + i, "d" + random.nextInt(3), titles.get(i)))
            .toList();
    int users = 1 + random.nextInt(4);
    int[][] sequences = new int[users][];
    long[][] times = new long[users][];
    for (int u = 0; u < users; u++) {
      int length = 1 + random.nextInt(6);
      sequences[u] = random.ints(length, 0, items.size()).toArray();
      times[u] = random.longs(length, -5, 5).sorted().toArray();
    }
    return Dataset.of(
        "made",
        IntStream.range(0, users).mapToObj(u -> "u" + u).toList(),
        items,
        sequences,
        times,
        Origin.SIMULATED);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
