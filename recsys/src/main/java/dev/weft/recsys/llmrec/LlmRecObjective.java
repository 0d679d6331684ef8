package dev.weft.recsys.llmrec;

import dev.weft.lora.train.MicroBatch;
import dev.weft.lora.train.Objective;
import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import dev.weft.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The steps of training LLM-Rec: targets of the training part in an order shuffled anew every
 * epoch, and negatives drawn for each. Both depend on the seed and the step alone.
 */
public final class LlmRecObjective implements Objective {
  private final Tower tower;
  private final Dataset data;
  private final Texts texts;
  private final SampledSoftmax loss;
  private final List<Example> examples;
  private final int batch;
  private final int tokensPerMicroBatch;
  private final long seed;
  private long shuffledEpoch = -1;
  private int[] order = new int[0];

  /**
   * Over the training targets of a split.
   *
   * @param targets only so many of each user's targets, the last in time
   * @param batch users of a step
   * @param tokensPerMicroBatch users are packed together up to so many tokens, which bounds memory;
   *     at least one user
   */
  public LlmRecObjective(
      Tower tower,
      Split split,
      Texts texts,
      LlmRecConfig config,
      int targets,
      int batch,
      int tokensPerMicroBatch,
      long seed) {
    this.tower = tower;
    this.data = split.data();
    this.texts = texts;
    this.examples = Example.last(split, targets);
    this.loss = new SampledSoftmax(data, examples, texts, config);
    this.batch = batch;
    this.tokensPerMicroBatch = tokensPerMicroBatch;
    this.seed = seed;
    if (examples.isEmpty()) {
      throw new IllegalArgumentException(
          data.name() + ": no user has four items or more, so there is no training target");
    }
  }

  /** Number of training targets: an epoch. */
  public int targets() {
    return examples.size();
  }

  /** Steps of an epoch. */
  public long stepsPerEpoch() {
    return Math.ceilDiv(examples.size(), batch);
  }

  @Override
  public List<MicroBatch> step(long step) {
    SplittableRandom random = new SplittableRandom(seed * 31 + step);
    List<MicroBatch> parts = new ArrayList<>();
    List<Example> users = new ArrayList<>();
    List<int[]> candidates = new ArrayList<>();
    Set<Integer> items = new HashSet<>();
    long tokens = 0;
    for (int i = 0; i < Math.min(batch, examples.size()); i++) {
      Example example = examples.get(at(step * batch + i));
      int[] drawn = loss.candidates(example, random);
      long more = texts.history(example.history(data)).length;
      for (int item : drawn) {
        more += items.contains(item) ? 0 : texts.item(item).length;
      }
      if (!users.isEmpty() && tokens + more > tokensPerMicroBatch) {
        parts.add(part(users, candidates));
        users = new ArrayList<>();
        candidates = new ArrayList<>();
        items.clear();
        tokens = 0;
      }
      users.add(example);
      candidates.add(drawn);
      Arrays.stream(drawn).forEach(items::add);
      tokens += more;
    }
    parts.add(part(users, candidates));
    return parts;
  }

  /** The example at a place of the endless sequence of shuffled epochs. */
  private int at(long place) {
    long epoch = place / examples.size();
    if (epoch != shuffledEpoch) {
      SplittableRandom random = new SplittableRandom(seed * 1_000_003 + epoch);
      order = new int[examples.size()];
      for (int i = 0; i < order.length; i++) {
        int j = random.nextInt(i + 1);
        order[i] = order[j];
        order[j] = i;
      }
      shuffledEpoch = epoch;
    }
    return order[(int) (place % examples.size())];
  }

  private MicroBatch part(List<Example> users, List<int[]> candidates) {
    SampledSoftmax.Batch packed = loss.pack(users, candidates.toArray(int[][]::new));
    return new Part(packed);
  }

  private final class Part implements MicroBatch {
    private final SampledSoftmax.Batch packed;

    Part(SampledSoftmax.Batch packed) {
      this.packed = packed;
    }

    @Override
    public Tensor loss() {
      return loss.loss(tower, packed);
    }

    @Override
    public int examples() {
      return packed.users();
    }

    @Override
    public long tokens() {
      return packed.packed().tokens();
    }
  }
}
