package dev.weft.models;

import dev.weft.models.bart.Bart;
import dev.weft.models.bert.Bert;
import dev.weft.models.distilbert.DistilBert;
import dev.weft.models.gemma.Gemma2;
import dev.weft.models.gemma.Gemma3;
import dev.weft.models.gpt2.Gpt2;
import dev.weft.models.gptneox.GptNeox;
import dev.weft.models.hub.ModelDirectory;
import dev.weft.models.llama.Llama;
import dev.weft.models.llama.Mistral;
import dev.weft.models.llama.Qwen2;
import dev.weft.models.llama.Qwen3;
import dev.weft.models.modernbert.ModernBert;
import dev.weft.models.mpnet.Mpnet;
import dev.weft.models.opt.Opt;
import dev.weft.models.roberta.Roberta;
import dev.weft.models.t5.T5Loader;
import dev.weft.tensor.io.Checkpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeSet;

/** The model families, by the {@code model_type} of their config: one line each. */
final class ModelRegistry {
  private ModelRegistry() {}

  @FunctionalInterface
  private interface Family {
    /**
     * Builds the model.
     *
     * @param architecture transformers' class, as BertForMaskedLM; for one that is empty or whose
     *     head is not supported the stack alone
     */
    Parts load(ConfigJson config, Checkpoint checkpoint, String architecture) throws IOException;
  }

  private static final Map<String, Family> FAMILIES =
      Map.ofEntries(
          Map.entry("bart", Bart::load),
          Map.entry("bert", Bert::load),
          Map.entry("distilbert", DistilBert::load),
          Map.entry("gemma2", Gemma2::load),
          Map.entry("gemma3_text", Gemma3::load),
          Map.entry("gpt2", Gpt2::load),
          Map.entry("gpt_neox", GptNeox::load),
          Map.entry("llama", Llama::load),
          Map.entry("mistral", Mistral::load),
          Map.entry("modernbert", ModernBert::load),
          Map.entry("mpnet", Mpnet::load),
          Map.entry("mt5", T5Loader::load),
          Map.entry("opt", Opt::load),
          Map.entry("qwen2", Qwen2::load),
          Map.entry("qwen3", Qwen3::load),
          Map.entry("roberta", Roberta::load),
          Map.entry("t5", T5Loader::load),
          Map.entry("umt5", T5Loader::load),
          Map.entry("xlm-roberta", Roberta::loadXlm));

  /** The stack alone, or with the head of the architecture that the config names. */
  static Backbone open(ModelDirectory directory, boolean withHead) throws IOException {
    ConfigJson config = ConfigJson.read(directory.config());
    String type = config.text("model_type");
    Family family = FAMILIES.get(type);
    if (family == null) {
      throw config.error(
          "model_type " + type + " is not supported, only " + new TreeSet<>(FAMILIES.keySet()));
    }
    String architecture = withHead ? config.onlyText("architectures").orElse("") : "";
    Checkpoint checkpoint = directory.openCheckpoint();
    try {
      Parts parts = family.load(config, checkpoint, architecture);
      return new Backbone(directory, type, architecture, parts, checkpoint);
    } catch (UncheckedIOException e) {
      checkpoint.close();
      throw e.getCause();
    } catch (IllegalArgumentException | ArithmeticException e) {
      // Each size is possible and what is made of them is not: a shape, a product of two.
      checkpoint.close();
      throw config.error("its sizes do not make a model: " + e.getMessage());
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }
}
