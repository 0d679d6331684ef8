package dev.weft.models.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterProperty;

/** Files that mean harm, or were damaged: nothing but one clear line, and no end of work. */
class HostileTokenizerTest {
  private static final List<String> FILES =
      Goldens.objects("components/tokenizers.jsonl.gz").stream()
          .map(node -> node.get("tokenizer").toString())
          .toList();

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "0",
          "2147483647",
          "99999999999",
          "1e309",
          "\"\"",
          "\"\\ud800\"",
          "\"(a*)*b\"",
          "\"[\"",
          "\"\\\\p{L\"",
          "[]",
          "{}",
          "[[[[[[[[]]]]]]]]",
          "{\"type\":\"Sequence\"}",
          "{\"Regex\":\"(((((x*)*)*)*)*)*\"}");

  private final Path file = temporary();

  private static Path temporary() {
    try {
      return Files.createTempFile("hostile", ".json");
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterProperty
  void deleteFile() throws IOException {
    Files.deleteIfExists(file);
  }

  @Property(tries = 1500, seed = "2026")
  void aDamagedFileLoadsOrIsReportedInOneLine(@ForAll Random random) throws IOException {
    StringBuilder json = new StringBuilder(FILES.get(random.nextInt(FILES.size())));
    for (int i = random.nextInt(3); i >= 0; i--) {
      damage(json, random);
    }
    Files.writeString(file, json);
    try {
      Tokenizer tokenizer = Tokenizer.load(file);
      Encoding encoding =
          tokenizer.encode("The  quick é中文 <x>, 12 a\nb", "aaaaaaaaaaaaaaaaaaaaaaaa");
      tokenizer.decode(encoding.ids(), SpecialTokens.WITHOUT);
    } catch (IOException e) {
      assertThat(e).message().startsWith(file + ": ").doesNotContain("\n");
    } catch (IllegalArgumentException e) {
      assertThat(e).message().isNotEmpty().doesNotContain("\n");
    }
  }

  /** A value by another, a piece cut out, or a piece there twice. */
  private static void damage(StringBuilder json, Random random) {
    int length = json.length();
    int from = random.nextInt(length);
    switch (random.nextInt(4)) {
      case 0 -> json.delete(from, Math.min(length, from + 1 + random.nextInt(20)));
      case 1 -> json.insert(from, json.substring(from, Math.min(length, from + 40)));
      case 2 -> json.setCharAt(from, (char) random.nextInt(128));
      default -> {
        int colon = json.indexOf(":", from);
        int end = colon < 0 ? -1 : endOfValue(json, colon + 1);
        if (end > 0) {
          json.replace(colon + 1, end, VALUES.get(random.nextInt(VALUES.size())));
        }
      }
    }
  }

  private static int endOfValue(StringBuilder json, int from) {
    for (int i = from + 1; i < json.length(); i++) {
      if (json.charAt(i) == ',' || json.charAt(i) == '}' || json.charAt(i) == ']') {
        return i;
      }
    }
    return -1;
  }

  @Example
  void deepNestingIsReported() throws IOException {
    for (String[] kind :
        List.of(
            new String[] {"normalizer", "normalizers"},
            new String[] {"pre_tokenizer", "pretokenizers"},
            new String[] {"post_processor", "processors"},
            new String[] {"decoder", "decoders"})) {
      String open = "{\"type\":\"Sequence\",\"" + kind[1] + "\":[";
      refused("\"" + kind[0] + "\":" + open.repeat(20_000), "not valid JSON");
    }
  }

  @Example
  void tooManyStagesAreReported() throws IOException {
    String stages = "{\"type\":\"Whitespace\"},".repeat(10_000) + "{\"type\":\"Whitespace\"}";
    refused(
        "\"pre_tokenizer\":{\"type\":\"Sequence\",\"pretokenizers\":[" + stages + "]}",
        "pre_tokenizer has 10001 stages, at most 100");
  }

  @Example
  void aTemplateThatRepeatsALongTokenIsReported() throws IOException {
    String special =
        "\"S\":{\"id\":\"S\",\"ids\":[%s0],\"tokens\":[%s\"a\"]}"
            .formatted("0,".repeat(2000), "\"a\",".repeat(2000));
    String part = "{\"SpecialToken\":{\"id\":\"S\",\"type_id\":0}}";
    refused(
        "\"post_processor\":{\"type\":\"TemplateProcessing\",\"single\":["
            + (part + ",").repeat(500)
            + part
            + "],\"pair\":[],\"special_tokens\":{"
            + special
            + "}}",
        "has more than 1024 parts");
  }

  @Example
  void paddingWithoutEndIsReported() throws IOException {
    refused(
        "\"padding\":{\"strategy\":{\"Fixed\":2147483647},\"direction\":\"Right\","
            + "\"pad_to_multiple_of\":null,\"pad_id\":0,\"pad_type_id\":0,\"pad_token\":\"a\"}",
        "padding.strategy \"Fixed\" is 2147483647, at most 1048576");
  }

  @Example
  void aRegexThatIsTooLargeIsReported() throws IOException {
    refused(split("((((a{9999}b){9999}){9999}){9999})"), "too many repetitions to write out");
    refused(split("(".repeat(4000)), "nests deeper than 100");
    refused(split("[".repeat(4000)), "classes nest deeper than 50");
    refused(split("a".repeat(4097)), "a regular expression of 4097 characters");
  }

  @Example
  void aRegexThatNeverEndsIsStopped() throws IOException {
    Tokenizer tokenizer = load(split("(?:(?:a|a)*)*b"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.encode("a".repeat(1000)))
        .withMessageContaining("takes more than 100000000 steps on a text of 1000 characters");
  }

  @Example
  void aTextThatGrowsWithoutEndIsStopped() throws IOException {
    String grow =
        "{\"type\":\"Replace\",\"pattern\":{\"String\":\"a\"},\"content\":\"%s\"}"
            .formatted("a".repeat(100));
    Tokenizer tokenizer =
        load(
            "\"normalizer\":{\"type\":\"Sequence\",\"normalizers\":["
                + (grow + ",").repeat(50)
                + grow
                + "]}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tokenizer.encode("a".repeat(100)))
        .withMessageContaining("the tokenizer makes 1000000 code points of a text");
  }

  @Example
  void aLongTextOverflowsNoStack() throws IOException {
    Tokenizer tokenizer = load(split("(?:\\p{L}\\p{M}*|[0-9]?)*x"));
    String text = "abc\u0301".repeat(100_000) + "x";
    assertThat(tokenizer.ids(text)).hasSize(1);
  }

  private static String split(String regex) {
    return "\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"%s\"},"
            .formatted(regex.replace("\\", "\\\\"))
        + "\"behavior\":\"Isolated\",\"invert\":false}";
  }

  private Tokenizer load(String component) throws IOException {
    Files.writeString(
        file,
        "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0},\"unk_token\":\"a\"},"
            + component
            + "}");
    return Tokenizer.load(file);
  }

  private void refused(String component, String message) {
    assertThatThrownBy(() -> load(component))
        .isInstanceOf(IOException.class)
        .message()
        .startsWith(file + ": ")
        .contains(message)
        .doesNotContain("\n");
  }
}
