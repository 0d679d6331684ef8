package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are kept, which fuzzing starts from or once found, and random damage to them. */
class HostileFilesTest {
  private static final Path KEPT =
      Path.of("src/test/resources/dev/weft/models/HostileFilesFuzzTestInputs");

  @ParameterizedTest
  @EnumSource
  void aKeptFileIsUsedOrRefused(HostileFile file) throws IOException {
    assertThat(kept(file)).isNotEmpty();
    for (Path seed : kept(file)) {
      file.isUsedOrRefused(Files.readAllBytes(seed));
    }
  }

  @Property(tries = 300, seed = "2026")
  void aDamagedOneIsUsedOrRefused(@ForAll HostileFile file, @ForAll Random random)
      throws IOException {
    Path[] kept = kept(file);
    byte[] bytes = Files.readAllBytes(kept[random.nextInt(kept.length)]);
    file.isUsedOrRefused(Damage.bytes(bytes, random));
  }

  @Property(tries = 20_000)
  @Tag("long")
  void noDamageDoesHarm(@ForAll HostileFile file, @ForAll Random random) throws IOException {
    aDamagedOneIsUsedOrRefused(file, random);
  }

  /** The fuzz test of a file has its name in the manner of methods. */
  private static Path[] kept(HostileFile file) throws IOException {
    String[] words = file.name().toLowerCase(Locale.ROOT).split("_", -1);
    StringBuilder method = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      method.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    try (Stream<Path> files = Files.list(KEPT.resolve(method.toString()))) {
      return files.sorted().toArray(Path[]::new);
    }
  }
}
