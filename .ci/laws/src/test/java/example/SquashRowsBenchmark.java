package example;

import dev.weft.tensor.laws.LawCase;
import dev.weft.tensor.laws.Operands;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The kernel against its reference, on operands that the laws draw. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class SquashRowsBenchmark {
  @Param({"384", "391"})
  public int cols;

  private SquashRows.Call call;

  @Setup
  public void draw() {
    SquashRowsLaws kernel = new SquashRowsLaws();
    LawCase at = LawCase.least(kernel.axes()).with("rows", 128).with("cols", cols);
    call = kernel.draw(at, new Operands(at));
  }

  @Benchmark
  public void kernel() {
    SquashRows.run(call);
  }

  @Benchmark
  public void reference() {
    SquashRows.reference(call);
  }
}
