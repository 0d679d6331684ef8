package dev.weft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A report read back by an XML parser. */
record ReportPage(Document document) {
  static ReportPage parse(String html) {
    try {
      return new ReportPage(
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(html))));
    } catch (IOException | SAXException | ParserConfigurationException e) {
      throw new AssertionError("not well-formed: " + e.getMessage(), e);
    }
  }

  List<Element> elements() {
    return elements(document.getDocumentElement(), "*");
  }

  private static List<Element> elements(Element parent, String name) {
    NodeList nodes = parent.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  Element byId(String id) {
    return elements().stream()
        .filter(e -> e.getAttribute("id").equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** The rows under the first heading that starts like that, up to a colon, comma or blank. */
  Element group(String table, String heading) {
    return elements(byId(table), "tbody").stream()
        .filter(body ->
            body.getFirstChild()
                .getTextContent()
                .matches("(?s)" + Pattern.quote(heading) + "[ :,].*"))
        .findFirst()
        .orElseThrow(() -> new AssertionError(table + ": no rows under \"" + heading + "\""));
  }

  /** The cells of one method. */
  List<String> row(String table, String heading, String method) {
    return elements(group(table, heading), "tr").stream()
        .filter(row -> row.getFirstChild().getTextContent().equals(method))
        .findFirst()
        .map(row -> elements(row, "td").stream().map(Element::getTextContent).toList())
        .orElseThrow(() -> new AssertionError(table + ", " + heading + ": no " + method));
  }

  /** All shapes lie in the view box; text begins or ends in it and, by its length, fits. */
  static void assertWithin(Element svg) {
    String[] box = svg.getAttribute("viewBox").split(" ", -1);
    double width = Double.parseDouble(box[2]);
    double height = Double.parseDouble(box[3]);
    for (Element shape : elements(svg, "*")) {
      switch (shape.getTagName()) {
        case "line" -> {
          inside(shape, width, "x1", "x2");
          inside(shape, height, "y1", "y2");
        }
        case "rect" -> {
          inside(shape, width, "x", "width");
          inside(shape, height, "y", "height");
          assertThat(number(shape, "x") + number(shape, "width")).isLessThanOrEqualTo(width);
          assertThat(number(shape, "y") + number(shape, "height")).isLessThanOrEqualTo(height);
        }
        case "circle" -> {
          inside(shape, width, "cx");
          inside(shape, height, "cy");
        }
        case "polyline" -> {
          for (String point : shape.getAttribute("points").split(" ", -1)) {
            assertThat(Double.parseDouble(point.split(",", -1)[0])).isBetween(0.0, width);
            assertThat(Double.parseDouble(point.split(",", -1)[1])).isBetween(0.0, height);
          }
        }
        case "text" -> {
          inside(shape, height, "y");
          double x = number(shape, "x");
          double length = 6 * shape.getTextContent().length(); // 12 px, half an em a character
          switch (shape.getAttribute("text-anchor").toLowerCase(Locale.ROOT)) {
            case "end" -> assertThat(x - length).isPositive();
            case "middle" -> assertThat(x + length / 2).isLessThanOrEqualTo(width);
            default -> assertThat(x + length).as(shape.getTextContent()).isLessThanOrEqualTo(width);
          }
        }
        case "title", "desc" -> {}
        default -> throw new AssertionError("unknown shape " + shape.getTagName());
      }
    }
  }

  private static void inside(Element shape, double limit, String... attributes) {
    for (String attribute : attributes) {
      assertThat(number(shape, attribute)).as(attribute).isBetween(0.0, limit);
    }
  }

  private static double number(Element shape, String attribute) {
    return Double.parseDouble(shape.getAttribute(attribute));
  }
}
