package dev.weft.models;

import dev.weft.nn.Init;
import dev.weft.nn.Params;
import dev.weft.tensor.DType;
import dev.weft.tensor.F;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.Checkpoint;
import dev.weft.tensor.io.LoadException;
import dev.weft.tensor.io.LoadReport;
import dev.weft.tensor.io.SafeTensorsException;
import dev.weft.tensor.io.StoredType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Supplies a model's parameters from a checkpoint and keeps account: {@link #finish} reports every
 * missing, unexpected and misshapen tensor at once.
 *
 * <p>Matrices stay mapped in their stored type; vectors (biases, norm weights) of a half type are
 * widened here, because only GEMM and gather read half types.
 */
public final class CheckpointSource implements Params.Source {
  /** Elements that a stand-in counts for at least, and that all may come to. */
  private static final long LEAST = 1 << 13;

  private static final long MOST = 1 << 26;

  private final Checkpoint checkpoint;
  private final String prefix;
  private final boolean prefixed;
  private final boolean withHead;
  private final Map<String, String> aliases = new HashMap<>();
  private final Set<String> used = new LinkedHashSet<>();
  private final List<String> missing = new ArrayList<>();
  private final List<LoadReport.Misshapen> misshapen = new ArrayList<>();
  private final List<String> unsupported = new ArrayList<>();
  private long placeholders;

  private CheckpointSource(Checkpoint checkpoint, String prefix, boolean withHead) {
    this.checkpoint = checkpoint;
    this.prefix = prefix;
    this.withHead = withHead;
    prefixed = checkpoint.names().stream().anyMatch(name -> name.startsWith(prefix));
  }

  /**
   * Of a stack alone, over a checkpoint whose names may carry the prefix of a head's class, as
   * {@code bert.} in a checkpoint of BertForMaskedLM.
   */
  public CheckpointSource(Checkpoint checkpoint, String prefix) {
    this(checkpoint, prefix, false);
  }

  /**
   * Of a model with a head, which asks for the stack's parameters with the prefix; the checkpoint
   * may lack it.
   */
  public static CheckpointSource withHead(Checkpoint checkpoint, String prefix) {
    return new CheckpointSource(checkpoint, prefix, true);
  }

  /** Of a stack alone, or of a model with a head where there is one. */
  public static CheckpointSource of(
      Checkpoint checkpoint, String prefix, Optional<Head.Kind> head) {
    return new CheckpointSource(checkpoint, prefix, head.isPresent());
  }

  /** Lets the parameter {@code name} be found under {@code other} where it is not stored itself. */
  public void alias(String name, String other) {
    aliases.put(name, other);
  }

  /** The name in the checkpoint of the parameter {@code name}, whether or not it is there. */
  public String stored(String name) {
    String full = full(name);
    if (!checkpoint.has(full)) {
      // Checkpoints converted from TensorFlow call the weight and bias of a norm gamma and beta.
      String old =
          full.replaceAll("LayerNorm\\.weight$", "LayerNorm.gamma")
              .replaceAll("LayerNorm\\.bias$", "LayerNorm.beta");
      String other = aliases.get(name);
      if (checkpoint.has(old)) {
        return old;
      }
      if (other != null && checkpoint.has(full(other))) {
        return full(other);
      }
    }
    return full;
  }

  private String full(String name) {
    if (withHead) {
      boolean strips = !prefixed && name.startsWith(prefix);
      return strips ? name.substring(prefix.length()) : name;
    }
    return prefixed ? prefix + name : name;
  }

  /**
   * Whether the parameter {@code name} is that of {@code other} under a second name: the config
   * says they are tied, and {@code name} is not stored or stored with the same bytes. Tied by the
   * config and stored with other bytes they are two parameters, as to transformers.
   */
  public boolean ties(boolean configured, String name, String other) throws IOException {
    String second = full(name);
    if (!configured || (checkpoint.has(second) && !same(second, full(other)))) {
      return false;
    }
    used.add(second);
    return true;
  }

  private boolean same(String a, String b) throws IOException {
    return checkpoint.has(b)
        && type(a).equals(type(b))
        && checkpoint.shape(a).equals(checkpoint.shape(b))
        && checkpoint.tensor(a).segment().mismatch(checkpoint.tensor(b).segment()) < 0;
  }

  /** Whether the checkpoint holds the parameter. */
  public boolean has(String name) {
    return checkpoint.has(stored(name));
  }

  @Override
  public Tensor get(String name, Shape shape, Init init) {
    String stored = stored(name);
    if (!checkpoint.has(stored)) {
      missing.add(stored);
      return placeholder(shape);
    }
    used.add(stored);
    try {
      Shape found = checkpoint.shape(stored);
      if (!found.equals(shape)) {
        misshapen.add(new LoadReport.Misshapen(stored, shape, found.toString()));
        return placeholder(shape);
      }
      if (type(stored).dtype().filter(DType::isFloating).isEmpty()) {
        unsupported.add(stored + " " + type(stored));
        return placeholder(shape);
      }
      Tensor tensor = checkpoint.tensor(stored);
      boolean widen = shape.rank() < 2 && tensor.dtype() != DType.F32;
      return widen ? F.to(tensor, DType.F32).keep() : tensor;
    } catch (SafeTensorsException e) {
      unsupported.add(e.getMessage());
      return placeholder(shape);
    }
  }

  /**
   * Stands in for what cannot be loaded until {@link #finish} reports it. A config that asks for
   * far more than the checkpoint holds is reported before memory runs out.
   *
   * @throws UncheckedIOException of a LoadException
   */
  private Tensor placeholder(Shape shape) {
    placeholders += Math.max(LEAST, Math.min(shape.size(), Integer.MAX_VALUE));
    if (placeholders > Math.max(MOST, checkpoint.bytes())) {
      try {
        report(List.of()).orThrow();
      } catch (LoadException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Tensor.zeros(DType.F32, shape);
  }

  private StoredType type(String stored) {
    return Objects.requireNonNull(checkpoint.entries().get(stored), stored).type();
  }

  /**
   * Ends the loading.
   *
   * @param ignored names of tensors that this model leaves unread on purpose, as another class's
   *     head
   * @throws LoadException naming everything that does not fit
   */
  public void finish(Predicate<String> ignored) throws LoadException {
    List<String> unexpected =
        checkpoint.names().stream()
            .filter(name -> !used.contains(name) && !alias(name) && !ignored.test(name))
            .toList();
    report(unexpected).orThrow();
  }

  private LoadReport report(List<String> unexpected) {
    return new LoadReport(
        checkpoint.path().toString(), missing, unexpected, misshapen, unsupported);
  }

  /** Whether it is the other name of a parameter that was stored under its own as well. */
  private boolean alias(String stored) {
    return aliases.values().stream().anyMatch(other -> full(other).equals(stored));
  }
}
