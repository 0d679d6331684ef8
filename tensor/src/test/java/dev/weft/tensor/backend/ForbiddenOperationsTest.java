package dev.weft.tensor.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Operations whose bits change with the JIT tier or the machine stay out of the kernels, read from
 * the bytecode of this module.
 */
class ForbiddenOperationsTest {
  private static final Set<String> OPERATORS =
      Set.of(
          "EXP", "EXPM1", "LOG", "LOG10", "LOG1P", "SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN",
          "ATAN2", "SINH", "COSH", "TANH", "CBRT", "HYPOT", "POW");

  private static final Set<String> MATHS =
      Set.of(
          "exp", "expm1", "log", "log10", "log1p", "sin", "cos", "tan", "asin", "acos", "atan",
          "atan2", "sinh", "cosh", "tanh", "cbrt", "hypot", "pow");

  private static List<String> violations(String packages) throws IOException {
    Path root = Path.of("target", "classes", "dev", "weft", "tensor", packages);
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        ClassModel model = ClassFile.of().parse(file);
        model.methods().stream()
            .flatMap(method -> method.code().stream())
            .flatMap(code -> code.elementStream())
            .filter(ForbiddenOperationsTest::forbidden)
            .forEach(element -> found.add(file.getFileName() + ": " + element));
      }
    }
    return found;
  }

  /**
   * reduceLanes of floats is allowed with MAX and MIN alone: see {@link #reductionsAreOfMaxima}.
   */
  private static boolean forbidden(CodeElement element) {
    return switch (element) {
      case FieldInstruction field ->
          field.owner().asInternalName().equals("jdk/incubator/vector/VectorOperators")
              && OPERATORS.contains(field.name().stringValue());
      case InvokeInstruction call ->
          call.owner().asInternalName().equals("java/lang/Math")
              && MATHS.contains(call.name().stringValue());
      default -> false;
    };
  }

  @Test
  void kernelsUseNoTranscendentalOperation() throws IOException {
    assertThat(violations("kernel")).isEmpty();
    assertThat(violations("backend")).isEmpty();
  }

  @Test
  void reductionsAreOfMaxima() throws IOException {
    Path root = Path.of("target", "classes", "dev", "weft", "tensor", "backend", "vector");
    int reductions = 0;
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        for (var method : ClassFile.of().parse(file).methods()) {
          String operator = "";
          List<CodeElement> code =
              method.code().map(c -> c.elementStream().toList()).orElse(List.of());
          for (CodeElement element : code) {
            if (element instanceof FieldInstruction field
                && field.owner().asInternalName().endsWith("/VectorOperators")) {
              operator = field.name().stringValue();
            } else if (element instanceof InvokeInstruction call
                && call.name().stringValue().startsWith("reduceLanes")) {
              assertThat(operator).as("%s %s", file, call).isIn("MAX", "MIN");
              reductions++;
            }
          }
        }
      }
    }
    assertThat(reductions).as("the rule has something to look at").isPositive();
  }
}
