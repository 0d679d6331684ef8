package dev.weft.tensor.laws;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What kernels give in a process of other flags. JIT tiers and vector widths are fixed when a
 * process starts, so each needs one of its own.
 */
final class OtherJvm {
  /** Cases of a kernel. */
  private static final int CASES = 12;

  /** Calls of a case, so that the JIT compiles it, within so many nanoseconds. */
  private static final int CALLS = 250;

  private static final long PATIENCE = 4_000_000;

  private OtherJvm() {}

  /** Prints what the kernels of a class give: a kernel, a case and a hash a line. */
  public static void main(String[] args) throws ReflectiveOperationException {
    Constructor<?> constructor = Class.forName(args[0]).getDeclaredConstructor();
    constructor.setAccessible(true);
    hashes(KernelLaws.kernels(constructor.newInstance()), CALLS)
        .forEach((at, hash) -> System.out.println(at + "\t" + hash));
    System.out.println("end");
  }

  /** Compares what kernels give here and in a process with {@code flags}. */
  static void sameBits(Object source, String... flags) {
    Map<String, String> here = hashes(KernelLaws.kernels(source), 1);
    Map<String, String> there = child(source.getClass(), flags);
    if (!here.keySet().equals(there.keySet())) {
      throw new IllegalStateException(
          source.getClass().getName() + " draws other cases in another process");
    }
    here.forEach((at, hash) -> {
      if (!hash.equals(there.get(at))) {
        throw new LawViolation(
            "%s: other bits with %s (hash %s, here %s)%n  to repeat: -Dweft.laws.seed=%d"
                .formatted(
                    at.replace("\t", " at "),
                    String.join(" ", flags),
                    there.get(at),
                    hash,
                    KernelLaws.seed()));
      }
    });
  }

  private static Map<String, String> hashes(List<KernelUnderTest<?>> kernels, int calls) {
    Map<String, String> hashes = new LinkedHashMap<>();
    for (KernelUnderTest<?> kernel : kernels) {
      Random random = new Random(LawCase.mix(KernelLaws.seed()) ^ kernel.name().hashCode());
      var cases = new CaseArbitrary(kernel.axes()).generator(1000);
      for (int i = 0; i < CASES; i++) {
        LawCase at = cases.next(random).value().sizesAtMost(100);
        hashes.put(kernel.name() + "\t" + at, hash(kernel, at, calls));
      }
    }
    return hashes;
  }

  private static <C> String hash(KernelUnderTest<C> kernel, LawCase at, int calls) {
    Trial<C> trial = Trial.draw(kernel, at);
    trial.operands.remember();
    long end = System.nanoTime() + PATIENCE;
    trial.run();
    for (int call = 1; call < calls && System.nanoTime() < end; call++) {
      trial.operands.restore();
      trial.run();
    }
    return trial.operands.touched().orElseGet(() -> Long.toHexString(trial.operands.hash()));
  }

  private static Map<String, String> child(Class<?> source, String... flags) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("--add-") || argument.startsWith("--enable-")) {
        command.add(argument);
      }
    }
    for (String property : System.getProperties().stringPropertyNames()) {
      if (property.startsWith("weft.")) {
        command.add("-D" + property + "=" + System.getProperty(property));
      }
    }
    command.addAll(List.of(flags));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(OtherJvm.class.getName());
    command.add(source.getName());
    List<String> lines;
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      lines = output.lines().toList();
    } catch (IOException e) {
      throw new IllegalStateException(String.join(" ", command) + ": cannot be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    if (lines.isEmpty() || !lines.getLast().equals("end")) {
      throw new IllegalStateException(
          "%s with %s failed (is there a constructor without arguments?):%n%s"
              .formatted(source.getName(), String.join(" ", flags), String.join("\n", lines)));
    }
    Map<String, String> hashes = new LinkedHashMap<>();
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      if (fields.length == 3) {
        hashes.put(fields[0] + "\t" + fields[1], fields[2]);
      }
    }
    return hashes;
  }
}
