package dev.weft.models.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.models.Backbone;
import dev.weft.models.Encoder;
import dev.weft.models.GoldenModel;
import dev.weft.models.PaddedBatch;
import dev.weft.models.PaddedForward.Outputs;
import dev.weft.models.PaddedInputs;
import dev.weft.nn.Module;
import dev.weft.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a trace sees of every tiny model, whose goldens are transformers' own. */
class TraceFamiliesTest {
  private static final double TOLERANCE = 1e-5;
  private static final Outputs ALL = new Outputs(true, true);

  /** A layer of a stack by its path; T5's blocks have layers of their own. */
  private static final Pattern LAYER = Pattern.compile("(.*\\.)?(layer|layers|h|block)\\.(\\d+)");

  static List<String> models() throws IOException {
    return GoldenModel.names();
  }

  @Test
  void everyFamilyIsHere() throws IOException {
    assertThat(models()).hasSizeGreaterThan(80);
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyModuleThatIsComputedIsSeen(String name) throws IOException {
    try (GoldenModel golden = GoldenModel.open(name)) {
      Set<String> unseen = new LinkedHashSet<>(Trace.of(golden.model()).modules().keySet());
      for (String batch : golden.batches()) {
        Trace trace = Trace.of(golden.model());
        List<Site> sites = trace.modules().keySet().stream().map(trace::at).toList();
        run(trace, golden, batch);
        sites.stream()
            .filter(site -> !site.calls().isEmpty())
            .forEach(site -> unseen.remove(site.module().path()));
      }
      Map<String, Module> modules = Trace.of(golden.model()).modules();
      assertThat(unseen).allMatch(path -> computesNothing(modules.get(path)));
    }
  }

  /** A root above stack and head, which computes what they do, and a table that stacks share. */
  private static boolean computesNothing(Module module) {
    String path = module.path();
    boolean above = path.isEmpty() || path.equals("transformer") || path.equals("model");
    return (above && !(module instanceof Encoder)) || path.endsWith("shared");
  }

  @ParameterizedTest
  @MethodSource("models")
  void lookingChangesNoBit(String name) throws IOException {
    try (GoldenModel golden = GoldenModel.open(name)) {
      String batch = golden.batches().getFirst();
      Map<String, Tensor> alone = golden.model().padded().run(golden.inputs(batch), ALL);
      Trace trace = Trace.of(golden.model());
      trace.modules().keySet().forEach(path -> trace.at(path).withAttention());
      Map<String, Tensor> seen = run(trace, golden, batch);
      assertThat(seen.keySet()).isEqualTo(alone.keySet());
      alone.forEach((key, value) -> assertThat(bits(seen.get(key))).as(key).isEqualTo(bits(value)));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void layersGiveTheHiddenStatesOfTransformers(String name) throws IOException {
    try (GoldenModel golden = GoldenModel.open(name)) {
      for (String batch : golden.batches()) {
        Trace trace = Trace.of(golden.model());
        Map<String, Integer> layers = layers(golden.model());
        layers.keySet().forEach(trace::at);
        Site stack = trace.at(golden.model().encoder().path());
        run(trace, golden, batch);
        boolean pair = golden.model().encoderDecoder().isPresent();
        PaddedBatch read = golden.source(batch);
        Optional<Tensor> end =
            golden.expected(batch, (pair ? "encoder_" : "") + "last_hidden_state");
        if (end.isPresent()) {
          assertThat(difference(read.pad(stack.output()), end.get(), read)).isLessThan(TOLERANCE);
        }
        for (Map.Entry<String, Integer> layer : layers.entrySet()) {
          boolean writes = writes(golden.model(), layer.getKey());
          String states =
              pair ? (writes ? "decoder" : "encoder") + "_hidden_states." : "hidden_states.";
          // Behind the last layer transformers shows what the final norm makes of it.
          boolean last = !layers.containsKey(next(layer.getKey()));
          if (!last && golden.expected(batch, states + (layer.getValue() + 1)).isPresent()) {
            PaddedBatch padded = writes ? golden.target(batch) : golden.source(batch);
            Tensor expected = golden.expected(batch, states + (layer.getValue() + 1)).orElseThrow();
            Tensor got = padded.pad(trace.at(layer.getKey()).output());
            assertThat(difference(got, expected, padded)).isLessThan(TOLERANCE);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void attentionIsThatOfTransformersAndOfTheFusedKernel(String name) throws IOException {
    try (GoldenModel golden = GoldenModel.open(name)) {
      String batch = golden.batches().getFirst();
      Backbone model = golden.model();
      Trace trace = Trace.of(model);
      Site root = trace.at("").withAttention();
      trace.modules().keySet().forEach(trace::at);
      run(trace, golden, batch);
      Map<String, Integer> numbers = new LinkedHashMap<>();
      for (Site.Attention attention : root.attentions()) {
        boolean writes = writes(model, attention.path());
        boolean cross =
            writes && model.encoderDecoder().orElseThrow().attendsMemory(attention.path());
        String kind =
            model.encoderDecoder().isEmpty()
                ? "attentions."
                : (cross ? "cross" : writes ? "decoder" : "encoder") + "_attentions.";
        int number = numbers.merge(kind, 1, Integer::sum) - 1;
        PaddedBatch queries = writes ? golden.target(batch) : golden.source(batch);
        PaddedBatch keys = writes && !cross ? golden.target(batch) : golden.source(batch);
        golden
            .expected(batch, kind + number)
            .ifPresent(expected -> Attentions.assertEqual(attention, expected, queries, keys));
        Attentions.assertFused(attention, Attentions.values(trace, attention), queries, keys);
      }
      assertThat(numbers).isNotEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void patchingALayerWithItselfChangesNoBit(String name) throws IOException {
    try (GoldenModel golden = GoldenModel.open(name)) {
      String batch = golden.batches().getFirst();
      Map<String, Tensor> alone = golden.model().padded().run(golden.inputs(batch), ALL);
      for (String layer : layers(golden.model()).keySet()) {
        Trace trace = Trace.of(golden.model());
        Site site = trace.at(layer);
        run(trace, golden, batch);
        Tensor own = site.output();
        Trace patch = Trace.of(golden.model()).replace(layer, y -> own);
        Map<String, Tensor> patched = run(patch, golden, batch);
        alone.forEach(
            (key, value) -> assertThat(bits(patched.get(key))).as(key).isEqualTo(bits(value)));
      }
    }
  }

  /** Causal tracing (Meng et al. 2022): what a layer gave of one text goes on in another's run. */
  @ParameterizedTest
  @MethodSource("models")
  void aPatchedLayerGivesTheOtherTextsResultFromThereOn(String name) throws IOException {
    try (GoldenModel golden = GoldenModel.open(name)) {
      String batch = golden.batches().getFirst();
      PaddedInputs one = golden.inputs(batch);
      Backbone model = golden.model();
      Map<String, Integer> layers = layers(model);
      Trace traced = Trace.of(model);
      layers.keySet().forEach(traced::at);
      Map<String, Tensor> expected = traced.run(() -> model.padded().run(one, ALL));
      for (String layer : layers.keySet()) {
        // A decoder's layers read the encoder's states again: there the target is another.
        PaddedInputs other = writes(model, layer) ? targetReversed(one) : sourceReversed(one);
        Tensor given = traced.at(layer).output();
        Trace patched = Trace.of(model).replace(layer, y -> given);
        layers.keySet().forEach(patched::at);
        Map<String, Tensor> got = patched.run(() -> model.padded().run(other, ALL));
        assertThat(bits(got.get("last_hidden_state")))
            .as(layer)
            .isEqualTo(bits(expected.get("last_hidden_state")));
        boolean behind = false;
        for (String later : layers.keySet()) {
          behind |= later.equals(layer);
          if (behind) {
            assertThat(bits(patched.at(later).output()))
                .as("%s behind %s", later, layer)
                .isEqualTo(bits(traced.at(later).output()));
          } else if (writes(model, later) == writes(model, layer)) {
            assertThat(bits(patched.at(later).output()))
                .isNotEqualTo(bits(traced.at(later).output()));
          }
        }
      }
    }
  }

  private static Map<String, Tensor> run(Trace trace, GoldenModel golden, String batch)
      throws IOException {
    PaddedInputs inputs = golden.inputs(batch);
    return trace.run(() -> golden.model().padded().run(inputs, ALL));
  }

  /** The layers of all stacks with their numbers. */
  private static Map<String, Integer> layers(Backbone model) {
    Map<String, Integer> layers = new LinkedHashMap<>();
    for (String path : Trace.of(model).modules().keySet()) {
      Matcher matcher = LAYER.matcher(path);
      if (matcher.matches() && !path.matches(".*\\.block\\.\\d+\\.layer\\.\\d+")) {
        layers.put(path, Integer.parseInt(matcher.group(3)));
      }
    }
    assertThat(layers).isNotEmpty();
    return layers;
  }

  private static String next(String layer) {
    int dot = layer.lastIndexOf('.');
    return layer.substring(0, dot + 1) + (Integer.parseInt(layer.substring(dot + 1)) + 1);
  }

  private static boolean writes(Backbone model, String path) {
    return model.encoderDecoder().isPresent() && !Watch.isAtOrBelow(path, model.encoder().path());
  }

  private static PaddedInputs sourceReversed(PaddedInputs inputs) {
    long[] ones = new long[(int) inputs.inputIds().size()];
    Arrays.fill(ones, 1);
    return new PaddedInputs(
        reversed(inputs.inputIds(), inputs.attentionMask().map(Tensor::toLongs).orElse(ones)),
        inputs.attentionMask(),
        inputs.tokenTypeIds(),
        inputs.decoderInputIds());
  }

  private static PaddedInputs targetReversed(PaddedInputs inputs) {
    Tensor ids = inputs.decoderInputIds().orElseThrow();
    long[] ones = new long[(int) ids.size()];
    Arrays.fill(ones, 1);
    return inputs.withDecoder(reversed(ids, ones));
  }

  /** The same tokens in the other order, padding where it was. */
  private static Tensor reversed(Tensor rows, long[] mask) {
    int width = rows.dim(1);
    long[] ids = rows.toLongs();
    long[] turned = ids.clone();
    for (int from = 0; from < ids.length; from += width) {
      int[] seen = IntStream.range(from, from + width).filter(i -> mask[i] == 1).toArray();
      for (int i = 0; i < seen.length; i++) {
        turned[seen[i]] = ids[seen[seen.length - 1 - i]];
      }
    }
    return Tensor.of(turned, rows.shape().dims());
  }

  private static List<Integer> bits(Tensor x) {
    List<Integer> bits = new ArrayList<>();
    for (float value : x.toFloats()) {
      bits.add(Float.floatToRawIntBits(value));
    }
    return bits;
  }

  /** Relative to max(1, largest expected), over the tokens that take part. */
  private static double difference(Tensor got, Tensor expected, PaddedBatch batch) {
    assertThat(got.shape()).isEqualTo(expected.shape());
    float[] actual = got.toFloats();
    float[] reference = expected.toFloats();
    int size = got.dim(-1);
    double largest = 0;
    double scale = 1;
    Set<Integer> tokens = tokens(batch);
    for (int i = 0; i < actual.length; i++) {
      if (tokens.contains(i / size)) {
        largest = Math.max(largest, Math.abs(actual[i] - reference[i]));
        scale = Math.max(scale, Math.abs(reference[i]));
      }
    }
    return largest / scale;
  }

  /** Cells of the padded batch, row * width + column, that hold tokens and no onlookers. */
  private static Set<Integer> tokens(PaddedBatch batch) {
    int[] columns = batch.packed().columns();
    List<Integer> cells = new ArrayList<>();
    for (int s = 0; s < batch.packed().sequences(); s++) {
      int start = batch.packed().start(s);
      int end = start + batch.packed().length(s) - (batch.packed().endsWithOnlooker(s) ? 1 : 0);
      for (int row = start + batch.packed().onlookers(s); row < end; row++) {
        cells.add(batch.row(s) * batch.width() + columns[row]);
      }
    }
    return cells.stream().collect(Collectors.toSet());
  }
}
