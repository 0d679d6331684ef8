package dev.weft.tensor.ops;

import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * One row of the PyTorch goldens that {@code bench/goldens/ops_goldens.py} writes: inputs, outputs
 * and gradients, computed in float64 and rounded once.
 *
 * @param grads the gradient of each differentiable input, by its number
 */
record Golden(
    String name,
    String op,
    Map<String, Object> args,
    List<Tensor> inputs,
    List<Tensor> outputs,
    Tensor dout,
    Map<Integer, Tensor> grads) {

  private static final List<Golden> ALL = read();

  static List<Golden> all() {
    return ALL;
  }

  static List<Golden> of(String op) {
    return ALL.stream().filter(golden -> golden.op.equals(op)).toList();
  }

  boolean has(String arg) {
    return args.containsKey(arg);
  }

  int integer(String arg) {
    return ((Number) Objects.requireNonNull(args.get(arg))).intValue();
  }

  float number(String arg) {
    return ((Number) Objects.requireNonNull(args.get(arg))).floatValue();
  }

  boolean flag(String arg) {
    return Boolean.TRUE.equals(args.get(arg));
  }

  String text(String arg) {
    return String.valueOf(args.getOrDefault(arg, "none"));
  }

  int[] integers(String arg) {
    return ((List<?>) Objects.requireNonNull(args.get(arg)))
        .stream().mapToInt(each -> ((Number) each).intValue()).toArray();
  }

  @Override
  public String toString() {
    return name;
  }

  static Checkpoint open() throws IOException, URISyntaxException {
    return Checkpoint.open(
        Path.of(
            Objects.requireNonNull(Golden.class.getResource("/goldens/ops.safetensors")).toURI()));
  }

  private static List<Golden> read() {
    List<Golden> goldens = new ArrayList<>();
    try (Checkpoint file = open();
        InputStream in = Golden.class.getResourceAsStream("/goldens/ops.json");
        JsonParser json =
            JsonFactory.builder().build().createParser(ObjectReadContext.empty(), in)) {
      json.nextToken();
      for (Object each : (List<?>) value(json)) {
        goldens.add(golden(file, (Map<?, ?>) each));
      }
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("cannot read the goldens", e);
    }
    return List.copyOf(goldens);
  }

  @SuppressWarnings("unchecked")
  private static Golden golden(Checkpoint file, Map<?, ?> row) throws IOException {
    String name = (String) row.get("name");
    List<Tensor> inputs = new ArrayList<>();
    for (int i = 0; i < (int) row.get("inputs"); i++) {
      inputs.add(file.tensor(name + ".in" + i).keep());
    }
    List<Tensor> outputs = new ArrayList<>();
    int count = (int) row.get("outputs");
    for (int i = 0; i < count; i++) {
      outputs.add(file.tensor(name + (count == 1 ? ".out" : ".out" + i)).keep());
    }
    Map<Integer, Tensor> grads = new LinkedHashMap<>();
    for (Object i : (List<?>) row.get("grads")) {
      grads.put((Integer) i, file.tensor(name + ".grad" + i).keep());
    }
    return new Golden(
        name,
        (String) row.get("op"),
        (Map<String, Object>) row.get("args"),
        inputs,
        outputs,
        file.tensor(name + ".dout").keep(),
        grads);
  }

  private static Object value(JsonParser json) {
    return switch (json.currentToken()) {
      case START_ARRAY -> {
        List<Object> list = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(json));
        }
        yield list;
      }
      case START_OBJECT -> {
        Map<String, Object> map = new LinkedHashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
          String key = json.currentName();
          json.nextToken();
          map.put(key, value(json));
        }
        yield map;
      }
      case VALUE_NUMBER_INT -> json.getIntValue();
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> json.getString();
      default -> throw new IllegalStateException("unexpected " + json.currentToken());
    };
  }
}
