package dev.aigw.routing.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditFileTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Instant TIME = Instant.parse("2026-11-30T21:00:00.250Z");

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("audit.jsonl");
    }

    private static AuditEvent event(String model) {
        return AuditEvent.builder(AuditEvent.Type.CALLED, TIME)
                .caller(Caller.ofTenant("acme"))
                .model(model)
                .build();
    }

    private static List<AuditEvent> read(Path file) {
        try (Stream<AuditEvent> events = AuditFile.read(file)) {
            return events.toList();
        }
    }

    private static List<String> models(Path file) {
        return read(file).stream().map(AuditEvent::model).toList();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString())
                    .filter(each -> !each.endsWith(".lock"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void anEventIsOneLineOfJson() throws IOException {
        try (AuditFile audit = AuditFile.builder(file).build()) {
            audit.onEvent(AuditEvent.builder(AuditEvent.Type.CALLED, TIME)
                    .caller(Caller.builder()
                            .tenant("acme")
                            .user("ada")
                            .role("b")
                            .role("a")
                            .scope("chat")
                            .tier("gold")
                            .key("key-1")
                            .label("team", "search")
                            .build())
                    .source("10.1.2.3")
                    .callId("c1")
                    .operation("chat")
                    .requestedModel("usual")
                    .model("m")
                    .withheld(List.of("secret"))
                    .deployment("openai/gpt")
                    .rule("staff")
                    .outcome(Outcome.FAILED)
                    .error(ErrorKind.OVERLOADED)
                    .cost(Cost.usd(new BigDecimal("0.0000001")))
                    .build());
            audit.onEvent(AuditEvent.builder(AuditEvent.Type.REJECTED, TIME)
                    .key("key-2")
                    .reason("expired")
                    .cost(Cost.UNKNOWN)
                    .build());
        }
        assertThat(Files.readString(file)).isEqualTo("""
                        {"time":"2026-11-30T21:00:00.250Z","type":"CALLED","tenant":"acme","user":"ada",\
                        "roles":["a","b"],"scopes":["chat"],"tier":"gold","labels":{"team":"search"},"key":"key-1",\
                        "source":"10.1.2.3","call_id":"c1","operation":"chat","requested_model":"usual","model":"m",\
                        "withheld":["secret"],"deployment":"openai/gpt","rule":"staff","outcome":"FAILED",\
                        "error":"OVERLOADED","cost":"0.0000001","currency":"USD"}
                        {"time":"2026-11-30T21:00:00.250Z","type":"REJECTED","key":"key-2","reason":"expired","cost":null}
                        """);
        AuditEvent back = read(file).get(0);
        assertThat(back.caller().labels()).containsEntry("team", "search");
        assertThat(back.caller().isAuthenticated()).isFalse();
        assertThat(back.cost()).isEqualTo(Cost.usd(new BigDecimal("0.0000001")));
        assertThat(back.withheld()).containsExactly("secret");
        assertThat(back.time()).isEqualTo(TIME);
        assertThat(read(file).get(1).cost()).isEqualTo(Cost.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil\n{\"type\":\"CALLED\"}",
                "evil\r\nline",
                "a\u2028b\u2029c\u0085d\u000b",
                "\u202egold\u202c\u200b\ufeff",
                "\u0000\u001b[31mred",
                "half \ud83d",
                "\udc00 half",
                "\udb40\udc41tag",
                "quote\",\"type\":\"KEY_MINTED"
            })
    void noNameBreaksALineOrFakesAMember(String hostile) throws IOException {
        try (AuditFile audit = AuditFile.builder(file).build()) {
            audit.onEvent(AuditEvent.builder(AuditEvent.Type.DENIED, TIME)
                    .caller(Caller.builder()
                            .tenant(hostile)
                            .user(hostile)
                            .role(hostile)
                            .scope(hostile)
                            .tier(hostile)
                            .key(hostile)
                            .label(hostile, hostile)
                            .build())
                    .source(hostile)
                    .callId(hostile)
                    .operation(hostile)
                    .requestedModel(hostile)
                    .model(hostile)
                    .withheld(List.of(hostile))
                    .deployment(hostile)
                    .rule(hostile)
                    .reason(hostile)
                    .build());
            assertThat(audit.flush(LONG)).isTrue();
            assertThat(audit.lost()).isZero();
        }
        String text = Files.readString(file);
        assertThat(text.indexOf('\n')).isEqualTo(text.length() - 1);
        assertThat(text.codePoints().filter(c -> c != '\n')).allMatch(c -> switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.SURROGATE -> false;
            default -> true;
        });
        assertThat(read(file)).singleElement().satisfies(event -> {
            assertThat(event.type()).isEqualTo(AuditEvent.Type.DENIED);
            assertThat(event.caller().tenant()).isEqualTo(event.model());
        });
    }

    @Test
    void namesAndListsAreBounded() throws IOException {
        Caller.Builder caller = Caller.builder().tenant("t".repeat(100_000));
        for (int i = 0; i < 10_000; i++) {
            caller.role("role" + i).label("label" + i, "value");
        }
        try (AuditFile audit = AuditFile.builder(file).build()) {
            audit.onEvent(AuditEvent.builder(AuditEvent.Type.CALLED, TIME)
                    .caller(caller.build())
                    .build());
        }
        assertThat(Files.size(file)).isLessThan(4_000);
        assertThat(read(file).get(0).caller().tenant()).hasSize(500);
    }

    @Test
    void rotationLosesAndRepeatsNothingUnderEightThreads() throws Exception {
        int each = 500;
        try (AuditFile audit = AuditFile.builder(file)
                .maximumBytes(2_000)
                .queueCapacity(16)
                .waitWhenFull(LONG)
                .chained()
                .build()) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int number = t;
                threads.add(new Thread(() -> {
                    for (int i = 0; i < each; i++) {
                        audit.onEvent(event(number + "-" + i));
                    }
                }));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(audit.flush(LONG)).isTrue();
            assertThat(audit.lost()).isZero();
        }
        List<String> models = models(file);
        assertThat(models).hasSize(8 * each).doesNotHaveDuplicates();
        assertThat(models.stream().filter(each2 -> each2.startsWith("3-"))).startsWith("3-0", "3-1", "3-2");
        assertThat(AuditFile.verify(file)).isEmpty();
        for (Path full : AuditFiles.full(file)) {
            assertThat(Files.size(full)).isLessThanOrEqualTo(2_000);
        }
    }

    @Test
    void onlyTheNewestFullFilesAreKept() throws IOException {
        try (AuditFile audit = AuditFile.builder(file).maximumBytes(1).keep(2).build()) {
            for (int i = 0; i < 12; i++) {
                audit.onEvent(event("m" + i));
            }
        }
        assertThat(names()).containsExactly("audit.jsonl", "audit.jsonl.10", "audit.jsonl.11");
        assertThat(models(file)).containsExactly("m9", "m10", "m11");
    }

    @Test
    void aRestartContinuesTheFileAndItsNumbers() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (AuditFile audit =
                    AuditFile.builder(file).maximumBytes(150).chained().build()) {
                audit.onEvent(event("m" + i));
            }
        }
        assertThat(names()).containsExactly("audit.jsonl", "audit.jsonl.1", "audit.jsonl.2");
        assertThat(models(file)).containsExactly("m0", "m1", "m2");
        assertThat(AuditFile.verify(file)).isEmpty();
    }

    @Test
    void theNumberOfAFileThatSomebodyCompressedIsNotUsedAgain() throws IOException {
        Files.writeString(folder.resolve("audit.jsonl.7.gz"), "compressed");
        Files.writeString(folder.resolve("audit.jsonl.bak"), "{\"type\":\"CALLED\"}");
        Files.writeString(folder.resolve("audit.jsonl2"), "{\"type\":\"CALLED\"}");
        try (AuditFile audit = AuditFile.builder(file).maximumBytes(1).keep(1).build()) {
            audit.onEvent(event("a"));
            audit.onEvent(event("b"));
            audit.onEvent(event("c"));
        }
        assertThat(names())
                .containsExactly("audit.jsonl", "audit.jsonl.7.gz", "audit.jsonl.9", "audit.jsonl.bak", "audit.jsonl2");
        assertThat(models(file)).containsExactly("b", "c");
    }

    @Test
    void aLineThatACrashCutOffIsKeptAndNotContinued() throws IOException {
        byte[] torn = "{\"time\":\"2026-11-30T20:00:00Z\",\"type\":\"CALLED\",\"tenant\":\"m\u00fcller"
                .getBytes(StandardCharsets.UTF_8);
        Files.write(file, Arrays.copyOf(torn, torn.length - 5)); // within the umlaut
        try (AuditFile audit = AuditFile.builder(file).build()) {
            audit.onEvent(event("next"));
        }
        try (AuditFile audit = AuditFile.builder(file).build()) {
            audit.onEvent(event("another"));
        }
        assertThat(models(file)).containsExactly("next", "another");
        assertThat(Files.readAllLines(file, StandardCharsets.ISO_8859_1)).hasSize(3);
    }

    @Test
    void filesAreForTheirOwnerOnlyAndKeepWhatAnOperatorAllowed() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        try (AuditFile audit = AuditFile.builder(file).maximumBytes(1).build()) {
            audit.onEvent(event("a"));
            assertThat(audit.flush(LONG)).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
            audit.onEvent(event("b"));
            assertThat(audit.flush(LONG)).isTrue();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-r-----");
        }
    }

    @Test
    void aFileThatSomebodyMovesOrTruncatesGoesOn() throws IOException {
        try (AuditFile audit = AuditFile.builder(file).build()) {
            audit.onEvent(event("a"));
            assertThat(audit.flush(LONG)).isTrue();
            Files.move(file, folder.resolve("moved"));
            audit.onEvent(event("b"));
            assertThat(audit.flush(LONG)).isTrue();
            assertThat(models(file)).containsExactly("b");
            Files.write(file, new byte[0], StandardOpenOption.TRUNCATE_EXISTING); // as copytruncate does
            audit.onEvent(event("c"));
            assertThat(audit.flush(LONG)).isTrue();
            assertThat(models(file)).containsExactly("c");
        }
    }

    @Test
    void aSecondLogOfTheSameFileIsRefusedUntilTheFirstIsClosed() {
        try (AuditFile audit = AuditFile.builder(file).build()) {
            assertThatThrownBy(() -> AuditFile.builder(file).build())
                    .isInstanceOf(UncheckedIOException.class)
                    .hasStackTraceContaining("another audit log writes this file");
            audit.onEvent(event("a"));
        }
        try (AuditFile audit = AuditFile.builder(file).build()) {
            audit.onEvent(event("b"));
        }
        assertThat(models(file)).containsExactly("a", "b");
    }

    @Test
    void aMissingFolderIsNamedAndNotCreated() {
        Path missing = folder.resolve("no/such/audit.jsonl");
        assertThatThrownBy(() -> AuditFile.builder(missing).build())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(missing.toString());
        assertThat(folder.resolve("no")).doesNotExist();
    }

    /** A disk that is full while a test says so: it takes half of the bytes first. */
    private static final class FullDisk extends AuditWriter {

        final CountDownLatch failed = new CountDownLatch(2);
        volatile boolean full;
        volatile boolean truncates = true;

        FullDisk(Path file, Settings settings) {
            super(file, settings);
        }

        @Override
        void write(FileChannel open, ByteBuffer bytes) throws IOException {
            if (full) {
                open.write(bytes.slice(0, bytes.remaining() / 2));
                if (!truncates) {
                    open.close();
                }
                failed.countDown();
                throw new IOException("No space left on device");
            }
            super.write(open, bytes);
        }
    }

    private final List<FullDisk> disks = new ArrayList<>();

    private AuditFile onFullDisk(AuditFile.Builder builder) {
        return builder.build((path, settings) -> {
            FullDisk disk = new FullDisk(path, settings);
            disks.add(disk);
            return disk;
        });
    }

    @Test
    void afterAFullDiskEveryEventIsThereOnceAndInOrder() throws Exception {
        try (AuditFile audit = onFullDisk(AuditFile.builder(file).chained())) {
            audit.onEvent(event("before"));
            assertThat(audit.flush(LONG)).isTrue();
            FullDisk disk = disks.get(0);
            disk.full = true;
            audit.onEvent(event("during"));
            assertThat(disk.failed.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(models(file)).containsExactly("before");
            audit.onEvent(event("waiting"));
            disk.full = false;
            assertThat(audit.flush(LONG)).isTrue();
            assertThat(audit.lost()).isZero();
        }
        assertThat(models(file)).containsExactly("before", "during", "waiting");
        assertThat(Files.readAllLines(file)).hasSize(3); // nothing is left of the writes that failed
        assertThat(AuditFile.verify(file)).isEmpty();
    }

    @Test
    void aWriteThatCannotBeUndoneSpoilsNoLineButItsOwn() throws Exception {
        try (AuditFile audit = onFullDisk(AuditFile.builder(file))) {
            FullDisk disk = disks.get(0);
            disk.truncates = false;
            disk.full = true;
            audit.onEvent(event("during"));
            assertThat(disk.failed.await(1, TimeUnit.MINUTES)).isTrue();
            disk.full = false;
            assertThat(audit.flush(LONG)).isTrue();
        }
        assertThat(models(file)).containsExactly("during");
    }

    @Test
    void whenTheQueueIsFullEventsAreCountedAndTheFileSaysSo() throws Exception {
        try (AuditFile audit =
                onFullDisk(AuditFile.builder(file).queueCapacity(2).waitWhenFull(Duration.ZERO))) {
            FullDisk disk = disks.get(0);
            disk.full = true;
            audit.onEvent(event("in the writer"));
            assertThat(disk.failed.await(1, TimeUnit.MINUTES)).isTrue();
            for (int i = 0; i < 7; i++) {
                audit.onEvent(event("m" + i));
            }
            assertThat(audit.lost()).isEqualTo(5);
            disk.full = false;
            assertThat(audit.flush(LONG)).isTrue();
        }
        assertThat(models(file).stream().filter(model -> model != null)).containsExactly("in the writer", "m0", "m1");
        assertThat(read(file).stream().filter(event -> event.type() == AuditEvent.Type.LOST))
                .singleElement()
                .satisfies(event -> assertThat(event.reason()).startsWith("5 events are missing"));
    }

    @Test
    void anEventOfAnInterruptedThreadIsKeptEvenIfItMustWait() throws Exception {
        try (AuditFile audit =
                onFullDisk(AuditFile.builder(file).queueCapacity(1).waitWhenFull(LONG))) {
            FullDisk disk = disks.get(0);
            disk.full = true;
            audit.onEvent(event("in the writer"));
            assertThat(disk.failed.await(1, TimeUnit.MINUTES)).isTrue();
            audit.onEvent(event("queued"));
            boolean[] stillInterrupted = new boolean[1];
            Thread cancelled = new Thread(() -> {
                Thread.currentThread().interrupt();
                audit.onEvent(event("of the cancelled call"));
                stillInterrupted[0] = Thread.currentThread().isInterrupted();
            });
            cancelled.start();
            disk.full = false;
            cancelled.join();
            assertThat(stillInterrupted[0]).isTrue();
            assertThat(audit.lost()).isZero();
        }
        assertThat(models(file)).containsExactly("in the writer", "queued", "of the cancelled call");
    }

    @Test
    void closingWritesWhatWaitsAndLaterEventsCountAsLost() {
        AuditFile audit = AuditFile.builder(file).build();
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 5_000; i++) {
            audit.onEvent(event("m" + i));
            expected.add("m" + i);
        }
        audit.close();
        assertThat(models(file).stream().collect(Collectors.toSet())).isEqualTo(expected);
        audit.onEvent(event("late"));
        assertThat(audit.lost()).isEqualTo(1);
        assertThat(audit.flush(LONG)).isFalse();
        audit.close();
    }

    @Test
    void aChainShowsALineThatWasChangedRemovedOrAdded() throws IOException {
        try (AuditFile audit =
                AuditFile.builder(file).maximumBytes(500).chained().fsync().build()) {
            for (int i = 0; i < 10; i++) {
                audit.onEvent(event("m" + i));
            }
        }
        assertThat(AuditFile.verify(file)).isEmpty();
        Path full = AuditFiles.full(file).get(1);
        List<String> lines = Files.readAllLines(full);
        assertThat(lines).hasSizeGreaterThan(1);

        List<String> changed = new ArrayList<>(lines);
        changed.set(0, changed.get(0).replace("acme", "evil"));
        Files.write(full, changed);
        assertThat(AuditFile.verify(file)).containsExactly("audit.jsonl.2:2 does not follow the line before");

        Files.write(full, lines.subList(1, lines.size()));
        assertThat(AuditFile.verify(file)).containsExactly("audit.jsonl.2:1 does not follow the line before");

        List<String> added = new ArrayList<>(lines);
        added.add(1, "{\"type\":\"CALLED\"}");
        Files.write(full, added);
        assertThat(AuditFile.verify(file))
                .containsExactly(
                        "audit.jsonl.2:2 has no hash of the line before",
                        "audit.jsonl.2:3 does not follow the line before");
    }

    @Test
    void theChainSurvivesACrashBetweenTwoFilesAndALineThatWasCutOff() throws IOException {
        try (AuditFile audit = AuditFile.builder(file).chained().build()) {
            audit.onEvent(event("a"));
            audit.onEvent(event("b"));
        }
        Files.move(file, folder.resolve("audit.jsonl.1")); // put away, and then the process ends
        try (AuditFile audit = AuditFile.builder(file).chained().build()) {
            audit.onEvent(event("c"));
        }
        Files.writeString(file, "{\"time\":\"20", StandardOpenOption.APPEND);
        assertThat(AuditFile.verify(file)).isEmpty();
        try (AuditFile audit = AuditFile.builder(file).chained().build()) {
            audit.onEvent(event("d"));
        }
        assertThat(models(file)).containsExactly("a", "b", "c", "d");
        assertThat(AuditFile.verify(file)).isEmpty();
        Files.writeString(file, Files.readString(file).replace("\"20\n", "\"21\n"));
        assertThat(AuditFile.verify(file))
                .containsExactly(
                        "audit.jsonl:2 has no hash of the line before",
                        "audit.jsonl:3 does not follow the line before");
    }

    @Test
    void aLogThatIsChainedLaterIsVerifiedFromThere() throws IOException {
        try (AuditFile audit = AuditFile.builder(file).build()) {
            audit.onEvent(event("a"));
            audit.onEvent(event("b"));
        }
        assertThat(AuditFile.verify(file)).containsExactly("audit.jsonl:1 has no hash of the line before");
        try (AuditFile audit = AuditFile.builder(file).chained().build()) {
            audit.onEvent(event("c"));
        }
        assertThat(AuditFile.verify(file)).isEmpty();
    }

    @Test
    void anErrorInTheThreadDoesNotEndTheLog() throws Exception {
        CountDownLatch thrown = new CountDownLatch(1);
        try (AuditFile audit = AuditFile.builder(file).build((path, settings) -> new AuditWriter(path, settings) {
            @Override
            void write(FileChannel open, ByteBuffer bytes) throws IOException {
                if (thrown.getCount() > 0) {
                    thrown.countDown();
                    throw new NoClassDefFoundError("as in a class loader that is closed");
                }
                super.write(open, bytes);
            }
        })) {
            audit.onEvent(event("a"));
            assertThat(thrown.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(audit.flush(LONG)).isTrue();
        }
        assertThat(models(file)).containsExactly("a");
    }

    @Test
    void optionsAreChecked() {
        AuditFile.Builder builder = AuditFile.builder(file);
        assertThatThrownBy(() -> builder.maximumBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.keep(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.queueCapacity(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.waitWhenFull(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
