package dev.weft.models.inspect;

import dev.weft.nn.Module;
import dev.weft.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A module that a {@link Trace} looks at, and what it computed in the last {@link Trace#run}. The
 * tensors are copies, which live as long as they are referred to.
 */
public final class Site {
  /**
   * One call of the module. Both are what the model went on with, replacements included.
   *
   * @param input what it read; empty for stacks and embeddings, which read tokens and their places
   * @param output what it gave
   */
  public record Call(Optional<Tensor> input, Tensor output) {}

  /**
   * One attention at or below the module.
   *
   * @param path of the module that attends
   * @param bySequence probabilities of every sequence of the batch, F32 [N, queries, keys]
   * @param heads what every head made of its values, before they are projected together, F32
   *     [queries, N, D] of the whole batch
   */
  public record Attention(String path, List<Tensor> bySequence, Tensor heads) {
    /** Probabilities of a batch of one sequence, F32 [N, queries, keys]. */
    public Tensor probabilities() {
      if (bySequence.size() != 1) {
        throw new IllegalStateException(
            "\""
                + path
                + "\" attended in a batch of "
                + bySequence.size()
                + " sequences; bySequence() has the probabilities of each");
      }
      return bySequence.getFirst();
    }
  }

  private final Module module;
  private final List<Call> calls = new ArrayList<>();
  private final List<Attention> attentions = new ArrayList<>();
  private List<Tensor> probabilities = new ArrayList<>();
  private @Nullable Tensor input;
  private boolean attention;
  private boolean ran;

  Site(Module module) {
    this.module = module;
  }

  /** Keeps attention probabilities too, computed again beside the forward; gives this site. */
  public Site withAttention() {
    attention = true;
    return this;
  }

  /** The module. */
  public Module module() {
    return module;
  }

  /** Every time that the module was computed. */
  public List<Call> calls() {
    return Collections.unmodifiableList(calls);
  }

  /**
   * What the module read.
   *
   * @throws IllegalStateException where it was not computed once, or reads no one tensor
   */
  public Tensor input() {
    return once("computed", calls)
        .input()
        .orElseThrow(() ->
            new IllegalStateException(
                module + " reads tokens and their places, and no tensor that could be kept"));
  }

  /**
   * What the module gave.
   *
   * @throws IllegalStateException where it was not computed once
   */
  public Tensor output() {
    return once("computed", calls).output();
  }

  /** Every attention at or below the module, in order. */
  public List<Attention> attentions() {
    if (!attention) {
      throw new IllegalStateException(
          module + ": its attention was not asked for before the run; see withAttention()");
    }
    return Collections.unmodifiableList(attentions);
  }

  /**
   * The one attention at or below the module.
   *
   * @throws IllegalStateException where there was none, or more than one
   */
  public Attention attention() {
    return once("attending", attentions());
  }

  private <T> T once(String what, List<T> found) {
    if (found.size() != 1) {
      throw new IllegalStateException(
          module
              + (ran
                  ? " was " + what + " " + found.size() + " times in the last run, expected once"
                  : ": nothing has run yet"));
    }
    return found.getFirst();
  }

  void begin() {
    ran = true;
    calls.clear();
    attentions.clear();
    probabilities = new ArrayList<>();
    input = null;
  }

  void reads(Tensor x) {
    input = x.keep();
  }

  void gives(Tensor y) {
    calls.add(new Call(Optional.ofNullable(input), y.keep()));
    input = null;
  }

  /** Whether it looks at the attention of the module at {@code path}. */
  boolean sees(String path) {
    return attention && Watch.isAtOrBelow(path, module.path());
  }

  void attends(Tensor probabilitiesOfSequence) {
    probabilities.add(probabilitiesOfSequence);
  }

  void heads(String path, Tensor heads) {
    attentions.add(new Attention(path, List.copyOf(probabilities), heads));
    probabilities = new ArrayList<>();
  }

  /** The module, and how often it was computed. */
  @Override
  public String toString() {
    return module + ", computed " + calls.size() + " times in the last run";
  }
}
