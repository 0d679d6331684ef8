package dev.weft.tensor.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.tensor.kernel.Buf;
import dev.weft.tensor.kernel.Elements;
import dev.weft.tensor.laws.Planted.Call;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** One bug of each kind is planted; the law of that kind finds it, at the smallest shape. */
@DisabledIfSystemProperty(
    named = "weft.backend",
    matches = "scalar",
    disabledReason = "no backend takes part")
class LawsCatchBugsTest {
  private static final List<Trait<Call>> PROMISES =
      List.of(
          new Trait.Rows<>("rows"),
          new Trait.Permutes<>(Map.of("x", 0, "y", 0), Tolerance.BITS),
          new Trait.Permutes<>(Map.of("x", 1, "y", 1), Tolerance.BITS),
          new Trait.Linear<>("x", "y"),
          new Trait.KeepsNan<>("x"),
          new Trait.Derivative<>("x", "y", (call, dout, din) -> scale(dout, din, 2)));

  private static void twice(Call call) {
    call.map(x -> 2 * x);
  }

  private static void scale(Buf from, Buf to, float by) {
    for (long i = 0; i < from.length(); i++) {
      float value = Elements.get(from.segment(), from.offset(), i);
      Elements.set(to.segment(), to.offset(), i, by * value);
    }
  }

  private static Planted dense(Consumer<Call> body) {
    return new Planted("planted", false, body, LawsCatchBugsTest::twice, PROMISES);
  }

  private static Planted promising(Consumer<Call> body, Trait<Call> trait) {
    return new Planted("planted", false, body, body, List.of(trait));
  }

  /** The law fails, its failure shows the smallest shape, what differed, and the seed. */
  private static void caught(KernelUnderTest<?> kernel, Law law, String shape, String... words) {
    assertThatThrownBy(() -> KernelLaws.check(kernel, law))
        .isInstanceOf(LawViolation.class)
        .hasMessageStartingWith(kernel.name() + " breaks the law " + law + "\n")
        .hasMessageContaining("smallest case: " + shape + " ")
        .hasMessageContaining("to repeat: -Dweft.laws.seed=" + KernelLaws.seed())
        .hasMessageContainingAll(words);
  }

  @TestFactory
  Stream<DynamicNode> aSoundKernelKeepsEveryLaw() {
    return KernelLaws.of(new Sound());
  }

  /** Twice x. */
  static final class Sound implements KernelUnderTest<Call> {
    private final Planted twice = dense(LawsCatchBugsTest::twice);

    @Override
    public String name() {
      return "sound";
    }

    @Override
    public List<Axis> axes() {
      return twice.axes();
    }

    @Override
    public Call draw(LawCase at, Operands operands) {
      return twice.draw(at, operands);
    }

    @Override
    public void run(Call call) {
      twice.run(call);
    }

    @Override
    public void reference(Call call) {
      twice.reference(call);
    }

    @Override
    public List<Trait<Call>> traits() {
      return PROMISES;
    }
  }

  @Test
  void aTailLeftOutIsFound() {
    Consumer<Call> body =
        call -> {
          int whole = call.cols() < 16 ? call.cols() : call.cols() / 16 * 16;
          for (int r = 0; r < call.rows(); r++) {
            for (int c = 0; c < whole; c++) {
              call.y((long) r * call.cols() + c, 2 * call.x(r, c));
            }
          }
        };
    caught(dense(body), Law.TAILS, "rows=1 cols=17 pad=0 values=ORDINARY", "y[0, 16]: got ");
    caught(dense(body), Law.REFERENCE, "rows=1 cols=17 pad=0 values=ORDINARY", "expected ");
  }

  @Test
  void aWrongStrideIsFound() {
    Consumer<Call> body =
        call -> {
          for (long i = 0; i < (long) call.rows() * call.cols(); i++) {
            call.y(i, 2 * Elements.get(call.x().segment(), call.x().offset(), i));
          }
        };
    Planted kernel = new Planted("planted", true, body, LawsCatchBugsTest::twice, List.of());
    caught(kernel, Law.REFERENCE, "rows=2 cols=1 pad=1 values=ORDINARY", "y[1, 0]: got ");
  }

  @Test
  void aLostAccumulationIsFound() {
    Consumer<Call> sum =
        call -> {
          for (int r = 0; r < call.rows(); r++) {
            float total = 0;
            for (int c = 0; c < call.cols(); c++) {
              total += call.x(r, c);
            }
            call.y((long) r * call.cols(), total);
          }
        };
    Consumer<Call> lost =
        call -> {
          for (int r = 0; r < call.rows(); r++) {
            for (int block = 0; block < call.cols(); block += 32) {
              float total = 0;
              for (int c = block; c < Math.min(call.cols(), block + 32); c++) {
                total += call.x(r, c);
              }
              call.y((long) r * call.cols(), total); // forgets the blocks before
            }
          }
        };
    Planted kernel = new Planted("planted", false, lost, sum, List.of());
    caught(kernel, Law.REFERENCE, "rows=1 cols=33 pad=0 values=ORDINARY", "y[0, 0]: got ");
  }

  @Test
  void aRaceIsFound() {
    float[] shared = new float[4000];
    Consumer<Call> body =
        call -> {
          for (int r = 0; r < call.rows(); r++) {
            for (int c = 0; c < call.cols(); c++) {
              shared[r * call.cols() + c] = 2 * call.x(r, c);
            }
          }
          LockSupport.parkNanos(1_000_000);
          for (int i = 0; i < call.rows() * call.cols(); i++) {
            call.y(i, shared[i]);
          }
        };
    caught(dense(body), Law.THREADS, "rows=1 cols=1 pad=0 values=ORDINARY", "alone");
  }

  @Test
  void aSumThatDependsOnTheNumberOfThreadsIsFound() {
    Threaded kernel = new Threaded();
    caught(kernel, Law.THREADS, "rows=1 cols=1 pad=0 values=ORDINARY", "of 1 thread, on 2");
  }

  /** Adds the number of threads, as an order of additions would in the last bits. */
  private static final class Threaded implements KernelUnderTest<Call> {
    private final Planted twice = dense(call -> call.map(x -> 2 * x + threads()));
    private int threads = 1;

    private int threads() {
      return threads;
    }

    @Override
    public String name() {
      return "threaded";
    }

    @Override
    public List<Axis> axes() {
      return twice.axes();
    }

    @Override
    public Call draw(LawCase at, Operands operands) {
      return twice.draw(at, operands);
    }

    @Override
    public void run(Call call) {
      twice.run(call);
    }

    @Override
    public void reference(Call call) {
      twice.reference(call);
    }

    @Override
    public void threads(int count) {
      threads = count;
    }
  }

  @Test
  void aSwallowedNanIsFound() {
    Consumer<Call> swallows = call -> call.map(x -> x > 0 ? x : 0);
    Consumer<Call> keeps = call -> call.map(x -> x <= 0 ? 0 : x);
    Planted kernel = new Planted("planted", false, swallows, keeps, List.of());
    caught(kernel, Law.NAN, "rows=1 cols=1 pad=0 values=ORDINARY", "y[0, 0]: got 0.0", "NaN in x");
    Planted agreed = promising(swallows, new Trait.KeepsNan<>("x"));
    caught(agreed, Law.NAN, "rows=1 cols=1 pad=0 values=ORDINARY", "reaches no output");
  }

  @Test
  void bitsThatChangeAfterManyCallsAreFound() {
    int[] calls = {0};
    Consumer<Call> body =
        call -> {
          calls[0]++;
          call.map(x -> calls[0] > 3000 ? Math.nextUp(2 * x) : 2 * x);
        };
    assertThatThrownBy(() -> KernelLaws.check(dense(body), Law.REPEATS))
        .isInstanceOf(LawViolation.class)
        .hasMessageContaining("of the first call, in call ")
        .hasMessageContaining("to repeat: -Dweft.laws.seed=" + KernelLaws.seed());
  }

  /** Other bits where C2 is off. */
  static final class Tiered implements KernelSuite {
    @Override
    public List<KernelUnderTest<?>> kernels() {
      boolean c1 =
          ManagementFactory.getRuntimeMXBean()
              .getInputArguments()
              .contains("-XX:TieredStopAtLevel=1");
      return List.of(dense(call -> call.map(x -> c1 ? Math.nextUp(2 * x) : 2 * x)));
    }
  }

  @Test
  void bitsThatDependOnTheJitTierAreFound() {
    assertThatThrownBy(() -> KernelLaws.sameBits(new Tiered(), "-XX:TieredStopAtLevel=1"))
        .isInstanceOf(LawViolation.class)
        .hasMessageStartingWith("planted at rows=")
        .hasMessageContaining("other bits with -XX:TieredStopAtLevel=1")
        .hasMessageContaining("to repeat: -Dweft.laws.seed=" + KernelLaws.seed());
  }

  @Test
  void aWriteBesideAnOutputIsFound() {
    Consumer<Call> body =
        call -> {
          twice(call);
          call.y((long) call.rows() * call.cols(), 0);
        };
    caught(
        dense(body),
        Law.CANARIES,
        "rows=1 cols=1 pad=0 values=ORDINARY",
        "beside y: expected 0x5c");
  }

  @Test
  void aWriteToAnInputIsFound() {
    Consumer<Call> body =
        call -> {
          twice(call);
          Elements.set(call.x().segment(), call.x().offset(), 0, 1);
        };
    caught(dense(body), Law.CANARIES, "rows=1 cols=1 pad=0 values=ORDINARY", "outputs: x: ");
  }

  @Test
  void anOutputThatIsReadBeforeItIsWrittenIsFound() {
    Consumer<Call> body =
        call -> {
          float before = Elements.get(call.y().segment(), call.y().offset(), 0);
          call.map(x -> 2 * x + 0 * before);
        };
    caught(dense(body), Law.CANARIES, "rows=1 cols=1 pad=0 values=ORDINARY", "other bytes lay");
  }

  @Test
  void aRowThatDependsOnItsBatchIsFound() {
    Consumer<Call> body = call -> call.map(x -> call.rows() < 4 ? 2 * x : Math.nextUp(2 * x));
    caught(dense(body), Law.BATCH, "rows=4 cols=1 pad=0 values=ORDINARY", "as among more rows");
  }

  @Test
  void anOutputThatSpoilsTheInputInItsPlaceIsFound() {
    Consumer<Call> reversed =
        call -> {
          for (int c = 0; c < call.cols(); c++) {
            call.y(c, call.x(0, call.cols() - 1 - c));
          }
        };
    Planted kernel = promising(reversed, new Trait.InPlace<>("x", "y"));
    caught(kernel, Law.ALIASING, "rows=1 cols=2 pad=0 values=ORDINARY", "in place of x");
  }

  @Test
  void whatOnlyLooksLinearIsFound() {
    Planted kernel = promising(call -> call.map(x -> x + 0.25f), new Trait.Linear<>("x", "y"));
    caught(kernel, Law.LINEARITY, "rows=1 cols=1 pad=0 values=ORDINARY", "-2 times");
    Planted rectified =
        promising(call -> call.map(x -> Math.abs(x) / x), new Trait.Linear<>("x", "y"));
    caught(rectified, Law.LINEARITY, "rows=1 cols=1 pad=0 values=ORDINARY", "y[0, 0] of");
  }

  @Test
  void aWrongTransposeIsFound() {
    List<Trait<Call>> wrong =
        List.of(
            new Trait.Linear<>("x", "y"),
            new Trait.Derivative<>("x", "y", (call, dout, din) -> scale(dout, din, 3)));
    Planted kernel =
        new Planted("planted", false, LawsCatchBugsTest::twice, LawsCatchBugsTest::twice, wrong);
    caught(kernel, Law.ADJOINT, "rows=1 cols=1 pad=0 values=ORDINARY", "<A x, y> is ");
    caught(kernel, Law.GRADIENT, "rows=1 cols=1 pad=0 values=ORDINARY", "by central differences");
  }

  @Test
  void anElementThatKnowsItsPlaceIsFound() {
    Consumer<Call> body =
        call -> {
          twice(call);
          if (call.rows() > 2) {
            call.y(2L * call.cols(), 0);
          }
        };
    Trait<Call> rows = new Trait.Permutes<>(Map.of("x", 0, "y", 0), Tolerance.BITS);
    caught(promising(body, rows), Law.PERMUTATION, "rows=3 cols=1 pad=0 values=ORDINARY", "y[");
  }

  @Test
  void whatASumChangesIsFound() {
    Planted kernel =
        promising(
            call -> call.map(x -> x / 1024),
            new Trait.ShiftInvariant<>("x", "y", new Tolerance(0, 1e-4)));
    caught(kernel, Law.SHIFT, "rows=1 cols=1 pad=0 values=ORDINARY", "without 8.0 added to x");
  }

  @Test
  void aKernelThatThrowsBreaksTheLaw() {
    Consumer<Call> body =
        call -> {
          if (call.cols() > 20) {
            throw new IllegalStateException("too many");
          }
          twice(call);
        };
    caught(dense(body), Law.REFERENCE, "rows=1 cols=21 pad=0 values=ORDINARY", "threw", "too many");
  }

  @Test
  void aToleranceForgivesRoundingButNoNan() {
    List<Tolerance> asked = new ArrayList<>();
    KernelUnderTest<Call> device = new Device(1e-6, asked);
    KernelLaws.check(device, Law.REFERENCE);
    assertThat(asked).isNotEmpty();
    caught(
        new Device(1e-9, asked), Law.REFERENCE, "rows=1 cols=1 pad=0 values=ORDINARY", "y[0, 0]");
  }

  /** Off by one unit in the last place. */
  private record Device(double relative, List<Tolerance> asked) implements KernelUnderTest<Call> {
    @Override
    public String name() {
      return "device";
    }

    @Override
    public List<Axis> axes() {
      return dense(LawsCatchBugsTest::twice).axes();
    }

    @Override
    public Call draw(LawCase at, Operands operands) {
      return dense(LawsCatchBugsTest::twice).draw(at, operands);
    }

    @Override
    public void run(Call call) {
      call.map(x -> Float.isInfinite(2 * x) ? 2 * x : Math.nextUp(2 * x));
    }

    @Override
    public void reference(Call call) {
      twice(call);
    }

    @Override
    public Tolerance tolerance() {
      asked.add(new Tolerance(relative, 1e-44));
      return asked.getLast();
    }
  }
}
