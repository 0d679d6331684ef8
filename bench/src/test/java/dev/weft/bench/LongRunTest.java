package dev.weft.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.bench.LongRun.Counts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LongRunTest {
  @TempDir private Path root;

  @Test
  void countsAreByModuleAndByRun() throws IOException {
    report("tensor/target/surefire-reports/TEST-a.xml", true, 3, 0);
    report("tensor/target/surefire-reports/TEST-b.xml", true, 2, 1);
    report("tensor/target/surefire-reports-scalar/TEST-a.xml", true, 3, 0);
    report("nn/target/surefire-reports/TEST-c.xml", true, 1, 0);
    LongRun run = LongRun.read(root);
    assertThat(run.suites())
        .containsOnlyKeys("nn", "tensor", "tensor (scalar)")
        .containsEntry("tensor", new Counts(5, 1, 0, 0, 3.0))
        .containsEntry("nn", new Counts(1, 0, 0, 0, 1.5));
    assertThat(run.suites().get("tensor").passed()).isFalse();
  }

  @Test
  void reportsOfAnotherProfileAreRefused() throws IOException {
    report("nn/target/surefire-reports/TEST-c.xml", false, 1, 0);
    assertThatThrownBy(() -> LongRun.read(root))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("TEST-c.xml: of a run without the profile long");
  }

  @Test
  void aClassThatIsSkippedWholeSaysNothingOfTheProfile() throws IOException {
    report("tensor/target/surefire-reports/TEST-a.xml", true, 3, 0);
    Path file = root.resolve("tensor/target/surefire-reports/TEST-b.xml");
    Files.writeString(
        file,
        "<testsuite name='x' time='0.1' tests='20' errors='0' skipped='20' failures='0'>"
            + "<properties/></testsuite>");
    assertThat(LongRun.read(root).suites()).containsEntry("tensor", new Counts(23, 0, 0, 20, 1.6));
  }

  @Test
  void noReportsAreAnError() {
    assertThatThrownBy(() -> LongRun.read(root))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("no module has surefire reports; run mvn verify -Plong first");
  }

  @Test
  void aBrokenReportIsNamed() throws IOException {
    Path file = root.resolve("nn/target/surefire-reports/TEST-c.xml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "<testsuite tests='1'");
    assertThatThrownBy(() -> LongRun.read(root))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("TEST-c.xml: not a surefire report");
  }

  private void report(String name, boolean isLong, int tests, int failures) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        String.format(
            "<testsuite name='x' time='1.5' tests='%d' errors='0' skipped='0' failures='%d'>"
                + "<properties><property name='weft.long' value='%s'/></properties></testsuite>",
            tests, failures, isLong));
  }
}
