package dev.weft.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTablesTest {
  private static final String MARKED =
      "before\n<!-- bench:gemm -->\nold\n<!-- /bench:gemm -->\nafter\n";

  @TempDir private Path results;

  /** Maven and the quick build start tests in the module's directory. */
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @Test
  void theTablesOfTheReadmeAreThoseOfTheCommittedResults() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    assertThat(readme)
        .as("README.md; ./weft bench readme writes its tables anew")
        .isEqualTo(
            ReadmeTables.render(
                readme,
                ROOT.resolve("bench").resolve("results"),
                ROOT.resolve("bench").resolve("parity").resolve("families.json")));
  }

  @Test
  void committedResultsAreOfACleanCommitAndOfTheirFilesName() throws IOException {
    Path committed = ROOT.resolve("bench").resolve("results");
    if (Files.isDirectory(committed)) {
      try (var files = Files.newDirectoryStream(committed, "*.json")) {
        for (Path file : files) {
          Result result = ResultJson.read(file);
          assertThat(file).hasFileName(result.name() + ".json");
          assertThat(Benchmarks.named(result.name())).isPresent();
          assertThat(result.commit()).as(file.toString()).doesNotEndWith("-dirty");
          assertThat(result.rows()).as(file.toString()).isNotEmpty();
          Set<Integer> threads =
              result.rows().stream().map(Row::threads).collect(Collectors.toSet());
          assertThat(result.peakGflops()).as(file.toString()).containsOnlyKeys(threads);
          assertThat(result.readGbps()).as(file.toString()).containsOnlyKeys(threads);
        }
      }
    }
  }

  @Test
  void whatStandsBetweenTheMarksIsReplaced() throws IOException {
    ResultJson.write(results.resolve("gemm.json"), Examples.gemm());
    assertThat(render(MARKED))
        .startsWith("before\n<!-- bench:gemm -->\n`./weft bench run gemm` on Some CPU, 2 cores")
        .contains("| 960x960x960 | 1 | openblas 0.3.21 | 210 ± 2 % | 200 ± 1 % |")
        .contains("| **1.05** | 1.00 |\n")
        .contains("| 0.90 (missed) | 0.95 |\n")
        .contains("| **1.23** |  |\n")
        .endsWith("- a note\n<!-- /bench:gemm -->\nafter\n")
        .doesNotContain("old");
  }

  private String render(String readme) throws IOException {
    return ReadmeTables.render(readme, results, results.resolve("families").resolve("x.json"));
  }

  @Test
  void aFamilyIsARow() throws IOException {
    Path families = Files.createDirectory(results.resolve("parity")).resolve("families.json");
    Files.writeString(
        families,
        """
        {"command": "forward.py --seed 1", "commit": "0123456789", "transformers": "5",
         "families": {"bert": {
           "models": {"a": {"largest": 2.13e-06}, "b": {"largest": 1e-7, "greedy": true},
             "c": {"largest": 1e-7, "problems": ["x"]}},
           "tokenizer": {"kind": "WordPiece", "texts": 140, "different": 0}}}}
        """);
    String marked = "<!-- bench:families -->\nold\n<!-- /bench:families -->\n";
    assertThat(ReadmeTables.render(marked, results, families))
        .startsWith(
            "<!-- bench:families -->\n`forward.py --seed 1`, commit 0123456, beside"
                + " transformers 5.")
        .contains("| bert | 2 of 3 | 2.1e-06 | equal | WordPiece | equal for all of 140 texts |\n")
        .endsWith("|\n<!-- /bench:families -->\n");
  }

  @Test
  void renderingTwiceChangesNothing() throws IOException {
    ResultJson.write(results.resolve("gemm.json"), Examples.gemm());
    String once = render(MARKED);
    assertThat(render(once)).isEqualTo(once);
  }

  @Test
  void aTableWithoutAResultIsAnError() {
    assertThatThrownBy(() -> render(MARKED))
        .isInstanceOf(IOException.class)
        .hasMessage("README.md: <!-- bench:gemm -->: there is no " + results.resolve("gemm.json"));
  }

  @Test
  void aResultWithoutATableIsAnError() throws IOException {
    ResultJson.write(results.resolve("gemm.json"), Examples.gemm());
    assertThatThrownBy(() -> render("nothing marked"))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("for the results of gemm");
  }
}
