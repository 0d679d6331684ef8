package dev.weft.cli;

import dev.weft.lora.train.TrainingResult;
import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Origin;
import dev.weft.recsys.eval.Evaluation;
import dev.weft.recsys.eval.Interval;
import dev.weft.recsys.eval.Metric;
import dev.weft.recsys.eval.Protocol;
import dev.weft.tensor.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * {@code report.html}: one file that needs no network, no script and no font of its own. The same
 * data gives the same bytes; there is no date in it.
 */
final class Report {
  private static final String STYLE = "report.css";

  private final Markup out = Markup.html();
  private final ReportData report;

  private Report(ReportData report) {
    this.report = report;
  }

  /** Writes the report beside its place and renames it; the directory must exist. */
  static void write(Path file, ReportData report) throws IOException {
    AtomicFile.write(file, html(report).getBytes(StandardCharsets.UTF_8));
  }

  static String html(ReportData report) {
    return new Report(report).document();
  }

  private String document() {
    String title = "LLM-Rec on " + report.data().name();
    out.open("html", "lang", "en").line().open("head").line();
    out.empty("meta", "charset", "utf-8").line();
    out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1").line();
    out.empty("meta", "name", "color-scheme", "content", "light dark").line();
    // Says to the browser what is so anyway: whatever a title holds, nothing is fetched or run.
    out.empty(
            "meta",
            "http-equiv",
            "Content-Security-Policy",
            "content",
            "default-src 'none'; style-src 'unsafe-inline'")
        .line();
    out.element("title", title).line().element("style", style()).line();
    out.close("head").line().open("body").line().open("main").line();
    out.open("header").element("h1", title).line();
    origin();
    out.close("header").line();
    outcome();
    run();
    new ReportTraining(report.training(), report.validation()).write(out);
    new ReportMetrics(report.methods()).write(out);
    if (!report.dial().isEmpty()) {
      new ReportDial(report.dial()).write(out);
    }
    report.example().ifPresent(example -> new ReportExample(example).write(out));
    howToRead();
    again();
    out.close("main").line().close("body").line().close("html");
    return out.finish();
  }

  private void origin() {
    if (report.data().origin() == Origin.REAL) {
      out.element("p", "Recorded behaviour of people, read from files.").line();
      return;
    }
    out.open("div", "class", "notice", "role", "note", "id", "simulated");
    out.element("strong", "The users of this data set are simulated.");
    out.text(
        " A seeded random process gives each of them a few interests and draws items whose"
            + " interests, written beside each title by hand, match. ");
    out.element("strong", "The numbers below say nothing about real shops.");
    out.text(" They show that the methods run, and how they differ under known conditions.");
    out.close("div").line();
  }

  /** The one number of each method that the rest explains. */
  private void outcome() {
    out.open("section", "id", "outcome").element("h2", "Outcome").line();
    List<Evaluation> ranked =
        report.methods().stream()
            .sorted(Comparator.comparingDouble(Report::headline).reversed())
            .toList();
    out.element("p", "NDCG@10 under full ranking of all items, all users, per cent, best first:");
    out.open("ol", "class", "outcome").line();
    for (Evaluation e : ranked) {
      Interval interval = e.interval(Protocol.FULL, Evaluation.ALL, Metric.NDCG_10);
      out.open("li").element("strong", ReportWords.percent(headline(e))).text(" ");
      out.text(ReportWords.method(e.method())).text(" ");
      out.element("span", "(95 %: " + ReportTable.range(interval) + ")", "class", "range");
      out.close("li").line();
    }
    out.close("ol").line();
    out.element("p", ReportTable.note(ranked.getFirst(), Evaluation.ALL) + ".", "class", "note");
    out.close("section").line();
  }

  private static double headline(Evaluation e) {
    return e.mean(Protocol.FULL, Evaluation.ALL, Metric.NDCG_10);
  }

  private void run() {
    ReportData.Run run = report.run();
    Dataset data = report.data();
    out.open("section", "id", "run").element("h2", "What was run").line().open("dl").line();
    fact("Model", run.model());
    fact("Tuning", run.tuning());
    fact("Data", data.name() + (data.origin() == Origin.SIMULATED ? " (simulated users)" : ""));
    fact("Users", ReportWords.count(data.users()));
    fact("Items", ReportWords.count(data.items()));
    fact("Interactions", ReportWords.count(data.interactions()));
    fact("Domains", String.join(", ", data.domains()));
    fact("Seed", Long.toString(run.seed()));
    fact("Threads", Integer.toString(run.threads()));
    fact("Version", run.version() + ", commit " + run.commit());
    out.close("dl").line();
    if (!run.phases().isEmpty()) {
      phases(run.phases());
    }
    out.close("section").line();
  }

  private void fact(String name, String value) {
    out.open("div").element("dt", name).element("dd", value).close("div").line();
  }

  private void phases(List<ReportData.Phase> phases) {
    ReportTable table = new ReportTable(out, "phases");
    table.open("Wall time", List.of("phase", "time"));
    out.open("tbody");
    Duration total = Duration.ZERO;
    for (ReportData.Phase phase : phases) {
      total = total.plus(phase.time());
      out.open("tr").element("th", phase.name(), "scope", "row");
      out.element("td", ReportWords.time(phase.time())).close("tr").line();
    }
    out.close("tbody").open("tfoot").open("tr").element("th", "together", "scope", "row");
    out.element("td", ReportWords.time(total)).close("tr").close("tfoot").line();
    table.close();
  }

  private void howToRead() {
    out.open("section", "id", "reading").element("h2", "How to read this").line().open("dl");
    fact("Recall@K", "How often the item a user took next is among the first K of the ranking.");
    fact(
        "NDCG@K",
        "1 / log2(rank + 1) if it is among the first K, else 0: a high rank counts more.");
    fact(
        "Full ranking", "All items compete but those of the user’s history. A tie counts against.");
    fact(
        "Sampled",
        "Only 1,000 items of the target’s domain compete. Higher by construction, and methods may"
            + " change places; it is here to compare with papers that use it.");
    fact(
        "95 %",
        "A bootstrap interval over users. Methods whose intervals overlap much are hardly apart.");
    fact(
        "No claim",
        "Fewer than " + Evaluation.CLAIM + " users: drawn as an outline, never called best.");
    fact(
        "Methods",
        "LLM-Rec reads titles; zero-shot is the language model before training on this data."
            + " SASRec, item-kNN and popularity see only which item it is.");
    out.close("dl").close("section").line();
  }

  private void again() {
    out.open("section", "id", "again").element("h2", "Run it again").line();
    out.open("pre").element("code", report.run().command()).close("pre").line();
    out.element(
        "p",
        (report.training().stop() == TrainingResult.Stop.BUDGET
                ? "Training ended when its time was up, so another run may make more or fewer"
                    + " steps."
                : "The same version, seed and data give the same metrics on any number of threads;"
                    + " only wall times differ.")
            + " All numbers are in metrics.json beside this file.");
    out.close("section").line();
  }

  private static String style() {
    try (InputStream in = Report.class.getResourceAsStream(STYLE)) {
      if (in == null) {
        throw new IllegalStateException("dev/weft/cli/" + STYLE + ": not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("dev/weft/cli/" + STYLE + ": cannot be read", e);
    }
  }
}
