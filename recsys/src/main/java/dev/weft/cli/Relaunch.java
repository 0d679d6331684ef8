package dev.weft.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code java -jar weft.jar}: a manifest cannot add the vector module, so a second JVM is started
 * with the flags it takes. Its standard error passes through here, for the one line to leave out.
 */
final class Relaunch {
  /** What the JVM prints before {@code main} runs, and no switch turns off. */
  private static final String NOTICE = "WARNING: Using incubator modules: jdk.incubator.vector";

  private Relaunch() {}

  /** Whether this JVM has the module at hand and is not itself the second one. */
  static boolean possible() {
    return System.getProperty("weft.relaunched") == null
        && ModuleLayer.boot().findModule("java.management").isPresent();
  }

  /** Runs the command in a JVM with the flags, on the same streams, and gives its exit code. */
  static int run(String[] arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseG1GC");
    command.add("-XX:MaxNewSize=192m");
    command.add("-XX:GCTimeRatio=1");
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dweft.relaunched=true");
    command.add("-Dweft.terminal=" + standardErrorIsTerminal());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(Arrays.asList(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    try (InputStream err = process.getErrorStream()) {
      withoutNotice(err, System.err);
    }
    return process.waitFor();
  }

  /** Copies all bytes as they come, but for the line that is the notice. */
  static void withoutNotice(InputStream in, OutputStream out) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0; b = in.read()) {
      line.write(b);
      if (b == '\n') {
        if (line.toString(StandardCharsets.UTF_8).strip().equals(NOTICE)) {
          line.reset();
          break;
        }
        line.writeTo(out);
        line.reset();
      }
    }
    line.writeTo(out);
    byte[] buffer = new byte[8192];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
      out.flush();
    }
    out.flush();
  }

  /** Linux says what a descriptor is; elsewhere progress comes as lines. */
  private static boolean standardErrorIsTerminal() throws IOException {
    Path descriptor = Path.of("/proc/self/fd/2");
    if (!Files.isSymbolicLink(descriptor)) {
      return false;
    }
    String target = Files.readSymbolicLink(descriptor).toString();
    return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
  }
}
