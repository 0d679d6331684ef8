package dev.weft.tensor.laws;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Shrinkable;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;

/**
 * Makes tests of kernels: return {@link #of(KernelUnderTest)} from a {@code @TestFactory}.
 *
 * <p>Each law is tried on {@code weft.laws.tries} random cases (a system property; 12 unless given,
 * 100 where {@code weft.long} is true). Which cases those are {@code weft.laws.seed} decides, so
 * that a build is the same every time; give another to look elsewhere. A failure is shrunk, one
 * axis after the other, to the smallest case that still fails, and says what to set to see it
 * again.
 */
public final class KernelLaws {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private KernelLaws() {}

  /** The laws that apply to a kernel, a test each, and that JIT tiers change no bits. */
  public static Stream<DynamicNode> of(KernelUnderTest<?> kernel) {
    return Stream.concat(laws(kernel), Stream.of(tiers(kernel)));
  }

  /** The laws of several kernels, by kernel, and that JIT tiers change no bits. */
  public static Stream<DynamicNode> of(KernelSuite suite) {
    Stream<DynamicNode> kernels =
        suite.kernels().stream()
            .map(kernel -> DynamicContainer.dynamicContainer(kernel.name(), laws(kernel)));
    return Stream.concat(kernels, Stream.of(tiers(suite)));
  }

  private static Stream<DynamicNode> laws(KernelUnderTest<?> kernel) {
    return Stream.of(Law.values())
        .filter(law -> law.appliesTo(kernel))
        .map(law -> DynamicTest.dynamicTest(kernel.name() + " " + law, () -> check(kernel, law)));
  }

  private static DynamicNode tiers(Object source) {
    return DynamicTest.dynamicTest(
        "C1 gives the bits of C2", () -> OtherJvm.sameBits(source, "-XX:TieredStopAtLevel=1"));
  }

  /**
   * Runs the kernels in another process, started with {@code flags}, and compares what they give
   * with what they give here.
   *
   * @throws LawViolation naming the first case that differs
   */
  public static void sameBits(KernelSuite suite, String... flags) {
    OtherJvm.sameBits(suite, flags);
  }

  /**
   * Tries a law on random cases.
   *
   * @throws LawViolation with the smallest case that fails, what differs there, and the seed
   */
  public static void check(KernelUnderTest<?> kernel, Law law) {
    int tries = law.tries(kernel, tries());
    Random random = new Random(LawCase.mix(seed()) ^ (kernel.name() + law).hashCode());
    var cases = new CaseArbitrary(kernel.axes()).generator(1000);
    for (int attempt = 0; attempt < tries; attempt++) {
      LawCase at = law.fit(cases.next(random).value(), attempt);
      try {
        law.check(kernel, at);
      } catch (LawViolation first) {
        throw shrunk(kernel, law, at, first, "attempt " + (attempt + 1) + " of " + tries);
      }
    }
  }

  private static LawViolation shrunk(
      KernelUnderTest<?> kernel, Law law, LawCase found, LawViolation first, String attempt) {
    Instant end = Instant.now().plus(PATIENCE);
    LawCase smallest = found;
    LawViolation violation = first;
    boolean progress = true;
    while (progress) {
      progress = false;
      Iterator<Shrinkable<LawCase>> smaller =
          CaseArbitrary.shrinkable(smallest).shrink().iterator();
      while (!progress && smaller.hasNext() && Instant.now().isBefore(end)) {
        LawCase candidate = smaller.next().value();
        try {
          law.check(kernel, candidate);
        } catch (LawViolation again) {
          smallest = candidate;
          violation = again;
          progress = true;
        }
      }
    }
    boolean tired = !Instant.now().isBefore(end);
    return new LawViolation(
        """
        %s breaks the law %s
          smallest case: %s%s
          %s
          found at %s, %s
          to repeat: -Dweft.laws.seed=%d -Dweft.laws.tries=%d\
        """
            .formatted(
                kernel.name(),
                law,
                smallest,
                tired ? " (after " + PATIENCE.toSeconds() + " s of looking for smaller ones)" : "",
                violation.getMessage(),
                found,
                attempt,
                seed(),
                tries()),
        violation);
  }

  static int tries() {
    return Integer.getInteger("weft.laws.tries", Boolean.getBoolean("weft.long") ? 100 : 12);
  }

  static long seed() {
    return Long.getLong("weft.laws.seed", 2026L);
  }

  static List<KernelUnderTest<?>> kernels(Object source) {
    return source instanceof KernelUnderTest<?> kernel
        ? List.of(kernel)
        : ((KernelSuite) source).kernels();
  }
}
