package dev.weft.models.inspect;

import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** What a model is to go on with instead of what its modules compute. */
record Replacements(Part inputs, Part outputs, Part heads) {
  Replacements() {
    this(new Part("input"), new Part("output"), new Part("heads"));
  }

  /** The replacements of one kind of tensor, by module path. */
  static final class Part {
    private final String of;
    private final Map<String, List<UnaryOperator<Tensor>>> byPath = new LinkedHashMap<>();

    Part(String of) {
      this.of = of;
    }

    /** How messages call what is replaced. */
    String of() {
      return of;
    }

    void add(String path, UnaryOperator<Tensor> replacement) {
      byPath.computeIfAbsent(path, p -> new ArrayList<>()).add(replacement);
    }

    /** The modules of which something is replaced. */
    Set<String> paths() {
      return byPath.keySet();
    }

    boolean has(String path) {
      return byPath.containsKey(path);
    }

    /** What stands for {@code computed} at the module {@code path}: itself where nothing does. */
    Tensor apply(String path, Tensor computed) {
      Tensor now = computed;
      for (UnaryOperator<Tensor> replacement : byPath.getOrDefault(path, List.of())) {
        Tensor other = replacement.apply(now);
        if (!other.shape().equals(now.shape()) || other.dtype() != now.dtype()) {
          throw new IllegalArgumentException(
              "replacing the %s of \"%s\": expected %s %s, got %s %s"
                  .formatted(of, path, now.dtype(), now.shape(), other.dtype(), other.shape()));
        }
        now = other.contiguous(); // as the module's own result is
      }
      return now;
    }
  }

  /** {@code heads} [queries, N, D] with zeros for one of N. */
  static Tensor withoutHead(String path, Tensor heads, int head) {
    int count = heads.dim(1);
    if (head < 0 || head >= count) {
      throw new IllegalArgumentException(
          "\"%s\" has heads 0 to %d, there is no head %d".formatted(path, count - 1, head));
    }
    List<Tensor> parts = new ArrayList<>();
    if (head > 0) {
      parts.add(heads.slice(1, 0, head));
    }
    // Not a product with 0, which keeps signs and NaN.
    parts.add(Tensor.zeros(heads.dim(0), 1, heads.dim(2)));
    if (head + 1 < count) {
      parts.add(heads.slice(1, head + 1, count));
    }
    return F.cat(parts, 1);
  }
}
