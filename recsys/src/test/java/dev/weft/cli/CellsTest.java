package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CellsTest {
  @Property(tries = 300, seed = "2026")
  void aCellHasItsColumnsWhateverTheText(
      @ForAll String text, @ForAll @IntRange(min = 1, max = 20) int columns) {
    assertThat(Cells.width(Cells.left(text, columns))).isEqualTo(columns);
    assertThat(Cells.width(Cells.right(text, columns))).isEqualTo(columns);
    assertThat(Cells.visible(text)).doesNotContain("\n", "\t", "\r", "\0");
  }

  @Test
  void longTextsEndWithAnEllipsis() {
    assertThat(Cells.left("violin", 4)).isEqualTo("vio…");
    assertThat(Cells.right("bow", 5)).isEqualTo("  bow");
    assertThat(Cells.left("小提琴", 5)).isEqualTo("小提…");
    assertThat(Cells.left("小提琴", 4)).isEqualTo("小… ");
  }

  @Test
  void marksTakeNoColumnAndControlsAreWrittenOut() {
    assertThat(Cells.width("e\u0301")).isEqualTo(1);
    assertThat(Cells.visible("a\nb\u0007")).isEqualTo("a\\nb\\u0007");
  }

  @Test
  void darkerIsMore() {
    assertThat(
            ""
                + Cells.shade(0)
                + Cells.shade(0.01f)
                + Cells.shade(0.05f)
                + Cells.shade(0.15f)
                + Cells.shade(0.35f)
                + Cells.shade(0.65f)
                + Cells.shade(1))
        .isEqualTo(" ·░▒▓██");
  }
}
