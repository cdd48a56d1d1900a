package io.quoth.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The arrows between the rooms, as docs/architecture.md draws them. */
class ArchitectureTest {
  private static final JavaClasses QUOTH =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.quoth");

  /** What each room may use, besides itself and what those may use. */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          entry("base", List.of()),
          entry("tokenizers", List.of("base")),
          entry("tensors", List.of("base")),
          entry("kernels", List.of("tensors", "base")),
          entry("models", List.of("kernels", "tensors", "base")),
          entry("generation", List.of("models", "kernels", "tensors", "tokenizers", "base")),
          entry("embeddings", List.of("models", "kernels", "tensors", "tokenizers", "base")),
          entry(
              "pipelines",
              List.of(
                  "embeddings",
                  "generation",
                  "models",
                  "kernels",
                  "tensors",
                  "tokenizers",
                  "base")),
          entry("hub", List.of("base")),
          entry("minilm", List.of("base")),
          entry("tales", List.of("base")));

  @Test
  void arrowsPointDown() {
    for (var room : MAY_USE.entrySet()) {
      var allowed = new ArrayList<String>();
      allowed.add("io.quoth." + room.getKey() + "..");
      room.getValue().forEach(below -> allowed.add("io.quoth." + below + ".."));
      var others = new ArrayList<String>(List.of("io.quoth"));
      MAY_USE.keySet().stream()
          .map(name -> "io.quoth." + name + "..")
          .filter(name -> !allowed.contains(name))
          .forEach(others::add);
      others.add("io.quoth.cli..");
      noClasses()
          .that()
          .resideInAPackage("io.quoth." + room.getKey() + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(others.toArray(String[]::new))
          .allowEmptyShould(true)
          .check(QUOTH);
    }
  }

  @Test
  void noCycleOfPackages() {
    slices().matching("io.quoth.(**)").should().beFreeOfCycles().check(QUOTH);
  }

  @Test
  void theCoreCarriesNothing() {
    classes()
        .that()
        .resideInAnyPackage(
            MAY_USE.keySet().stream().map(room -> "io.quoth." + room + "..").toArray(String[]::new))
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("io.quoth..", "java..", "javax..", "jdk..", "org.jspecify..", "")
        .check(QUOTH);
  }
}
