package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The Java code on all pages compiles; blocks marked {@code run} also run. */
class SnippetsTest {

    @TempDir
    static Path classes;

    private static List<Snippets.Unit> units;
    private static List<String> errors;

    @BeforeAll
    static void compile() throws IOException {
        units = Snippets.of(Pages.read()).units();
        errors = Snippets.compile(units, classes);
    }

    @Test
    void allCodeOnThePagesCompiles() {
        assertThat(units).isNotEmpty();
        assertThat(errors).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> whatIsMarkedSoRuns() {
        List<Snippets.Unit> runnable =
                units.stream().filter(unit -> unit.block().note().equals("run")).toList();
        assertThat(runnable).isNotEmpty();
        return runnable.stream()
                .map(unit -> DynamicTest.dynamicTest(
                        unit.block().page() + " line " + unit.block().line(), () -> run(unit)));
    }

    private static void run(Snippets.Unit unit) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {classes.toUri().toURL()}, SnippetsTest.class.getClassLoader())) {
            loader.setDefaultAssertionStatus(true);
            Class<?> type = loader.loadClass(unit.className());
            Constructor<?> constructor = type.getDeclaredConstructor();
            Method method = type.getDeclaredMethod("run");
            constructor.setAccessible(true);
            method.setAccessible(true);
            method.invoke(constructor.newInstance());
        }
    }
}
