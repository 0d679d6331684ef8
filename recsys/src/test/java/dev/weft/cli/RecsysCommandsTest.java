package dev.weft.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.tensor.Compute;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RecsysCommandsTest {
  private static final int USERS = 30;
  private static final int ITEMS = 24;

  private final int threads = Compute.threads();
  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @TempDir Path dir;
  private String model = "";
  private String data = "";

  @BeforeEach
  void writeModelAndData() throws IOException {
    model = TinyModel.write(dir.resolve("tiny")).toString();
    Path shop = Files.createDirectories(dir.resolve("shop"));
    List<String> items = new ArrayList<>(List.of("item_id:token\tdomain:token\ttitle:token_seq"));
    for (int i = 0; i < ITEMS; i++) {
      char letter = (char) ('a' + i);
      items.add("i" + i + "\t" + (i % 2 == 0 ? "even" : "odd") + "\t" + letter + letter + " b");
    }
    Files.write(shop.resolve("shop.item"), items);
    List<String> inter = new ArrayList<>(List.of("user_id:token\titem_id:token\ttimestamp:float"));
    for (int u = 0; u < USERS; u++) {
      for (int t = 0; t < 6; t++) {
        inter.add("u" + u + "\ti" + (u + t * (1 + u % 3)) % ITEMS + "\t" + (1000 + 10 * t + u));
      }
    }
    Files.write(shop.resolve("shop.inter"), inter);
    data = shop.toString();
  }

  @AfterEach
  void restoreThreads() {
    Compute.threads(threads);
  }

  private int weft(String... arguments) {
    out = new StringWriter();
    err = new StringWriter();
    return Weft.commandLine(new PrintWriter(out), new PrintWriter(err)).execute(arguments);
  }

  private void train(Path to, String... more) {
    assertThat(weft(training(to, more).toArray(String[]::new))).as(err.toString()).isZero();
  }

  private List<String> training(Path to, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "recsys",
                "train",
                "--data",
                data,
                "--model",
                model,
                "--out",
                to.toString(),
                "--batch",
                "8",
                "--negatives",
                "3",
                "--max-steps",
                "3",
                "--json"));
    arguments.addAll(List.of(more));
    return arguments;
  }

  @Test
  void aSavedAdapterGivesTheSameMetricsToTheLastDigit() throws IOException {
    Path run = dir.resolve("run");
    train(run);
    JsonNode trained = JsonMapper.shared().readTree(out.toString()).get("methods");
    assertThat(weft("recsys", "evaluate", "--data", data, "--run", run.toString(), "--json"))
        .as(err.toString())
        .isZero();
    JsonNode again = JsonMapper.shared().readTree(out.toString()).get("methods");
    assertThat(again.toString()).isEqualTo(trained.toString());
    assertThat(again.get("llmrec").get("full").get("all").get("users").intValue()).isEqualTo(USERS);
    assertThat(run.resolve("adapter_config.json")).exists();
    assertThat(run.resolve("adapter_model.safetensors")).exists();
  }

  @Test
  void aFullyTunedModelGivesTheSameMetricsAgain() throws IOException {
    Path run = dir.resolve("run");
    train(run, "--tuning", "full", "--sharing", "batch");
    JsonNode trained = JsonMapper.shared().readTree(out.toString()).get("methods");
    assertThat(weft("recsys", "evaluate", "--data", data, "--run", run.toString(), "--json"))
        .as(err.toString())
        .isZero();
    JsonNode again = JsonMapper.shared().readTree(out.toString()).get("methods");
    assertThat(again.toString()).isEqualTo(trained.toString());
  }

  @Test
  void adapterBytesDependOnTheSeedAndNotOnThreads() throws IOException {
    Compute.threads(1);
    train(dir.resolve("one"));
    Compute.threads(2);
    train(dir.resolve("two"));
    train(dir.resolve("other"), "--seed", "7");
    byte[] one = Files.readAllBytes(dir.resolve("one/adapter_model.safetensors"));
    assertThat(dir.resolve("two/adapter_model.safetensors")).hasBinaryContent(one);
    assertThat(Files.readAllBytes(dir.resolve("other/adapter_model.safetensors")))
        .isNotEqualTo(one);
  }

  /** Width and tier are fixed when a process starts, so each is a process of its own. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-Dweft.vector.bits=256",
        "-Dweft.vector.bits=128",
        "-Dweft.backend=scalar",
        "-XX:TieredStopAtLevel=1"
      })
  void adapterBytesDependOnNeitherWidthNorTier(String flag) throws Exception {
    train(dir.resolve("here"), "--target-modules", "query,key,value,dense");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-Dweft.threads=2",
                flag,
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Main.class.getName()));
    command.addAll(training(dir.resolve("there"), "--target-modules", "query,key,value,dense"));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(child.getInputStream().readAllBytes(), UTF_8);
    assertThat(child.waitFor()).as(output).isZero();
    assertThat(dir.resolve("there/adapter_model.safetensors"))
        .hasBinaryContent(Files.readAllBytes(dir.resolve("here/adapter_model.safetensors")));
  }

  @Test
  void recommendationsLeaveTheHistoryOutAndTitlesNeedNoUser() throws IOException {
    Path run = dir.resolve("run");
    train(run);
    String at = run.toString();
    assertThat(weft("recsys", "recommend", "--data", data, "--run", at, "--user", "u0", "--json"))
        .as(err.toString())
        .isZero();
    JsonNode answer = JsonMapper.shared().readTree(out.toString());
    assertThat(answer.get("recommendations")).hasSize(10);
    List<String> history = ids(answer.get("history"));
    assertThat(ids(answer.get("recommendations"))).doesNotContainAnyElementsOf(history);
    assertThat(
            weft(
                "recsys",
                "recommend",
                "--data",
                data,
                "--run",
                at,
                "--titles",
                "aa b; cc b",
                "--top",
                "3",
                "--json"))
        .as(err.toString())
        .isZero();
    answer = JsonMapper.shared().readTree(out.toString());
    assertThat(answer.get("recommendations")).hasSize(3);
  }

  private static List<String> ids(JsonNode items) {
    List<String> ids = new ArrayList<>();
    items.forEach(item -> ids.add(item.get("item_id").asString()));
    return ids;
  }

  @Test
  void countingMethodsTrainAndEvaluateAlike() throws IOException {
    for (String method : List.of("popularity", "recent", "itemknn")) {
      Path run = dir.resolve(method);
      train(run, "--method", method);
      JsonNode trained = JsonMapper.shared().readTree(out.toString()).get("methods");
      assertThat(weft("recsys", "evaluate", "--data", data, "--run", run.toString(), "--json"))
          .isZero();
      assertThat(JsonMapper.shared().readTree(out.toString()).get("methods").toString())
          .isEqualTo(trained.toString());
    }
  }

  @Test
  void comparedRunsStandSideBySideWithTheirCurves() throws IOException {
    Path text = dir.resolve("text");
    Path counts = dir.resolve("counts");
    train(text, "--validate-every", "1");
    train(counts, "--method", "popularity");
    Path curves = dir.resolve("curves.svg");
    assertThat(
            weft(
                "recsys",
                "compare",
                text.toString(),
                counts.toString(),
                "--curves",
                curves.toString()))
        .as(err.toString())
        .isZero();
    assertThat(out.toString())
        .contains("| NDCG@10, full | users | llmrec | popularity |")
        .contains("| NDCG@10, sampled1000 | users | llmrec | popularity |")
        .containsPattern("\\| all \\| 30 \\| \\d+\\.\\d\\d \\| \\d+\\.\\d\\d \\|");
    assertThat(ReportPage.parse(Files.readString(curves)).elements())
        .as("three validations of the one run that has some")
        .filteredOn(element -> element.getTagName().equals("circle"))
        .hasSize(3);
    assertThat(weft("recsys", "compare", dir.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("metrics.json");
  }

  @Test
  void otherDataThanTheRunsIsRefused() throws IOException {
    Path run = dir.resolve("run");
    train(run, "--method", "popularity");
    Files.writeString(
        dir.resolve("shop/shop.inter"),
        "user_id:token\titem_id:token\ttimestamp:float\nu0\ti0\t1\n");
    assertThat(weft("recsys", "evaluate", "--data", data, "--run", run.toString())).isEqualTo(1);
    assertThat(err.toString()).contains("run.json").contains("got shop with 1 users");
    assertThat(err.toString().lines()).hasSize(1);
  }

  @Test
  void aBadLineOfTheDataIsOneLine() throws IOException {
    Files.writeString(
        dir.resolve("shop/shop.inter"),
        "user_id:token\titem_id:token\ttimestamp:float\nu0\ti0\tsoon\n");
    assertThat(weft("recsys", "train", "--data", data, "--method", "popularity")).isEqualTo(1);
    assertThat(err.toString().lines()).hasSize(1);
    assertThat(err.toString()).contains("shop.inter").contains("2");
  }

  @Test
  void wrongUsageIsTwo() {
    assertThat(weft("recsys", "train", "--data", data, "--method", "magic")).isEqualTo(2);
    assertThat(err.toString()).contains("magic");
    assertThat(weft("recsys", "train", "--data", data, "--max-steps", "1", "--budget", "1"))
        .isEqualTo(2);
    assertThat(weft("recsys", "recommend", "--data", data, "--run", "x")).isEqualTo(2);
    assertThat(weft("recsys")).isEqualTo(2);
  }
}
