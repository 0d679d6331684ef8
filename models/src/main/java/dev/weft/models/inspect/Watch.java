package dev.weft.models.inspect;

import dev.weft.tensor.Probe;
import dev.weft.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The probe of one {@link Trace#run}: hands tensors to sites and puts replacements in place. */
final class Watch implements Probe {
  private final Map<String, Site> sites;
  private final Replacements replacements;
  private final Set<String> computed = new HashSet<>();
  private final Map<String, String> attending = new HashMap<>(); // by what named it

  Watch(Map<String, Site> sites, Replacements replacements) {
    this.sites = sites;
    this.replacements = replacements;
  }

  /** Whether a module lies in the tree of another. */
  static boolean isAtOrBelow(String path, String above) {
    return above.isEmpty() || path.equals(above) || path.startsWith(above + ".");
  }

  @Override
  public boolean watches(String path) {
    return sites.containsKey(path)
        || replacements.inputs().has(path)
        || replacements.outputs().has(path);
  }

  @Override
  public Tensor input(String path, Tensor x) {
    Tensor read = replacements.inputs().apply(path, x);
    done(replacements.inputs(), path);
    Site site = sites.get(path);
    if (site != null) {
      site.reads(read);
    }
    return read;
  }

  @Override
  public Tensor output(String path, Tensor y) {
    Tensor given = replacements.outputs().apply(path, y);
    done(replacements.outputs(), path);
    Site site = sites.get(path);
    if (site != null) {
      site.gives(given);
    }
    return given;
  }

  @Override
  public boolean watchesAttention(String path) {
    return !looking(path).isEmpty() || !replacing(path).isEmpty();
  }

  @Override
  public void attention(String path, int sequence, Tensor probabilities) {
    List<Site> looking = looking(path);
    if (!looking.isEmpty()) {
      Tensor kept = probabilities.keep();
      looking.forEach(site -> site.attends(kept));
    }
  }

  @Override
  public Tensor heads(String path, Tensor heads) {
    Tensor given = heads;
    for (String named : replacing(path)) {
      String other = attending.putIfAbsent(named, path);
      if (other != null && !other.equals(path)) {
        throw new IllegalArgumentException(
            "replacing heads at \"%s\": \"%s\" and \"%s\" attend below it, name one of them"
                .formatted(named, other, path));
      }
      given = replacements.heads().apply(named, given);
      done(replacements.heads(), named);
    }
    List<Site> looking = looking(path);
    if (!looking.isEmpty()) {
      Tensor kept = given.keep();
      looking.forEach(site -> site.heads(path, kept));
    }
    return given;
  }

  private List<Site> looking(String path) {
    return sites.values().stream().filter(site -> site.sees(path)).toList();
  }

  private List<String> replacing(String path) {
    return replacements.heads().paths().stream().filter(named -> isAtOrBelow(path, named)).toList();
  }

  private void done(Replacements.Part part, String path) {
    computed.add(part.of() + " " + path);
  }

  /** Refuses a forward that passed by something to be replaced. */
  void end() {
    List<Replacements.Part> parts = new ArrayList<>();
    parts.add(replacements.inputs());
    parts.add(replacements.outputs());
    parts.add(replacements.heads());
    for (Replacements.Part part : parts) {
      for (String path : part.paths()) {
        if (!computed.contains(part.of() + " " + path)) {
          throw new IllegalStateException(
              "replacing the %s of \"%s\": the run computed no such thing"
                  .formatted(part.of(), path));
        }
      }
    }
  }
}
