package dev.weft.tensor.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MicroKernelSourceTest {
  private static final Path FOLDER = Path.of("src/main/java/dev/weft/tensor/backend/vector");

  @Test
  void theKernelsAreWhatTheGeneratorWrites() throws IOException {
    assertThat(Files.readString(FOLDER.resolve("PackedKernel.java")))
        .isEqualTo(MicroKernelSource.packed());
    assertThat(Files.readString(FOLDER.resolve("StridedKernel.java")))
        .isEqualTo(MicroKernelSource.strided());
    assertThat(Files.readString(FOLDER.resolve("StreamKernel.java")))
        .isEqualTo(MicroKernelSource.stream());
  }
}
