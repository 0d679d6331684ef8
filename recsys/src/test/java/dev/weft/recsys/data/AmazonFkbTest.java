package dev.weft.recsys.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.recsys.RealData;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("real")
class AmazonFkbTest {
  @Test
  void theCountsAreThePublishedOnes() throws IOException {
    Dataset data = Datasets.open(RealData.directory("amazon-fkb").toString());
    assertThat(data.name()).isEqualTo("amazon-fkb");
    assertThat(data.users()).isEqualTo(7_734);
    assertThat(data.items()).isEqualTo(9_914);
    assertThat(data.interactions()).isEqualTo(159_056);
    Split split = new Split(data);
    Map<String, Integer> targets = new TreeMap<>();
    for (int u = 0; u < data.users(); u++) {
      int domain = data.domainOf(split.item(u, Target.TEST));
      targets.merge(data.domains().get(domain), 1, Integer::sum);
    }
    assertThat(targets).isEqualTo(Map.of("Food", 2_821, "Kitchen", 3_719, "Beauty", 1_194));
    assertThat(split.trainInteractions()).isEqualTo(159_056 - 2 * 7_734);
  }
}
