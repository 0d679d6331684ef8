package dev.weft.models;

import dev.weft.nn.Module;
import dev.weft.nn.Params;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The root of a stack with a task head: transformers' XxxForYyy. */
public final class Headed<E extends Encoder> extends Module {
  private final E stack;
  private final Head head;

  /**
   * Builds both below the root.
   *
   * @param p scope of the root
   * @param stack makes the stack, in a scope below the root's
   * @param head makes the head of the stack, its layers in scopes below the root's
   */
  public Headed(Params p, Function<Params, E> stack, BiFunction<Params, E, Head> head) {
    super(p);
    this.stack = stack.apply(p);
    this.head = head.apply(p, this.stack);
  }

  /** The stack, the head and this root of both. */
  public Parts parts() {
    return new Parts(this, stack, Optional.of(head));
  }

  @Override
  public String describe() {
    return stack.describe() + " with a head of kind " + head.kind();
  }
}
