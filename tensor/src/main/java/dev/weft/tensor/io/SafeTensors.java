package dev.weft.tensor.io;

import dev.weft.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes tensors in the safetensors format; {@link Checkpoint} reads them. */
public final class SafeTensors {
  private SafeTensors() {}

  /**
   * Writes tensors in their own element types, in the layout of the reference serialiser (by type
   * from wide to narrow, then by name), beside {@code file} and then in its place.
   *
   * <p>Data is streamed from where it lies; a tensor that is not dense is copied when its turn
   * comes. An empty {@code metadata} writes no {@code __metadata__}.
   *
   * @throws IllegalArgumentException for a name the format cannot hold, or a header beyond its
   *     limit
   * @throws IOException where the file cannot be written; nothing is left behind then
   */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<SafeTensorsWriter.Part> parts = new ArrayList<>();
    tensors.forEach((name, tensor) -> {
      List<Long> shape = Arrays.stream(tensor.shape().dims()).asLongStream().boxed().toList();
      parts.add(
          new SafeTensorsWriter.Part(
              name,
              StoredType.of(tensor.dtype()),
              shape,
              tensor.size() * tensor.dtype().bytes(),
              () -> tensor.contiguous().segment()));
    });
    SafeTensorsWriter.write(file, parts, metadata);
  }
}
