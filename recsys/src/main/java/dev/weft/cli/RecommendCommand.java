package dev.weft.cli;

import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.eval.Recommender;
import dev.weft.recsys.llmrec.LlmRec;
import dev.weft.recsys.llmrec.LlmRecModel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Recommends items to a user of the data set, or after a history of titles. */
@Command(
    name = "recommend",
    description = "Recommend the next items for a user, or for a history of titles.")
final class RecommendCommand extends Subcommand {
  private static final int SHOWN = 10;

  @Mixin private DataOption data = new DataOption();

  @Option(
      names = "--run",
      paramLabel = "DIR",
      required = true,
      description = "What weft recsys train or weft demo wrote.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path run;

  @Option(names = "--user", paramLabel = "ID", description = "A user of the data set.")
  private @Nullable String user;

  @Option(
      names = "--titles",
      paramLabel = "\"A; B; C\"",
      description = "Titles bought, oldest first, separated by semicolons.")
  private @Nullable String titles;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int top = 10;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Override
  void run(Console console) throws Exception {
    String id = user;
    String text = titles;
    if ((id == null) == (text == null)) {
      throw wrongUsage("expected --user or --titles");
    }
    if (top < 1) {
      throw wrongUsage("--top: expected 1 or more, got " + top);
    }
    RunFile file = RunFile.read(run);
    Dataset set = data.open(file.seed());
    file.check(run, set);
    String method = file.methods().getFirst();
    try (Work work = new Work(console, new Split(set))) {
      float[] scores = new float[set.items()];
      if (method.equals(Work.LLMREC)) {
        try (LlmRecModel model = LlmRecModel.load(run)) {
          LlmRec llmRec = work.encode(method, model);
          if (text != null) {
            llmRec.score(split(text), scores);
          } else if (id != null) {
            int index = set.userIndex(id);
            llmRec.score(index, set.sequence(index), scores);
          }
        }
      } else if (id != null) {
        Recommender other = work.load(run, method);
        int index = set.userIndex(id);
        other.score(index, set.sequence(index), scores);
      } else {
        throw new IllegalArgumentException(
            "--titles: " + method + " knows items by id only; use a run of llmrec");
      }
      print(console, set, id, scores);
    }
  }

  private static List<String> split(String text) {
    List<String> parts =
        Arrays.stream(text.split(";")).map(String::strip).filter(part -> !part.isEmpty()).toList();
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("--titles: expected at least one title");
    }
    return parts;
  }

  private void print(Console console, Dataset set, @Nullable String id, float[] scores) {
    int[] history = id == null ? new int[0] : set.sequence(set.userIndex(id));
    Set<Integer> seen = Arrays.stream(history).boxed().collect(Collectors.toSet());
    Recommendations best = Recommendations.of(scores, seen, top);
    int[] shown = Arrays.copyOfRange(history, Math.max(0, history.length - SHOWN), history.length);
    if (json) {
      Map<String, Object> answer = new LinkedHashMap<>();
      if (id != null) {
        answer.put("user_id", id);
      }
      answer.put(
          "history",
          Arrays.stream(shown).mapToObj(item -> Recommendations.describe(set.item(item))).toList());
      answer.put("recommendations", best.json(set));
      console.json(answer);
    } else {
      if (id != null) {
        console.answer("history of " + id + " (the last " + shown.length + ")");
        console.answer(Recommendations.history(set, shown));
      }
      console.answer("recommended");
      console.answer(best.text(set));
    }
  }
}
