package dev.weft.recsys.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SampleTest {
  private static final Catalogue CATALOGUE = Sample.catalogue();
  private static final List<String> TITLES = CATALOGUE.items().stream().map(Item::title).toList();

  @Test
  void everyDomainHasItsShelfOfTitles() {
    for (String domain : Sample.DOMAINS) {
      assertThat(CATALOGUE.items().stream().filter(i -> i.domain().equals(domain)).count())
          .as(domain)
          .isGreaterThanOrEqualTo(150);
    }
    assertThat(CATALOGUE.items().stream().map(Item::domain).distinct())
        .containsExactlyElementsOf(Sample.DOMAINS);
  }

  @Test
  void titlesAreDistinctWhateverTheirCaseAndPunctuation() {
    assertThat(TITLES.stream().map(title -> String.join(" ", words(title))))
        .doesNotHaveDuplicates();
  }

  @Test
  void titlesAreCleanText() {
    assertThat(TITLES)
        .allSatisfy(title ->
            assertThat(title).isEqualTo(title.strip()).doesNotContain("  ").matches("[ -~]+"));
  }

  @Test
  void titlesVaryInLengthAndInNumbers() {
    int[] lengths = TITLES.stream().mapToInt(title -> title.split(" ").length).sorted().toArray();
    assertThat(lengths[0]).isBetween(2, 3);
    assertThat(lengths[lengths.length / 2]).isBetween(6, 9);
    assertThat(lengths[lengths.length - 10]).isGreaterThanOrEqualTo(16);
    double numbered =
        TITLES.stream().filter(title -> title.matches(".*[0-9].*")).count()
            / (double) TITLES.size();
    assertThat(numbered).isBetween(0.4, 0.8);
    assertThat(TITLES).anyMatch(title -> Character.isLowerCase(title.charAt(0)));
  }

  @Test
  void noTwoTitlesShareFiveWordsInARow() {
    assertThat(mostShared(5, Integer.MAX_VALUE)).isEqualTo(1);
    assertThat(mostShared(4, Integer.MAX_VALUE)).isLessThanOrEqualTo(2);
  }

  @Test
  void noThreeTitlesBeginWithTheSameThreeWords() {
    assertThat(mostShared(3, 1)).isLessThanOrEqualTo(2);
  }

  @Test
  void everyInterestIsServedInAtLeastThreeDomains() {
    Stock stock = stock();
    for (int i = 0; i < CATALOGUE.interests().size(); i++) {
      int interest = i;
      assertThat(
              Arrays.stream(new int[] {0, 1, 2, 3, 4})
                  .filter(d -> stock.holds(d, interest))
                  .count())
          .as(CATALOGUE.interests().get(interest))
          .isGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void everyDomainHoldsMostInterests() {
    Stock stock = stock();
    assertThat(CATALOGUE.interests()).hasSizeBetween(25, 35);
    for (int d = 0; d < Sample.DOMAINS.size(); d++) {
      assertThat(stock.held(d).length).as(Sample.DOMAINS.get(d)).isGreaterThanOrEqualTo(25);
    }
  }

  @Test
  void itemsHaveOneToThreeInterests() {
    for (int i = 0; i < CATALOGUE.items().size(); i++) {
      assertThat(CATALOGUE.interestsOf(i).length).isBetween(1, 3);
    }
  }

  @Test
  void theDataSetSaysThatItIsSimulated() {
    assertThat(Sample.dataset(1).origin()).isEqualTo(Origin.SIMULATED);
    assertThat(Sample.dataset(1).name()).isEqualTo("sample");
  }

  private static Stock stock() {
    return new Stock(CATALOGUE, SimulatorConfig.DEFAULT, 1, 1);
  }

  private static List<String> words(String title) {
    return Arrays.stream(title.toLowerCase(Locale.ROOT).split("[^a-z0-9]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** The most titles in which one run of so many words stands, among the first so many starts. */
  private static int mostShared(int length, int starts) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (String title : TITLES) {
      List<String> words = words(title);
      Set<List<String>> runs = new HashSet<>();
      for (int i = 0; i + length <= words.size() && i < starts; i++) {
        runs.add(words.subList(i, i + length));
      }
      runs.forEach(run -> counts.merge(run, 1, Integer::sum));
    }
    return counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }
}
