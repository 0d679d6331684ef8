package dev.weft.tensor.autograd;

import dev.weft.tensor.DType;
import dev.weft.tensor.Shape;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.Kernels;
import dev.weft.tensor.memory.Layout;
import dev.weft.tensor.memory.Pool;
import dev.weft.tensor.memory.Stack;
import dev.weft.tensor.memory.Stacks;
import dev.weft.tensor.memory.Storage;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The gradients in flight during a backward, by storage: a view's gradient is the same view of its
 * storage's gradient, so views need no backward of their own. Frames of the forward are frames here
 * too: what a block leaves on scratch is released, but for gradients still waiting for their
 * producer.
 */
final class Grads {
  private final @Nullable Stacks stacks;
  private final Tape.Recording recording;
  private final Gradients parameters;
  private final IdentityHashMap<Storage, Tensor> pending = new IdentityHashMap<>();
  private final Deque<Stack.Mark> frames = new ArrayDeque<>();

  Grads(@Nullable Stacks stacks, Tape.Recording recording, Gradients parameters) {
    this.stacks = stacks;
    this.recording = recording;
    this.parameters = parameters;
  }

  boolean needs(Tensor x) {
    return recording.tracks(x.storage());
  }

  Tensor empty(DType dtype, Shape shape) {
    long bytes = shape.size() * dtype.bytes();
    return Tensor.dense(
        dtype, shape, stacks == null ? Pool.allocate(bytes) : stacks.scratch().push(bytes));
  }

  /** Adds {@code dx} to the gradient of {@code x}. */
  void add(Tensor x, Tensor dx) {
    if (accumulated(x, dx)) {
      return;
    }
    Shape flat = flat(x.storage());
    Tensor gradient = empty(DType.F32, flat);
    if (x.layout().covers(x.shape(), flat.size())) {
      Copies.copy(dx, like(x, gradient));
    } else {
      Kernels.run(new KernelCall.Fill(gradient.buf(), 0));
      Copies.copy(dx, like(x, gradient));
    }
    pending.put(x.storage(), gradient);
  }

  /** As {@link #add}, but {@code dx} may become the gradient itself: nobody else reads it again. */
  void give(Tensor x, Tensor dx) {
    boolean whole = x.isDense() && x.layout().offset() == 0 && x.size() == flat(x.storage()).size();
    boolean adoptable =
        whole
            && dx.isDense()
            && dx.layout().offset() == 0
            && dx.size() == dx.storage().bytes() / 4
            && !dx.storage().segment().isReadOnly();
    if (!adoptable
        || pending.containsKey(x.storage())
        || parameters.covers(x.storage())
        || !needs(x)) {
      add(x, dx);
    } else {
      pending.put(x.storage(), dx.view(flat(x.storage()).dims()));
    }
  }

  private boolean accumulated(Tensor x, Tensor dx) {
    Storage storage = x.storage();
    if (!dx.shape().equals(x.shape())) {
      throw new IllegalStateException(
          "backward: expected a gradient of shape " + x.shape() + ", got " + dx.shape());
    }
    if (!needs(x)) {
      return true;
    }
    Tensor have = parameters.covers(storage) ? parameters.touch(storage) : pending.get(storage);
    if (have == null) {
      return false;
    }
    Copies.add(dx, like(x, have));
    return true;
  }

  /** Adds rows to the gradient of a table: kept as rows when it is a parameter of its own. */
  void addRows(Tensor table, Tensor ids, Tensor rows) {
    Storage storage = table.storage();
    if (parameters.covers(storage) && table.size() == flat(storage).size()) {
      parameters.addRows(storage, ids, rows, table.dim(0));
    } else {
      Tensor gradient = like(table, flatOf(table));
      Kernels.run(
          new KernelCall.ScatterAdd(
              ids.buf(), rows.buf(), gradient.buf(), table.dim(0), table.dim(1)));
    }
  }

  /** The flat gradient of a table that rows are to be added to. */
  Tensor flatOf(Tensor table) {
    Storage storage = table.storage();
    if (parameters.covers(storage)) {
      return parameters.touch(storage);
    }
    return pending.computeIfAbsent(
        storage,
        key -> {
          Tensor gradient = empty(DType.F32, flat(key));
          Kernels.run(new KernelCall.Fill(gradient.buf(), 0));
          return gradient;
        });
  }

  private static Shape flat(Storage storage) {
    return Shape.of(Math.toIntExact(storage.bytes() / 4));
  }

  /** The view of a flat gradient that {@code x} is of its storage. */
  static Tensor like(Tensor x, Tensor flat) {
    Layout layout = x.layout();
    return Tensor.strided(x.dtype(), x.shape(), layout, flat.storage());
  }

  @Nullable Tensor take(Storage y) {
    return pending.remove(y);
  }

  void frameBegins() {
    if (stacks != null) {
      frames.push(stacks.scratch().mark());
    }
  }

  void frameEnds() {
    if (stacks == null) {
      return;
    }
    Set<Storage> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    pending.values().forEach(gradient -> kept.add(gradient.storage()));
    IdentityHashMap<Storage, Storage> moved = stacks.scratch().releaseKeeping(frames.pop(), kept);
    pending.replaceAll((storage, gradient) -> {
      Storage to = moved.get(gradient.storage());
      return to == null ? gradient : Tensor.dense(DType.F32, gradient.shape(), to);
    });
  }
}
