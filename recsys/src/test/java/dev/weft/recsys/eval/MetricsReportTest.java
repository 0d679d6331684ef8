package dev.weft.recsys.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weft.recsys.data.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class MetricsReportTest {
  private static final Evaluator TEST = new Evaluator(Fixture.SPLIT, Target.TEST);
  private static final Evaluation FIXED = TEST.evaluate(Fixture.fixed());
  private static final Evaluation FLAT = TEST.evaluate(Fixture.constant("flat", new float[7]));

  @Test
  void jsonHoldsFractionsUnderMethodProtocolSliceMetric() {
    ObjectNode methods = MetricsJson.methods(List.of(FIXED, FLAT));
    JsonNode back = JsonMapper.shared().readTree(methods.toString());
    JsonNode all = back.path("fixed").path("full").path("all");
    assertThat(all.path("Recall@1").asDouble()).isEqualTo(0.25);
    assertThat(all.path("NDCG@10").asDouble()).isEqualTo(FIXED.mean(Protocol.FULL, Metric.NDCG_10));
    assertThat(all.path("users").asInt()).isEqualTo(4);
    assertThat(all.path("claim").asBoolean()).isFalse();
    assertThat(all.path("intervals").path("NDCG@10").size()).isEqualTo(2);
    assertThat(back.path("flat").path("sampled1000").path("domain:A").path("users").asInt())
        .isEqualTo(1);
    assertThat(back.path("fixed").propertyNames())
        .containsExactly("full", "full-keep", "full-domain", "sampled1000");
  }

  @Test
  void aSliceOfNobodyHasNoMetrics() {
    Evaluation some = TEST.evaluate(Fixture.fixed(), new int[] {0});
    JsonNode diff = MetricsJson.methods(List.of(some)).path("fixed").path("full").path("diff");
    assertThat(diff.propertyNames()).containsExactly("users", "claim");
  }

  @Test
  void twoMethodsOfOneNameAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricsJson.methods(List.of(FIXED, FIXED)))
        .withMessage("metrics: method \"fixed\" was evaluated twice");
  }

  @Test
  void theTableMarksTheBestOfEachColumn() {
    assertThat(MetricsTable.format(List.of(FIXED, FLAT), Protocol.FULL_KEEP, "domain:A"))
        .isEqualTo(
            """
            full ranking, history kept, domain:A: 1 user (below 200: no claim), per cent
            method   Recall@1   Recall@10      NDCG@1     NDCG@10   95 % of NDCG@10
            fixed        0.00*     100.00*       0.00*      43.07*  43.07 to 43.07
            flat         0.00*     100.00*       0.00*      33.33   33.33 to 33.33
            """);
  }

  @Test
  void methodsOfDifferentUsersAreNotPutInOneTable() {
    Evaluation some = TEST.evaluate(Fixture.fixed(), new int[] {0});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricsTable.format(List.of(FIXED, some), Protocol.FULL, "all"))
        .withMessageContaining("expected methods evaluated on the same users");
  }
}
