package dev.weft.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ResultJsonTest {
  @TempDir private Path directory;

  @Test
  void writtenThenReadIsTheSame() throws IOException {
    Path file = directory.resolve("gemm.json");
    ResultJson.write(file, Examples.gemm());
    assertThat(ResultJson.read(file)).isEqualTo(Examples.gemm());
  }

  @Test
  void fieldsHaveThePublishedNames() {
    JsonNode root = JsonMapper.shared().readTree(ResultJson.text(Examples.gemm()));
    assertThat(root.propertyNames())
        .containsExactly(
            "name",
            "machine",
            "cores",
            "jdk",
            "commit",
            "command",
            "date",
            "peak_gflops",
            "read_gbps",
            "rows",
            "notes");
    assertThat(root.get("rows").get(0).propertyNames())
        .containsExactly(
            "case",
            "threads",
            "peer_name",
            "peer_version",
            "ours",
            "peer",
            "unit",
            "ratio",
            "target",
            "ours_spread",
            "peer_spread");
    assertThat(root.get("peak_gflops").get("2").asDouble()).isEqualTo(480);
    assertThat(root.get("rows").get(0).get("ratio").asDouble()).isEqualTo(1.05);
  }

  @Test
  void aRowWithoutATargetSaysNull() {
    JsonNode root = JsonMapper.shared().readTree(ResultJson.text(Examples.gemm()));
    assertThat(root.get("rows").get(2).get("target").isNull()).isTrue();
  }

  @Test
  void numbersDoNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertThat(ResultJson.rounded(1.23456)).isEqualTo(1.235);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aMissingFieldIsNamedWithItsFile() throws IOException {
    Path file = directory.resolve("old.json");
    Files.writeString(
        file, ResultJson.text(Examples.gemm()).replace("\"peer_version\"", "\"version\""));
    assertThatThrownBy(() -> ResultJson.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": \"peer_version\" is missing");
  }

  @Test
  void aFieldOfAnotherTypeIsNamedWithItsFile() throws IOException {
    Path file = directory.resolve("old.json");
    Files.writeString(
        file, ResultJson.text(Examples.gemm()).replace("\"cores\" : 2", "\"cores\" : \"2\""));
    assertThatThrownBy(() -> ResultJson.read(file))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ": \"cores\": expected a number, got \"2\"");
  }
}
