package dev.weft.recsys.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The histories of users over the items of one or more domains; immutable. Users are 0 .. {@link
 * #users()} - 1 and items 0 .. {@link #items()} - 1, in the order of the source; every user has at
 * least one interaction, an item may have none.
 *
 * <p>Arrays are handed out without a copy: read them, never write to them.
 */
public final class Dataset {
  private final String name;
  private final Origin origin;
  private final List<String> userIds;
  private final List<Item> items;
  private final int[][] sequences;
  private final long[][] times;
  private final int interactions;
  private final Map<String, Integer> userIndex;
  private final Map<String, Integer> itemIndex;
  private final List<String> domains;
  private final int[] domainOf;
  private final int[][] itemsOfDomain;

  private Dataset(
      String name,
      List<String> userIds,
      List<Item> items,
      int[][] sequences,
      long[][] times,
      Origin origin) {
    this.name = name;
    this.origin = origin;
    this.userIds = List.copyOf(userIds);
    this.items = List.copyOf(items);
    this.sequences = copy(sequences);
    this.times = copy(times);
    this.userIndex = index("user", this.userIds);
    this.itemIndex = index("item", this.items.stream().map(Item::id).toList());
    this.interactions = checkSequences();
    Map<String, Integer> domainIndex = new LinkedHashMap<>();
    this.domainOf = new int[this.items.size()];
    for (int i = 0; i < domainOf.length; i++) {
      String domain = this.items.get(i).domain();
      Integer known = domainIndex.putIfAbsent(domain, domainIndex.size());
      domainOf[i] = known == null ? domainIndex.size() - 1 : known;
    }
    this.domains = List.copyOf(domainIndex.keySet());
    this.itemsOfDomain = group(domainOf, domains.size());
  }

  /**
   * A data set from memory. {@code sequences[u]} holds the items of user u, oldest first, and
   * {@code times[u]} their times in seconds since 1970, never falling. The arrays are copied.
   *
   * @throws IllegalArgumentException naming the user or item: duplicate or empty ids, a user
   *     without interactions, an item out of range, times that fall or do not match the sequence
   */
  public static Dataset of(
      String name,
      List<String> userIds,
      List<Item> items,
      int[][] sequences,
      long[][] times,
      Origin origin) {
    return new Dataset(name, userIds, items, sequences, times, origin);
  }

  /**
   * Reads a directory of RecBole atomic files, {@code NAME.inter} and {@code NAME.item}, either of
   * them also as {@code .gz}.
   *
   * @throws IOException naming file and line, what was expected and what was there
   */
  public static Dataset read(Path directory) throws IOException {
    return AtomicFiles.read(directory);
  }

  /** Writes this data set as {@code NAME.inter} and {@code NAME.item}, making the directory. */
  public void write(Path directory) throws IOException {
    AtomicFiles.write(this, directory);
  }

  public String name() {
    return name;
  }

  public Origin origin() {
    return origin;
  }

  public int users() {
    return sequences.length;
  }

  public int items() {
    return items.size();
  }

  public int interactions() {
    return interactions;
  }

  public String userId(int user) {
    return userIds.get(user);
  }

  public OptionalInt findUser(String id) {
    Integer user = userIndex.get(id);
    return user == null ? OptionalInt.empty() : OptionalInt.of(user);
  }

  /**
   * @throws IllegalArgumentException naming the id when no user has it
   */
  public int userIndex(String id) {
    return findUser(id)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "data set " + name + ": no user \"" + id + "\" among " + users()));
  }

  public Item item(int item) {
    return items.get(item);
  }

  public OptionalInt findItem(String id) {
    Integer item = itemIndex.get(id);
    return item == null ? OptionalInt.empty() : OptionalInt.of(item);
  }

  /**
   * @throws IllegalArgumentException naming the id when no item has it
   */
  public int itemIndex(String id) {
    return findItem(id)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "data set " + name + ": no item \"" + id + "\" among " + items()));
  }

  /** The items of a user, oldest first; shared, not to be written to. */
  public int[] sequence(int user) {
    return sequences[user];
  }

  /** The times of {@link #sequence}, in seconds since 1970; shared, not to be written to. */
  public long[] times(int user) {
    return times[user];
  }

  /** The domains in the order in which the items first name them. */
  public List<String> domains() {
    return domains;
  }

  /** Index into {@link #domains()}. */
  public int domainOf(int item) {
    return domainOf[item];
  }

  /** The items of a domain, ascending; shared, not to be written to. */
  public int[] itemsOfDomain(int domain) {
    return itemsOfDomain[domain];
  }

  @Override
  public String toString() {
    return name
        + ": "
        + users()
        + " users, "
        + items()
        + " items, "
        + interactions
        + " interactions, domains "
        + domains
        + ", "
        + origin;
  }

  private int checkSequences() {
    if (sequences.length != userIds.size() || times.length != userIds.size()) {
      throw new IllegalArgumentException(
          "data set "
              + name
              + ": expected sequences and times for "
              + userIds.size()
              + " users, got "
              + sequences.length
              + " and "
              + times.length);
    }
    long total = 0;
    for (int u = 0; u < sequences.length; u++) {
      checkSequence(u);
      total += sequences[u].length;
    }
    return Math.toIntExact(total);
  }

  private void checkSequence(int user) {
    int[] sequence = sequences[user];
    long[] at = times[user];
    String who = "data set " + name + ", user \"" + userIds.get(user) + "\": ";
    if (sequence.length == 0) {
      throw new IllegalArgumentException(who + "expected interactions, got none");
    }
    if (at.length != sequence.length) {
      throw new IllegalArgumentException(
          who + "expected " + sequence.length + " times, got " + at.length);
    }
    for (int i = 0; i < sequence.length; i++) {
      if (sequence[i] < 0 || sequence[i] >= items.size()) {
        throw new IllegalArgumentException(
            who + "expected items 0 to " + (items.size() - 1) + ", got " + sequence[i]);
      }
      if (i > 0 && at[i] < at[i - 1]) {
        throw new IllegalArgumentException(
            who + "expected times that never fall, got " + at[i] + " after " + at[i - 1]);
      }
    }
  }

  private static Map<String, Integer> index(String what, List<String> ids) {
    Map<String, Integer> index = HashMap.newHashMap(ids.size());
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i).isEmpty()) {
        throw new IllegalArgumentException(what + " " + i + ": expected an id, got an empty one");
      }
      if (index.putIfAbsent(ids.get(i), i) != null) {
        throw new IllegalArgumentException(
            what + " " + i + ": id \"" + ids.get(i) + "\" stands there twice");
      }
    }
    return index;
  }

  private static int[][] group(int[] keys, int groups) {
    List<List<Integer>> members = new ArrayList<>();
    for (int g = 0; g < groups; g++) {
      members.add(new ArrayList<>());
    }
    for (int i = 0; i < keys.length; i++) {
      members.get(keys[i]).add(i);
    }
    return members.stream()
        .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
        .toArray(int[][]::new);
  }

  private static int[][] copy(int[][] rows) {
    return Arrays.stream(rows).map(int[]::clone).toArray(int[][]::new);
  }

  private static long[][] copy(long[][] rows) {
    return Arrays.stream(rows).map(long[]::clone).toArray(long[][]::new);
  }
}
