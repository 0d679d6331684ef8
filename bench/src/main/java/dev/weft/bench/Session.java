package dev.weft.bench;

import dev.weft.bench.peer.Peer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/** One run of a benchmark: what it was asked, and what it has measured so far. */
public final class Session {
  private final Path root;
  private final Effort effort;
  private final Predicate<String> wanted;
  private final List<Path> tokenizers;
  private final PrintWriter progress;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final SortedMap<Integer, Double> peak = new TreeMap<>();
  private final SortedMap<Integer, Double> read = new TreeMap<>();

  /**
   * A run.
   *
   * @param root the checkout
   * @param wanted whether a case, by its name, is to be measured
   * @param tokenizers directories of tokenizers to measure beside the default model's
   * @param progress where to say what goes on
   */
  public Session(
      Path root,
      Effort effort,
      Predicate<String> wanted,
      List<Path> tokenizers,
      PrintWriter progress) {
    this.root = root;
    this.effort = effort;
    this.wanted = wanted;
    this.tokenizers = List.copyOf(tokenizers);
    this.progress = progress;
  }

  /** The checkout. */
  public Path root() {
    return root;
  }

  /** How long to measure. */
  public Effort effort() {
    return effort;
  }

  /** Directories of tokenizers to measure beside the default model's. */
  public List<Path> tokenizers() {
    return tokenizers;
  }

  /** Whether a case is to be measured. */
  public boolean wants(String name) {
    return wanted.test(name);
  }

  /** Says what goes on. */
  public void say(String line) {
    progress.println("weft bench: " + line);
    progress.flush();
  }

  /** Something a reader must know beside the numbers. */
  public void note(String note) {
    notes.add(note);
  }

  /** The measured rate of fused multiply-adds on so many threads, GFLOP/s; measured once. */
  public double peakGflops(int threads) {
    return peak.computeIfAbsent(
        threads,
        count -> {
          double gflops = PeakFlops.gflops(count, effort.forPeaks());
          say(String.format(Locale.ROOT, "peak on %d threads: %.1f GFLOP/s", count, gflops));
          return gflops;
        });
  }

  /** The measured rate of reading memory on so many threads, GB/s; measured once. */
  public double readGbps(int threads) {
    return read.computeIfAbsent(
        threads,
        count -> {
          double gbps = ReadBandwidth.gbps(count, effort.forPeaks());
          say(String.format(Locale.ROOT, "reading on %d threads: %.1f GB/s", count, gbps));
          return gbps;
        });
  }

  private void measureRates(int threads) {
    peakGflops(threads);
    readGbps(threads);
  }

  /** Notes the rate of reading memory that a comparison measured. */
  public void readGbps(int threads, double gbps) {
    read.put(threads, gbps);
  }

  /** Rates of a comparison in which a repetition of each side does so much work. */
  public Row row(
      String name,
      int threads,
      Peer peer,
      Comparison measured,
      double work,
      double peerWork,
      String unit,
      OptionalDouble target) {
    return new Row(
        name,
        threads,
        peer.name(),
        peer.version(),
        work / measured.ours().median(),
        peerWork / measured.peer().median(),
        unit,
        measured.ours().spread(),
        measured.peer().spread(),
        target);
  }

  /** Adds a line to the result. */
  public void add(Row row) {
    rows.add(row);
    say(
        String.format(
            Locale.ROOT,
            "%s, %d threads: %.4g, %s %.4g %s, ratio %.3f%s",
            row.name(),
            row.threads(),
            row.ours(),
            row.peerName(),
            row.peer(),
            row.unit(),
            row.ratio(),
            row.target().isEmpty()
                ? ""
                : (row.missed() ? ", below " : ", at least ") + row.target().getAsDouble()));
  }

  /** Lines so far. */
  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /**
   * What was measured, as a result, with both rates of the machine for each number of threads;
   * those that no case has needed are measured now.
   */
  public Result result(String name, String command) throws IOException {
    rows.stream().mapToInt(Row::threads).distinct().sorted().forEach(this::measureRates);
    return new Result(
        name,
        Machine.describe(),
        Runtime.getRuntime().availableProcessors(),
        Machine.jdk(),
        Machine.commit(root),
        command,
        OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.SECONDS).toString(),
        peak,
        read,
        rows(),
        List.copyOf(notes));
  }
}
