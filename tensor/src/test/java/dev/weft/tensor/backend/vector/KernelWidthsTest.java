package dev.weft.tensor.backend.vector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The width is fixed when a process starts, so each is a process of its own. */
class KernelWidthsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Dweft.vector.bits=128",
        "-Dweft.vector.bits=256",
        "-Dweft.vector.bits=512",
        "-XX:TieredStopAtLevel=1"
      })
  void widthAndTierChangeNoBits(String flag) throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-Dweft.threads=1",
                flag,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                KernelDigest.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(child.getInputStream().readAllBytes(), UTF_8);
    assertThat(child.waitFor()).as(output).isZero();
    assertThat(output).contains(KernelDigest.digest());
  }
}
