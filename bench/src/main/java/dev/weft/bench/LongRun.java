package dev.weft.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What {@code mvn verify -Plong} gave, out of the reports that surefire left: tests by module, with
 * the module's second run, on the scalar bodies, apart.
 *
 * @param suites counts by module, as {@code tensor} or {@code tensor (scalar)}
 */
record LongRun(Map<String, Counts> suites) {
  /** Counts of a suite. */
  record Counts(int tests, int failures, int errors, int skipped, double seconds) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    Counts plus(Counts other) {
      return new Counts(
          tests + other.tests,
          failures + other.failures,
          errors + other.errors,
          skipped + other.skipped,
          seconds + other.seconds);
    }

    boolean passed() {
      return failures == 0 && errors == 0;
    }
  }

  private static final String REPORTS = "surefire-reports";

  /**
   * Reads the reports below the modules of a checkout.
   *
   * @throws IOException when there are none, or one is of a run without the profile long
   */
  static LongRun read(Path root) throws IOException {
    Map<String, Counts> suites = new TreeMap<>();
    for (Path module : directories(root)) {
      Path target = module.resolve("target");
      if (Files.isDirectory(target)) {
        for (Path reports : directories(target)) {
          String name = reports.getFileName().toString();
          if (name.startsWith(REPORTS)) {
            String variant = name.substring(REPORTS.length()).replaceFirst("^-", "");
            String suite = module.getFileName() + (variant.isEmpty() ? "" : " (" + variant + ")");
            for (Path report : reports(reports)) {
              suites.merge(suite, counts(report), Counts::plus);
            }
          }
        }
      }
    }
    if (suites.isEmpty()) {
      throw new IOException(root + ": no module has surefire reports; run mvn verify -Plong first");
    }
    return new LongRun(suites);
  }

  private static List<Path> directories(Path parent) throws IOException {
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(Files::isDirectory).sorted().toList();
    }
  }

  private static List<Path> reports(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
          .sorted()
          .toList();
    }
  }

  private static Counts counts(Path report) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    Counts counts = Counts.NONE;
    boolean isLong = false;
    try (InputStream in = Files.newInputStream(report)) {
      XMLStreamReader xml = factory.createXMLStreamReader(in);
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamReader.START_ELEMENT) {
          switch (xml.getLocalName()) {
            case "testsuite" ->
                counts =
                    new Counts(
                        number(xml, "tests"),
                        number(xml, "failures"),
                        number(xml, "errors"),
                        number(xml, "skipped"),
                        Double.parseDouble(attribute(xml, "time").replace(",", "")));
            case "property" ->
                isLong |=
                    attribute(xml, "name").equals("weft.long")
                        && attribute(xml, "value").equals("true");
            default -> {
              // test cases and their output
            }
          }
        }
      }
    } catch (XMLStreamException | NumberFormatException e) {
      throw new IOException(report + ": not a surefire report: " + e.getMessage(), e);
    }
    // Of a class whose tests are all skipped surefire writes no properties.
    if (!isLong && counts.skipped() < counts.tests()) {
      throw new IOException(
          report + ": of a run without the profile long; run mvn clean verify -Plong");
    }
    return counts;
  }

  private static int number(XMLStreamReader xml, String name) {
    return Integer.parseInt(attribute(xml, name));
  }

  private static String attribute(XMLStreamReader xml, String name) {
    String value = xml.getAttributeValue(null, name);
    return value == null ? "" : value;
  }
}
