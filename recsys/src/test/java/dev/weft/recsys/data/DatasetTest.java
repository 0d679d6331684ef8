package dev.weft.recsys.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class DatasetTest {
  private static final List<Item> ITEMS =
      List.of(new Item("p", "toys", "Kite"), new Item("q", "food", ""), new Item("r", "toys", "x"));

  private static Dataset of(List<String> users, int[][] sequences, long[][] times) {
    return Dataset.of("tiny", users, ITEMS, sequences, times, Origin.SIMULATED);
  }

  private static final Dataset TINY =
      of(List.of("u", "v"), new int[][] {{0, 1}, {2}}, new long[][] {{5, 5}, {7}});

  @Test
  void countsAndNamesAreThoseOfTheSource() {
    assertThat(TINY.users()).isEqualTo(2);
    assertThat(TINY.items()).isEqualTo(3);
    assertThat(TINY.interactions()).isEqualTo(3);
    assertThat(TINY.userId(1)).isEqualTo("v");
    assertThat(TINY.userIndex("v")).isEqualTo(1);
    assertThat(TINY.itemIndex("r")).isEqualTo(2);
    assertThat(TINY.findUser("w")).isEmpty();
    assertThat(TINY.findItem("w")).isEmpty();
    assertThat(TINY.item(1).hasTitle()).isFalse();
    assertThat(TINY.origin()).isEqualTo(Origin.SIMULATED);
  }

  @Test
  void domainsComeInTheOrderOfTheItems() {
    assertThat(TINY.domains()).containsExactly("toys", "food");
    assertThat(TINY.itemsOfDomain(0)).containsExactly(0, 2);
    assertThat(TINY.itemsOfDomain(1)).containsExactly(1);
    assertThat(TINY.domainOf(2)).isZero();
  }

  @Test
  void laterWritesToTheSourceDoNotReachIt() {
    int[][] sequences = {{0, 1}};
    Dataset data = of(List.of("u"), sequences, new long[][] {{1, 2}});
    sequences[0][0] = 2;
    assertThat(data.sequence(0)).containsExactly(0, 1);
  }

  @Test
  void anUnknownNameIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TINY.userIndex("w"))
        .withMessage("data set tiny: no user \"w\" among 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TINY.itemIndex("w"))
        .withMessage("data set tiny: no item \"w\" among 3");
  }

  @Test
  void nonsenseIsRefusedWithTheUser() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(List.of("u", "u"), new int[][] {{0}, {1}}, new long[][] {{1}, {1}}))
        .withMessageContaining("\"u\" stands there twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(List.of("u"), new int[][] {{0, 3}}, new long[][] {{1, 2}}))
        .withMessageContaining("user \"u\": expected items 0 to 2, got 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(List.of("u"), new int[][] {{0, 1}}, new long[][] {{2, 1}}))
        .withMessageContaining("user \"u\": expected times that never fall, got 1 after 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(List.of("u"), new int[][] {{}}, new long[][] {{}}))
        .withMessageContaining("user \"u\": expected interactions, got none");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(List.of("u"), new int[][] {{0}}, new long[][] {{}}))
        .withMessageContaining("user \"u\": expected 1 times, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> of(List.of("u"), new int[][] {}, new long[][] {}))
        .withMessageContaining("expected sequences and times for 1 users, got 0 and 0");
  }

  @Test
  void aDataSetThatIsNotThereIsNamedWithWhatThereIs() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Datasets.open("no/such/place"))
        .withMessageStartingWith("data set \"no/such/place\": expected a directory or one of [");
  }
}
