package dev.weft.tensor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Who may know whom inside this module; its descriptor keeps the rest of the world out. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.weft.tensor");

  private static String in(String name) {
    return name.isEmpty() ? "dev.weft.tensor" : "dev.weft.tensor." + name;
  }

  private static void mayNotKnow(String who, String... whom) {
    noClasses()
        .that()
        .resideInAPackage(in(who))
        .and()
        .doNotHaveFullyQualifiedName("dev.weft.tensor.Compute") // says which backend there is
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(whom)
        .check(CLASSES);
  }

  @Test
  void onlyTheVectorBackendTouchesTheVectorApi() {
    noClasses()
        .that()
        .resideOutsideOfPackage(in("backend.vector"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("jdk.incubator.vector..")
        .check(CLASSES);
  }

  @Test
  void onlyTheChoiceOfABackendKnowsTheVectorBackend() {
    noClasses()
        .that()
        .resideOutsideOfPackage(in("backend.vector"))
        .and()
        .doNotHaveFullyQualifiedName("dev.weft.tensor.backend.Backends")
        .and()
        .doNotHaveFullyQualifiedName("dev.weft.tensor.backend.Backends$Chosen")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(in("backend.vector"))
        .check(CLASSES);
  }

  @Test
  void tensorsOpsAndAutogradKnowNoBackend() {
    for (String who : new String[] {"", "ops", "autograd", "io", "memory"}) {
      mayNotKnow(who, in("backend.."));
    }
  }

  @Test
  void kernelsKnowNoTensorAndNoTape() {
    mayNotKnow("kernel", in("ops.."), in("autograd.."), in("memory.."), in("io.."));
    mayNotKnow("backend..", in("ops.."), in("autograd.."), in("memory.."), in("io.."));
    noClasses()
        .that()
        .resideInAnyPackage(in("kernel"), in("backend.."))
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("dev.weft.tensor.Tensor")
        .check(CLASSES);
  }

  @Test
  void memoryKnowsNoOpAndNoTape() {
    mayNotKnow("memory", in("ops.."), in("autograd.."), in("kernel.."), in("io.."));
  }

  @Test
  void theDailyApiReachesTheTapeOnlyThroughOps() {
    mayNotKnow("", in("autograd.."));
  }

  @Test
  void theModuleExportsNeitherOpsNorMemoryNorBackends() throws Exception {
    String descriptor = Files.readString(Path.of("src/main/java/module-info.java"));
    assertThat(descriptor)
        .contains("exports dev.weft.tensor;")
        .doesNotContain("exports dev.weft.tensor.ops")
        .doesNotContain("exports dev.weft.tensor.memory")
        .doesNotContain("exports dev.weft.tensor.backend");
  }
}
