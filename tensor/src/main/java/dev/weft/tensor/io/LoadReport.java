package dev.weft.tensor.io;

import dev.weft.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How the tensors of a source fit the parameters that a model expects: everything that is wrong, at
 * once.
 *
 * @param source the file or directory the tensors come from
 * @param missing expected, not found
 * @param unexpected found, not expected
 * @param misshapen found with another shape
 * @param unsupported found with an element type Weft does not compute with
 */
public record LoadReport(
    String source,
    List<String> missing,
    List<String> unexpected,
    List<Misshapen> misshapen,
    List<String> unsupported) {
  private static final int SHOWN = 8;

  /** A tensor whose shape is not the parameter's. */
  public record Misshapen(String name, Shape expected, String got) {
    @Override
    public String toString() {
      return SafeTensorsException.quote(name) + " expected " + expected + ", got " + got;
    }
  }

  public LoadReport {
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    misshapen = List.copyOf(misshapen);
    unsupported = List.copyOf(unsupported);
  }

  static LoadReport of(String source, Map<String, Shape> expected, Map<String, TensorEntry> found) {
    List<String> missing = new ArrayList<>();
    List<Misshapen> misshapen = new ArrayList<>();
    List<String> unsupported = new ArrayList<>();
    expected.forEach((name, shape) -> {
      TensorEntry entry = found.get(name);
      if (entry == null) {
        missing.add(name);
        return;
      }
      if (!entry.shapeText().equals(shape.toString())) {
        misshapen.add(new Misshapen(name, shape, entry.shapeText()));
      }
      if (entry.type().dtype().isEmpty()) {
        unsupported.add(name + " " + entry.type());
      }
    });
    List<String> unexpected =
        found.keySet().stream().filter(name -> !expected.containsKey(name)).toList();
    return new LoadReport(source, missing, unexpected, misshapen, unsupported);
  }

  /** Whether every expected tensor is there in its shape, and nothing else is. */
  public boolean isExact() {
    return problems() == 0;
  }

  /**
   * Nothing, where the fit is exact.
   *
   * @throws LoadException with this report where it is not
   */
  public void orThrow() throws LoadException {
    if (!isExact()) {
      throw new LoadException(this);
    }
  }

  private int problems() {
    return missing.size() + unexpected.size() + misshapen.size() + unsupported.size();
  }

  /** One line; of each kind of problem the first eight. */
  @Override
  public String toString() {
    if (isExact()) {
      return source + ": every tensor fits";
    }
    List<String> parts = new ArrayList<>();
    add(parts, "missing", missing, SafeTensorsException::quote);
    add(parts, "unexpected", unexpected, SafeTensorsException::quote);
    add(parts, "misshapen", misshapen, Misshapen::toString);
    add(parts, "of unsupported dtype", unsupported, SafeTensorsException::quote);
    return source + ": " + String.join("; ", parts);
  }

  private static <T> void add(
      List<String> parts, String kind, List<T> tensors, Function<T, String> text) {
    if (!tensors.isEmpty()) {
      parts.add(
          tensors.stream()
              .limit(SHOWN)
              .map(text)
              .collect(
                  Collectors.joining(
                      ", ",
                      tensors.size() + " " + kind + ": ",
                      tensors.size() > SHOWN ? ", ..." : "")));
    }
  }
}
