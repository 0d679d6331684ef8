package dev.weft.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** What was built, as the build wrote it down, and what runs it. */
final class Version implements IVersionProvider {
  private final Properties build = new Properties();

  /**
   * Reads what the build wrote.
   *
   * @throws IOException if the resource cannot be read
   * @throws IllegalStateException if the build did not write it
   */
  Version() throws IOException {
    try (InputStream in = Version.class.getResourceAsStream("build.properties")) {
      if (in == null) {
        throw new IllegalStateException("dev/weft/cli/build.properties: not in the jar");
      }
      build.load(in);
    }
  }

  /** The version, as {@code 0.1.0-SNAPSHOT}. */
  String number() {
    return build.getProperty("version", "unknown");
  }

  /** The git commit the build was made from, or {@code unknown} outside a checkout. */
  String commit() {
    String commit = build.getProperty("commit", "");
    return commit.isEmpty() || commit.startsWith("$") ? "unknown" : commit;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "weft " + number() + " (commit " + commit() + ")", "Java " + Runtime.version()
    };
  }
}
