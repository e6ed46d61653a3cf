package dev.aigw.routing.guard.screening;

import static dev.aigw.routing.guard.Inspections.input;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.re2j.Pattern;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.GuardFinding;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DenySourceTest {

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();
    private final Deque<Runnable> tasks = new ArrayDeque<>();

    private DenyList watched(Path file) {
        return DenyList.builder("feed")
                .file(file)
                .refreshEvery(Duration.ofSeconds(5))
                .clock(nanos::get)
                .executor(tasks::add)
                .build();
    }

    private static void move(Path file, String content) throws IOException {
        Path next = Files.writeString(file.resolveSibling("next"), content);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static GuardAction check(DenyList list, String text) {
        return list.check(input(text)).action();
    }

    @Test
    void aFileHasEntriesOfAllKinds() {
        List<DenyEntry> entries = DenyEntry.read("""
                \uFEFF# a comment

                word: Project Falcon
                  text rule=kit :  enable: developer mode
                word  action=redact  rule=code.name: Blue Heron
                pattern action=annotate: (?i)proj:[0-9]+
                %s
                exact-sha256: %s
                """.formatted(DenyEntry.hashOf("hello"), "0".repeat(64)));

        DenyList list = DenyList.builder("feed").entries(entries).build();

        assertThat(entries).extracting(DenyEntry::kind).hasSize(6);
        assertThat(list.check(input("hello")).findings())
                .extracting(GuardFinding::rule)
                .containsExactly("feed");
        assertThat(list.check(input("enable: developer mode, blue heron, PROJ:1"))
                        .findings())
                .extracting(finding -> finding.rule() + " " + finding.action())
                .containsExactlyInAnyOrder("kit BLOCK", "code.name REDACT", "feed ANNOTATE");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    falcon                      | line 2: the hash is not 64
                    words: falcon               | line 2: an entry begins with
                    word rule: falcon           | line 2: before the colon
                    word action=deny: falcon    | line 2: an action is block
                    word action=allow: falcon   | line 2: an action is block
                    word:                       | line 2: the entry has 0 visible characters
                    sha256: falcon              | line 2: the hash is not 64
                    none                        | remove one or the other
                    """)
    void aWrongLineIsNamedByItsNumberAndNotQuoted(String line, String message) {
        assertThatThrownBy(() -> DenyEntry.read("word: fine\n" + line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("falcon");
    }

    @Test
    void aFileCutToNothingIsBrokenUnlessItSaysSo() {
        assertThatThrownBy(() -> DenyEntry.read("# only a comment")).hasMessageContaining("none");
        assertThat(DenyEntry.read("none")).isEmpty();
    }

    @Test
    void aFileThatChangesIsReadAgain() throws IOException {
        Path file = Files.writeString(folder.resolve("deny.txt"), "word: falcon");
        DenyList list = watched(file);
        move(file, "word: heron");

        assertThat(check(list, "falcon")).isEqualTo(GuardAction.BLOCK);
        assertThat(tasks).isEmpty();
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(check(list, "falcon")).isEqualTo(GuardAction.BLOCK);
        assertThat(check(list, "falcon")).isEqualTo(GuardAction.BLOCK);
        assertThat(tasks).hasSize(1);
        tasks.pop().run();

        assertThat(check(list, "falcon")).isEqualTo(GuardAction.ALLOW);
        assertThat(check(list, "heron")).isEqualTo(GuardAction.BLOCK);
        assertThat(list.status().failure()).isNull();
    }

    @Test
    void aBrokenFileKeepsTheLastGoodEntriesAndSaysSo() throws IOException {
        Path file = Files.writeString(folder.resolve("deny.txt"), "word: falcon");
        DenyList list = watched(file);

        move(file, "");
        assertThat(list.refresh()).isFalse();
        assertThat(check(list, "falcon")).isEqualTo(GuardAction.BLOCK);
        assertThat(list.status().failure()).contains("it has no entry");
        assertThat(list.status().entries()).isEqualTo(1);

        Files.delete(file);
        assertThat(list.refresh()).isFalse();
        assertThat(check(list, "falcon")).isEqualTo(GuardAction.BLOCK);
        assertThat(list.status().failure()).contains("deny.txt");

        move(file, "word: heron");
        assertThat(list.refresh()).isTrue();
        assertThat(check(list, "heron")).isEqualTo(GuardAction.BLOCK);
        assertThat(list.status().failure()).isNull();
    }

    @Test
    void aListMustBeReadableAtFirst() {
        assertThatThrownBy(() -> watched(folder.resolve("absent.txt"))).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void aSupplierIsAskedAgainAndMayFail() {
        AtomicReference<List<DenyEntry>> feed = new AtomicReference<>(List.of(DenyEntry.word("falcon")));
        DenyList list = DenyList.builder("feed")
                .entry(DenyEntry.word("always"))
                .supplier(feed::get)
                .clock(nanos::get)
                .executor(tasks::add)
                .build();

        feed.set(List.of());
        nanos.addAndGet(Duration.ofSeconds(10).toNanos());
        check(list, "x");
        tasks.pop().run();
        assertThat(check(list, "falcon")).isEqualTo(GuardAction.ALLOW);
        assertThat(check(list, "always")).isEqualTo(GuardAction.BLOCK);

        feed.set(null);
        assertThat(list.refresh()).isFalse();
        assertThat(check(list, "always")).isEqualTo(GuardAction.BLOCK);
        assertThat(list.status().failure()).contains("returned null");
    }

    @Test
    void aThreadOfTheListReadsTheFile() throws Exception {
        Path file = Files.writeString(folder.resolve("deny.txt"), "word: falcon");
        List<Thread> threads = new ArrayList<>();
        DenyList list = DenyList.builder("feed")
                .file(file)
                .clock(nanos::get)
                .executor(task -> DenySource.OWN_THREAD.execute(() -> {
                    synchronized (threads) {
                        threads.add(Thread.currentThread());
                    }
                    task.run();
                }))
                .build();
        move(file, "word: heron");
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        check(list, "x");

        while (check(list, "heron") == GuardAction.ALLOW) {
            Thread.onSpinWait();
        }
        synchronized (threads) {
            assertThat(threads).hasSize(1).allMatch(Thread::isDaemon);
        }
    }

    @Test
    void withoutRe2jAPatternNamesTheDependencyAndTheRestWorks() throws Exception {
        List<URL> urls = new ArrayList<>();
        String library = Path.of(Pattern.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            if (!entry.equals(library)) {
                urls.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader loader =
                new URLClassLoader(urls.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            Runnable probe = (Runnable) loader.loadClass(WithoutRe2j.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();

            assertThatThrownBy(probe::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("com.google.re2j:re2j");
        }
    }

    /** Runs in a class loader that lacks the library. */
    public static final class WithoutRe2j implements Runnable {

        /** For the test. */
        public WithoutRe2j() {}

        @Override
        public void run() {
            DenyList words =
                    DenyList.builder("words").entry(DenyEntry.word("falcon")).build();
            if (words.check(input("falcon")).action() != GuardAction.BLOCK) {
                throw new AssertionError("words need no library");
            }
            DenyList.builder("patterns").entry(DenyEntry.pattern("x")).build();
        }
    }
}
