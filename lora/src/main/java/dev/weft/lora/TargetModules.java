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

    public Regex {
      if (regex.equals(ALL)) {
        throw new IllegalArgumentException(
            "target_modules \"" + ALL + "\" is not supported: list the names of the modules");
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
      return Pattern.matches(regex, path);
    }

    @Override
    public String toString() {
      return "\"" + regex + "\"";
    }
  }
}
