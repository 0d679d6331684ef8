package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.models.hub.ModelDirectory;
import dev.weft.tensor.DType;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.LoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a model's files can get wrong: each is one line that names file and key or tensor. */
class BadModelFilesTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"vocab_size\" | \"rope_theta\": 1.0, \"vocab_size\" | key [rope_theta] not known",
        "\"vocab_size\" | \"a\": 1, \"b\": [{}], \"vocab_size\" | keys [a, b] not known",
        "\"model_type\": \"bert\" | \"model_type\": \"elmo\" | model_type elmo is not supported, only [",
        "\"model_type\" | \"_name_or_path\" | key model_type is missing",
        "\"hidden_size\": 32 | \"hidden_size\": \"32\" | hidden_size: expected a whole number, got \"32\"",
        "\"hidden_size\": 32 | \"hidden_size\": 32.5 | hidden_size: expected a whole number, got 32.5",
        "\"hidden_size\": 32 | \"hidden_size\": 34 | hidden_size 34 is not a multiple of num_attention_heads 4",
        "\"hidden_size\": 32 | \"hidden_size\": 0 | hidden_size 0 is not positive",
        "\"hidden_size\": 32 | \"hidden_size\": 99999999999 | hidden_size: expected a whole number, got 99999999999",
        "\"hidden_act\": \"gelu\" | \"hidden_act\": \"mish\" | hidden_act mish is not supported, only gelu,",
        "\"hidden_act\": \"gelu\" | \"hidden_act\": 1 | hidden_act: expected a text, got 1",
        "\"layer_norm_eps\": 1e-12 | \"layer_norm_eps\": -1 | layer_norm_eps -1.0 is not positive",
        "\"hidden_dropout_prob\": 0.0 | \"hidden_dropout_prob\": 1.5 | hidden_dropout_prob 1.5 is not in [0, 1)",
        "\"is_decoder\": false | \"is_decoder\": true | is_decoder true is not supported, only false",
        "\"vocab_size\" | \"hidden_act\": \"relu\", \"vocab_size\" | key \"hidden_act\" is there twice",
        "\"model_type\": | \"model_type\" | not valid JSON, line ",
        "} | `` | not valid JSON, line "
      })
  void aConfigIsHonouredOrRefused(String old, String fresh, String message) throws IOException {
    ModelDirectory model = ModelFiles.config(dir, old, fresh.equals("``") ? "" : fresh);
    assertThatThrownBy(() -> Backbone.open(model).close())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(dir.resolve("config.json") + ": ")
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"[] | expected a JSON object, got []", "`` | not valid JSON: nothing but space"})
  void aConfigIsOneObject(String config, String message) throws IOException {
    Files.writeString(dir.resolve("config.json"), config);
    assertThatThrownBy(() -> Backbone.open(new ModelDirectory("x", dir)))
        .isInstanceOf(IOException.class)
        .hasMessage(dir.resolve("config.json") + ": " + message);
  }

  @Test
  void everyWrongTensorIsNamedAtOnce() throws IOException {
    ModelDirectory model =
        ModelFiles.weights(
            dir,
            tensors -> {
              tensors.remove("encoder.layer.1.output.dense.bias");
              tensors.put("extra.weight", Tensor.zeros(DType.F32, Shape.of(2)));
              tensors.put("embeddings.LayerNorm.bias", Tensor.zeros(DType.F32, Shape.of(31)));
            });
    assertThatThrownBy(() -> Backbone.open(model).close())
        .isInstanceOf(LoadException.class)
        .hasMessage(
            dir.resolve("model.safetensors")
                + ": 1 missing: \"encoder.layer.1.output.dense.bias\";"
                + " 1 unexpected: \"extra.weight\";"
                + " 1 misshapen: \"embeddings.LayerNorm.bias\" expected [32], got [31]");
  }

  @Test
  void aWeightOfWholeNumbersIsRefused() throws IOException {
    ModelDirectory model =
        ModelFiles.weights(
            dir,
            tensors ->
                tensors.put(
                    "encoder.layer.0.output.dense.weight",
                    Tensor.zeros(DType.I64, Shape.of(32, 37))));
    assertThatThrownBy(() -> Backbone.open(model).close())
        .isInstanceOf(IOException.class)
        .hasMessage(
            dir.resolve("model.safetensors")
                + ": 1 of unsupported dtype: \"encoder.layer.0.output.dense.weight I64\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | expected a JSON array of objects",
        "[1] | expected a JSON object, got 1",
        "[{\"idx\": 0}] | key type is missing",
        "[{\"type\": \"a.b.Dense\"}] | module type \"a.b.Dense\" is not supported",
        "[{\"type\": \"Normalize\", \"kind\": 1}] | key [kind] not known"
      })
  void modulesAreHonouredOrRefused(String modules, String message) throws IOException {
    Files.writeString(dir.resolve("modules.json"), modules);
    assertThatThrownBy(() -> settings(dir))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(dir.resolve("modules.json") + ": " + message);
  }

  @Test
  void settingsAreRead() throws IOException {
    assertThat(settings(dir)).isEqualTo(new SentenceSettings(Pooling.MEAN, false, 32));
    Files.writeString(
        dir.resolve("modules.json"), "[{\"type\": \"x.Pooling\", \"path\": \"1_Pooling\"}]");
    Files.writeString(
        dir.resolve("sentence_bert_config.json"),
        "{\"max_seq_length\": 9, \"do_lower_case\": false}");
    Path pooling = Files.createDirectory(dir.resolve("1_Pooling")).resolve("config.json");
    Files.writeString(pooling, "{\"pooling_mode_cls_token\": true}");
    assertThat(settings(dir)).isEqualTo(new SentenceSettings(Pooling.CLS, false, 9));
    Files.writeString(
        pooling, "{\"pooling_mode_cls_token\": true, \"pooling_mode_max_tokens\": true}");
    assertThatThrownBy(() -> settings(dir))
        .hasMessage(pooling + ": pooling_mode_max_tokens true is not supported, only false");
    Files.writeString(pooling, "{}");
    assertThatThrownBy(() -> settings(dir)).hasMessageContaining("expected exactly one of");
  }

  private static SentenceSettings settings(Path dir) throws IOException {
    try (Backbone backbone =
        Backbone.open(new ModelDirectory("gelu", ModelFiles.GOLDENS.resolve("gelu")))) {
      return SentenceSettings.read(new ModelDirectory("x", dir), backbone.encoder().maxPositions());
    }
  }
}
