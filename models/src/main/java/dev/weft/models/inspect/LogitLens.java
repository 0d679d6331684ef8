package dev.weft.models.inspect;

import dev.weft.models.Backbone;
import dev.weft.models.EncoderDecoder;
import dev.weft.models.Head;
import dev.weft.models.KeyValueCache;
import dev.weft.models.Memory;
import dev.weft.nn.Packed;
import dev.weft.tensor.F;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The tokens that a language model would say if it stopped after a layer: the hidden states of each
 * layer, put through the model's final norm and its head ("interpreting GPT: the logit lens",
 * nostalgebraist 2020). The last layer's are what the model does say.
 */
public final class LogitLens {
  /** Rows whose logits are held at one time: a vocabulary of 128,000 takes 16 MB. */
  private static final int ROWS = 32;

  private final Backbone model;
  private final Head head;

  private LogitLens(Backbone model, Head head) {
    this.model = model;
    this.head = head;
  }

  /** A token and its probability. */
  public record Guess(int id, float probability) {}

  /**
   * What one layer would say.
   *
   * @param state the number of the hidden state: 0 of the embeddings, k of what layer k - 1 gives
   * @param guesses for every token of the batch the most probable ones, descending: of a masked
   *     language model those in its place, of any other those after it
   */
  public record Layer(int state, List<List<Guess>> guesses) {}

  /**
   * Of a model with its head; see {@link Backbone#openWithHead}.
   *
   * @throws IllegalArgumentException where the head says no tokens, or there is none
   */
  public static LogitLens of(Backbone model) {
    Head head =
        model
            .head()
            .filter(h ->
                switch (h.kind()) {
                  case MASKED_LM, CAUSAL_LM, SEQ2SEQ_LM -> true;
                  case SEQUENCE_CLASSIFICATION, TOKEN_CLASSIFICATION -> false;
                })
            .orElseThrow(() ->
                new IllegalArgumentException(
                    model.root().describe() + " has no language model head to look through"));
    return new LogitLens(model, head);
  }

  /** The head that is looked through. */
  public Head head() {
    return head;
  }

  /**
   * What every layer would say, from the embeddings on.
   *
   * @param k how many tokens to name at each place
   * @throws IllegalArgumentException for an encoder-decoder, whose decoder has to read something
   */
  public List<Layer> read(Packed batch, int k) {
    if (model.encoderDecoder().isPresent()) {
      throw new IllegalArgumentException(
          model.root().describe() + " is an encoder-decoder, expected a source and a target");
    }
    return read(
        states -> model.encoder().forward(batch, states), model.encoder()::finish, batch, k);
  }

  /**
   * What every layer of a decoder would say that has read {@code target} of a {@code source}.
   *
   * @param k how many tokens to name at each place
   * @throws IllegalArgumentException for a model that is no encoder-decoder
   */
  public List<Layer> read(Packed source, Packed target, int k) {
    EncoderDecoder pair =
        model
            .encoderDecoder()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    model.root().describe() + " is no encoder-decoder, expected one text"));
    return read(
        states ->
            pair.decode(
                target,
                Memory.of(pair.encoder().forward(source), source),
                KeyValueCache.NONE,
                states),
        pair::finish,
        target,
        k);
  }

  /** A forward that shows its hidden states. */
  private interface Forward {
    Tensor run(Consumer<Tensor> states);
  }

  private List<Layer> read(Forward forward, UnaryOperator<Tensor> finish, Packed batch, int k) {
    try (Workspace workspace = new Workspace()) {
      Supplier<List<Layer>> body =
          () -> {
            List<Tensor> states = new ArrayList<>();
            forward.run(state -> states.add(state.keep()));
            List<Layer> layers = new ArrayList<>();
            for (int i = 0; i < states.size(); i++) {
              // The last state has been through the final norm.
              UnaryOperator<Tensor> rest =
                  i == states.size() - 1 ? UnaryOperator.identity() : finish;
              layers.add(new Layer(i, guesses(states.get(i), rest, batch, k)));
            }
            return layers;
          };
      return Run.evaluating(workspace).call(body);
    }
  }

  private List<List<Guess>> guesses(
      Tensor state, UnaryOperator<Tensor> finish, Packed batch, int k) {
    List<List<Guess>> guesses = new ArrayList<>();
    for (int from = 0; from < state.dim(0); from += ROWS) {
      Tensor rows = state.slice(0, from, Math.min(from + ROWS, state.dim(0))); // [rows, H']
      Workspace.frame(() -> {
        Tensor logits = head.logits(finish.apply(rows), batch); // [rows, V]
        F.Max top = F.topk(F.softmax(logits, -1), k); // [rows, k]
        add(guesses, top);
        return top.values();
      });
    }
    return guesses;
  }

  private static void add(List<List<Guess>> guesses, F.Max top) {
    int k = top.values().dim(-1);
    float[] probabilities = top.values().toFloats();
    long[] ids = top.indices().toLongs();
    for (int row = 0; row < top.values().dim(0); row++) {
      List<Guess> best = new ArrayList<>();
      for (int i = row * k; i < (row + 1) * k; i++) {
        best.add(new Guess((int) ids[i], probabilities[i]));
      }
      guesses.add(List.copyOf(best));
    }
  }
}
