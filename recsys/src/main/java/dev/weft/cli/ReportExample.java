package dev.weft.cli;

import dev.weft.cli.ReportData.Recommendation;
import dev.weft.recsys.data.Item;
import java.util.List;
import java.util.Locale;

/** One user: the history, what LLM-Rec recommends, what was taken next in truth. */
record ReportExample(ReportData.Example example) {
  void write(Markup out) {
    out.open("section", "id", "example").open("h2").text("One user: ");
    out.element("bdi", example.user()).close("h2").line();
    boolean among = example.recommendations().stream().anyMatch(this::isNext);
    out.open("p").text("Taken next: ");
    title(out, example.next());
    out.text(" (").element("bdi", example.next().domain()).text("). LLM-Rec ranked it ");
    out.text(ReportWords.count(example.rank()) + " of all items, those of the history left out");
    out.text(
        among
            ? "; it is marked below. This user was chosen for that, as the first whose next item is"
                + " among the recommendations; Recall@10 above says how often it is."
            : "; it is not among the recommendations below.");
    out.close("p").line();
    history(out);
    recommendations(out);
    out.close("section").line();
  }

  private void history(Markup out) {
    ReportTable table = new ReportTable(out, "history");
    table.open(
        "The last " + example.history().size() + " items of the history, oldest first",
        List.of("", "title", "domain"));
    out.open("tbody");
    for (int i = 0; i < example.history().size(); i++) {
      row(out, i + 1, example.history().get(i), false);
      out.close("tr").line();
    }
    out.close("tbody");
    table.close();
  }

  private void recommendations(Markup out) {
    List<Recommendation> list = example.recommendations();
    ReportTable table = new ReportTable(out, "recommendations");
    table.open("Recommendations, best first", List.of("", "title", "domain", "score"));
    out.open("tbody");
    for (int i = 0; i < list.size(); i++) {
      row(out, i + 1, list.get(i).item(), isNext(list.get(i)));
      out.element("td", String.format(Locale.ROOT, "%.4f", list.get(i).score())).close("tr").line();
    }
    out.close("tbody");
    table.close();
  }

  private static void row(Markup out, int number, Item item, boolean next) {
    if (next) {
      out.open("tr", "class", "next");
    } else {
      out.open("tr");
    }
    out.element("td", Integer.toString(number)).open("td", "class", "words");
    title(out, item);
    if (next) {
      out.text(" ").element("span", "✓ taken next", "class", "mark");
    }
    out.close("td").open("td", "class", "words").element("bdi", item.domain()).close("td");
  }

  private static void title(Markup out, Item item) {
    out.element("bdi", item.hasTitle() ? item.title() : item.id() + " (no title)");
  }

  private boolean isNext(Recommendation recommendation) {
    return recommendation.item().id().equals(example.next().id());
  }
}
