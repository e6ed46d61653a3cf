package dev.aigw.api;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import org.junit.jupiter.api.Test;

class LayersTest {

    private static final String[] OPERATIONS = {
        "dev.aigw.api.audio",
        "dev.aigw.api.batch",
        "dev.aigw.api.chat",
        "dev.aigw.api.embedding",
        "dev.aigw.api.image",
        "dev.aigw.api.inference",
        "dev.aigw.api.moderation",
        "dev.aigw.api.predict",
        "dev.aigw.api.rerank"
    };

    private static final JavaClasses API = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.aigw.api");

    @Test
    void thereAreClassesToCheck() {
        assertThat(API.size()).isGreaterThan(50);
    }

    @Test
    void eachLayerKnowsOnlyThoseBelowIt() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("dev.aigw.api..")
                .layer("internal")
                .definedBy("dev.aigw.api.internal")
                .layer("root")
                .definedBy("dev.aigw.api")
                .layer("operations")
                .definedBy(OPERATIONS)
                .layer("token")
                .definedBy("dev.aigw.api.token")
                .layer("guard")
                .definedBy("dev.aigw.api.guard")
                .layer("spi")
                .definedBy("dev.aigw.api.spi")
                .layer("client")
                .definedBy("dev.aigw.api.client")
                .layer("conversation")
                .definedBy("dev.aigw.api.conversation")
                .whereLayer("conversation")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("client")
                .mayOnlyBeAccessedByLayers("conversation")
                .whereLayer("spi")
                .mayOnlyBeAccessedByLayers("client", "conversation")
                .whereLayer("token")
                .mayOnlyBeAccessedByLayers("spi", "client", "conversation")
                .whereLayer("operations")
                .mayOnlyBeAccessedByLayers("token", "guard", "spi", "client", "conversation")
                .whereLayer("guard")
                .mayNotBeAccessedByAnyLayer()
                .ensureAllClassesAreContainedInArchitecture()
                .check(API);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        return SliceIdentifier.of(type.getPackageName());
                    }

                    @Override
                    public String getDescription() {
                        return "packages";
                    }
                })
                .should()
                .beFreeOfCycles()
                .check(API);
    }

    @Test
    void theApiDependsOnTheJdkAndOnNullAnnotationsAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.aigw.api..", "java..", "javax.crypto..", "org.jspecify..")
                .check(API);
    }
}
