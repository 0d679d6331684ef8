package dev.weft.tensor;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Several probes over one Run: each is given what the one before it left. */
record Probes(List<Probe> probes) implements Probe {
  /** Both of them, the outer first, each once; null for none. */
  static @Nullable Probe joined(@Nullable Probe outer, @Nullable Probe inner) {
    if (outer == null || inner == null) {
      return inner == null ? outer : inner;
    }
    Set<Probe> all = new LinkedHashSet<>(parts(outer));
    all.addAll(parts(inner));
    return all.size() == 1 ? inner : new Probes(List.copyOf(all));
  }

  private static List<Probe> parts(Probe probe) {
    return probe instanceof Probes several ? several.probes : List.of(probe);
  }

  @Override
  public boolean watches(String path) {
    return probes.stream().anyMatch(probe -> probe.watches(path));
  }

  @Override
  public Tensor input(String path, Tensor x) {
    Tensor seen = x;
    for (Probe probe : probes) {
      seen = probe.watches(path) ? probe.input(path, seen) : seen;
    }
    return seen;
  }

  @Override
  public Tensor output(String path, Tensor y) {
    Tensor seen = y;
    for (Probe probe : probes) {
      seen = probe.watches(path) ? probe.output(path, seen) : seen;
    }
    return seen;
  }

  @Override
  public boolean watchesAttention(String path) {
    return probes.stream().anyMatch(probe -> probe.watchesAttention(path));
  }

  @Override
  public void attention(String path, int sequence, Tensor probabilities) {
    for (Probe probe : probes) {
      if (probe.watchesAttention(path)) {
        probe.attention(path, sequence, probabilities);
      }
    }
  }

  @Override
  public Tensor heads(String path, Tensor heads) {
    Tensor seen = heads;
    for (Probe probe : probes) {
      seen = probe.watchesAttention(path) ? probe.heads(path, seen) : seen;
    }
    return seen;
  }
}
