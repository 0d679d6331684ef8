package dev.weft.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What a result was measured on. */
public final class Machine {
  private static final Path CPU = Path.of("/proc/cpuinfo");
  private static final Path MEMORY = Path.of("/proc/meminfo");

  private Machine() {}

  /** The processor with family and model, its widest vectors, and the memory. */
  public static String describe() throws IOException {
    Map<String, String> cpu = properties(CPU);
    String vectors =
        hasAvx512() ? "AVX-512" : flags().contains("avx2") ? "AVX2" : System.getProperty("os.arch");
    String kib = properties(MEMORY).getOrDefault("MemTotal", "0 kB").split(" ", -1)[0];
    return String.format(
        "%s (family %s, model %s), %s, %d GiB, %s",
        cpu.getOrDefault("model name", "unknown processor"),
        cpu.getOrDefault("cpu family", "unknown"),
        cpu.getOrDefault("model", "unknown"),
        vectors,
        Math.round(Long.parseLong(kib) / (double) (1 << 20)),
        System.getProperty("os.name"));
  }

  /** Name and version of the JDK. */
  public static String jdk() {
    return System.getProperty("java.vm.name") + " " + Runtime.version();
  }

  /** Whether the processor has AVX-512. */
  public static boolean hasAvx512() throws IOException {
    return flags().contains("avx512f");
  }

  /** Whether Intel made the processor. */
  public static boolean isIntel() throws IOException {
    return properties(CPU).getOrDefault("vendor_id", "").equals("GenuineIntel");
  }

  /** Some kernels leave gaps of several blanks between flags. */
  private static Set<String> flags() throws IOException {
    return Arrays.stream(properties(CPU).getOrDefault("flags", "").split(" ", -1))
        .collect(Collectors.toSet());
  }

  /** The first value of each key; empty where the system has no such file. */
  private static Map<String, String> properties(Path file) throws IOException {
    Map<String, String> found = new HashMap<>();
    if (Files.isReadable(file)) {
      for (String line : Files.readAllLines(file)) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          found.putIfAbsent(line.substring(0, colon).strip(), line.substring(colon + 1).strip());
        }
      }
    }
    return found;
  }

  /** The commit of a checkout, with {@code -dirty} where tracked files differ from it. */
  public static String commit(Path root) throws IOException {
    String commit = git(root, "rev-parse", "--short=12", "HEAD");
    if (commit.isEmpty()) {
      return "unknown";
    }
    // A result that is about to be committed does not change what ran.
    String changed =
        git(root, "status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/results");
    return changed.isEmpty() ? commit : commit + "-dirty";
  }

  private static String git(Path root, String... arguments) throws IOException {
    String[] command = new String[arguments.length + 3];
    command[0] = "git";
    command[1] = "-C";
    command[2] = root.toString();
    System.arraycopy(arguments, 0, command, 3, arguments.length);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroy();
        throw new IOException("git " + String.join(" ", arguments) + ": did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while git ran", e);
    }
    return process.exitValue() == 0 ? out.strip() : "";
  }
}
