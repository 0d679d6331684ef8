package dev.weft.cli;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Markup that is HTML and well-formed XML at once: text and attributes are escaped, elements close
 * in the order they were opened.
 */
final class Markup {
  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** An empty HTML document. */
  static Markup html() {
    Markup markup = new Markup();
    markup.out.append("<!DOCTYPE html>\n");
    return markup;
  }

  /** An empty SVG document. */
  static Markup svg() {
    return new Markup();
  }

  private Markup() {}

  /** Opens an element; attributes are names and values in turn. */
  Markup open(String name, String... attributes) {
    tag(name, attributes).append('>');
    open.push(name);
    return this;
  }

  /** Closes the element opened last, which must be of that name. */
  Markup close(String name) {
    if (open.isEmpty() || !open.peek().equals(name)) {
      throw new IllegalStateException("markup: expected to close " + open.peek() + ", got " + name);
    }
    open.pop();
    out.append("</").append(name).append('>');
    return this;
  }

  /** An element that holds text alone. */
  Markup element(String name, String text, String... attributes) {
    return open(name, attributes).text(text).close(name);
  }

  /** An element that never holds anything: a void one of HTML, or a shape of SVG. */
  Markup empty(String name, String... attributes) {
    tag(name, attributes).append("/>");
    return this;
  }

  Markup text(String text) {
    escape(text);
    return this;
  }

  /** A break of the source, for those who read it. */
  Markup line() {
    out.append('\n');
    return this;
  }

  /** The document. */
  String finish() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("markup: expected all elements closed, got open " + open);
    }
    return out.append('\n').toString();
  }

  private StringBuilder tag(String name, String... attributes) {
    out.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      out.append('"');
    }
    return out;
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(c -> {
          switch (c) {
            case '<' -> out.append("&lt;");
            case '>' -> out.append("&gt;");
            case '&' -> out.append("&amp;");
            case '"' -> out.append("&quot;");
            default -> out.appendCodePoint(legal(c) ? c : 0xFFFD);
          }
        });
  }

  /** The characters of XML 1.0 without the controls that HTML forbids; no half of a pair. */
  private static boolean legal(int c) {
    return c == '\t'
        || c == '\n'
        || (c >= 0x20 && c < 0x7F)
        || (c >= 0xA0 && c < 0xD800)
        || (c >= 0xE000 && (c & 0xFFFE) != 0xFFFE);
  }
}
