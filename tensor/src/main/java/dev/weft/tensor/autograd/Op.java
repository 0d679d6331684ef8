package dev.weft.tensor.autograd;

import dev.weft.tensor.DType;
import dev.weft.tensor.Run;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.memory.Pool;
import dev.weft.tensor.memory.Stack;
import dev.weft.tensor.memory.Stacks;
import dev.weft.tensor.memory.Storage;
import org.jspecify.annotations.Nullable;

/**
 * One execution of an operation: what its forward allocates from and how it says what its backward
 * is. An op is a static method that reads like this:
 *
 * <pre>{@code
 * static Tensor forward(Tensor a) {                       // [..., n]
 *   Op op = Op.of("exp", a);                              // checks that a may be used here
 *   Tensor x = op.dense(a);
 *   Tensor y = op.output(a.shape());
 *   Kernels.run(new KernelCall.Unary(UnaryKind.EXP, x.buf(), y.buf()));
 *   return op.result(y, g -> {                            // kept only when a needs a gradient
 *     Tensor dx = g.empty(a.shape());
 *     Kernels.run(new KernelCall.UnaryGrad(UnaryKind.EXP, y.buf(), g.dy().buf(), dx.buf()));
 *     g.give(a, dx);
 *   });
 * }
 * }</pre>
 *
 * <p>An input that the backward reads must be passed through {@link #save}; the op's own outputs
 * and {@link #dense} copies may be captured as they are.
 */
public final class Op {
  /** The backward of one recorded operation. */
  @FunctionalInterface
  public interface Backward {
    /** Adds this operation's contribution to the gradients of its inputs. */
    void run(Grad g);
  }

  private final String name;
  private final @Nullable Stacks stacks;
  private final Tape.@Nullable Recording recording;
  private final boolean recorded;
  private final Stack.@Nullable Mark mark;

  private Op(
      String name, @Nullable Stacks stacks, Tape.@Nullable Recording recording, boolean recorded) {
    this.name = name;
    this.stacks = stacks;
    this.recording = recording;
    this.recorded = recorded;
    this.mark = recorded && stacks != null ? stacks.saved().mark() : null;
  }

  /**
   * Begins an operation on these inputs.
   *
   * @throws IllegalStateException when an input's frame or step has ended, or it belongs to the Run
   *     or the tape of another thread
   */
  public static Op of(String name, Tensor... inputs) {
    Run run = Run.current();
    Tape.Recording recording = (Tape.Recording) run.recorder();
    boolean recorded = false;
    for (Tensor input : inputs) {
      input.storage().checkAlive(input.name(), input.shape());
      Object owner = input.storage().owner();
      if (owner != null && owner != run.stacks()) {
        throw new IllegalStateException(
            name + ": " + input.label() + " belongs to another Run; keep() a copy of it there");
      }
      Object tape = input.storage().tape();
      if (tape != null && tape != recording) {
        Tape.checkForeign(name, input, tape);
      }
      recorded |= recording != null && recording.tracks(input.storage());
    }
    return new Op(name, run.stacks(), recording, recorded);
  }

  /** The operation's name, for messages. */
  public String name() {
    return name;
  }

  /** Whether a tape records this operation, so that what only a backward reads need be made. */
  public boolean isRecorded() {
    return recorded;
  }

  /** A dense F32 tensor with undefined contents for the op's result. */
  public Tensor output(Shape shape) {
    return output(DType.F32, shape);
  }

  /** A dense tensor with undefined contents for a result, or for what the backward reads. */
  public Tensor output(DType dtype, Shape shape) {
    long bytes = shape.size() * dtype.bytes();
    if (stacks == null) {
      return Tensor.dense(dtype, shape, Pool.allocate(bytes));
    }
    return Tensor.dense(dtype, shape, (recorded ? stacks.saved() : stacks.scratch()).push(bytes));
  }

  /**
   * As {@link #output(Shape)}, in the memory of {@code given} where nobody can read that any more:
   * an F32 input of the shape that the caller has given up, whose maker's backward does not read it
   * ({@link #unread}) and which no operation has saved.
   */
  public Tensor outputOver(Tensor given) {
    Storage storage = given.storage();
    if (stacks == null
        || storage.owner() != stacks
        || storage.isScratch() == recorded
        || !storage.isUnread()
        || !given.isDense()
        || given.size() * DType.F32.bytes() != storage.bytes()) {
      return output(given.shape());
    }
    Stack stack = recorded ? stacks.saved() : stacks.scratch();
    return Tensor.dense(DType.F32, given.shape(), stack.over(storage));
  }

  /** Says that this operation's backward does not read its result {@code y}. */
  public void unread(Tensor y) {
    y.storage().unread(true);
  }

  /** A dense tensor with undefined contents that no backward reads. */
  public Tensor temporary(DType dtype, Shape shape) {
    long bytes = shape.size() * dtype.bytes();
    return Tensor.dense(
        dtype, shape, stacks == null ? Pool.allocate(bytes) : stacks.scratch().push(bytes));
  }

  /** The input itself when dense, else a dense copy that the backward may read. */
  public Tensor dense(Tensor input) {
    return input.isDense() ? save(input) : copy(input);
  }

  /** The input in a form that the backward may read: a copy when it would end with the frame. */
  public Tensor save(Tensor input) {
    if (!recorded || recording == null) {
      return input;
    }
    if (!input.storage().isScratch()) {
      input.storage().unread(false);
      return input;
    }
    return recording.saved(input, this::copy);
  }

  private Tensor copy(Tensor input) {
    Tensor copy = output(input.dtype(), input.shape());
    Copies.copy(input, copy);
    return input.name() == null ? copy : copy.named(input.name());
  }

  /**
   * Says that no gradient flows to these inputs.
   *
   * @throws IllegalArgumentException when a tape would expect one
   */
  public void constant(Tensor... inputs) {
    for (Tensor input : inputs) {
      if (recording != null && recording.tracks(input.storage())) {
        throw error("has no gradient for " + input.label());
      }
    }
  }

  /** The op's differentiable result: keeps the backward when a tape records. */
  public Tensor result(Tensor y, Backward backward) {
    if (recorded && recording != null) {
      recording.add(y, backward, mark);
    }
    return y;
  }

  /** Fails with {@code name: message}. */
  public IllegalArgumentException error(String message) {
    return new IllegalArgumentException(name + ": " + message);
  }
}
