package dev.weft.cli;

import dev.weft.cli.InspectedText.Token;
import dev.weft.models.Backbone;
import dev.weft.models.EncoderDecoder;
import dev.weft.models.inspect.Site;
import dev.weft.models.inspect.Trace;
import dev.weft.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Where the tokens of a text look in one head: a map with a row a token that looks. */
final class AttentionView implements InspectionView {
  /** Whose attention, of an encoder-decoder. */
  enum Of {
    ENCODER,
    DECODER,
    CROSS
  }

  /** So many keys have a column with a number; more have a character each. */
  private static final int NUMBERED = 11;

  /** So many tokens are shown in either direction. */
  private static final int SHOWN = 48;

  private static final int STRONGEST = 3;

  private final InspectedText text;
  private final String path;
  private final Of of;
  private final int layer;
  private final int layers;
  private final int head;
  private final Tensor all; // [N, queries, keys]
  private final float[][] weights; // [queries][keys]

  private AttentionView(
      InspectedText text, String path, Of of, int layer, int layers, int head, Tensor all) {
    this.text = text;
    this.path = path;
    this.of = of;
    this.layer = layer;
    this.layers = layers;
    this.head = head;
    this.all = all;
    Tensor one = all.select(0, head);
    weights = new float[one.dim(0)][];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = one.select(0, i).toFloats();
    }
  }

  /**
   * Runs the model.
   *
   * @param of empty for a stack alone, or for the encoder
   * @throws IOException where the model has no such layer or head
   */
  static AttentionView of(InspectedText text, Optional<Of> of, int layer, int head)
      throws IOException {
    Backbone model = text.model();
    if (of.isPresent() && model.encoderDecoder().isEmpty()) {
      throw new IOException(
          "--attention-of: " + model.root().describe() + " is no encoder-decoder");
    }
    Of whose = of.orElse(Of.ENCODER);
    List<String> paths = attending(text.beginning(), whose);
    String asked = "--attention %d,%d: ".formatted(layer, head);
    if (layer >= paths.size()) {
      throw new IOException(
          asked
              + "there are %d layers that attend, 0 to %d"
                  .formatted(paths.size(), paths.size() - 1));
    }
    Trace trace = Trace.of(model);
    Site site = trace.at(paths.get(layer)).withAttention();
    text.runStacks(trace);
    Tensor probabilities = site.attention().probabilities();
    int heads = probabilities.dim(0);
    if (head >= heads) {
      throw new IOException(
          asked + "layer %d has %d heads, 0 to %d".formatted(layer, heads, heads - 1));
    }
    return new AttentionView(
        text, paths.get(layer), whose, layer, paths.size(), head, probabilities);
  }

  /** The modules that attend, layer by layer. */
  private static List<String> attending(InspectedText glance, Of of) {
    Trace trace = Trace.of(glance.model());
    Site root = trace.at(glance.model().root().path()).withAttention();
    glance.runStacks(trace);
    return root.attentions().stream()
        .map(Site.Attention::path)
        .filter(path -> whose(glance.model(), path) == of)
        .toList();
  }

  private static Of whose(Backbone model, String path) {
    Optional<EncoderDecoder> pair = model.encoderDecoder();
    if (pair.isEmpty() || path.startsWith(model.encoder().path() + ".")) {
      return Of.ENCODER;
    }
    return pair.get().attendsMemory(path) ? Of.CROSS : Of.DECODER;
  }

  private List<Token> queries() {
    return of == Of.ENCODER ? text.source() : text.target();
  }

  private List<Token> keys() {
    return of == Of.DECODER ? text.target() : text.source();
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = text.json();
    json.put("path", path);
    json.put("of", of.name().toLowerCase(Locale.ROOT));
    json.put("layer", layer);
    json.put("layers", layers);
    json.put("head", head);
    json.put("heads", all.dim(0));
    json.put("queries", of == Of.ENCODER ? "source" : "target");
    json.put("keys", of == Of.DECODER ? "target" : "source");
    json.put("weights", weights);
    return json;
  }

  @Override
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s, layer %d of 0 to %d, head %d of 0 to %d"
            .formatted(path, layer, layers - 1, head, all.dim(0) - 1));
    boolean numbered = keys().size() <= NUMBERED;
    lines.add(
        "where each token (row) looks (column), in per cent"
            + (numbered ? "" : ", and where it looks most"));
    lines.add("");
    lines.add(" ".repeat(18) + (numbered ? header() : ruler()));
    for (int i = 0; i < Math.min(queries().size(), SHOWN); i++) {
      String label = Cells.right(String.valueOf(i), 3) + " " + label(queries().get(i));
      lines.add((label + (numbered ? numbers(i) : shades(i))).stripTrailing());
    }
    lines.add("");
    lines.add(Cells.LEGEND);
    cut(lines, "row", queries().size());
    if (!numbered) {
      cut(lines, "column", keys().size());
    }
    return lines;
  }

  private static String label(Token token) {
    return Cells.left(token.text(), 12) + "  ";
  }

  private static void cut(List<String> lines, String what, int count) {
    if (count > SHOWN) {
      lines.add(
          "cut: the first %d of %d %ss are shown, --json has all".formatted(SHOWN, count, what));
    }
  }

  private String header() {
    StringBuilder line = new StringBuilder();
    keys().forEach(key -> line.append(Cells.right(key.text(), 6)).append(' '));
    return line.toString().stripTrailing();
  }

  /** The numbers of every tenth key. */
  private String ruler() {
    StringBuilder line = new StringBuilder();
    for (int j = 0; j < Math.min(keys().size(), SHOWN); j += 10) {
      line.append(Cells.left(String.valueOf(j), 10));
    }
    return line.toString().stripTrailing();
  }

  private String numbers(int query) {
    StringBuilder line = new StringBuilder();
    for (float weight : weights[query]) {
      String number = weight == 0 ? "" : String.valueOf(Math.round(100 * weight));
      char shade = Cells.shade(weight);
      line.append(' ').append(shade).append(shade).append(Cells.right(number, 3)).append(' ');
    }
    return line.toString();
  }

  private String shades(int query) {
    StringBuilder line = new StringBuilder();
    float[] row = weights[query];
    for (int j = 0; j < Math.min(row.length, SHOWN); j++) {
      line.append(Cells.shade(row[j]));
    }
    line.append("  ");
    IntStream.range(0, row.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer j) -> -row[j]))
        .limit(STRONGEST)
        .filter(j -> row[j] >= 0.01f)
        .forEach(j ->
            line.append(
                "%d %s %d  "
                    .formatted(j, Cells.visible(keys().get(j).text()), Math.round(100 * row[j]))));
    return line.toString();
  }
}
