package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.models.PaddedForward.Outputs;
import dev.weft.models.generate.TextGenerator;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.SafeTensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;

/** Damaged files of models of every family: see {@link Hostile} for what they may do. */
class HostileModelTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/models");
  private static final Path SHARDED = Hostile.scratch();
  private static final Path DIRECTORY = Hostile.scratch();
  private static final List<Path> MODELS = models();

  private static List<Path> models() {
    try (Stream<Path> models = Files.list(GOLDENS)) {
      shard(ModelFiles.GOLDENS.resolve("gelu"));
      return models.sorted().toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The tensors of a model in two files with an index. */
  private static void shard(Path model) throws IOException {
    Map<String, String> index = new LinkedHashMap<>();
    try (Checkpoint checkpoint = Checkpoint.open(model)) {
      List<Map<String, Tensor>> shards = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
      for (String name : checkpoint.names()) {
        int shard = index.size() % 2;
        shards.get(shard).put(name, checkpoint.tensor(name));
        index.put(name, shard + ".safetensors");
      }
      for (int i = 0; i < shards.size(); i++) {
        SafeTensors.write(SHARDED.resolve(i + ".safetensors"), shards.get(i), Map.of());
      }
    }
    Files.writeString(
        SHARDED.resolve("model.safetensors.index.json"),
        index.entrySet().stream()
            .map(e -> "\"%s\":\"%s\"".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining(",", "{\"metadata\":{},\"weight_map\":{", "}}")));
    Files.copy(model.resolve("config.json"), SHARDED.resolve("config.json"));
  }

  @AfterContainer
  static void deleteScratch() throws IOException {
    for (Path scratch : List.of(SHARDED, DIRECTORY)) {
      Hostile.clear(scratch);
      Files.delete(scratch);
    }
  }

  @Property(tries = 400, seed = "2026")
  void aDamagedConfigIsUsedOrRefused(@ForAll Random random) throws IOException {
    Path model = MODELS.get(random.nextInt(MODELS.size()));
    byte[] config = Files.readAllBytes(model.resolve("config.json"));
    Hostile.changed(model, DIRECTORY, "config.json", Damage.json(config, random));
    Hostile.isUsedOrRefused(DIRECTORY, HostileModelTest::model);
  }

  @Property(tries = 20_000)
  @Tag("long")
  void noDamagedConfigDoesHarm(@ForAll Random random) throws IOException {
    aDamagedConfigIsUsedOrRefused(random);
  }

  @Property(tries = 150, seed = "2026")
  void aDamagedIndexOrShardIsUsedOrRefused(@ForAll Random random) throws IOException {
    boolean index = random.nextBoolean();
    String name = index ? "model.safetensors.index.json" : random.nextInt(2) + ".safetensors";
    byte[] good = Files.readAllBytes(SHARDED.resolve(name));
    byte[] bad = index ? Damage.json(good, random) : Damage.safetensors(good, random);
    Hostile.changed(SHARDED, DIRECTORY, name, bad);
    Hostile.isUsedOrRefused(DIRECTORY, HostileModelTest::model);
  }

  @Property(tries = 5000)
  @Tag("long")
  void noDamagedIndexOrShardDoesHarm(@ForAll Random random) throws IOException {
    aDamagedIndexOrShardIsUsedOrRefused(random);
  }

  @Property(tries = 150, seed = "2026")
  void aDamagedGenerationConfigIsUsedOrRefused(@ForAll Random random) throws IOException {
    Path model = GOLDENS.resolve(random.nextBoolean() ? "gpt2_layer_scale" : "t5_v1_1");
    String settings =
        """
        {"eos_token_id": [2, 9], "bos_token_id": 1, "decoder_start_token_id": 0, "max_length": 9,
         "forced_bos_token_id": 3, "forced_eos_token_id": 2, "suppress_tokens": [5],
         "begin_suppress_tokens": [7], "no_repeat_ngram_size": 2, "repetition_penalty": 1.5,
         "min_length": 3, "min_new_tokens": 2, "num_beams": 1, "do_sample": false}
        """;
    Hostile.changed(
        model,
        DIRECTORY,
        "generation_config.json",
        Damage.json(settings.getBytes(StandardCharsets.UTF_8), random));
    Files.writeString(DIRECTORY.resolve("tokenizer.json"), words(37));
    Hostile.isUsedOrRefused(DIRECTORY, () -> generator(OptionalInt.of(4)));
  }

  @Property(tries = 150, seed = "2026")
  void damagedSentenceFilesAreUsedOrRefused(@ForAll Random random) throws IOException {
    Hostile.clear(DIRECTORY);
    // The pooling's config lies where its module says: here in the directory itself.
    Map<String, String> files = new LinkedHashMap<>();
    files.put(
        "modules.json",
        "[{\"idx\":0,\"name\":\"0\",\"path\":\"\",\"type\":\"a.Transformer\"},"
            + "{\"idx\":1,\"name\":\"1\",\"path\":\".\",\"type\":\"a.Pooling\"}]");
    files.put("sentence_bert_config.json", "{\"max_seq_length\":8,\"do_lower_case\":false}");
    files.put(
        "config.json",
        "{\"word_embedding_dimension\":8,\"pooling_mode_cls_token\":true,"
            + "\"pooling_mode_mean_tokens\":false}");
    String damaged = List.copyOf(files.keySet()).get(random.nextInt(3));
    for (Map.Entry<String, String> file : files.entrySet()) {
      byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
      Files.write(
          DIRECTORY.resolve(file.getKey()),
          file.getKey().equals(damaged) ? Damage.json(content, random) : content);
    }
    Hostile.isUsedOrRefused(
        DIRECTORY,
        () -> {
          SentenceSettings.read(new ModelDirectory("hostile", DIRECTORY), 16);
          return Hostile.opened(() -> {}, () -> {});
        });
  }

  @Example
  void sizesBeyondAnyCheckpointAreRefusedBeforeTheyAreAllocated() throws IOException {
    for (Path model : MODELS) {
      String config = Files.readString(model.resolve("config.json"));
      for (String size : List.of("2147483647", "1000000000", "70000")) {
        String all = config.replaceAll("(\"[a-z_]+\": )\\d+(?=[,\\n])", "$1" + size);
        Hostile.changed(model, DIRECTORY, "config.json", all.getBytes(StandardCharsets.UTF_8));
        Hostile.isUsedOrRefused(DIRECTORY, HostileModelTest::model);
      }
    }
  }

  @Example
  void aTextWithoutEndIsRefused() throws IOException {
    Path model = GOLDENS.resolve("llama_attentions");
    String settings = "{\"max_new_tokens\": 2147483000}";
    Hostile.changed(
        model, DIRECTORY, "generation_config.json", settings.getBytes(StandardCharsets.UTF_8));
    Files.writeString(DIRECTORY.resolve("tokenizer.json"), words(37));
    try (TextGenerator generator = TextGenerator.open(new ModelDirectory("x", DIRECTORY))) {
      assertThatThrownBy(() -> generator.generate("w5", OptionalInt.empty(), piece -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("a key-value cache of 2147483001 tokens takes");
    }
  }

  @Example
  void aTokenBeyondTheModelsTableIsRefused() throws IOException {
    Hostile.changed(
        GOLDENS.resolve("llama_attentions"),
        DIRECTORY,
        "tokenizer.json",
        words(99).getBytes(StandardCharsets.UTF_8));
    try (TextGenerator generator = TextGenerator.open(new ModelDirectory("x", DIRECTORY))) {
      assertThatThrownBy(() -> generator.generate("w98", OptionalInt.of(2), piece -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("98");
    }
  }

  private static String words(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"w%d\":%d".formatted(i, i))
        .collect(
            Collectors.joining(
                ",",
                "{\"pre_tokenizer\":{\"type\":\"Whitespace\"},\"model\":{\"type\":\"WordLevel\","
                    + "\"unk_token\":\"w3\",\"vocab\":{",
                "}}}"));
  }

  private static Hostile.Opened model() throws IOException {
    Backbone model = Backbone.openWithHead(new ModelDirectory("hostile", DIRECTORY));
    Tensor ids = Tensor.of(new long[] {3, 5, 4, 6, 7, 2}, 1, 6);
    PaddedInputs inputs =
        new PaddedInputs(
            ids,
            Optional.empty(),
            Optional.empty(),
            model.encoderDecoder().isPresent() ? Optional.of(ids) : Optional.empty());
    return Hostile.opened(() -> model.padded().run(inputs, new Outputs(true, true)), model::close);
  }

  private static Hostile.Opened generator(OptionalInt tokens) throws IOException {
    TextGenerator generator = TextGenerator.open(new ModelDirectory("hostile", DIRECTORY));
    return Hostile.opened(() -> generator.generate("w5 w6", tokens, piece -> {}), generator::close);
  }
}
