package dev.weft.models.generate;

import dev.weft.models.ConfigJson;
import dev.weft.models.hub.ModelDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a model's publisher generates with it: its {@code generation_config.json}, or where it has
 * none the same keys of its {@code config.json}, as transformers does.
 *
 * @param eosTokenIds what ends the text; empty for nothing
 * @param bosTokenId what begins a text
 * @param decoderStartTokenId what an encoder-decoder's target begins with
 * @param maxNewTokens how many tokens to add, where it says so
 * @param maxLength how many tokens to come to, the prompt included, where it says so
 * @param rules what it does to the logits
 * @param notApplied settings that would change the result and are not applied, each as {@code key
 *     value}: sampling and beams first of all
 */
public record GenerationConfig(
    List<Integer> eosTokenIds,
    OptionalInt bosTokenId,
    OptionalInt decoderStartTokenId,
    OptionalInt maxNewTokens,
    OptionalInt maxLength,
    LogitRules rules,
    List<String> notApplied) {
  private static final String FILE = "generation_config.json";

  /**
   * Reads the settings of a model.
   *
   * @throws IOException where the file is broken or a value is not of its kind
   */
  public static GenerationConfig read(ModelDirectory directory) throws IOException {
    return read(ConfigJson.read(directory.has(FILE) ? directory.file(FILE) : directory.config()));
  }

  private static GenerationConfig read(ConfigJson json) throws IOException {
    List<Integer> eos = json.integers("eos_token_id");
    OptionalInt maxLength = whole(json, "max_length");
    LogitRules rules;
    try {
      rules =
          new LogitRules(
              json.number("repetition_penalty", 1),
              json.integer("no_repeat_ngram_size", 0),
              json.integer("min_length", 0),
              json.integer("min_new_tokens", 0),
              Integer.MAX_VALUE,
              whole(json, "forced_bos_token_id"),
              json.integers("forced_eos_token_id"),
              json.integers("suppress_tokens"),
              json.integers("begin_suppress_tokens"),
              eos);
    } catch (IllegalArgumentException e) {
      throw json.error(e);
    }
    return new GenerationConfig(
        eos,
        whole(json, "bos_token_id"),
        whole(json, "decoder_start_token_id"),
        whole(json, "max_new_tokens"),
        maxLength,
        rules,
        notApplied(json));
  }

  private static OptionalInt whole(ConfigJson json, String key) throws IOException {
    return json.has(key) ? OptionalInt.of(json.integer(key)) : OptionalInt.empty();
  }

  private static List<String> notApplied(ConfigJson json) throws IOException {
    List<String> found = new ArrayList<>();
    if (json.flag("do_sample", false)) {
      found.add("do_sample true");
    }
    if (json.integer("num_beams", 1) > 1) {
      found.add("num_beams " + json.integer("num_beams"));
    }
    for (String key : List.of("encoder_repetition_penalty", "guidance_scale")) {
      if (json.number(key, 1) != 1) {
        found.add(key + " " + json.number(key, 1));
      }
    }
    if (json.integer("encoder_no_repeat_ngram_size", 0) > 0) {
      found.add("encoder_no_repeat_ngram_size " + json.integer("encoder_no_repeat_ngram_size"));
    }
    for (String key :
        List.of(
            "bad_words_ids",
            "constraints",
            "exponential_decay_length_penalty",
            "force_words_ids",
            "penalty_alpha",
            "sequence_bias",
            "stop_strings",
            "watermarking_config")) {
      if (json.has(key)) {
        found.add(key);
      }
    }
    return List.copyOf(found);
  }

  /**
   * How many tokens to add to a prompt of so many: what was asked for, else what the file says,
   * else {@code otherwise}; never beyond {@code longest} in all.
   */
  public int newTokens(OptionalInt asked, int prompt, int otherwise, int longest) {
    int wanted =
        asked.isPresent()
            ? asked.getAsInt()
            : maxNewTokens.isPresent()
                ? maxNewTokens.getAsInt()
                : maxLength.isPresent() ? Math.max(0, maxLength.getAsInt() - prompt) : otherwise;
    return Math.max(0, Math.min(wanted, longest - prompt));
  }
}
