package dev.weft.recsys.baseline;

import dev.weft.nn.Packed;
import dev.weft.nn.Params;
import dev.weft.recsys.data.Dataset;
import dev.weft.recsys.data.Split;
import dev.weft.recsys.eval.Recommender;
import dev.weft.tensor.F;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * SASRec on item ids with cross-entropy over all items: {@code score(u, i) = h_u . E_i}, where h_u
 * is the last hidden state of a causal transformer over the user's last items, and E the table of
 * item embeddings. Source: Kang and McAuley 2018, in RecBole's form. Different from RecBole: one
 * pass over a sequence trains the prediction of each of its items, not one prefix an example.
 *
 * <p>A user is nothing but his history, so a history of no user of the data set is scored like any
 * other. An empty one says nothing: all scores are 0. Safe to share between threads.
 */
public final class SasRec implements Recommender {
  private static final int BATCH = 256;

  /** What RecBole draws linear and embedding weights with. */
  private static final double INITIALIZER_RANGE = 0.02;

  private final SasRecConfig config;
  private final List<String> itemIds;
  private final SasRecNetwork network;

  SasRec(SasRecConfig config, List<String> itemIds, Params params) {
    this.config = config;
    this.itemIds = List.copyOf(itemIds);
    this.network = new SasRecNetwork(config, itemIds.size(), params);
  }

  /** An untrained one over the items of a data set. */
  static SasRec untrained(SasRecConfig config, Dataset data, long seed) {
    return new SasRec(config, itemIds(data), Params.random(seed).withStd(INITIALIZER_RANGE));
  }

  /**
   * Trains on the training part of a split and keeps the parameters that were best on its
   * validation targets (full-ranking NDCG@10).
   *
   * @param listener is told after every step and every epoch, on the calling thread
   * @throws IllegalArgumentException when the split has no training or no validation targets
   */
  public static SasRec fit(
      Split split,
      SasRecConfig config,
      SasRecTraining training,
      Consumer<SasRecProgress> listener) {
    SasRec model = untrained(config, split.data(), training.seed());
    new SasRecTrainer(model, split, training, listener).run();
    return model;
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @param data where it is to be used: it must have the items it was trained on, in their order
   * @throws IOException naming the file and what does not fit
   * @throws IllegalArgumentException naming the first item that differs
   */
  public static SasRec load(Path directory, Dataset data) throws IOException {
    SasRec model = SasRecFiles.read(directory);
    model.check(directory, data);
    return model;
  }

  /**
   * Writes {@code sasrec.json} (sizes and item ids) and {@code model.safetensors} (parameters under
   * RecBole's names), making the directory; each file is written beside its place and renamed.
   */
  public void save(Path directory) throws IOException {
    SasRecFiles.write(this, directory);
  }

  @Override
  public String name() {
    return "sasrec";
  }

  /** The sizes. */
  public SasRecConfig config() {
    return config;
  }

  List<String> itemIds() {
    return itemIds;
  }

  SasRecNetwork network() {
    return network;
  }

  @Override
  public int batchSize() {
    return BATCH;
  }

  @Override
  public void score(int user, int[] history, float[] scores) {
    scoreBatch(new int[] {user}, new int[][] {history}, new float[][] {scores});
  }

  @Override
  public void scoreBatch(int[] users, int[][] histories, float[][] out) {
    int[] rows = IntStream.range(0, users.length).filter(i -> histories[i].length > 0).toArray();
    for (int i = 0; i < users.length; i++) {
      Arrays.fill(out[i], 0);
    }
    if (rows.length == 0) {
      return;
    }
    List<int[]> sequences = new ArrayList<>();
    for (int row : rows) {
      int[] history = histories[row];
      int from = Math.max(0, history.length - config.maxLength());
      sequences.add(Arrays.copyOfRange(history, from, history.length));
    }
    Packed batch = Packed.of(sequences);
    try (Workspace workspace = new Workspace()) {
      float[] scores =
          Run.evaluating(workspace)
              .call(() -> {
                Tensor last = F.indexSelect(network.forward(batch), batch.lastRows()); // [users, H]
                return network.logits(last).toFloats(); // [users, I]
              });
      int items = itemIds.size();
      for (int i = 0; i < rows.length; i++) {
        System.arraycopy(scores, i * items, out[rows[i]], 0, items);
      }
    }
  }

  private void check(Path directory, Dataset data) {
    List<String> ids = itemIds(data);
    if (ids.equals(itemIds)) {
      return;
    }
    int same = 0;
    while (same < Math.min(ids.size(), itemIds.size()) && ids.get(same).equals(itemIds.get(same))) {
      same++;
    }
    throw new IllegalArgumentException(
        directory
            + ": trained on other items than those of data set "
            + data.name()
            + ": expected "
            + describe(itemIds, same)
            + ", got "
            + describe(ids, same));
  }

  private static String describe(List<String> ids, int item) {
    return ids.size()
        + " items"
        + (item < ids.size() ? " with \"" + ids.get(item) + "\" as number " + item : "");
  }

  private static List<String> itemIds(Dataset data) {
    return IntStream.range(0, data.items()).mapToObj(i -> data.item(i).id()).toList();
  }
}
