package dev.weft.models;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.models.hub.ModelDirectory;
import dev.weft.tensor.io.LoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a decoder's config can get wrong: each is one line that names file and key. */
class DecoderConfigTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens/models");

  @TempDir Path dir;

  private ModelDirectory changed(String name, String old, String fresh) throws IOException {
    Path golden = GOLDENS.resolve(name);
    String config = Files.readString(golden.resolve("config.json"));
    if (!config.contains(old)) {
      throw new IllegalArgumentException(name + " has no " + old);
    }
    Files.copy(golden.resolve("model.safetensors"), dir.resolve("model.safetensors"));
    Files.writeString(
        dir.resolve("config.json"), config.replace(old, fresh.equals("``") ? "" : fresh));
    return new ModelDirectory(name, dir);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama_linear | \"vocab_size\": 37 | \"vocab_size\": 2000000000 | \"model.embed_tokens.weight\" expected [2000000000, 16], got [37, 16]",
        "llama_linear | \"num_hidden_layers\": 2 | \"num_hidden_layers\": 10000 | missing: \"model.layers.2.",
        "opt_attentions | \"num_hidden_layers\": 2 | \"num_hidden_layers\": 2000000000 | missing: \"model.decoder.layers.2."
      })
  void aConfigOfFarMoreThanTheCheckpointHoldsIsReported(
      String name, String old, String fresh, String message) throws IOException {
    assertThatThrownBy(() -> Backbone.openWithHead(changed(name, old, fresh)).close())
        .isInstanceOf(LoadException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "llama_linear | \"linear\" | \"ntk\" | rope_type ntk is not supported, only default, linear,",
        "llama_linear | \"factor\": 2.0 | \"factor\": -2.0 | rope factor -2.0 is not positive",
        "llama_linear | \"factor\": 2.0, | `` | rope factor is missing",
        "llama_linear | \"factor\": 2.0 | \"factor\": 2.0, \"mu\": 1 | key [mu] not known",
        "llama_linear | \"factor\": 2.0 | \"factor\": 2.0, \"partial_rotary_factor\": 0.7 | partial_rotary_factor other than 1",
        "llama_linear | \"head_dim\": 6 | \"head_dim\": 5 | rotary embedding of 5 elements of a head",
        "llama_longrope | 1.3 | 1.3, 1.4 | rope short_factor and long_factor: expected 2 numbers each, got 3 and 2",
        "llama_linear | \"num_key_value_heads\": 2 | \"num_key_value_heads\": 3 | num_attention_heads 4 is not a multiple of num_key_value_heads 3",
        "llama_linear | \"mlp_bias\": true | \"mlp_bias\": 1 | mlp_bias: expected true or false, got 1",
        "llama_linear | \"hidden_act\": \"gelu\" | \"hidden_act\": \"xielu\" | hidden_act xielu is not supported",
        "llama_linear | \"mlp_bias\": true | \"mlp_bias\": true, \"quantization_config\": {} | key [quantization_config] not known",
        "llama_linear | \"mlp_bias\": true | \"mlp_bias\": true, \"is_causal\": false | is_causal false is not supported, only true",
        "llama_linear | \"num_hidden_layers\": 2 | \"num_hidden_layers\": 2000000000 | num_hidden_layers 2000000000 is not in 1 to 10000",
        "mistral_attentions | \"sliding_window\": 3 | \"sliding_window\": -3 | sliding_window -3 is negative",
        "qwen2_attentions | \"sliding_attention\" | \"chunked_attention\" | layer_types chunked_attention is not supported",
        "qwen2_attentions | \"use_sliding_window\": true | \"use_sliding_window\": false | layer_types has sliding_attention",
        "qwen3_windows | \"full_attention\" | \"full_attention\", \"full_attention\" | layer_types: expected 2",
        "gemma2_attentions | \"use_bidirectional_attention\": null | \"use_bidirectional_attention\": true | use_bidirectional_attention true is not supported",
        "gemma2_attentions | \"final_logit_softcapping\": 2.0 | \"final_logit_softcapping\": -2.0 | final_logit_softcapping -2.0 is not positive",
        "gemma3_attentions | \"full_attention\": { | \"chunked_attention\": { | rope_parameters: expected full_attention, sliding_attention, got chunked_attention",
        "gemma3_old_keys | \"sliding_window_pattern\": 2 | \"sliding_window_pattern\": 0 | sliding_window_pattern 0 is not positive",
        "gpt2_attentions | \"n_head\": 2 | \"n_head\": 3 | n_embd 16 is not a multiple of n_head 3",
        "gpt2_attentions | \"add_cross_attention\": false | \"add_cross_attention\": true | add_cross_attention true is not supported, only false",
        "gpt_neox_old_keys | \"rotary_pct\": 0.5 | \"rotary_pct\": 0.1 | rotary embedding of 0 elements of a head",
        "gpt_neox_old_keys | \"rotary_pct\": 0.5 | \"rotary_pct\": 2 | rotary embedding of 16 elements of a head, in pairs: a head has 8",
        "gpt_neox_old_keys | \"rotary_pct\": 0.5 | \"rotary_pct\": 1e9 | rotary embedding of 2147483647 elements of a head",
        "opt_attentions | \"ffn_dim\": 20 | \"ffn_dim\": 0 | ffn_dim 0 is not positive",
        "opt_attentions | \"dropout\": 0.1 | \"dropout\": 1.0 | dropout 1.0 is not in [0, 1)"
      })
  void aConfigIsHonouredOrRefused(String name, String old, String fresh, String message)
      throws IOException {
    assertThatThrownBy(() -> Backbone.openWithHead(changed(name, old, fresh)).close())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(dir.resolve("config.json") + ": ")
        .hasMessageContaining(message);
  }
}
