package dev.weft.cli;

import dev.weft.models.Backbone;
import dev.weft.models.SentenceSettings;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.models.tokenizer.Tokenizer;
import dev.weft.nn.Module;
import dev.weft.tensor.DType;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.TensorEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What {@code weft inspect} shows: facts by name, and the module tree. Every parameter of a
 * floating type counts as trainable: an optimiser widens half types ({@code Parameter.own}).
 */
final class ModelReport {
  private final Map<String, Object> facts = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();

  private ModelReport() {}

  /** A model and its tokenizer. */
  static ModelReport of(Backbone backbone, SentenceSettings settings, Tokenizer tokenizer)
      throws IOException {
    ModelReport report = model(backbone);
    report.tokenizer(tokenizer);
    report.rest(backbone, settings);
    return report;
  }

  /** A model without a tokenizer. */
  static ModelReport of(Backbone backbone, SentenceSettings settings) throws IOException {
    ModelReport report = model(backbone);
    report.facts.put("tokenizer", null);
    report.line("tokenizer", "none");
    report.rest(backbone, settings);
    return report;
  }

  /** A directory that holds a tokenizer and no model. */
  static ModelReport of(Path directory, Tokenizer tokenizer) {
    ModelReport report = new ModelReport();
    Path path = directory.toAbsolutePath().normalize();
    report.fact("model", String.valueOf(path.getFileName()));
    report.fact("path", path.toString());
    report.facts.put("family", null);
    report.line("family", "none: a tokenizer alone, no config.json and so no model");
    report.tokenizer(tokenizer);
    return report;
  }

  /** For programs. */
  Map<String, Object> json() {
    return facts;
  }

  /** For people. */
  List<String> lines() {
    return lines;
  }

  private static ModelReport model(Backbone backbone) throws IOException {
    ModelReport report = new ModelReport();
    ModelDirectory directory = backbone.directory();
    report.fact("model", directory.name());
    report.fact("path", directory.path().toAbsolutePath().normalize().toString());
    report.fact("family", backbone.family());
    backbone
        .unreadHead()
        .ifPresent(architecture -> {
          report.facts.put("unread_head", architecture);
          report.line("head", "not read: " + architecture + " is not supported");
        });
    report.parameters(backbone.root().parameters());
    report.files(backbone.checkpoint());
    return report;
  }

  private void rest(Backbone backbone, SentenceSettings settings) {
    settings(settings, backbone.encoder().hiddenSize());
    lines.add("");
    lines.add(backbone.root().describe());
    facts.put("tree", tree(backbone.root(), ""));
  }

  private void parameters(List<Parameter> parameters) {
    Map<String, Long> byType = new TreeMap<>();
    long all = 0;
    long trainable = 0;
    long bytes = 0;
    for (Parameter parameter : parameters) {
      long size = parameter.tensor().shape().size();
      DType type = parameter.tensor().dtype();
      byType.merge(type.name(), size, Long::sum);
      all += size;
      trainable += type.isFloating() ? size : 0;
      bytes += size * type.bytes();
    }
    facts.put("parameters", all);
    facts.put("trainable_parameters", trainable);
    facts.put("dtypes", byType);
    facts.put("bytes", bytes);
    line("parameters", grouped(all) + " (" + grouped(trainable) + " trainable)");
    line(
        "dtypes",
        byType.entrySet().stream()
            .map(type -> type.getKey() + " " + grouped(type.getValue()))
            .collect(Collectors.joining(", ")));
    line("bytes", grouped(bytes));
  }

  private void files(Checkpoint checkpoint) throws IOException {
    Path opened = checkpoint.path();
    List<Path> paths = new ArrayList<>();
    if (opened.toString().endsWith(".json")) {
      try (Stream<Path> beside = Files.list(opened.toAbsolutePath().getParent())) {
        beside
            .filter(file -> file.toString().endsWith(".safetensors"))
            .sorted()
            .forEach(paths::add);
      }
    } else {
      paths.add(opened);
    }
    Map<String, Long> storedTypes =
        checkpoint.entries().values().stream()
            .collect(
                Collectors.groupingBy(
                    (TensorEntry entry) -> entry.type().name(),
                    TreeMap::new,
                    Collectors.counting()));
    List<Map<String, Object>> files = new ArrayList<>();
    for (Path path : paths) {
      Map<String, Object> file = new LinkedHashMap<>();
      file.put("name", String.valueOf(path.getFileName()));
      file.put("bytes", Files.size(path));
      files.add(file);
      line("file", path.getFileName() + ", " + grouped(Files.size(path)) + " bytes");
    }
    facts.put("files", files);
    facts.put("stored_tensors", storedTypes);
    line("tensors", storedTypes.toString().replaceAll("[{}]", "").replace("=", " x "));
  }

  private void tokenizer(Tokenizer tokenizer) {
    Map<String, Object> fact = new LinkedHashMap<>();
    fact.put("kind", tokenizer.kind());
    fact.put("vocabulary", tokenizer.vocabSize());
    facts.put("tokenizer", fact);
    line("tokenizer", tokenizer.kind() + ", " + grouped(tokenizer.vocabSize()) + " tokens");
  }

  private void settings(SentenceSettings settings, int dimension) {
    Map<String, Object> fact = new LinkedHashMap<>();
    fact.put("dimension", dimension);
    fact.put("pooling", settings.pooling().name().toLowerCase(Locale.ROOT));
    fact.put("normalize", settings.normalize());
    fact.put("max_length", settings.maxLength());
    facts.put("sentence", fact);
    line(
        "sentence",
        String.format(
            "vectors of %d, pooling %s, %s, at most %d tokens",
            dimension,
            fact.get("pooling"),
            settings.normalize() ? "normalised" : "not normalised",
            settings.maxLength()));
  }

  /** Adds the lines below {@code module} and gives its node for JSON. */
  private Map<String, Object> tree(Module module, String indent) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("path", module.path());
    node.put("module", module.describe());
    List<Map<String, Object>> parameters = new ArrayList<>();
    List<Map<String, Object>> children = new ArrayList<>();
    int left = module.ownParameters().size() + module.children().size();
    for (Parameter parameter : module.ownParameters()) {
      left--;
      Map<String, Object> leaf = new LinkedHashMap<>();
      leaf.put("name", parameter.name());
      leaf.put("shape", Arrays.stream(parameter.tensor().shape().dims()).boxed().toList());
      leaf.put("dtype", parameter.tensor().dtype().name());
      parameters.add(leaf);
      lines.add(
          indent
              + branch(left)
              + below(module, parameter.name())
              + "  "
              + parameter.tensor().shape()
              + " "
              + parameter.tensor().dtype());
    }
    for (Module child : module.children()) {
      left--;
      lines.add(indent + branch(left) + below(module, child.path()) + ": " + child.describe());
      children.add(tree(child, indent + (left > 0 ? "│  " : "   ")));
    }
    node.put("parameters", parameters);
    node.put("children", children);
    return node;
  }

  private static String branch(int left) {
    return left > 0 ? "├─ " : "└─ ";
  }

  /** A dotted name without the path of the module that holds it. */
  private static String below(Module module, String name) {
    String path = module.path();
    return !path.isEmpty() && name.startsWith(path + ".")
        ? name.substring(path.length() + 1)
        : name;
  }

  private void fact(String name, String value) {
    facts.put(name, value);
    line(name, value);
  }

  private void line(String name, String value) {
    lines.add(String.format("%-12s%s", name, value));
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
