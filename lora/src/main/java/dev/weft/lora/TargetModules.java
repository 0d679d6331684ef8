package dev.weft.lora;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Which modules an adapter changes: PEFT's {@code target_modules}. */
public sealed interface TargetModules {
  /** Whether the module at this path is meant. */
  boolean matches(String path);

  /** Modules whose path is one of these names or ends with a dot and one of them. */
  static TargetModules named(String... names) {
    return new Names(List.of(names));
  }

  /** Modules whose whole path this regular expression matches. */
  static TargetModules matching(String regex) {
    return new Regex(regex);
  }

  /** A list of names in {@code adapter_config.json}. */
  record Names(List<String> names) implements TargetModules {
    public Names {
      names = List.copyOf(names);
      if (names.isEmpty() || names.contains("")) {
        throw new IllegalArgumentException(
            "target_modules " + names + ": expected one or more names");
      }
    }

    @Override
    public boolean matches(String path) {
      return names.stream().anyMatch(name -> path.equals(name) || path.endsWith("." + name));
    }

    @Override
    public String toString() {
      return names.toString();
    }
  }

  /** A string in {@code adapter_config.json}. */
  record Regex(String regex) implements TargetModules {
    private static final String ALL = "all-linear";

    /** Java's patterns recurse for a group in a group, and a file may hold any number. */
    private static final int DEEPEST = 100;

    public Regex {
      if (regex.equals(ALL)) {
        throw new IllegalArgumentException(
            "target_modules \"" + ALL + "\" is not supported: list the names of the modules");
      }
      if (depth(regex) > DEEPEST) {
        throw new IllegalArgumentException(
            "target_modules: a regular expression of groups nested deeper than " + DEEPEST);
      }
      try {
        Pattern.compile(regex);
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "target_modules \"" + regex + "\": " + e.getDescription() + " at " + e.getIndex(), e);
      }
    }

    @Override
    public boolean matches(String path) {
      return Pattern.matches(regex, new Steps(regex, path));
    }

    private static int depth(String regex) {
      int depth = 0;
      int deepest = 0;
      for (int i = 0; i < regex.length(); i++) {
        depth += regex.charAt(i) == '(' ? 1 : regex.charAt(i) == ')' ? -1 : 0;
        deepest = Math.max(deepest, depth);
      }
      return deepest;
    }

    @Override
    public String toString() {
      return "\"" + regex + "\"";
    }
  }

  /** A path that lets itself be read so often only: what backtracks without end is an error. */
  final class Steps implements CharSequence {
    private static final int MOST = 1_000_000;

    private final String regex;
    private final String path;
    private int taken;

    private Steps(String regex, String path) {
      this.regex = regex;
      this.path = path;
    }

    @Override
    public char charAt(int index) {
      if (++taken > MOST) {
        throw new IllegalArgumentException(
            "target_modules \"%s\" takes more than %d steps to match %s"
                .formatted(regex, MOST, path));
      }
      return path.charAt(index);
    }

    @Override
    public int length() {
      return path.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return path.subSequence(start, end);
    }

    @Override
    public String toString() {
      return path;
    }
  }
}
