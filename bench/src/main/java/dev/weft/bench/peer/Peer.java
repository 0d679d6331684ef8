package dev.weft.bench.peer;

/**
 * Somebody else's code that does the same work. What it can do is in the interfaces below it: one
 * for each kind of work that is compared.
 */
public interface Peer extends AutoCloseable {
  /** How results call it. */
  String name();

  /** Its version, and what else decides its speed, as the kernels it chose. */
  String version();

  @Override
  void close();
}
