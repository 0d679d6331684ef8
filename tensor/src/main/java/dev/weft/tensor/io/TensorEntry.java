package dev.weft.tensor.io;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One tensor as a safetensors header declares it: its type, its dimensions (none for a scalar) and
 * the bytes {@code [begin, end)} it takes, counted from the end of the header.
 */
public record TensorEntry(String name, StoredType type, List<Long> shape, long begin, long end) {
  public TensorEntry {
    shape = List.copyOf(shape);
  }

  public long bytes() {
    return end - begin;
  }

  String shapeText() {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
  }
}
