package dev.aigw.routing;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class LayersTest {

    private static final String[] ROOMS = {
        "catalog", "balance", "resilience", "cache", "metering", "limit", "observe", "route", "rollout"
    };

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.aigw.routing");

    @Test
    void noRoomKnowsAnotherRoomOrTheRouter() {
        for (String room : ROOMS) {
            for (String other : ROOMS) {
                if (!room.equals(other)) {
                    noClasses()
                            .that()
                            .resideInAPackage("dev.aigw.routing." + room)
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage("dev.aigw.routing." + other, "dev.aigw.routing")
                            .check(CLASSES);
                }
            }
        }
    }

    @Test
    void theFoundationKnowsNoRoom() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.aigw.routing.pipeline", "dev.aigw.routing.target")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.aigw.routing",
                        "dev.aigw.routing.catalog",
                        "dev.aigw.routing.balance",
                        "dev.aigw.routing.resilience",
                        "dev.aigw.routing.cache",
                        "dev.aigw.routing.metering",
                        "dev.aigw.routing.limit",
                        "dev.aigw.routing.observe")
                .check(CLASSES);
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("dev.aigw.(routing.*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void nobodyKnowsAProvider() {
        noClasses()
                .that()
                .resideInAPackage("dev.aigw.routing..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.aigw.providers..")
                .check(CLASSES);
    }

    @Test
    void optionalLibrariesStayInTheirLeaves() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.aigw.routing.resilience.adaptive")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.netflix..", "dev.aigw.routing.resilience.adaptive")
                .check(CLASSES);
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.aigw.routing.redis")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.lettuce..",
                        "io.netty..",
                        "io.github.bucket4j.redis..",
                        "io.github.bucket4j.distributed..",
                        "dev.aigw.routing.redis")
                .check(CLASSES);
    }
}
