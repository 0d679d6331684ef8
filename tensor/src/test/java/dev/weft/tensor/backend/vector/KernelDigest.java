package dev.weft.tensor.backend.vector;

import dev.weft.tensor.kernel.KernelCall;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * Prints a digest of GEMM and attention on fixed inputs: what widths and JIT tiers must not change.
 */
final class KernelDigest {
  private KernelDigest() {}

  public static void main(String[] args) {
    System.out.println(digest());
  }

  static String digest() {
    int hash = 0;
    try (Arena arena = Arena.ofShared()) {
      GemmCases gemms = new GemmCases(arena, 77);
      for (int i = 0; i < 12; i++) {
        KernelCall.Gemm g = gemms.gemm(1, 1 + 5 * i, 40 - 3 * i, 9 * i);
        VectorGemm.run(g);
        hash = 31 * hash + Arrays.hashCode(GemmCases.bits(g.c().buf()));
      }
      AttentionCases attentions = new AttentionCases(arena, 78);
      int[] lengths = {37, 5};
      for (int i = 0; i < 4; i++) {
        KernelCall.AttentionGrad a =
            attentions.call(
                lengths,
                lengths,
                4,
                2,
                24,
                i % 2 == 0,
                i > 1,
                i * 0.1f,
                false,
                new AttentionCases.Form(i < 2 ? 1 << 30 : 20, 30, i, 5 * i, 2, i == 3));
        VectorAttention.run(AttentionCases.forward(a));
        VectorAttention.runGrad(a);
        hash = 31 * hash + Arrays.hashCode(GemmCases.bits(a.out().buf()));
        hash = 31 * hash + Arrays.hashCode(GemmCases.bits(a.dq().buf()));
        hash = 31 * hash + Arrays.hashCode(GemmCases.bits(a.dk().buf()));
        hash = 31 * hash + Arrays.hashCode(GemmCases.bits(a.dv().buf()));
        if (a.drelative().isPresent()) {
          hash = 31 * hash + Arrays.hashCode(GemmCases.bits(a.drelative()));
        }
      }
    }
    return "digest " + Integer.toHexString(hash);
  }
}
