package dev.weft.tensor.backend;

import dev.weft.tensor.backend.vector.VectorBackend;

/**
 * Prints the width and the hash of every kernel: what the child JVMs of {@link KernelLawsTest} run.
 */
final class KernelHash {
  private KernelHash() {}

  public static void main(String[] args) {
    VectorBackend backend = new VectorBackend();
    System.out.println(backend.name() + " " + Long.toHexString(KernelCases.hash(backend)));
  }
}
