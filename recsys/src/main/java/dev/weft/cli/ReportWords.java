package dev.weft.cli;

import java.time.Duration;
import java.util.Locale;

/** How the report names methods and slices, and writes numbers. */
final class ReportWords {
  private ReportWords() {}

  /** The name of a method in text; a method that is not ours keeps its key. */
  static String method(String key) {
    return switch (key) {
      case "llmrec" -> "LLM-Rec, trained";
      case "llmrec-zeroshot" -> "LLM-Rec, zero-shot";
      case "sasrec" -> "SASRec";
      case "itemknn" -> "item-kNN";
      case "popularity" -> "popularity";
      case "recent" -> "recent popularity";
      default -> key;
    };
  }

  /** Who the users of a slice are. */
  static String slice(String key) {
    return switch (key) {
      case "all" -> "all users";
      case "same" -> "same: all of the history in the target’s domain";
      case "mix" -> "mix: some of the history in the target’s domain";
      case "diff" -> "diff: none of the history in the target’s domain";
      case "cold-items" -> "cold items: the target never seen in training";
      case "sparse-items" -> "sparse items: the target seen 1 to 5 times in training";
      default -> key.startsWith("domain:") ? "target in " + key.substring(7) : key;
    };
  }

  /** A fraction in per cent, without the sign. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.2f", 100 * fraction);
  }

  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }

  static String users(long n) {
    return count(n) + (n == 1 ? " user" : " users");
  }

  /** A decimal as short as it can be: 0, 0.7. */
  static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e6
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  static String time(Duration time) {
    long tenths = Math.round(time.toMillis() / 100.0);
    return tenths < 600
        ? String.format(Locale.ROOT, "%d.%d s", tenths / 10, tenths % 10)
        : String.format(Locale.ROOT, "%d min %02d s", tenths / 600, tenths % 600 / 10);
  }
}
