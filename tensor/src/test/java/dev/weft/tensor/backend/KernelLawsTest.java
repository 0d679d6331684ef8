package dev.weft.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.DType;
import dev.weft.tensor.backend.vector.VectorBackend;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledIfSystemProperty(
    named = "weft.backend",
    matches = "scalar",
    disabledReason = "both backends are compared whichever is chosen")
class KernelLawsTest {
  private final Backend scalar = new ScalarBackend();
  private final Backend vector = new VectorBackend();

  private void same(int rows, int cols) {
    for (KernelCases.Case test : KernelCases.of(rows, cols)) {
      for (boolean special : new boolean[] {false, true}) {
        Operands expected = new Operands(7, special);
        Operands actual = new Operands(7, special);
        scalar.run(test.call().apply(expected));
        vector.run(test.call().apply(actual));
        String name = test.name() + " [" + rows + ", " + cols + "]";
        assertThat(actual.difference(expected)).as(name).isEmpty();
        assertThat(actual.canariesLive()).as(name + " keeps to its operands").isTrue();
        assertThat(expected.canariesLive()).as(name + " keeps to its operands").isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 15, 16, 17, 63, 64, 65, 1000})
  void vectorEqualsScalarAtEveryWidthOfRows(int cols) {
    same(3, cols);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 15, 16, 17, 63, 64, 65, 1000})
  void vectorEqualsScalarAtEveryNumberOfRows(int rows) {
    same(rows, 17);
  }

  @Test
  void emptyOperandsAreLeftAlone() {
    for (KernelCases.Case test : KernelCases.of(0, 5)) {
      if (!test.name().startsWith("MAX of columns")) {
        Operands operands = new Operands(7, false);
        vector.run(test.call().apply(operands));
        assertThat(operands.canariesLive()).as(test.name()).isTrue();
      }
    }
  }

  @Test
  void oneThreadEqualsThree() {
    int before = Workers.threads();
    try {
      for (KernelCases.Case test : KernelCases.of(1100, 130)) {
        if (test.name().startsWith("copy")) {
          continue;
        }
        Operands one = new Operands(9, false);
        Operands three = new Operands(9, false);
        KernelCall first = test.call().apply(one);
        KernelCall second = test.call().apply(three);
        Workers.threads(1);
        vector.run(first);
        Workers.threads(3);
        vector.run(second);
        assertThat(three.difference(one)).as(test.name()).isEmpty();
      }
    } finally {
      Workers.threads(before);
    }
  }

  @Test
  void longSumsEqualTheScalarBody() {
    for (KernelCall.ReduceKind kind : KernelCall.ReduceKind.values()) {
      for (long[] shape : new long[][] {{2, 200_003, 1}, {2, 2500, 37}, {1, 1025, 1100}}) {
        Operands a = new Operands(3, false);
        Operands b = new Operands(3, false);
        scalar.run(reduce(kind, a, shape));
        vector.run(reduce(kind, b, shape));
        assertThat(b.difference(a)).as(kind + "").isEmpty();
      }
    }
  }

  private static KernelCall reduce(KernelCall.ReduceKind kind, Operands o, long[] shape) {
    return new KernelCall.Reduce(
        kind,
        o.floats(shape[0] * shape[1] * shape[2]),
        o.out(shape[0] * shape[2]),
        o.out(DType.I64, shape[0] * shape[2]),
        shape[0],
        shape[1],
        shape[2]);
  }

  @Test
  void theFirstCallEqualsTheFiftyThousandth() {
    List<KernelCases.Case> cases =
        KernelCases.of(2, 37).stream()
            .filter(c -> List.of("softmax", "GELU", "layer norm").contains(c.name()))
            .toList();
    assertThat(cases).hasSizeGreaterThan(3);
    for (KernelCases.Case test : cases) {
      Operands first = new Operands(5, false);
      vector.run(test.call().apply(first));
      Operands last = new Operands(5, false);
      KernelCall call = test.call().apply(last);
      for (int i = 0; i < 50_000; i++) {
        vector.run(call);
      }
      assertThat(last.difference(first)).as(test.name()).isEmpty();
    }
  }

  @Test
  void widthsAndTiersGiveTheSameBits() throws IOException, InterruptedException {
    String here = Long.toHexString(KernelCases.hash(scalar));
    assertThat(child("-Dweft.vector.bits=256")).isEqualTo("vector, 256 bits " + here);
    assertThat(child("-Dweft.vector.bits=128")).isEqualTo("vector, 128 bits " + here);
    assertThat(child("-XX:TieredStopAtLevel=1")).endsWith(here);
    assertThat(Long.toHexString(KernelCases.hash(vector))).isEqualTo(here);
  }

  private static String child(String flag) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector", flag, "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(KernelHash.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
