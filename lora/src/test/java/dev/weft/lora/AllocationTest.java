package dev.weft.lora;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import dev.weft.models.bert.Bert;
import dev.weft.models.bert.BertConfig;
import dev.weft.nn.Packed;
import dev.weft.nn.optim.AdamW;
import dev.weft.nn.optim.AdamWOptions;
import dev.weft.tensor.F;
import dev.weft.tensor.Parameter;
import dev.weft.tensor.Run;
import dev.weft.tensor.Tensor;
import dev.weft.tensor.Workspace;
import dev.weft.tensor.autograd.Gradients;
import dev.weft.tensor.autograd.Tape;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/**
 * After warm-up nothing that grows with the batch is allocated on the heap: four times the
 * sequences cost as many bytes, by the JVM's counters of this thread and of the workers.
 */
@DisabledIfSystemProperty(
    named = "weft.backend",
    matches = "scalar",
    disabledReason = "the scalar bodies are definitions and allocate as they like")
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int LENGTH = 32;
  private static final int FEW = 64;
  private static final int MANY = 256;

  /** A third of a byte a token: ranges that are one task in the small batch are several here. */
  private static final long BOUND = 2048;

  private static final int CALLS = 20;
  private static final int RUNNING = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Bert bert =
      Bert.random(new BertConfig(50, 64, 2, 4, 128, "gelu", 0.1, 0.1, 64, 2, 0.02, 1e-12), 1);

  private static Packed batch(int sequences, int length) {
    int[] ids = IntStream.range(0, length).map(i -> i % 50).toArray();
    return Packed.of(IntStream.range(0, sequences).mapToObj(s -> ids).toList());
  }

  /** Bytes that this thread and the workers have allocated so far. */
  private static long allocated() {
    long total = THREADS.getCurrentThreadAllocatedBytes();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("weft-worker-")) {
        total += Math.max(0, THREADS.getThreadAllocatedBytes(thread.threadId()));
      }
    }
    return total;
  }

  /** Bytes a call. */
  private static long bytes(Runnable call) {
    long before = allocated();
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    return (allocated() - before) / CALLS;
  }

  /**
   * Until the JIT has compiled everything, vectors are objects: both are called until that is so
   * and they cost the same a few times running (once may be chance), or until it plainly never will
   * be.
   */
  private static void assertEqual(Runnable few, Runnable many) {
    Instant end = Instant.now().plus(PATIENCE);
    long small;
    long large;
    int equal = 0;
    do {
      small = bytes(few);
      large = bytes(many);
      equal = Math.abs(large - small) > BOUND ? 0 : equal + 1;
    } while (equal < RUNNING && Instant.now().isBefore(end));
    if (equal < RUNNING) {
      assertThat(large)
          .as("bytes of the large batch, allocated in %s", sites(many))
          .isCloseTo(small, within(BOUND));
    }
  }

  /** Where some calls allocate most, by weight: the frames of the flight recorder's samples. */
  private static List<String> sites(Runnable call) {
    Map<String, Long> weights = new HashMap<>();
    try (RecordingStream stream = new RecordingStream()) {
      stream.enable("jdk.ObjectAllocationSample").with("throttle", "1000/s");
      stream.onEvent(
          "jdk.ObjectAllocationSample",
          event -> weights.merge(frames(event), event.getLong("weight"), Long::sum));
      stream.startAsync();
      for (int i = 0; i < CALLS; i++) {
        call.run();
      }
      stream.stop();
    }
    return weights.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(3)
        .map(Object::toString)
        .toList();
  }

  private static String frames(RecordedEvent event) {
    if (event.getStackTrace() == null) {
      return "no frames";
    }
    return event.getStackTrace().getFrames().stream()
        .limit(8)
        .map(frame ->
            frame.getMethod().getType().getName()
                + "."
                + frame.getMethod().getName()
                + ":"
                + frame.getLineNumber()
                + " "
                + frame.getType())
        .collect(joining(" < ", "\n", ""));
  }

  @Test
  void aForwardAllocatesNothingThatGrowsWithTheBatch() {
    try (Workspace workspace = new Workspace()) {
      Packed small = batch(FEW, LENGTH);
      Packed large = batch(MANY, LENGTH);
      assertEqual(() -> forward(workspace, small), () -> forward(workspace, large));
    }
  }

  private void forward(Workspace workspace, Packed batch) {
    float first = Run.evaluating(workspace).call(() -> F.mean(bert.forward(batch)).item());
    assertThat(first).isFinite();
  }

  @Test
  void aTrainingStepAllocatesNothingThatGrowsWithTheBatch() {
    LoraAdapter adapter =
        LoraAdapter.create(
            bert, new LoraConfig(4, 8, 0.1, TargetModules.named("query", "value")), 1);
    assertStepsEqual(run -> run.with(adapter.active()), adapter.parameters());
  }

  @Test
  void aStepOfFullTuningAllocatesNothingThatGrowsWithTheBatch() {
    assertStepsEqual(run -> run, bert.parameters());
  }

  private void assertStepsEqual(UnaryOperator<Run> how, List<Parameter> parameters) {
    try (Workspace workspace = new Workspace()) {
      AdamW optimizer = new AdamW(parameters, AdamWOptions.DEFAULTS.withLr(1e-4));
      Gradients gradients = new Gradients(parameters);
      Packed small = batch(FEW, LENGTH);
      Packed large = batch(MANY, LENGTH);
      Tensor fewLabels = Tensor.of(new int[FEW], FEW);
      Tensor manyLabels = Tensor.of(new int[MANY], MANY);
      Run run = how.apply(Run.training(workspace, 1, 1, 0));
      assertEqual(
          () -> step(run, optimizer, gradients, small, fewLabels),
          () -> step(run, optimizer, gradients, large, manyLabels));
    }
  }

  private void step(Run run, AdamW optimizer, Gradients gradients, Packed batch, Tensor labels) {
    gradients.clear();
    float loss =
        run.call(() -> {
          Tape tape =
              Tape.record(
                  optimizer.parameters(),
                  () ->
                      F.crossEntropy(
                          F.indexSelect(bert.forward(batch), batch.firstRows()), labels));
          float value = tape.result().item();
          tape.backward(tape.result(), gradients);
          return value;
        });
    assertThat(loss).isFinite();
    optimizer.step(gradients);
  }
}
