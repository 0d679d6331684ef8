package dev.weft.cli;

import dev.weft.cli.InspectedText.Token;
import dev.weft.models.Head;
import dev.weft.models.inspect.LogitLens;
import dev.weft.models.inspect.LogitLens.Guess;
import dev.weft.models.inspect.LogitLens.Layer;
import dev.weft.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The tokens that each layer would say: a map with a row a layer, and one place in full. */
final class LensView implements InspectionView {
  /** So many tokens have a column. */
  private static final int SHOWN = 6;

  private static final int NAME = 12;
  private static final int CELL = 14;

  private final InspectedText text;
  private final Tokenizer tokenizer;
  private final Head.Kind head;
  private final List<Layer> layers;

  private LensView(InspectedText text, Tokenizer tokenizer, Head.Kind head, List<Layer> layers) {
    this.text = text;
    this.tokenizer = tokenizer;
    this.head = head;
    this.layers = layers;
  }

  /**
   * Runs the model.
   *
   * @param top how many tokens to name at each place
   * @throws IOException where it has no language model head, or not so many tokens
   */
  static LensView of(InspectedText text, Tokenizer tokenizer, int top) throws IOException {
    int known = text.model().encoder().vocabSize();
    if (top > known) {
      throw new IOException("--top %d: the model knows %d tokens".formatted(top, known));
    }
    LogitLens lens;
    try {
      lens = LogitLens.of(text.model());
    } catch (IllegalArgumentException e) {
      throw new IOException("--logit-lens: " + e.getMessage(), e);
    }
    List<Layer> layers =
        text.target().isEmpty()
            ? lens.read(text.packedSource(), top)
            : lens.read(text.packedSource(), text.packedTarget(), top);
    return new LensView(text, tokenizer, lens.head().kind(), layers);
  }

  private List<Token> tokens() {
    return text.target().isEmpty() ? text.source() : text.target();
  }

  private static String name(Layer layer) {
    return layer.state() == 0 ? "embeddings" : "layer " + (layer.state() - 1);
  }

  /** A model's table may be longer than its tokenizer's. */
  private String token(int id) {
    try {
      return tokenizer.tokenOf(id);
    } catch (IllegalArgumentException e) {
      return "#" + id;
    }
  }

  @Override
  public Map<String, Object> json() {
    Map<String, Object> json = text.json();
    json.put("head", head.name().toLowerCase(Locale.ROOT));
    List<Map<String, Object>> all = new ArrayList<>();
    for (Layer layer : layers) {
      List<Map<String, Object>> places = new ArrayList<>();
      for (int i = 0; i < layer.guesses().size(); i++) {
        Map<String, Object> place = new LinkedHashMap<>();
        place.put("index", i);
        place.put("guesses", layer.guesses().get(i).stream().map(this::json).toList());
        places.add(place);
      }
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("state", layer.state());
      one.put("name", name(layer));
      one.put("tokens", places);
      all.add(one);
    }
    json.put("layers", all);
    return json;
  }

  private Map<String, Object> json(Guess guess) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("id", guess.id());
    json.put("token", token(guess.id()));
    json.put("probability", guess.probability());
    return json;
  }

  @Override
  public List<String> lines() {
    boolean masked = head == Head.Kind.MASKED_LM;
    List<Integer> hidden = masked ? masks() : List.of();
    int count = tokens().size();
    List<Integer> shown =
        hidden.isEmpty()
            ? IntStream.range(Math.max(0, count - SHOWN), count).boxed().toList()
            : hidden.subList(0, Math.min(hidden.size(), SHOWN));
    List<String> lines = new ArrayList<>();
    lines.add(
        "what each layer would say " + (masked ? "in the place of" : "after") + " each token");
    lines.add("");
    lines.add(header(shown));
    layers.forEach(layer -> lines.add(best(layer, shown)));
    lines.add("");
    lines.add(Cells.LEGEND);
    int of = hidden.isEmpty() ? count : hidden.size();
    if (shown.size() < of) {
      lines.add(
          "cut: the %s %d of %d tokens are shown, --json has all"
              .formatted(hidden.isEmpty() ? "last" : "first", shown.size(), of));
    }
    if (!masked || !hidden.isEmpty()) {
      inFull(lines, masked ? hidden.getFirst() : count - 1, masked);
    }
    return lines;
  }

  private List<Integer> masks() {
    OptionalInt mask = tokenizer.maskId();
    return mask.isEmpty()
        ? List.of()
        : IntStream.range(0, tokens().size())
            .filter(i -> tokens().get(i).id() == mask.getAsInt())
            .boxed()
            .toList();
  }

  private String header(List<Integer> shown) {
    StringBuilder line = new StringBuilder(" ".repeat(NAME));
    shown.forEach(
        i -> line.append("  ").append(Cells.left(i + " " + tokens().get(i).text(), CELL - 2)));
    return line.toString().stripTrailing();
  }

  private String best(Layer layer, List<Integer> shown) {
    StringBuilder line = new StringBuilder(Cells.left(name(layer), NAME));
    for (int i : shown) {
      Guess guess = layer.guesses().get(i).getFirst();
      line.append(Cells.shade(guess.probability()))
          .append(' ')
          .append(Cells.left(token(guess.id()), CELL - 2));
    }
    return line.toString().stripTrailing();
  }

  private void inFull(List<String> lines, int place, boolean masked) {
    lines.add("");
    lines.add(
        "%s token %d, %s, in per cent"
            .formatted(
                masked ? "in the place of" : "after",
                place,
                Cells.visible(tokens().get(place).text())));
    lines.add("");
    for (Layer layer : layers) {
      StringBuilder line = new StringBuilder(Cells.left(name(layer), NAME));
      for (Guess guess : layer.guesses().get(place)) {
        line.append(
            String.format(
                Locale.ROOT,
                "  %5.1f %s",
                100 * guess.probability(),
                Cells.left(token(guess.id()), CELL - 4)));
      }
      lines.add(line.toString().stripTrailing());
    }
  }
}
