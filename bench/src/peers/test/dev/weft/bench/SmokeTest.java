package dev.weft.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weft.bench.suite.SmokeBenchmark;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmokeTest {
  @Test
  void peersComputeTheSameAsOurs() throws IOException {
    Session session =
        new Session(
            Path.of("..").toAbsolutePath().normalize(),
            Effort.SMOKE,
            name -> true,
            List.of(),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    new SmokeBenchmark().run(session);
    assumeThat(System.getProperty("os.name") + " " + System.getProperty("os.arch"))
        .as("the native libraries are packaged for Linux on x86-64")
        .isEqualTo("Linux amd64");
    assertThat(session.rows())
        .extracting(Row::peerName)
        .contains("libtorch", "onnxruntime", "tokenizers");
  }
}
