package dev.weft.recsys.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatalogueReaderTest {
  private static final String INTERESTS =
      "interest:token\tbuyer:token_seq\ntea\tdrinks tea\npets\tx\n";
  private static final String HEADER = "item_id:token\tinterests:token_seq\ttitle:token_seq\n";

  @Test
  void itemsComeInTheOrderOfDomainsAndLines() throws IOException {
    Catalogue catalogue = read("a\ttea\tGreen tea\nb\tpets tea\tCatnip\n", "c\tpets\tLeash\n");
    assertThat(catalogue.items())
        .containsExactly(
            new Item("a", "one", "Green tea"),
            new Item("b", "one", "Catnip"),
            new Item("c", "two", "Leash"));
    assertThat(catalogue.interests()).containsExactly("tea", "pets");
    assertThat(catalogue.interestsOf(1)).containsExactly(1, 0);
  }

  @Test
  void unknownInterestNamesFileAndLine() {
    assertThatThrownBy(() -> read("a\ttea\tGreen tea\nb\tteas\tOolong\n", ""))
        .isInstanceOf(IOException.class)
        .hasMessage("one.tsv: line 3: interest \"teas\" is not in interests.tsv");
  }

  @Test
  void interestTwiceOnOneItemNamesFileAndLine() {
    assertThatThrownBy(() -> read("a\ttea tea\tGreen tea\n", ""))
        .hasMessage("one.tsv: line 2: interest \"tea\" stands there twice");
  }

  @Test
  void idThatStandsInAnotherDomainNamesBothFiles() {
    assertThatThrownBy(() -> read("a\ttea\tGreen tea\n", "a\ttea\tOolong\n"))
        .hasMessage("two.tsv: line 2: id \"a\" stands already in one.tsv");
  }

  @Test
  void titleThatStandsTwiceNamesFileAndLine() {
    assertThatThrownBy(() -> read("a\ttea\tGreen tea\nb\ttea\tGreen tea\n", ""))
        .hasMessage("one.tsv: line 3: title \"Green tea\" stands already in one.tsv");
  }

  @Test
  void missingFieldAndEmptyTitleNameFileAndLine() {
    assertThatThrownBy(() -> read("a\tGreen tea\n", ""))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("one.tsv: line 2: ");
    assertThatThrownBy(() -> read("a\ttea\t\n", ""))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("one.tsv: line 2: ");
  }

  @Test
  void missingFileIsNamed() {
    assertThatThrownBy(() -> CatalogueReader.resource(Sample.class, "sample/none.tsv"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("sample/none.tsv");
  }

  private static Catalogue read(String one, String two) throws IOException {
    Map<String, String> files = new HashMap<>();
    files.put("interests.tsv", INTERESTS);
    files.put("one.tsv", HEADER + one);
    files.put("two.tsv", HEADER + two);
    return CatalogueReader.read(
        file ->
            new ByteArrayInputStream(files.getOrDefault(file, "").getBytes(StandardCharsets.UTF_8)),
        List.of("one", "two"));
  }
}
