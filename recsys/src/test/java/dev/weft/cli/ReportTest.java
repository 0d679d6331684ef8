package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.lora.train.TrainingResult;
import dev.weft.recsys.data.Origin;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ReportTest {
  private static final ReportData PLAIN = ReportFixture.plain();
  private static final String HTML = Report.html(PLAIN);
  private static final ReportPage PAGE = ReportPage.parse(HTML);

  @Test
  void sameDataGivesSameBytes(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("report.html");
    Report.write(file, ReportFixture.plain());
    assertThat(Files.readString(file)).isEqualTo(HTML);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void nothingIsFetchedOrRun() {
    assertThat(HTML).doesNotContain("http://", "https://", "url(", "@import");
    for (Element element : PAGE.elements()) {
      assertThat(element.getTagName()).isNotIn("script", "link", "img", "iframe", "a", "use");
      for (String attribute : List.of("src", "href", "xlink:href", "onload", "style")) {
        assertThat(element.hasAttribute(attribute)).isFalse();
      }
    }
  }

  @Test
  void simulationIsSaidBeforeAnyNumber() {
    assertThat(PAGE.byId("simulated").getTextContent())
        .contains("users of this data set are simulated", "say nothing about real shops");
    assertThat(HTML.indexOf("id=\"simulated\"")).isLessThan(HTML.indexOf("id=\"outcome\""));
  }

  @Test
  void realDataIsNotCalledSimulatedAndHasNoDial() {
    ReportData real =
        ReportFixture.report(
            ReportFixture.data(Origin.REAL, "B", "title "),
            ReportFixture.training(3, 0),
            Stream.of("llmrec", "popularity"));
    String html = Report.html(real);
    ReportPage.parse(html);
    assertThat(html).doesNotContain("simulated", "id=\"dial\"").contains("Recorded behaviour");
  }

  @Test
  void everyMethodStandsInEveryTableWithItsNumbers() {
    for (Evaluation e : PLAIN.methods()) {
      String name = ReportWords.method(e.method());
      assertThat(PAGE.row("all", "full", name))
          .containsExactly(
              percent(e, Protocol.FULL, Metric.RECALL_1),
              percent(e, Protocol.FULL, Metric.RECALL_10),
              percent(e, Protocol.FULL, Metric.NDCG_1),
              percent(e, Protocol.FULL, Metric.NDCG_10),
              ReportTable.range(e.interval(Protocol.FULL, Evaluation.ALL, Metric.NDCG_10)));
      for (Protocol protocol : e.protocols()) {
        assertThat(PAGE.row("all", protocol.label(), name)).hasSize(5);
      }
      assertThat(PAGE.row("domains", "target in A", name)).hasSize(5);
      assertThat(PAGE.row("domains", "target in B", name)).hasSize(5);
      for (String slice : List.of("same", "mix", "diff")) {
        assertThat(PAGE.row("histories", slice, name)).hasSize(5);
      }
      assertThat(PAGE.row("rarity", "cold items", name)).hasSize(5);
      assertThat(PAGE.row("rarity", "sparse items", name)).hasSize(5);
    }
  }

  private static String percent(Evaluation e, Protocol protocol, Metric metric) {
    return ReportWords.percent(e.mean(protocol, metric));
  }

  @Test
  void fewUsersAreMarkedAndNeverCalledBest() {
    Element few = PAGE.group("domains", "target in B");
    assertThat(few.getTextContent()).contains("50 users – below 200, no claim");
    assertThat(few.getElementsByTagName("strong").getLength()).isZero();
    Element many = PAGE.group("domains", "target in A");
    assertThat(many.getTextContent()).contains("250 users").doesNotContain("no claim");
    assertThat(many.getElementsByTagName("strong").getLength()).isPositive();
  }

  @Test
  void aSliceOfNobodyHasDashes() {
    assertThat(PLAIN.methods().getFirst().users("cold-items")).isZero();
    assertThat(PAGE.row("rarity", "cold items", "SASRec")).containsOnly("–");
  }

  @Test
  void eachSettingOfTheDialHasBothMethodsAndBothSlices() {
    for (String cross : List.of("cross 0 (none)", "cross 0.7", "cross 1")) {
      for (String slice : List.of("all users", "diff")) {
        for (String method : List.of("LLM-Rec, trained", "SASRec")) {
          assertThat(PAGE.row("dial-table", cross + ", " + slice, method)).hasSize(4);
        }
      }
    }
  }

  @Test
  void sampledBarsStandBesideFullOnes() {
    List<String> charts =
        PAGE.elements().stream()
            .filter(e -> e.getTagName().equals("svg"))
            .map(e -> e.getAttribute("aria-labelledby").split(" ", -1)[0])
            .toList();
    assertThat(charts)
        .containsExactly(
            "loss-title",
            "checks-title",
            "full-ndcg10-title",
            "sampled1000-ndcg10-title",
            "full-recall10-title",
            "sampled1000-recall10-title",
            "dial-all-title",
            "dial-diff-title");
    assertThat(PAGE.elements().stream().filter(e -> e.getAttribute("class").equals("sampled")))
        .allMatch(figure -> figure.getTextContent().contains("Easier than full ranking"))
        .hasSize(2);
  }

  @Test
  void theTrueNextItemIsMarkedOnce() {
    List<Element> marked =
        PAGE.elements().stream().filter(e -> e.getAttribute("class").equals("next")).toList();
    assertThat(marked).hasSize(1);
    assertThat(marked.getFirst().getTextContent()).contains("title 5", "taken next");
    assertThat(PAGE.byId("history").getTextContent()).contains("bare (no title)");
    assertThat(PAGE.byId("example").getTextContent()).contains("LLM-Rec ranked it 3 of all items");
  }

  @Test
  void aUserChosenForItsHitIsCalledChosen() {
    assertThat(PAGE.byId("example").getTextContent()).contains("This user was chosen for that");
    ReportData.Example hit = PLAIN.example().orElseThrow();
    ReportData.Example miss =
        new ReportData.Example(
            hit.user(), hit.history(), hit.recommendations(), PLAIN.data().item(39), 25);
    Markup out = Markup.html();
    new ReportExample(miss).write(out);
    assertThat(out.finish())
        .contains("it is not among the recommendations below")
        .doesNotContain("chosen", "taken next");
  }

  @Test
  void hostileTextStaysText() {
    String domain = "</th><script>alert(1)</script>";
    String title = "\"><img src=x onerror='a'> ]]> &amp; \u0000\u0008\uD800\uFFFF 🎸 ";
    ReportData hostile =
        ReportFixture.report(
            ReportFixture.data(Origin.SIMULATED, domain, title),
            ReportFixture.training(5, 1),
            Stream.of("llmrec", "sasrec"));
    String html = Report.html(hostile);
    ReportPage page = ReportPage.parse(html);
    assertThat(page.elements()).extracting(Element::getTagName).doesNotContain("script", "img");
    assertThat(page.byId("recommendations").getTextContent())
        .contains("\"><img src=x onerror='a'> ]]> &amp; \uFFFD\uFFFD\uFFFD\uFFFD 🎸 5");
    assertThat(page.byId("domains").getTextContent()).contains("target in " + domain);
  }

  @Test
  void everythingIsNamedForThoseWhoDoNotSeeIt() {
    Set<String> ids = new HashSet<>();
    for (Element element : PAGE.elements()) {
      assertThat(element.getAttribute("id").isEmpty() || ids.add(element.getAttribute("id")))
          .as(element.getAttribute("id"))
          .isTrue();
    }
    for (Element element : PAGE.elements()) {
      if (!element.getAttribute("aria-labelledby").isEmpty()) {
        assertThat(ids).contains(element.getAttribute("aria-labelledby").split(" ", -1));
      }
      if (element.getTagName().equals("table")) {
        assertThat(element.getFirstChild().getNodeName()).isEqualTo("caption");
      }
      if (element.getTagName().equals("svg")) {
        assertThat(element.getElementsByTagName("title").getLength()).isOne();
        assertThat(element.getElementsByTagName("desc").item(0).getTextContent()).isNotBlank();
      }
    }
  }

  @Test
  void shapesLieWithinTheirCharts() {
    Document document = PAGE.document();
    for (int i = 0; i < document.getElementsByTagName("svg").getLength(); i++) {
      ReportPage.assertWithin((Element) document.getElementsByTagName("svg").item(i));
    }
  }

  @Test
  void longRunsAreDrawnWithFewPointsButTheirExtremes() {
    double[] losses = IntStream.range(0, 50_000).mapToDouble(i -> i == 31_234 ? 9 : 1).toArray();
    String html =
        Report.html(
            ReportFixture.report(
                PLAIN.data(),
                new TrainingResult(
                    Arrays.stream(losses).boxed().toList(),
                    List.of(),
                    50_000,
                    1,
                    Duration.ofSeconds(1),
                    TrainingResult.Stop.BUDGET),
                Stream.of("llmrec")));
    Element raw =
        ReportPage.parse(html).elements().stream()
            .filter(e -> e.getAttribute("class").equals("raw"))
            .findFirst()
            .orElseThrow();
    String[] points = raw.getAttribute("points").split(" ", -1);
    assertThat(points).hasSizeLessThan(1_000);
    assertThat(Stream.of(points).map(p -> p.split(",", -1)[1]).distinct()).hasSize(2);
    assertThat(html).contains("may make more or fewer steps");
  }

  @Test
  void aBrokenReportIsRefused() {
    Evaluation llmrec = PLAIN.methods().getFirst();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReportData.DialSetting(0.5, List.of(llmrec, llmrec)))
        .withMessage(
            "report: dial at 0.5: llmrec-zeroshot: expected each method once, got it twice");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ReportData.DialSetting(0, List.of()))
        .withMessage("report: dial at 0.0: expected evaluations, got none");
  }
}
