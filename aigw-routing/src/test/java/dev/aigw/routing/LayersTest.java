package dev.aigw.routing;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom. A package is named here by what follows {@code dev.aigw.routing.}, the root by nothing. All
 * packages are those of the compiled classes: a new one is a feature, with the strictest rules, unless it is named
 * here.
 */
class LayersTest {

    /** Layer 1: the base of all features. */
    private static final Set<String> FOUNDATION = Set.of("engine", "feature", "deployment");

    /** Layer 4: packages above the router, which may know it and all features. */
    private static final Set<String> ABOVE = Set.of("tools");

    /** The features that may know other features. */
    private static final Map<String, Set<String>> MAY_KNOW = Map.of("redis", Set.of("limit", "cache", "access"));

    /** The engine from its top down. */
    private static final List<String> ENGINE =
            List.of("engine.batch", "engine.call", "engine.pool", "engine.limiter", "engine.time");

    private static final String ROOT = "dev.aigw.routing";

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ROOT);

    /** Dependencies of one package of ours on another. */
    private static final List<Known> KNOWN = CLASSES.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(dependency -> isOurs(dependency.getTargetClass().getBaseComponentType()))
            .map(dependency -> new Known(
                    name(dependency.getOriginClass()),
                    name(dependency.getTargetClass().getBaseComponentType()),
                    dependency))
            .filter(known -> !known.from.equals(known.to))
            .toList();

    /** Dependencies on types that are not ours, nor the JDK's. */
    private static final List<Dependency> THEIRS = CLASSES.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .filter(dependency -> !isOurs(dependency.getTargetClass().getBaseComponentType()))
            .filter(dependency -> !dependency.getTargetClass().getPackageName().startsWith("java."))
            .filter(dependency ->
                    !dependency.getTargetClass().getBaseComponentType().isPrimitive())
            .toList();

    private static final Map<String, ModuleDescriptor> MODULES = new HashMap<>();
    private static final Map<String, ModuleDescriptor> LOCATIONS = new HashMap<>();

    private record Known(String from, String to, Dependency why) {

        @Override
        public String toString() {
            return why.getDescription();
        }
    }

    @Test
    void thePackagesNamedHereExist() {
        assertThat(packages()).containsAll(ENGINE);
        assertThat(packages().stream().map(LayersTest::unit))
                .containsAll(FOUNDATION)
                .containsAll(ABOVE)
                .containsAll(MAY_KNOW.keySet());
    }

    @Test
    void aLayerKnowsOnlyTheLayersBelow() {
        assertThat(KNOWN).noneMatch(known -> layer(known.from) < layer(known.to));
    }

    @Test
    void noFeatureKnowsAnother() {
        assertThat(KNOWN)
                .filteredOn(known -> layer(known.from) == 2 && layer(known.to) == 2)
                .filteredOn(known -> !unit(known.from).equals(unit(known.to)))
                .filteredOn(known ->
                        !MAY_KNOW.getOrDefault(unit(known.from), Set.of()).contains(unit(known.to)))
                .isEmpty();
    }

    @Test
    void aParentKnowsNoneOfItsChildren() {
        assertThat(KNOWN)
                .filteredOn(known -> !known.from.isEmpty())
                .noneMatch(known -> known.to.startsWith(known.from + "."));
    }

    @Test
    void theEngineKnowsOnlyItselfDownwardsAndWhatAUserSets() {
        assertThat(packages())
                .filteredOn(name -> unit(name).equals("engine"))
                .containsExactlyInAnyOrderElementsOf(ENGINE);
        assertThat(KNOWN)
                .filteredOn(known -> ENGINE.contains(known.from))
                .noneMatch(known -> ENGINE.contains(known.to)
                        ? ENGINE.indexOf(known.to) < ENGINE.indexOf(known.from)
                        : !known.to.equals("feature") && !known.to.equals("deployment"));
    }

    @Test
    void packagesAreFreeOfCycles() {
        slices().matching("dev.aigw.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void noPackageKnowsAProvider() {
        assertThat(THEIRS)
                .noneMatch(dependency ->
                        dependency.getTargetClass().getPackageName().startsWith("dev.aigw.providers"));
    }

    /** A library that a user must add is used only where nothing else of the router looks. */
    @Test
    void optionalLibrariesStayInPackagesThatNothingElseImports() {
        Set<String> optional = optionalModules();

        Map<String, Set<String>> users = THEIRS.stream()
                .filter(dependency ->
                        optional.contains(module(dependency.getTargetClass()).name()))
                .collect(groupingBy(
                        dependency -> name(dependency.getOriginClass()),
                        TreeMap::new,
                        mapping(
                                dependency ->
                                        module(dependency.getTargetClass()).name(),
                                toCollection(TreeSet::new))));

        assertThat(users).containsKeys("redis", "resilience.adaptive", "metering.jtokkit");
        assertThat(KNOWN).noneMatch(known -> users.containsKey(known.to));
    }

    @Test
    void everyPackageButTheEnginesIsExported() {
        assertThat(ours().exports()).noneMatch(ModuleDescriptor.Exports::isQualified);
        assertThat(ours().exports())
                .map(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrderElementsOf(packages().stream()
                        .filter(name -> !unit(name).equals("engine"))
                        .map(name -> name.isEmpty() ? ROOT : ROOT + "." + name)
                        .toList());
    }

    /** The catalog is read by the router itself, across packages; an application gets none into its hands. */
    @Test
    void noTypeOfTheEngineShowsInWhatAnApplicationMayCall() {
        assertThat(CLASSES.stream()
                        .filter(type -> !unit(name(type)).equals("engine"))
                        .filter(LayersTest::isPublic)
                        .filter(LayersTest::showsTheEngine)
                        .map(JavaClass::getSimpleName))
                .containsExactly("Catalog");
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(LayersTest::isPublic).orElse(true);
    }

    private static boolean showsTheEngine(JavaClass type) {
        Stream<JavaClass> supertypes =
                Stream.concat(type.getRawInterfaces().stream(), type.getRawSuperclass().stream());
        Stream<JavaClass> members = type.getMembers().stream()
                .filter(member -> member.getModifiers().contains(JavaModifier.PUBLIC)
                        || member.getModifiers().contains(JavaModifier.PROTECTED))
                .flatMap(member -> member.getAllInvolvedRawTypes().stream());
        return Stream.concat(supertypes, members)
                .map(JavaClass::getBaseComponentType)
                .anyMatch(each -> isOurs(each) && unit(name(each)).equals("engine"));
    }

    /** What a type permits is knowledge that the class files' references don't show. */
    @Test
    void aSealedFamilyLivesInOnePackage() {
        assertThat(CLASSES)
                .map(JavaClass::reflect)
                .filteredOn(Class::isSealed)
                .isNotEmpty()
                .allSatisfy(type -> assertThat(type.getPermittedSubclasses())
                        .allMatch(permitted -> permitted.getPackage().equals(type.getPackage())));
    }

    // ------------------------------------------------------------------------------------------------------ packages

    private static Set<String> packages() {
        return CLASSES.stream().map(LayersTest::name).collect(toCollection(TreeSet::new));
    }

    private static boolean isOurs(JavaClass type) {
        return type.getPackageName().equals(ROOT) || type.getPackageName().startsWith(ROOT + ".");
    }

    private static String name(JavaClass type) {
        return type.getPackageName().equals(ROOT) ? "" : type.getPackageName().substring(ROOT.length() + 1);
    }

    /** The package with its children: {@code cache} for {@code cache.semantic}. */
    private static String unit(String name) {
        return name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    }

    private static int layer(String name) {
        String unit = unit(name);
        return unit.isEmpty() ? 3 : FOUNDATION.contains(unit) ? 1 : ABOVE.contains(unit) ? 4 : 2;
    }

    // ------------------------------------------------------------------------------------------------------- modules

    private static ModuleDescriptor ours() {
        return module(CLASSES.get(ModelRouter.class));
    }

    /** Returns the modules of others' types that we use, without those that come with the router: all it requires. */
    private static Set<String> optionalModules() {
        Map<String, ModuleDescriptor> used = new TreeMap<>();
        THEIRS.forEach(dependency ->
                used.put(module(dependency.getTargetClass()).name(), module(dependency.getTargetClass())));
        Set<String> optional = new TreeSet<>(used.keySet());
        optional.remove("org.jspecify"); // annotations that are not needed at run time
        Deque<ModuleDescriptor> comeWithUs = new ArrayDeque<>(List.of(ours()));
        while (!comeWithUs.isEmpty()) {
            for (Requires required : comeWithUs.pop().requires()) {
                if (!required.modifiers().contains(Requires.Modifier.STATIC) && optional.remove(required.name())) {
                    comeWithUs.push(used.get(required.name()));
                }
            }
        }
        return optional;
    }

    /** Returns the module of the jar or directory that holds a type, wherever the tests run. */
    private static ModuleDescriptor module(JavaClass type) {
        return MODULES.computeIfAbsent(type.getBaseComponentType().getName(), name -> {
            Class<?> loaded = type.getBaseComponentType().reflect();
            CodeSource source = loaded.getProtectionDomain().getCodeSource();
            return source == null || loaded.getModule().isNamed()
                    ? loaded.getModule().getDescriptor()
                    : LOCATIONS.computeIfAbsent(
                            source.getLocation().getPath(),
                            path -> ModuleFinder.of(Path.of(path))
                                    .findAll()
                                    .iterator()
                                    .next()
                                    .descriptor());
        });
    }
}
