package dev.weft.recsys.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SplitMix64Test {
  @Example
  void theStreamOfSeedZeroIsThePublishedOne() {
    SplitMix64 random = new SplitMix64(0);
    assertThat(random.next()).isEqualTo(0xE220A8397B1DCDAFL);
    assertThat(random.next()).isEqualTo(0x6E789E6AA1B965F4L);
  }

  @Example
  void aSplitDependsOnTheSeedAndTheKeyAlone() {
    SplitMix64 random = new SplitMix64(5);
    long first = random.split(3).next();
    random.next();
    assertThat(random.split(3).next()).isEqualTo(first);
    assertThat(random.split(4).next()).isNotEqualTo(first);
    assertThat(new SplitMix64(6).split(3).next()).isNotEqualTo(first);
  }

  @Property(seed = "2026")
  void aDrawIsBelowItsBound(@ForAll long seed, @ForAll @IntRange(min = 1) int bound) {
    assertThat(new SplitMix64(seed).below(bound)).isBetween(0, bound - 1);
  }

  @Example
  void everyValueComesAboutEquallyOften() {
    SplitMix64 random = new SplitMix64(1);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[random.below(7)]++;
    }
    // Six standard deviations of a binomial with mean 10,000.
    assertThat(Arrays.stream(counts)).allMatch(c -> Math.abs(c - 10_000) < 560);
  }
}
