package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every block of Java of {@code docs/inside.md}, run in its order as JShell runs it. */
class InsidePageTest {
  private static final Path PAGE = Path.of("../docs/inside.md");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

  private final String home = System.getProperty("user.home");

  /** The default model is unpacked below the build's directory where no cache is named. */
  @BeforeEach
  void cacheHere() {
    System.setProperty("user.home", Path.of("target/home").toAbsolutePath().toString());
  }

  @AfterEach
  void restoreHome() {
    System.setProperty("user.home", home);
  }

  /** Lines of Java, and what the last of them gives where the page says so. */
  private record Step(String source, String given) {}

  @Test
  void whatThePageSaysIsWhatJShellGives() throws IOException {
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      // What JShell's own start imports, as far as the page needs it.
      shell.eval("import java.util.*;");
      for (Step step : steps(Files.readString(PAGE))) {
        String last = run(shell, step.source());
        if (!step.given().isEmpty()) {
          compared++;
          if (!last.equals(step.given())) {
            wrong.add(step.source().strip() + "\n// ==> " + last + "\nand not " + step.given());
          }
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(compared).isGreaterThan(10);
  }

  private static List<Step> steps(String page) {
    List<Step> steps = new ArrayList<>();
    Matcher blocks = BLOCK.matcher(page);
    while (blocks.find()) {
      StringBuilder source = new StringBuilder();
      for (String line : blocks.group(1).lines().toList()) {
        if (line.startsWith("// ==> ")) {
          steps.add(new Step(source.toString(), line.substring("// ==> ".length())));
          source.setLength(0);
        } else {
          source.append(line).append('\n');
        }
      }
      steps.add(new Step(source.toString(), ""));
    }
    return steps;
  }

  /** What the last snippet gives, as JShell writes it. */
  private static String run(JShell shell, String source) {
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    String value = "";
    String rest = source.strip();
    while (!rest.isEmpty()) {
      CompletionInfo info = analysis.analyzeCompletion(rest);
      for (SnippetEvent event : shell.eval(info.source() == null ? rest : info.source())) {
        if (event.causeSnippet() == null) {
          assertThat(event.exception()).as(event.snippet().source()).isNull();
          assertThat(event.status())
              .as(() -> event.snippet().source() + "\n" + problems(shell, event.snippet()))
              .isEqualTo(Snippet.Status.VALID);
          value = String.valueOf(event.value());
        }
      }
      rest = info.remaining().strip();
    }
    return value;
  }

  private static String problems(JShell shell, Snippet snippet) {
    return String.join(
        "\n", shell.diagnostics(snippet).map(d -> d.getMessage(Locale.ROOT)).toList());
  }
}
