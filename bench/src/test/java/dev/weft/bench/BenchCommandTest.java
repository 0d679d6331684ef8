package dev.weft.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void listNamesEveryBenchmark() {
    assertThat(run("list")).isZero();
    assertThat(out.toString().lines().map(line -> line.split(" ", 2)[0]))
        .containsExactlyElementsOf(Benchmarks.ALL.stream().map(Benchmark::name).toList());
  }

  @Test
  void listAsJsonIsOneObject() {
    assertThat(run("list", "--json")).isZero();
    assertThat(out.toString()).startsWith("{\"gemm\":\"").endsWith("\"}" + System.lineSeparator());
  }

  @Test
  void anUnknownBenchmarkIsWrongUsage() {
    assertThat(run("run", "gem")).isEqualTo(2);
    assertThat(err.toString()).startsWith("no benchmark is called gem; weft bench list names them");
  }

  @Test
  void aPartOfAResultIsNotSaved() {
    assertThat(run("run", "gemm", "--save", "--case", "960")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--save with --case would lose the other cases");
  }

  @Test
  void tokenizersAreForTheirBenchmark() {
    assertThat(run("run", "gemm", "--tokenizer", "x")).isEqualTo(2);
    assertThat(err.toString()).startsWith("--tokenizer is for the benchmark tokenizers, not gemm");
  }

  @Test
  void noCommandIsWrongUsage() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).startsWith("expected a command");
  }

  private int run(String... arguments) {
    return BenchCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(arguments);
  }
}
