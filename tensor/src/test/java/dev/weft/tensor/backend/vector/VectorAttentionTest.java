package dev.weft.tensor.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.tensor.backend.Workers;
import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.kernel.ScalarAttention;
import dev.weft.tensor.kernel.Segments;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

class VectorAttentionTest {
  @Test
  void equalsTheScalarBodyForwardAndBackward() {
    for (int i = 0; i < 64; i++) {
      try (Arena arena = Arena.ofShared()) {
        AttentionCases cases = new AttentionCases(arena, i);
        KernelCall.AttentionGrad call = cases.call();
        if (i % 4 == 1) {
          cases.spoil(call.q());
        } else if (i % 4 == 2) {
          cases.spoil(call.v());
        }
        assertEqualToScalar(cases, call);
      }
    }
  }

  @Test
  void equalsTheScalarBodyOnHundredsOfKeysOfManyHeads() {
    try (Arena arena = Arena.ofShared()) {
      AttentionCases cases = new AttentionCases(arena, 99);
      int[] lengths = {300, 0, 5};
      assertEqualToScalar(cases, cases.call(lengths, lengths, 4, 1, 32, true, false, 0f, false));
      assertEqualToScalar(
          cases, cases.call(new int[] {1}, new int[] {400}, 8, 2, 64, true, true, 0f, true));
    }
  }

  @Test
  void fewRowsEqualTheScalarBodyWhereverTheirKeysLie() {
    for (int keys = 1; keys < 290; keys += 3) {
      try (Arena arena = Arena.ofShared()) {
        AttentionCases cases = new AttentionCases(arena, keys);
        int[] queryLength = {1 + keys % 3, 1};
        int[] keyLength = {keys, 4};
        AttentionCases.Form form =
            new AttentionCases.Form(keys % 71, 5, keys % 2, keys % 5, 3, keys % 4 == 0);
        KernelCall.AttentionGrad call =
            cases.call(queryLength, keyLength, 4, 2, 20, keys % 2 == 1, false, 0f, false, form);
        if (keys % 5 == 0) {
          cases.spoil(call.v());
        }
        assertEqualToScalar(cases, call);
      }
    }
  }

  @Test
  void aSequenceAloneHasTheBitsItHasInAPack() {
    try (Arena arena = Arena.ofShared()) {
      AttentionCases cases = new AttentionCases(arena, 5);
      int[] lengths = {20, 140, 33};
      KernelCall.AttentionGrad grad =
          cases.call(lengths, lengths, 2, 1, 16, true, false, 0.1f, false);
      KernelCall.Attention packed = AttentionCases.forward(grad);
      VectorAttention.run(packed);
      KernelCall.Attention alone = cases.withOwnOutputs(packed);
      Segments all = packed.segments();
      for (int s = 0; s < 3; s++) {
        Segments one =
            new Segments(
                new int[] {all.queryStart()[s]},
                new int[] {all.queryLength()[s]},
                new int[] {all.keyStart()[s]},
                new int[] {all.keyLength()[s]},
                new int[] {all.example()[s]});
        VectorAttention.run(
            new KernelCall.Attention(
                alone.q(),
                alone.k(),
                alone.v(),
                alone.out(),
                alone.logSumExp(),
                one,
                alone.spec()));
      }
      assertSame(alone.out().buf(), packed.out().buf(), "out");
    }
  }

  @Test
  void aCausalPrefixHasTheBitsOfTheWhole() {
    try (Arena arena = Arena.ofShared()) {
      AttentionCases cases = new AttentionCases(arena, 6);
      int[] length = {150};
      KernelCall.Attention whole =
          AttentionCases.forward(cases.call(length, length, 2, 1, 16, true, false, 0f, false));
      VectorAttention.run(whole);
      KernelCall.Attention steps = cases.withOwnOutputs(whole);
      for (int i = 0; i < 150; i++) {
        Segments step =
            new Segments(new int[] {i}, new int[] {1}, new int[1], new int[] {i + 1}, new int[1]);
        VectorAttention.run(
            new KernelCall.Attention(
                steps.q(),
                steps.k(),
                steps.v(),
                steps.out(),
                steps.logSumExp(),
                step,
                steps.spec()));
      }
      assertSame(steps.out().buf(), whole.out().buf(), "out");
    }
  }

  @Test
  void threadsChangeNoBits() {
    int threads = Workers.threads();
    try (Arena arena = Arena.ofShared()) {
      AttentionCases cases = new AttentionCases(arena, 7);
      int[] lengths = {70, 30, 290};
      KernelCall.AttentionGrad one =
          cases.call(
              lengths,
              lengths,
              4,
              2,
              32,
              false,
              false,
              0.1f,
              false,
              new AttentionCases.Form(90, 40, 2f, 33, 20, false));
      KernelCall.AttentionGrad three = cases.withOwnGradients(one);
      KernelCall.Attention forward = AttentionCases.forward(one);
      KernelCall.Attention other = cases.withOwnOutputs(forward);
      Workers.threads(1);
      VectorAttention.run(forward);
      VectorAttention.runGrad(one);
      Workers.threads(3);
      VectorAttention.run(other);
      VectorAttention.runGrad(three);
      assertSame(other.out().buf(), forward.out().buf(), "out");
      assertSameGradients(three, one);
    } finally {
      Workers.threads(threads);
    }
  }

  @Test
  void aQueryThatSeesNothingGivesZero() {
    try (Arena arena = Arena.ofShared()) {
      AttentionCases cases = new AttentionCases(arena, 8);
      KernelCall.Attention call =
          AttentionCases.forward(
              cases.call(new int[] {3}, new int[] {2}, 1, 1, 8, true, false, 0f, false));
      VectorAttention.run(call);
      assertThat(AttentionCases.get(call.logSumExp(), 0)).isEqualTo(Float.NEGATIVE_INFINITY);
      for (int d = 0; d < 8; d++) {
        assertThat(AttentionCases.get(call.out().buf(), d)).isZero();
      }
      assertThat(AttentionCases.get(call.logSumExp(), 1)).isFinite();
    }
  }

  @Test
  void sequencesBeyondTheBufferAreRefused() {
    try (Arena arena = Arena.ofShared()) {
      AttentionCases cases = new AttentionCases(arena, 9);
      KernelCall.Attention call =
          AttentionCases.forward(
              cases.call(new int[] {3}, new int[] {3}, 1, 1, 8, true, false, 0f, false));
      Segments longer =
          new Segments(new int[1], new int[] {9}, new int[1], new int[] {3}, new int[1]);
      KernelCall.Attention wrong =
          new KernelCall.Attention(
              call.q(), call.k(), call.v(), call.out(), call.logSumExp(), longer, call.spec());
      assertThatThrownBy(() -> VectorAttention.run(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("attention: sequence 0: expected q to hold rows 0 .. 8");
    }
  }

  private static void assertEqualToScalar(AttentionCases cases, KernelCall.AttentionGrad call) {
    KernelCall.Attention forward = AttentionCases.forward(call);
    KernelCall.Attention other = cases.withOwnOutputs(forward);
    ScalarAttention.run(forward);
    VectorAttention.run(other);
    assertSame(other.out().buf(), forward.out().buf(), "out");
    assertSame(other.logSumExp(), forward.logSumExp(), "logSumExp");
    KernelCall.AttentionGrad vector = cases.withOwnGradients(call);
    ScalarAttention.runGrad(call);
    VectorAttention.runGrad(vector);
    assertSameGradients(vector, call);
  }

  private static void assertSameGradients(
      KernelCall.AttentionGrad actual, KernelCall.AttentionGrad expected) {
    assertSame(actual.dv().buf(), expected.dv().buf(), "dv");
    assertSame(actual.dq().buf(), expected.dq().buf(), "dq");
    assertSame(actual.dk().buf(), expected.dk().buf(), "dk");
    if (expected.dbias().isPresent()) {
      assertSame(actual.dbias(), expected.dbias(), "dbias");
    }
    if (expected.drelative().isPresent()) {
      assertSame(actual.drelative(), expected.drelative(), "drelative");
    }
  }

  private static void assertSame(Buf actual, Buf expected, String what) {
    assertThat(GemmCases.bits(actual)).as(what).isEqualTo(GemmCases.bits(expected));
  }
}
