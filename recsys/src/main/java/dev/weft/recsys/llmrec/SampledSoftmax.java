package dev.weft.recsys.llmrec;

import dev.weft.nn.Packed;
import dev.weft.recsys.data.Dataset;
import dev.weft.tensor.F;
import dev.weft.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The training loss of LLM-Rec: cross-entropy of the target's score against those of items drawn
 * from its domain. Users and the distinct items of the micro-batch are encoded together, packed,
 * each item once.
 */
final class SampledSoftmax {
  /** Items are called this much higher than users in the keys of dropout masks. */
  private static final int ITEM_EXAMPLES = 1 << 24;

  private final Dataset data;
  private final Texts texts;
  private final LlmRecConfig config;
  private final float[] frequencies;

  /** Over a data set whose training examples these are. */
  SampledSoftmax(Dataset data, List<Example> examples, Texts texts, LlmRecConfig config) {
    this.data = data;
    this.texts = texts;
    this.config = config;
    this.frequencies = logFrequencies(data, examples, config.negatives());
  }

  /**
   * Of each item, how often it is a candidate among those of its domain: as somebody's target or as
   * one of {@code negatives} drawn for him; the logarithm, up to a constant of the domain.
   */
  private static float[] logFrequencies(Dataset data, List<Example> examples, int negatives) {
    int[] targets = new int[data.items()];
    for (Example example : examples) {
      targets[example.target(data)]++;
    }
    float[] logs = new float[data.items()];
    for (int domain = 0; domain < data.domains().size(); domain++) {
      int[] pool = data.itemsOfDomain(domain);
      double all = Math.max(1, Arrays.stream(pool).mapToLong(item -> targets[item]).sum());
      for (int item : pool) {
        double frequency = targets[item] / all + (double) negatives / pool.length;
        logs[item] = (float) StrictMath.log(frequency);
      }
    }
    return logs;
  }

  /** Users, their candidate items and the packed tokens of both. */
  record Batch(List<Example> examples, int[][] candidates, int[] items, Packed packed) {
    int users() {
      return examples.size();
    }
  }

  /** Target first, then the negatives: distinct, of the target's domain, never the target. */
  int[] candidates(Example example, SplittableRandom random) {
    int target = example.target(data);
    int[] pool = data.itemsOfDomain(data.domainOf(target));
    int count = Math.min(config.negatives(), pool.length - 1);
    int[] drawn = new int[count + 1];
    drawn[0] = target;
    for (int i = 1; i <= count; ) {
      int item = pool[random.nextInt(pool.length)];
      boolean fresh = true;
      for (int j = 0; j < i; j++) {
        fresh &= drawn[j] != item;
      }
      if (fresh) {
        drawn[i++] = item;
      }
    }
    return drawn;
  }

  /** Packs some users with the distinct items among their candidates. */
  Batch pack(List<Example> examples, int[][] candidates) {
    List<int[]> sequences = new ArrayList<>();
    List<Integer> names = new ArrayList<>();
    for (Example example : examples) {
      sequences.add(texts.history(example.history(data)));
      names.add(example.user());
    }
    Map<Integer, Integer> columns = new LinkedHashMap<>();
    for (int[] each : candidates) {
      for (int item : each) {
        columns.putIfAbsent(item, columns.size());
      }
    }
    for (int item : columns.keySet()) {
      sequences.add(texts.item(item));
      names.add(ITEM_EXAMPLES + item);
    }
    int[] items = columns.keySet().stream().mapToInt(Integer::intValue).toArray();
    int[][] indexed = new int[candidates.length][];
    for (int u = 0; u < candidates.length; u++) {
      indexed[u] = new int[candidates[u].length];
      for (int c = 0; c < indexed[u].length; c++) {
        indexed[u][c] = columns.getOrDefault(candidates[u][c], -1);
      }
    }
    int[] called = names.stream().mapToInt(Integer::intValue).toArray();
    return new Batch(examples, indexed, items, Packed.of(sequences, called));
  }

  /** Mean loss of the users of a micro-batch, a scalar; inside a Run that has the adapters. */
  Tensor loss(Tower tower, Batch batch) {
    int users = batch.users();
    int items = batch.items().length;
    Tensor vectors = tower.forward(batch.packed()); // [users + items, H]
    Tensor dots =
        F.linear(vectors.slice(0, 0, users), vectors.slice(0, users, users + items)); // [U, I]
    Tensor scores = F.mul(dots, (float) (1 / config.temperature()));
    return switch (config.sharing()) {
      case OWN -> own(scores, batch);
      case BATCH -> shared(scores, batch, new float[data.items()]);
      case CORRECTED -> shared(scores, batch, frequencies);
    };
  }

  /** Each user's own candidates out of [users, items]; the target stands first. */
  private static Tensor own(Tensor scores, Batch batch) {
    int users = batch.users();
    int items = batch.items().length;
    int width = 0;
    for (int[] each : batch.candidates()) {
      width = Math.max(width, each.length);
    }
    // A domain smaller than the number of negatives gives fewer candidates: the rest is masked.
    long[] picked = new long[users * width];
    float[] mask = new float[users * width];
    for (int u = 0; u < users; u++) {
      int[] each = batch.candidates()[u];
      for (int c = 0; c < width; c++) {
        picked[u * width + c] = (long) u * items + (c < each.length ? each[c] : each[0]);
        mask[u * width + c] = c < each.length ? 0 : Float.NEGATIVE_INFINITY;
      }
    }
    Tensor flat = scores.reshape(users * items, 1);
    Tensor own = F.indexSelect(flat, Tensor.of(picked, picked.length)).view(users, width);
    Tensor masked = F.add(own, Tensor.of(mask, users, width));
    return F.crossEntropy(masked, Tensor.of(new long[users], users));
  }

  /** All items of the target's domain in the micro-batch, each lowered by what is said of it. */
  private Tensor shared(Tensor scores, Batch batch, float[] lowered) {
    int users = batch.users();
    int items = batch.items().length;
    float[] mask = new float[users * items];
    long[] targets = new long[users];
    for (int u = 0; u < users; u++) {
      targets[u] = batch.candidates()[u][0];
      int domain = data.domainOf(batch.items()[(int) targets[u]]);
      for (int i = 0; i < items; i++) {
        boolean candidate = data.domainOf(batch.items()[i]) == domain;
        mask[u * items + i] = candidate ? -lowered[batch.items()[i]] : Float.NEGATIVE_INFINITY;
      }
    }
    Tensor masked = F.add(scores, Tensor.of(mask, users, items));
    return F.crossEntropy(masked, Tensor.of(targets, users));
  }
}
