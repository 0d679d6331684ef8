package dev.weft.cli;

import dev.weft.cli.InspectedText.Token;
import dev.weft.models.Backbone;
import dev.weft.models.inspect.Site;
import dev.weft.models.inspect.Trace;
import dev.weft.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What one module gives: a row a token, or whatever else the first dimension counts. */
final class ActivationsView implements InspectionView {
  private static final int SHOWN = 48;
  private static final int VALUES = 4;

  private final InspectedText text;
  private final Site site;
  private final Tensor output;

  private ActivationsView(InspectedText text, Site site) {
    this.text = text;
    this.site = site;
    this.output = site.calls().getLast().output();
  }

  /**
   * Runs the model.
   *
   * @param name of the module, with the prefix of a model with a head or without
   * @throws IOException where there is none, or it computes nothing
   */
  static ActivationsView of(InspectedText text, String name) throws IOException {
    Trace trace = Trace.of(text.model());
    Site site;
    try {
      site = trace.at(path(trace, text.model(), name));
    } catch (IllegalArgumentException e) {
      throw new IOException("--activations: " + e.getMessage(), e);
    }
    text.runWhole(trace);
    if (site.calls().isEmpty()) {
      throw new IOException(
          "--activations: " + site.module() + " computes nothing itself; name one below it");
    }
    return new ActivationsView(text, site);
  }

  /** The tree of a stack alone, which {@code weft inspect} shows, hangs lower below a head. */
  private static String path(Trace trace, Backbone model, String name) {
    String stack = model.encoder().path();
    for (int dot = 0; dot >= 0 && !stack.isEmpty(); ) {
      if (trace.modules().containsKey(name)) {
        return name;
      }
      dot = stack.indexOf('.', dot + 1);
      String prefixed = (dot < 0 ? stack : stack.substring(0, dot)) + "." + name;
      if (trace.modules().containsKey(prefixed)) {
        return prefixed;
      }
    }
    return name;
  }

  private int rows() {
    return output.rank() == 0 ? 1 : output.dim(0);
  }

  private float[] row(int i) {
    return output.rank() == 0 ? output.toFloats() : output.select(0, i).toFloats();
  }

  /** The tokens that the rows belong to; none where they count something else. */
  private List<Token> tokens() {
    String path = site.module().path();
    Backbone model = text.model();
    boolean reads =
        model.encoderDecoder().isEmpty()
            || path.equals(model.encoder().path())
            || path.startsWith(model.encoder().path() + ".")
            || isOfMemory(path);
    List<Token> tokens = reads ? text.source() : text.target();
    return tokens.size() == rows() && output.rank() > 1 && !path.contains("relative_attention_bias")
        ? tokens
        : List.of();
  }

  /** Whether the module makes keys or values of what the encoder has read. */
  private boolean isOfMemory(String path) {
    int dot = path.lastIndexOf('.');
    return dot > 0
        && text.model().encoderDecoder().orElseThrow().attendsMemory(path.substring(0, dot))
        && (path.startsWith("k", dot + 1) || path.startsWith("v", dot + 1));
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = text.json();
    json.put("path", site.module().path());
    json.put("module", site.module().describe());
    json.put("calls", site.calls().size());
    json.put("dtype", output.dtype().name());
    json.put("shape", Arrays.stream(output.shape().dims()).boxed().toList());
    List<Token> tokens = tokens();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < rows(); i++) {
      float[] values = row(i);
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("index", i);
      if (!tokens.isEmpty()) {
        row.put("token", tokens.get(i).text());
      }
      Summary summary = Summary.of(values);
      row.put("norm", summary.norm);
      row.put("mean", summary.mean);
      row.put("min", summary.min);
      row.put("max", summary.max);
      row.put("values", values);
      rows.add(row);
    }
    json.put("rows", rows);
    return json;
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    int calls = site.calls().size();
    lines.add(
        site.module()
            + ", gives "
            + output.dtype()
            + " "
            + output.shape()
            + (calls == 1 ? "" : ", the last of " + calls + " times in this forward"));
    lines.add("");
    List<Token> tokens = tokens();
    lines.add(
        Cells.right("row", 4)
            + " "
            + Cells.left(tokens.isEmpty() ? "" : "token", 14)
            + Cells.right("norm", 10)
            + Cells.right("mean", 11)
            + Cells.right("min", 11)
            + Cells.right("max", 11)
            + "   first values");
    for (int i = 0; i < Math.min(rows(), SHOWN); i++) {
      float[] values = row(i);
      Summary summary = Summary.of(values);
      StringBuilder line = new StringBuilder(Cells.right(String.valueOf(i), 4)).append(' ');
      line.append(Cells.left(tokens.isEmpty() ? "" : tokens.get(i).text(), 14));
      line.append(Cells.right(number(summary.norm), 10));
      line.append(Cells.right(number(summary.mean), 11));
      line.append(Cells.right(number(summary.min), 11));
      line.append(Cells.right(number(summary.max), 11)).append("  ");
      for (int j = 0; j < Math.min(values.length, VALUES); j++) {
        line.append(Cells.right(number(values[j]), 11));
      }
      lines.add(line.toString());
    }
    if (rows() > SHOWN) {
      lines.add("");
      lines.add("cut: the first %d of %d rows are shown, --json has all".formatted(SHOWN, rows()));
    }
    return lines;
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private record Summary(double norm, double mean, double min, double max) {
    static Summary of(float[] values) {
      double squares = 0;
      double sum = 0;
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (float value : values) {
        squares += (double) value * value;
        sum += value;
        min = Math.min(min, value);
        max = Math.max(max, value);
      }
      return new Summary(Math.sqrt(squares), sum / values.length, min, max);
    }
  }
}
