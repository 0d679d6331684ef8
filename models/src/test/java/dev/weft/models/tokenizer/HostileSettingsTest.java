package dev.weft.models.tokenizer;

import dev.weft.models.Damage;
import dev.weft.models.Hostile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;

/** Damaged vocabularies, merges and settings: see {@link Hostile} for what they may do. */
class HostileSettingsTest {
  private static final Path GOOD = Hostile.scratch();
  private static final Path DIRECTORY = Hostile.scratch();
  private static final List<String> JSONS =
      Goldens.objects("components/tokenizers.jsonl.gz").stream()
          .map(node -> node.get("tokenizer").toString())
          .toList();

  @AfterContainer
  static void deleteScratch() throws IOException {
    for (Path scratch : List.of(GOOD, DIRECTORY)) {
      Hostile.clear(scratch);
      Files.delete(scratch);
    }
  }

  @Property(tries = 500, seed = "2026")
  void aDamagedFileOfOldIsUsedOrRefused(@ForAll Random random) throws IOException {
    List<String> variants = ModelGoldens.variants("older").toList();
    Hostile.clear(GOOD);
    int variant = random.nextInt(variants.size() + 1);
    if (variant < variants.size()) {
      ModelGoldens.unpack(variants.get(variant), GOOD);
    } else {
      Files.copy(Goldens.path("vocab-txt/plain/vocab.txt"), GOOD.resolve("vocab.txt"));
      Files.writeString(
          GOOD.resolve("tokenizer_config.json"),
          "{\"do_lower_case\":true,\"tokenizer_class\":\"BertTokenizer\",\"model_max_length\":16,"
              + "\"strip_accents\":null,\"tokenize_chinese_chars\":true,\"unk_token\":\"[UNK]\"}");
    }
    damage(random);
  }

  private static void damage(Random random) throws IOException {
    try (Stream<Path> files = Files.list(GOOD)) {
      List<Path> all = files.sorted().toList();
      Path file = all.get(random.nextInt(all.size()));
      byte[] good = Files.readAllBytes(file);
      String name = String.valueOf(file.getFileName());
      byte[] bad = name.endsWith(".json") ? Damage.json(good, random) : Damage.bytes(good, random);
      Hostile.changed(GOOD, DIRECTORY, name, bad);
    }
    Hostile.isUsedOrRefused(DIRECTORY, HostileSettingsTest::open);
  }

  @Property(tries = 10_000)
  @Tag("long")
  void noDamagedFileOfOldDoesHarm(@ForAll Random random) throws IOException {
    aDamagedFileOfOldIsUsedOrRefused(random);
  }

  @Property(tries = 500, seed = "2026")
  void aTokenizerJsonWithOneWrongPlaceIsUsedOrRefused(@ForAll Random random) throws IOException {
    Hostile.clear(DIRECTORY);
    String json = Damage.json(JSONS.get(random.nextInt(JSONS.size())), random);
    Files.write(DIRECTORY.resolve("tokenizer.json"), json.getBytes(StandardCharsets.UTF_8));
    Hostile.isUsedOrRefused(DIRECTORY, HostileSettingsTest::open);
  }

  @Property(tries = 20_000)
  @Tag("long")
  void noTokenizerJsonWithOneWrongPlaceDoesHarm(@ForAll Random random) throws IOException {
    aTokenizerJsonWithOneWrongPlaceIsUsedOrRefused(random);
  }

  private static Hostile.Opened open() throws IOException {
    Tokenizer tokenizer = Tokenizer.load(DIRECTORY);
    return Hostile.opened(
        () -> {
          Encoding encoding = tokenizer.encode("The  quick é中文 <x>, 12 a\nb \ud83d\ude00 don't");
          tokenizer.decode(encoding.ids(), SpecialTokens.WITHOUT);
          tokenizer.encode("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "b");
        },
        () -> {});
  }
}
