package dev.weft.recsys.data;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a catalogue from tables in the form of RecBole's atomic files: {@code interests.tsv} (
 * {@code interest}, {@code buyer}: who is meant) and for each domain {@code DOMAIN.tsv} ({@code
 * item_id}, {@code interests} separated by spaces, {@code title}). Reading goes through a function
 * from file name to stream, so that resources of a jar and files of a test are read by one code.
 */
final class CatalogueReader {
  /** Opens a file by its name, or throws. */
  interface Source {
    InputStream open(String file) throws IOException;
  }

  private final Source source;
  private final Map<String, String> vocabulary = new HashMap<>();
  private final List<String> interests = new ArrayList<>();
  private final List<Item> items = new ArrayList<>();
  private final List<List<String>> interestsOf = new ArrayList<>();
  private final Map<String, String> ids = new HashMap<>();
  private final Map<String, String> titles = new HashMap<>();

  private CatalogueReader(Source source) {
    this.source = source;
  }

  /**
   * @throws IOException naming file and line: a table that is broken, an interest that is not in
   *     the vocabulary, an id or a title that stands there twice
   */
  static Catalogue read(Source source, List<String> domains) throws IOException {
    CatalogueReader reader = new CatalogueReader(source);
    reader.readInterests();
    for (String domain : domains) {
      reader.readDomain(domain);
    }
    return new Catalogue(reader.items, reader.interests, reader.interestsOf);
  }

  /** The resource of that name beside a class. */
  static InputStream resource(Class<?> beside, String name) throws IOException {
    InputStream in = beside.getResourceAsStream(name);
    if (in == null) {
      throw new FileNotFoundException(name + ": expected a resource beside " + beside.getName());
    }
    return in;
  }

  private void readInterests() throws IOException {
    String file = "interests.tsv";
    try (InputStream in = source.open(file);
        TableReader table = new TableReader(file, in)) {
      int interest = table.column("interest");
      int buyer = table.column("buyer");
      for (String[] row = table.row(); row != null; row = table.row()) {
        String name = table.token(row, interest);
        if (vocabulary.putIfAbsent(name, table.token(row, buyer)) != null) {
          throw table.error("interest \"" + name + "\" stands there twice");
        }
        interests.add(name);
      }
    }
  }

  private void readDomain(String domain) throws IOException {
    String file = domain + ".tsv";
    try (InputStream in = source.open(file);
        TableReader table = new TableReader(file, in)) {
      int id = table.column("item_id");
      int wanted = table.column("interests");
      int title = table.column("title");
      for (String[] row = table.row(); row != null; row = table.row()) {
        Item item = new Item(table.token(row, id), domain, table.token(row, title));
        once(table, ids, "id", item.id(), file);
        once(table, titles, "title", item.title(), file);
        items.add(item);
        interestsOf.add(interests(table, table.token(row, wanted)));
      }
    }
  }

  private List<String> interests(TableReader table, String field) throws IOException {
    List<String> found = new ArrayList<>();
    for (String interest : field.split(" ", -1)) {
      if (!vocabulary.containsKey(interest)) {
        throw table.error("interest \"" + interest + "\" is not in interests.tsv");
      }
      if (found.contains(interest)) {
        throw table.error("interest \"" + interest + "\" stands there twice");
      }
      found.add(interest);
    }
    return found;
  }

  private static void once(
      TableReader table, Map<String, String> seen, String what, String value, String file)
      throws IOException {
    String before = seen.putIfAbsent(value, file);
    if (before != null) {
      throw table.error(what + " \"" + value + "\" stands already in " + before);
    }
  }
}
