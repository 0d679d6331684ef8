package dev.weft.tensor.autograd;

import dev.weft.tensor.DType;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.memory.Recorder;
import dev.weft.tensor.memory.Stack;
import dev.weft.tensor.memory.Stacks;
import dev.weft.tensor.memory.Storage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one recorded forward, and their backward. Recording is an act: only inside
 * {@link #record} are operations kept, and of those only the ones that lead from a trainable
 * parameter.
 *
 * <pre>{@code
 * Tape tape = Tape.record(parameters, () -> F.crossEntropy(model.forward(x), labels));
 * Gradients gradients = tape.backward();
 * optimizer.step(gradients);
 * }</pre>
 *
 * <p>A tape is used once, by the thread that recorded it. Inside a {@link Run} with a workspace the
 * backward must happen before the Run ends.
 */
public final class Tape {
  private final Recording recording;
  private final Tensor result;
  private boolean used;

  private Tape(Recording recording, Tensor result) {
    this.recording = recording;
    this.result = result;
  }

  /**
   * Records the forward in {@code body} with respect to {@code trainable}.
   *
   * @throws IllegalArgumentException when a parameter is not an owned F32 tensor
   * @throws IllegalStateException when a tape records already
   */
  public static Tape record(Collection<Parameter> trainable, Supplier<Tensor> body) {
    Recording recording = new Recording(Run.current().stacks(), new Gradients(trainable));
    return recording.run(body);
  }

  /** What the body returned, usually the loss. */
  public Tensor result() {
    return result;
  }

  /** Gradients of the result, which must be one value, with respect to the trainable parameters. */
  public Gradients backward() {
    return backward(result);
  }

  /** Gradients of {@code loss}, one value that this tape recorded. */
  public Gradients backward(Tensor loss) {
    backward(loss, recording.trainable);
    return recording.trainable;
  }

  /**
   * Adds the gradients of {@code loss} to {@code into}: how micro-batches accumulate.
   *
   * @throws IllegalArgumentException when {@code into} lacks a parameter of the tape
   * @throws IllegalStateException on a second use, on another thread, inside a recording, after the
   *     end of the Run, or when a parameter was changed since the forward
   */
  public void backward(Tensor loss, Gradients into) {
    if (loss.size() != 1) {
      throw new IllegalArgumentException(
          "backward: expected a loss of one value, got shape " + loss.shape());
    }
    backward(loss, Tensor.full(DType.F32, loss.shape(), 1), into);
  }

  /** Adds the gradients of {@code sum(y * dy)} to {@code into}. */
  public void backward(Tensor y, Tensor dy, Gradients into) {
    if (used) {
      throw new IllegalStateException(
          "backward: this tape was used already; its intermediate results are gone, record again");
    }
    used = true;
    if (!dy.shape().equals(y.shape())) {
      throw new IllegalArgumentException(
          "backward: expected a gradient of shape " + y.shape() + ", got " + dy.shape());
    }
    recording.backward(y, dy, into);
  }

  static void checkForeign(String op, Tensor input, Object tape) {
    Recording other = (Recording) tape;
    boolean parameter = other.trainable.covers(input.storage());
    if (other.open && (!parameter || Run.current().stacks() == null)) {
      throw new IllegalStateException(
          op
              + ": "
              + input.label()
              + " is being recorded by a tape of thread "
              + other.thread.getName()
              + "; thread "
              + Thread.currentThread().getName()
              + " would lose its gradient, give it a Run of its own");
    }
  }

  /** One kept operation, or a border of a frame. */
  private sealed interface Entry {
    record Kept(Storage y, Op.Backward backward, Stack.@Nullable Mark mark) implements Entry {}

    record FrameBegins() implements Entry {}

    record FrameEnds() implements Entry {}
  }

  /** The forward as it is being recorded. */
  static final class Recording implements Recorder {
    private final @Nullable Stacks stacks;
    private final Gradients trainable;
    private final Thread thread = Thread.currentThread();
    private final List<Entry> entries = new ArrayList<>();
    private final IdentityHashMap<Storage, Integer> results = new IdentityHashMap<>();
    private final IdentityHashMap<Storage, Tensor> savedCopies = new IdentityHashMap<>();
    private final IdentityHashMap<Storage, Integer> versions = new IdentityHashMap<>();
    private boolean open = true;

    Recording(@Nullable Stacks stacks, Gradients trainable) {
      this.stacks = stacks;
      this.trainable = trainable;
    }

    Tape run(Supplier<Tensor> body) {
      for (Parameter parameter : trainable.parameters()) {
        Storage storage = parameter.tensor().storage();
        versions.put(storage, storage.version());
        storage.tape(this);
      }
      try {
        return new Tape(this, Run.current().recordedBy(this).call(body));
      } finally {
        open = false;
      }
    }

    boolean tracks(Storage storage) {
      return results.containsKey(storage) || trainable.covers(storage);
    }

    void add(Tensor y, Op.Backward backward, Stack.@Nullable Mark mark) {
      y.storage().tape(this);
      results.put(y.storage(), entries.size());
      entries.add(new Entry.Kept(y.storage(), backward, mark));
    }

    Tensor saved(Tensor input, UnaryOperator<Tensor> copy) {
      Tensor known = savedCopies.get(input.storage());
      if (known != null
          && known.shape().equals(input.shape())
          && input.isDense()
          && input.layout().offset() == 0) {
        return known;
      }
      Tensor fresh = copy.apply(input);
      if (input.isDense() && input.layout().offset() == 0) {
        savedCopies.put(input.storage(), fresh);
      }
      return fresh;
    }

    @Override
    public void frameBegins() {
      entries.add(new Entry.FrameBegins());
    }

    @Override
    public void frameEnds() {
      entries.add(new Entry.FrameEnds());
    }

    void backward(Tensor y, Tensor dy, Gradients into) {
      if (Thread.currentThread() != thread) {
        throw new IllegalStateException("backward: the tape belongs to thread " + thread.getName());
      }
      versions.forEach((storage, version) -> {
        if (storage.version() != version) {
          throw new IllegalStateException(
              "backward: a parameter was changed since the forward (an optimiser step between"
                  + " forward and backward); record again");
        }
      });
      if (!tracks(y.storage())) {
        throw new IllegalArgumentException(
            "backward: the result does not depend on any of the "
                + trainable.parameters().size()
                + " trainable parameters");
      }
      checkUsable(into);
      Stack.Mark scratch = stacks == null ? null : stacks.scratch().mark();
      Grads grads = new Grads(stacks, this, into);
      grads.add(y, dy);
      for (int i = entries.size() - 1; i >= 0; i--) {
        switch (entries.get(i)) {
          case Entry.FrameEnds _ -> grads.frameBegins();
          case Entry.FrameBegins _ -> grads.frameEnds();
          case Entry.Kept kept -> {
            Tensor gradient = grads.take(kept.y());
            if (gradient != null) {
              kept.backward().run(new Grad(grads, gradient));
            }
            if (stacks != null && kept.mark() != null) {
              stacks.saved().release(kept.mark());
            }
          }
        }
        entries.remove(i);
      }
      if (stacks != null && scratch != null) {
        stacks.scratch().release(scratch);
      }
      for (Parameter parameter : trainable.parameters()) {
        parameter.tensor().storage().tape(null);
      }
    }

    private void checkUsable(Gradients into) {
      if (Run.current().recorder() != null) {
        throw new IllegalStateException(
            "backward: a tape is recording; gradients of gradients are not supported");
      }
      if (!into.coversAllOf(trainable)) {
        throw new IllegalArgumentException(
            "backward: the tape trains parameters that the gradients given do not hold");
      }
      // Saved memory is a stack: when the last result is alive everything saved before it is.
      Storage last = null;
      for (Entry entry : entries) {
        if (entry instanceof Entry.Kept kept) {
          last = kept.y();
        }
      }
      if (last != null && !last.isAlive()) {
        throw new IllegalStateException(
            "backward: what the tape saved is gone; the Run has ended, or the backward of an older"
                + " tape came first (tapes of one Run go in reverse)");
      }
    }
  }
}
