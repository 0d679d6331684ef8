import dev.weft.models.bert.Bert;
import dev.weft.models.bert.BertConfig;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.io.SafeTensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A sentence encoder of one random layer, written as a Hugging Face directory. */
final class TinyModel {
  static Path write() throws Exception {
    Path dir = Files.createTempDirectory("tiny");
    List<String> vocabulary =
        List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "tent", "for", "two", "four");
    Files.write(dir.resolve("vocab.txt"), vocabulary);
    Files.writeString(
        dir.resolve("config.json"),
        """
        {"model_type": "bert", "vocab_size": 10, "hidden_size": 32, "num_hidden_layers": 1,
         "num_attention_heads": 2, "intermediate_size": 64, "max_position_embeddings": 16}
        """);
    Files.writeString(
        dir.resolve("modules.json"), "[{\"type\": \"Transformer\"}, {\"type\": \"Normalize\"}]");
    Map<String, Tensor> weights = new LinkedHashMap<>();
    Bert.random(new BertConfig(10, 32, 1, 2, 64, "gelu", 0.1, 0.1, 16, 2, 0.02, 1e-12), 42)
        .parameters()
        .forEach(p -> weights.put(p.name(), p.tensor()));
    SafeTensors.write(dir.resolve("model.safetensors"), weights, Map.of());
    return dir;
  }
}
