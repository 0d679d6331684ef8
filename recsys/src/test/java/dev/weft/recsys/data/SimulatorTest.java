package dev.weft.recsys.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatorTest {
  private static final Catalogue CATALOGUE = Sample.catalogue();
  private static final SimulatorConfig SMALL = SimulatorConfig.DEFAULT.withUsers(300);

  @Test
  void oneSeedGivesOneDataSet() {
    assertThat(sequences(Sample.dataset(SMALL, 7))).isEqualTo(sequences(Sample.dataset(SMALL, 7)));
    assertThat(sequences(Sample.dataset(SMALL, 7)))
        .isNotEqualTo(sequences(Sample.dataset(SMALL, 8)));
  }

  /** Published results name a seed; a change here makes them another sample's results. */
  @Test
  void bitsOfTheDefaultSampleArePinned() {
    Dataset sample = Sample.dataset(Sample.SEED);
    long hash = 0;
    for (int u = 0; u < sample.users(); u++) {
      hash = 31 * hash + Arrays.hashCode(sample.sequence(u));
      hash = 31 * hash + Arrays.hashCode(sample.times(u));
    }
    assertThat(sample.users()).isEqualTo(2_000);
    assertThat(sample.interactions()).isEqualTo(18_675);
    assertThat(hash).isEqualTo(601236049282293620L);
  }

  @Test
  void titlesPlayNoPart() {
    List<List<String>> interests = new ArrayList<>();
    for (int i = 0; i < CATALOGUE.items().size(); i++) {
      interests.add(
          Arrays.stream(CATALOGUE.interestsOf(i)).mapToObj(CATALOGUE.interests()::get).toList());
    }
    Catalogue blank =
        new Catalogue(
            CATALOGUE.items().stream().map(i -> new Item(i.id(), i.domain(), "")).toList(),
            CATALOGUE.interests(),
            interests);
    assertThat(sequences(Simulator.simulate("blank", blank, SMALL, 7)))
        .isEqualTo(sequences(Sample.dataset(SMALL, 7)));
  }

  @Test
  void usersBuyBetweenFiveAndFortyItemsNoneTwice() {
    Dataset sample = Sample.dataset(3);
    int longest = 0;
    for (int u = 0; u < sample.users(); u++) {
      assertThat(sample.sequence(u)).hasSizeBetween(5, 40).doesNotHaveDuplicates();
      longest = Math.max(longest, sample.sequence(u).length);
    }
    assertThat(longest).isEqualTo(40);
    assertThat(sample.interactions() / sample.users()).isBetween(8, 11);
  }

  @Test
  void theFirstUsersOfALargerSampleAreThoseOfASmallerOne() {
    assertThat(Arrays.copyOf(sequences(Sample.dataset(5)), 300))
        .isEqualTo(sequences(Sample.dataset(SMALL, 5)));
  }

  @Test
  void theDialChangesWhatIsBoughtAndNeitherWhenNorWhere() {
    Dataset apart = Sample.dataset(SMALL.withCross(0), 9);
    Dataset alike = Sample.dataset(SMALL.withCross(1), 9);
    for (int u = 0; u < apart.users(); u++) {
      assertThat(alike.times(u)).isEqualTo(apart.times(u));
      assertThat(Arrays.stream(alike.sequence(u)).map(alike::domainOf))
          .containsExactlyElementsOf(
              Arrays.stream(apart.sequence(u)).map(apart::domainOf).boxed().toList());
    }
    assertThat(sequences(alike)).isNotEqualTo(sequences(apart));
  }

  @Test
  void withoutTheDialOtherDomainsTellNothing() {
    for (long seed = 1; seed <= 3; seed++) {
      CrossInterest none = CrossInterest.of(CATALOGUE, Sample.dataset(seed, 0));
      assertThat(none.z()).as("seed " + seed + ": " + none).isBetween(-3.5, 3.5);
      assertThat(none.lift()).isBetween(0.93, 1.07);
    }
  }

  @Test
  void otherDomainsTellMoreTheFurtherTheDialIsTurned() {
    double last = CrossInterest.of(CATALOGUE, Sample.dataset(4, 0)).lift();
    for (double cross : new double[] {0.35, 0.7, 1}) {
      CrossInterest found = CrossInterest.of(CATALOGUE, Sample.dataset(4, cross));
      assertThat(found.lift()).as("cross " + cross).isGreaterThan(last + 0.3);
      assertThat(found.z()).as("cross " + cross).isGreaterThan(10);
      last = found.lift();
    }
  }

  @Test
  void nothingIsBoughtBeforeItExistsAndSomeItemsAreLate() {
    SimulatorConfig config = SimulatorConfig.DEFAULT;
    Dataset sample = Sample.dataset(2);
    Stock stock = new Stock(CATALOGUE, config, config.days() * 86_400L, 2);
    for (int u = 0; u < sample.users(); u++) {
      for (int i = 0; i < sample.sequence(u).length; i++) {
        long second = sample.times(u)[i] - Simulator.BEGIN;
        assertThat(stock.weight(sample.sequence(u)[i], second)).isPositive();
      }
    }
    int late = 0;
    for (int i = 0; i < sample.items(); i++) {
      late += stock.weight(i, 0) == 0 ? 1 : 0;
    }
    assertThat(late / (double) sample.items()).isBetween(0.22, 0.38);
  }

  @Test
  void theSampleIsNeitherTrivialNorHopeless() {
    SampleBaselines found = SampleBaselines.of(CATALOGUE, Sample.dataset(Sample.SEED));
    assertThat(found.popularity()).isBetween(0.01, 0.04);
    assertThat(found.lastInterest()).isBetween(4 * found.popularity(), 0.3);
  }

  @Test
  void aStockTooSmallIsReported() {
    List<Item> few =
        List.of(new Item("a", "one", ""), new Item("b", "one", ""), new Item("c", "one", ""));
    List<List<String>> tea = List.of(List.of("tea"), List.of("tea"), List.of("tea"));
    assertThatThrownBy(
            () -> Simulator.simulate("few", new Catalogue(few, List.of("tea"), tea), SMALL, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("domain \"one\": expected at least maxLength = 40 items");
    assertThatThrownBy(() ->
            Simulator.simulate(
                "few",
                new Catalogue(few.subList(0, 2), List.of("tea"), tea.subList(0, 2)),
                SMALL,
                1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected an interest that at least 3 items serve, got none");
  }

  @Test
  void aConfigOutOfRangeIsReported() {
    assertThatThrownBy(() -> SMALL.withCross(1.5))
        .hasMessage("simulator: cross: expected 0 to 1, got 1.5");
    assertThatThrownBy(() -> SMALL.withCross(Double.NaN))
        .hasMessage("simulator: cross: expected 0 to 1, got NaN");
    assertThatThrownBy(() -> SMALL.withUsers(0))
        .hasMessage("simulator: users: expected at least 1, got 0");
  }

  private static int[][] sequences(Dataset dataset) {
    int[][] sequences = new int[dataset.users()][];
    Arrays.setAll(sequences, dataset::sequence);
    return sequences;
  }
}
