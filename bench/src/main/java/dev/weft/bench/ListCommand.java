package dev.weft.bench;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Which benchmarks there are. */
@Command(name = "list", description = "Lists the benchmarks.")
final class ListCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(names = "--json", description = "As JSON, what each is about by its name.")
  private boolean json;

  private ListCommand() {}

  @Override
  public Integer call() {
    ObjectNode abouts = JsonMapper.shared().createObjectNode();
    for (Benchmark benchmark : Benchmarks.ALL) {
      abouts.put(benchmark.name(), benchmark.about());
      if (!json) {
        spec.commandLine().getOut().printf("%-12s %s%n", benchmark.name(), benchmark.about());
      }
    }
    if (json) {
      spec.commandLine().getOut().println(abouts);
    }
    return 0;
  }
}
