package dev.weft.bench.suite;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.weft.models.bert.Bert;
import dev.weft.models.bert.BertConfig;
import dev.weft.nn.Packed;
import dev.weft.tensor.Run;
import dev.weft.tensor.Workspace;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlainBertTest {
  @Test
  void theOperationsAloneGiveTheBitsOfTheModel() {
    BertConfig config = new BertConfig(40, 16, 2, 4, 24, "gelu", 0.1, 0.1, 32, 2, 0.02, 1e-12);
    Bert model = Bert.random(config, 1);
    Packed batch = Packed.of(List.of(new int[] {5, 7, 9, 11}, new int[] {3, 8}));
    try (Workspace workspace = new Workspace()) {
      assertThatCode(() ->
              ProbeBenchmark.sameBits(
                  Run.evaluating(workspace), model, new PlainBert(model), batch))
          .doesNotThrowAnyException();
    }
  }
}
