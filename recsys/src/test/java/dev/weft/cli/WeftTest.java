package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

class WeftTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final @Nullable String threads = System.getProperty("weft.threads");

  @AfterEach
  void restoreThreads() {
    if (threads == null) {
      System.clearProperty("weft.threads");
    } else {
      System.setProperty("weft.threads", threads);
    }
  }

  /** A command that does what a test asks for. */
  @Command(name = "probe", description = "Probe.")
  static final class Probe extends Subcommand {
    @Mixin SeedOption seed = new SeedOption();

    @Option(names = "--json")
    boolean json;

    @Option(names = "--times")
    int times = 1;

    Throwable failure = new IllegalStateException("unset");
    boolean fails;

    @Override
    void run(Console console) throws Exception {
      if (times < 1) {
        throw wrongUsage("--times: expected at least 1, got " + times);
      }
      console.note("working");
      if (fails && failure instanceof Error error) {
        throw error;
      }
      if (fails) {
        throw (Exception) failure;
      }
      if (json) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("seed", seed.seed());
        answer.put("a", 0.1f);
        console.jsonLine(answer);
      } else {
        console.answer("seed " + seed.seed());
      }
    }
  }

  private final Probe probe = new Probe();

  private int weft(String... arguments) {
    CommandLine weft = Weft.commandLine(new PrintWriter(out), new PrintWriter(err));
    // Settings reach the commands that are there when they are made.
    return weft.addSubcommand(probe)
        .setOut(weft.getOut())
        .setErr(weft.getErr())
        .setParameterExceptionHandler(weft.getParameterExceptionHandler())
        .setExecutionExceptionHandler(weft.getExecutionExceptionHandler())
        .execute(arguments);
  }

  private int failing(Throwable failure, String... arguments) {
    probe.fails = true;
    probe.failure = failure;
    return weft(arguments);
  }

  @Test
  void answerAloneIsOnStandardOutput() {
    assertThat(weft("probe", "--seed", "7")).isZero();
    assertThat(out).hasToString("seed 7\n");
    assertThat(err).hasToString("working\n");
  }

  @Test
  void jsonKeepsTheOrderOfItsMap() {
    assertThat(weft("probe", "--json")).isZero();
    assertThat(out).hasToString("{\"seed\":42,\"a\":0.1}\n");
  }

  @Test
  void everyCommandHasHelp() {
    CommandLine weft = Weft.commandLine(new PrintWriter(out), new PrintWriter(err));
    assertThat(weft.getSubcommands()).isNotEmpty();
    weft.getSubcommands()
        .forEach((name, command) -> {
          StringWriter help = new StringWriter();
          assertThat(
                  Weft.commandLine(new PrintWriter(help), new PrintWriter(err))
                      .execute(name, "--help"))
              .isZero();
          assertThat(help.toString())
              .startsWith("Usage: weft " + name)
              .contains("--threads", "--debug");
          assertThat(command.getCommandSpec().usageMessage().description()).isNotEmpty();
        });
    assertThat(err).hasToString("");
  }

  @Test
  void versionNamesVersionAndCommit() {
    assertThat(weft("--version")).isZero();
    assertThat(out.toString())
        .matches("(?s)weft \\d+\\.\\d+\\.\\d+\\S* \\(commit ([0-9a-f]{7,}|unknown)\\)\\RJava .*");
  }

  @Test
  void completionScriptKnowsTheCommands() {
    assertThat(weft("completion")).isZero();
    assertThat(out.toString()).startsWith("#!").contains("complete -F", "completion", "probe");
    assertThat(err).hasToString("");
  }

  @Test
  void failureIsOneLine() {
    assertThat(failing(new IOException("a.json:3: expected a number\n  got x"), "probe")).isOne();
    assertThat(err).hasToString("working\nweft: a.json:3: expected a number; got x\n");
    assertThat(out).hasToString("");
  }

  @Test
  void missingFileIsSaidInWords() {
    assertThat(failing(new UncheckedIOException(new NoSuchFileException("x/y")), "probe")).isOne();
    assertThat(err.toString()).endsWith("weft: x/y: no such file\n");
  }

  @Test
  void ourOwnMistakeIsCalledInternal() {
    assertThat(failing(new NullPointerException("boom"), "probe")).isOne();
    assertThat(err.toString())
        .endsWith(
            "weft: internal error: java.lang.NullPointerException: boom (--debug prints where)\n");
  }

  @Test
  void errorsOfTheJvmAreOneLineToo() {
    assertThat(failing(new OutOfMemoryError("Java heap space"), "probe")).isOne();
    assertThat(err.toString())
        .contains("weft: out of memory (Java heap space)", "WEFT_JAVA_OPTS")
        .hasLineCount(2);
  }

  @Test
  void debugPrintsTheStackTrace() {
    assertThat(failing(new IOException("bad"), "probe", "--debug")).isOne();
    assertThat(err.toString())
        .contains("weft: bad\n", "java.io.IOException: bad\n\tat dev.weft.cli");
  }

  @Test
  void wrongUsageExitsWithTwo() {
    assertThat(weft("probe", "--times", "many")).isEqualTo(2);
    assertThat(weft("probe", "--times", "0")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("weft: Invalid value for option '--times'")
        .contains("weft: --times: expected at least 1, got 0\n", "Try 'weft probe --help'.\n");
    assertThat(out).hasToString("");
  }

  @Test
  void unknownCommandIsAnsweredWithItsNeighbour() {
    assertThat(weft("prob")).isEqualTo(2);
    assertThat(err.toString()).contains("weft: Unmatched argument at index 0: 'prob'", "probe");
  }

  @Test
  void noCommandIsWrongUsage() {
    assertThat(weft()).isEqualTo(2);
    assertThat(err).hasToString("weft: expected a command\nTry 'weft --help'.\n");
  }

  @Test
  void threadsReachTheWorkerPoolBeforeAndAfterTheCommand() {
    assertThat(weft("probe", "--threads", "3")).isZero();
    assertThat(System.getProperty("weft.threads")).isEqualTo("3");
    assertThat(weft("--threads", "2", "probe")).isZero();
    assertThat(System.getProperty("weft.threads")).isEqualTo("2");
  }

  @Test
  void threadsBelowOneAreRefused() {
    assertThat(weft("probe", "--threads", "0")).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("weft: --threads (WEFT_THREADS): expected 1 to 1024, got 0\n");
  }
}
