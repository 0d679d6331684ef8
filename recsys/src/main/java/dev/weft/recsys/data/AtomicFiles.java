package dev.weft.recsys.data;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * RecBole's atomic files: {@code NAME.inter} with user_id, item_id and timestamp, {@code NAME.item}
 * with item_id, title and domain, columns in any order, others ignored. Without a domain column all
 * items are of one domain, named after the data set.
 *
 * <p>The interactions of a user are sorted by time, those of the same time stay in the order of the
 * file. Times are whole seconds; RecBole calls the column a float, and {@code 1381536000.0} is
 * read, but a fraction of a second is refused, for {@link Dataset} could not give it back.
 */
final class AtomicFiles {
  private static final BigDecimal LATEST = BigDecimal.valueOf(Long.MAX_VALUE);

  private AtomicFiles() {}

  static Dataset read(Path directory) throws IOException {
    Path interactions = interactions(directory);
    String name = stem(interactions);
    Items items = readItems(items(directory, name), name);
    Map<String, List<Event>> users = readInteractions(interactions, items.index());
    int[][] sequences = new int[users.size()][];
    long[][] times = new long[users.size()][];
    int user = 0;
    for (List<Event> events : users.values()) {
      events.sort(Comparator.comparingLong(Event::time));
      sequences[user] = events.stream().mapToInt(Event::item).toArray();
      times[user++] = events.stream().mapToLong(Event::time).toArray();
    }
    return Dataset.of(
        name, List.copyOf(users.keySet()), items.list(), sequences, times, Origin.REAL);
  }

  static void write(Dataset data, Path directory) throws IOException {
    Files.createDirectories(directory);
    Path items = directory.resolve(data.name() + ".item");
    try (TableWriter out = new TableWriter(items)) {
      out.row("item_id:token", "domain:token", "title:token_seq");
      for (int i = 0; i < data.items(); i++) {
        Item item = data.item(i);
        out.row(item.id(), item.domain(), item.title());
      }
      out.commit();
    }
    try (TableWriter out = new TableWriter(directory.resolve(data.name() + ".inter"))) {
      out.row("user_id:token", "item_id:token", "timestamp:float");
      for (int u = 0; u < data.users(); u++) {
        int[] sequence = data.sequence(u);
        long[] times = data.times(u);
        for (int i = 0; i < sequence.length; i++) {
          out.row(data.userId(u), data.item(sequence[i]).id(), Long.toString(times[i]));
        }
      }
      out.commit();
    }
  }

  private record Event(int item, long time) {}

  private record Items(List<Item> list, Map<String, Integer> index) {}

  private static Path interactions(Path directory) throws IOException {
    List<Path> found;
    try (Stream<Path> entries = Files.list(directory)) {
      found =
          entries
              .filter(f -> f.toString().endsWith(".inter") || f.toString().endsWith(".inter.gz"))
              .sorted()
              .toList();
    }
    if (found.size() != 1) {
      throw new IOException(
          directory
              + ": expected one file NAME.inter or NAME.inter.gz, got "
              + found.stream().map(f -> f.getFileName().toString()).toList());
    }
    return found.getFirst();
  }

  private static Path items(Path directory, String name) throws IOException {
    List<Path> found =
        Stream.of(name + ".item", name + ".item.gz")
            .map(directory::resolve)
            .filter(Files::exists)
            .toList();
    if (found.size() != 1) {
      throw new IOException(
          directory
              + ": expected one of "
              + name
              + ".item and "
              + name
              + ".item.gz, got "
              + (found.isEmpty() ? "none" : "both"));
    }
    return found.getFirst();
  }

  private static String stem(Path interactions) {
    String file = String.valueOf(interactions.getFileName());
    return file.substring(0, file.lastIndexOf(".inter"));
  }

  private static Items readItems(Path file, String name) throws IOException {
    List<Item> items = new ArrayList<>();
    Map<String, Integer> index = new HashMap<>();
    try (TableReader table = new TableReader(file)) {
      int id = table.column("item_id");
      int title = table.column("title");
      int domain = table.has("domain") ? table.column("domain") : -1;
      for (String @Nullable [] row = table.row(); row != null; row = table.row()) {
        String itemId = table.token(row, id);
        if (index.putIfAbsent(itemId, items.size()) != null) {
          throw table.error("item \"" + itemId + "\" stands there twice");
        }
        items.add(new Item(itemId, domain < 0 ? name : table.token(row, domain), row[title]));
      }
    }
    if (items.isEmpty()) {
      throw new IOException(file + ": line 2: expected items, got the end of the file");
    }
    return new Items(items, index);
  }

  private static Map<String, List<Event>> readInteractions(Path file, Map<String, Integer> items)
      throws IOException {
    Map<String, List<Event>> users = new LinkedHashMap<>();
    try (TableReader table = new TableReader(file)) {
      int user = table.column("user_id");
      int item = table.column("item_id");
      int time = table.column("timestamp");
      for (String @Nullable [] row = table.row(); row != null; row = table.row()) {
        String itemId = table.token(row, item);
        Integer index = items.get(itemId);
        if (index == null) {
          throw table.error("item \"" + itemId + "\" is not in the .item file");
        }
        users
            .computeIfAbsent(table.token(row, user), id -> new ArrayList<>())
            .add(new Event(index, seconds(table, row[time])));
      }
    }
    if (users.isEmpty()) {
      throw new IOException(file + ": line 2: expected interactions, got the end of the file");
    }
    return users;
  }

  private static long seconds(TableReader table, String field) throws IOException {
    BigDecimal value;
    try {
      value = new BigDecimal(field);
    } catch (NumberFormatException e) {
      throw table.error("expected a finite number as timestamp, got \"" + field + "\"");
    }
    // The comparison comes first: expanding 1e999999999 to a long would take all memory.
    if (value.abs().compareTo(LATEST) > 0 || value.stripTrailingZeros().scale() > 0) {
      throw table.error("expected whole seconds as timestamp, got \"" + field + "\"");
    }
    return value.longValueExact();
  }
}
