package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TokenizeCommandTest {
  private final InputStream standardInput = System.in;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path dir;

  @BeforeEach
  void writeVocabulary() throws IOException {
    TinyModel.writeVocabulary(dir);
  }

  @AfterEach
  void restoreInput() {
    System.setIn(standardInput);
  }

  private int run(String input, String... arguments) {
    System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    return Weft.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(arguments);
  }

  @Test
  void aLineOfTextIsALineOfIds() {
    assertThat(run("ab\n\nB c", "tokenize", dir.toString())).isZero();
    assertThat(out).hasToString("2 5 8 3\n2 3\n2 7 9 3\n");
    assertThat(err).hasToString("");
  }

  @Test
  void noInputIsNoOutput() {
    assertThat(run("", "tokenize", dir.toString())).isZero();
    assertThat(out).hasToString("");
  }

  @Test
  void specialTokensCanBeLeftOut() {
    assertThat(run("ab\n\n", "tokenize", dir.toString(), "--no-special-tokens")).isZero();
    assertThat(out).hasToString("5 8\n\n");
  }

  @Test
  void jsonHoldsTokensAndOffsetsInCodePoints() {
    assertThat(run("\ud83d\ude00 ab\n", "tokenize", dir.toString(), "--json")).isZero();
    JsonNode json = JsonMapper.shared().readTree(out.toString());
    assertThat(json.propertyNames()).containsExactly("ids", "tokens", "offsets");
    assertThat(json.get("ids")).hasToString("[2,1,5,8,3]");
    assertThat(json.get("tokens")).hasToString("[\"[CLS]\",\"[UNK]\",\"a\",\"##b\",\"[SEP]\"]");
    assertThat(json.get("offsets")).hasToString("[[0,0],[0,1],[2,3],[3,4],[0,0]]");
  }

  @Test
  void theFileSaysHowTextIsCutAndFilled() throws IOException {
    Path file = dir.resolve("tokenizer.json");
    Files.writeString(
        file,
        """
        {
          "truncation":
            {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
          "padding": {
            "strategy": {"Fixed": 4}, "direction": "Right", "pad_to_multiple_of": null,
            "pad_id": 7, "pad_type_id": 0, "pad_token": "p"
          },
          "added_tokens": [],
          "normalizer": null,
          "pre_tokenizer": {"type": "WhitespaceSplit"},
          "post_processor": null,
          "decoder": null,
          "model": {
            "type": "BPE", "dropout": null, "unk_token": null, "continuing_subword_prefix": null,
            "end_of_word_suffix": null, "fuse_unk": false, "byte_fallback": false,
            "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": [["a", "b"]]
          }
        }
        """);
    assertThat(run("ab a b b\n", "tokenize", file.toString())).isZero();
    assertThat(run("ab a b b\n", "tokenize", file.toString(), "--no-truncation")).isZero();
    assertThat(run("ab\n", "tokenize", dir.toString(), "--pad")).isZero();
    assertThat(out).hasToString("2 0\n2 0 1 1\n2 7 7 7\n");
  }

  @Test
  void paddingThatNoFileDescribesIsRefused() {
    assertThat(run("ab\n", "tokenize", dir.toString(), "--pad")).isOne();
    assertThat(err.toString()).contains("--pad: the tokenizer's file says nothing about padding");
  }

  @Test
  void aDirectoryWithoutATokenizerIsOneLine() throws IOException {
    Path empty = Files.createDirectory(dir.resolve("empty"));
    assertThat(run("a\n", "tokenize", empty.toString())).isOne();
    assertThat(err.toString())
        .startsWith("weft: " + empty + ": holds none of tokenizer.json, vocab.txt, vocab.json")
        .hasLineCount(1);
  }

  @Test
  void idsBecomeText() {
    assertThat(run("2 5 8 3\n\n 7\t9 \n", "detokenize", dir.toString())).isZero();
    assertThat(out).hasToString("[CLS] ab [SEP]\n\nb c\n");
  }

  @Test
  void detokenizeLeavesSpecialTokensOutAndWritesJson() {
    String[] arguments = {"detokenize", dir.toString(), "--no-special-tokens", "--json"};
    assertThat(run("2 5 8 3\n", arguments)).isZero();
    assertThat(out).hasToString("\"ab\"\n");
  }

  @Test
  void whatIsNoIdIsNamedWithItsLine() {
    assertThat(run("5\n5 x\n", "detokenize", dir.toString())).isOne();
    assertThat(err).hasToString("weft: standard input:2: \"x\" is no token id\n");
    assertThat(run("999\n", "detokenize", dir.toString())).isOne();
    assertThat(err.toString()).endsWith("weft: standard input:1: no token has id 999\n");
  }
}
