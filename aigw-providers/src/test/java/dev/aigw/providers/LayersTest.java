package dev.aigw.providers;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.tngtech.archunit.core.domain.JavaClasses;
import dev.aigw.providers.kit.HttpOptions;
import java.util.List;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;

/** The allowed dependencies among the packages of the providers. */
class LayersTest {

    private static final String ROOT = ProviderClasses.ROOT;
    private static final List<String> SHARED = List.of("http", "json", "jsonhttp", "kit", "openai");
    private static final JavaClasses CLASSES = ProviderClasses.ALL;

    @Test
    void onlyHttpKnowsOkhttpButForTheClientThatOptionsTake() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".http..", ROOT + ".contract..")
                .and()
                .doNotHaveFullyQualifiedName(HttpOptions.class.getName())
                .should()
                .dependOnClassesThat(resideInAnyPackage("okhttp3..", "okio.."))
                .check(CLASSES);
        noClasses()
                .that()
                .haveFullyQualifiedName(HttpOptions.class.getName())
                .should()
                .dependOnClassesThat(resideInAnyPackage("okhttp3..", "okio..").and(not(type(OkHttpClient.class))))
                .check(CLASSES);
    }

    @Test
    void onlyJsonAndSchemasKnowTheMapper() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ROOT + ".json..", ROOT + ".schema")
                .should()
                .dependOnClassesThat(type(ObjectMapper.class))
                .check(CLASSES);
    }

    @Test
    void httpAndJsonKnowNoVendor() {
        classes()
                .that()
                .resideInAnyPackage(ROOT + ".http..", ROOT + ".json..")
                .should()
                .onlyDependOnClassesThat(
                        not(resideInAPackage(ROOT + "..")).or(resideInAnyPackage(ROOT + ".http..", ROOT + ".json..")))
                .check(CLASSES);
    }

    @Test
    void thePartsOfHttpDoNotKnowTheTransport() {
        noClasses()
                .that()
                .resideInAnyPackage(ROOT + ".http.*..")
                .should()
                .dependOnClassesThat(resideInAPackage(ROOT + ".http"))
                .check(CLASSES);
    }

    @Test
    void vendorsDoNotKnowEachOther() {
        CLASSES.stream()
                .map(type -> type.getPackageName())
                .filter(name -> name.startsWith(ROOT + "."))
                .map(name -> name.substring(ROOT.length() + 1))
                .distinct()
                .forEach(vendor -> noClasses()
                        .that()
                        .resideInAPackage(ROOT + "." + vendor)
                        .should()
                        .dependOnClassesThat(resideInAPackage(ROOT + "..")
                                .and(not(resideInAnyPackage(ROOT + "." + vendor, parent(vendor))))
                                .and(not(resideInAnyPackage(SHARED.stream()
                                        .map(shared -> ROOT + "." + shared + "..")
                                        .toArray(String[]::new)))))
                        .check(CLASSES));
    }

    /** Returns the package that a package may know since it is within it; itself if it is in none. */
    private static String parent(String vendor) {
        int dot = vendor.lastIndexOf('.');
        return ROOT + "." + (dot < 0 ? vendor : vendor.substring(0, dot));
    }

    @Test
    void thereAreNoCycles() {
        slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
