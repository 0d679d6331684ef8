package dev.weft.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.kernel.KernelCall;
import dev.weft.tensor.laws.KernelLaws;
import dev.weft.tensor.laws.LawCase;
import dev.weft.tensor.laws.Operands;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kernel under every law that it promises, at every width. */
class WeftKernelLawsTest {
  @TestFactory
  Stream<DynamicNode> everyKernelKeepsItsLaws() {
    return KernelLaws.of(new WeftKernels());
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 256, 512})
  @DisabledIfSystemProperty(
      named = "weft.backend",
      matches = "scalar",
      disabledReason = "the scalar bodies have no width")
  void widthsChangeNoBits(int bits) {
    KernelLaws.sameBits(new WeftKernels(), "-Dweft.vector.bits=" + bits);
  }

  private static Class<?> kind(CallKernel kernel) {
    LawCase least = LawCase.least(kernel.axes());
    return kernel.draw(least, new Operands(least)).getClass();
  }

  @Test
  void noKernelIsMissing() {
    Set<Class<?>> tried =
        WeftKernels.calls().stream().map(WeftKernelLawsTest::kind).collect(Collectors.toSet());
    assertThat(tried).containsExactlyInAnyOrder(KernelCall.class.getPermittedSubclasses());
  }
}
