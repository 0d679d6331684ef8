package example;

import dev.weft.tensor.laws.KernelLaws;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

class SquashRowsTest {
  @TestFactory
  Stream<DynamicNode> laws() {
    return KernelLaws.of(new SquashRowsLaws());
  }
}
