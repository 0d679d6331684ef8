package dev.weft.models.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedDirectoryTest {
  @TempDir Path root;

  private final AtomicInteger builds = new AtomicInteger();
  private final List<String> lines = new ArrayList<>();

  private CachedDirectory cached(String source) {
    return new CachedDirectory(root.resolve("deep/model"), source);
  }

  private void build(Path directory) throws IOException {
    builds.incrementAndGet();
    Files.writeString(directory.resolve("config.json"), "{}");
    Files.createDirectory(directory.resolve("1_Pooling"));
    Files.writeString(directory.resolve("1_Pooling/config.json"), "{\"mean\": true}");
  }

  private Path get() throws IOException {
    return cached("source 1").get("preparing", this::build, lines::add);
  }

  @Test
  void itIsBuiltOnce() throws IOException {
    Path directory = get();
    assertThat(directory.resolve("1_Pooling/config.json")).hasContent("{\"mean\": true}");
    assertThat(get()).isEqualTo(directory);
    assertThat(builds).hasValue(1);
    assertThat(lines).containsExactly("preparing");
    assertThat(root.resolve("deep").toFile().list())
        .containsExactlyInAnyOrder("model", ".model.lock");
  }

  @Test
  void damageIsNamedAndRepaired() throws IOException {
    Path directory = get();
    record Damage(String line, Callable<?> act) {}
    List<Damage> damages =
        List.of(
            new Damage(
                "file 2 297bd0aa config.json, got 3 ",
                () -> Files.writeString(directory.resolve("config.json"), "{ }")),
            new Damage(", got 2 ", () -> Files.writeString(directory.resolve("config.json"), "[]")),
            new Damage(
                "1_Pooling/config.json is missing",
                () -> Files.deleteIfExists(directory.resolve("1_Pooling/config.json"))),
            new Damage(
                "weft-source.txt is not text",
                () -> Files.write(directory.resolve(CachedDirectory.STAMP), new byte[] {-1})),
            new Damage(
                "weft-source.txt is cut off",
                () -> Files.writeString(directory.resolve(CachedDirectory.STAMP), "source 1\n")),
            new Damage(
                "made from another source",
                () -> Files.writeString(directory.resolve(CachedDirectory.STAMP), "")),
            new Damage(
                "weft-source.txt is missing",
                () -> Files.deleteIfExists(directory.resolve(CachedDirectory.STAMP))));
    for (Damage damage : damages) {
      lines.clear();
      call(damage.act());
      assertThat(get().resolve("config.json")).hasContent("{}");
      assertThat(lines).hasSize(2).last().isEqualTo("preparing");
      assertThat(lines.getFirst()).contains("is damaged (").contains(damage.line());
    }
    assertThat(builds).hasValue(1 + damages.size());
    assertThat(root.resolve("deep").toFile().list())
        .containsExactlyInAnyOrder("model", ".model.lock");
  }

  @Test
  void anotherSourceIsBuiltAnew() throws IOException {
    get();
    cached("source 2").get("preparing", this::build, lines::add);
    assertThat(builds).hasValue(2);
  }

  @Test
  void aFailedBuildLeavesNothingAndCanBeRepeated() throws IOException {
    CachedDirectory.Builder broken =
        directory -> {
          build(directory);
          throw new IOException("disk full");
        };
    assertThatThrownBy(() -> cached("source 1").get("preparing", broken, lines::add))
        .hasMessage("disk full");
    assertThat(root.resolve("deep").toFile().list()).containsExactly(".model.lock");
    assertThat(get().resolve("config.json")).hasContent("{}");
  }

  @Test
  void threadsThatComeTogetherBuildOnce() throws Exception {
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Callable<Path>> calls = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        calls.add(() -> cached("source 1").get("preparing", this::build, line -> {}));
      }
      for (var result : threads.invokeAll(calls)) {
        assertThat(result.get().resolve("config.json")).hasContent("{}");
      }
    }
    assertThat(builds).hasValue(1);
  }

  private static void call(Callable<?> act) throws IOException {
    try {
      act.call();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
