package dev.aigw.routing.access.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aigw.routing.access.AuthenticationResult.Kind;
import dev.aigw.routing.access.PresentedCredential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileKeyStoreTest extends KeyStoreContract {

    private static final String PEPPER = "0123456789abcdef0123456789abcdef";

    @TempDir
    Path folder;

    private Path file;
    private KeyStore store;

    @BeforeEach
    void open() {
        file = folder.resolve("keys.json");
        store = FileKeyStore.open(file);
    }

    @Override
    protected KeyStore store() {
        return new Seen(store);
    }

    @Override
    protected KeyStore another() {
        return FileKeyStore.open(file);
    }

    /** Sees what another process wrote, which the store itself sees only after its interval. */
    private record Seen(KeyStore store) implements KeyStore {

        @Override
        public @Nullable StoredKey find(String id) {
            store.list(null, null, 1);
            return store.find(id);
        }

        @Override
        public boolean add(StoredKey key) {
            return store.add(key);
        }

        @Override
        public boolean replace(StoredKey key, long version) {
            return store.replace(key, version);
        }

        @Override
        public void remove(String id) {
            store.remove(id);
        }

        @Override
        public List<StoredKey> list(@Nullable String tenant, @Nullable String after, int most) {
            return store.list(tenant, after, most);
        }

        @Override
        public void used(Map<String, Instant> times) {
            store.used(times);
        }

        @Override
        public boolean isInMemory() {
            return true;
        }
    }

    private ApiKeys keys() {
        return ApiKeys.builder().store(store).serverSecret("2026", PEPPER).build();
    }

    private static KeySpec spec() {
        return KeySpec.builder("reports", "acme").build();
    }

    private static void await(BooleanSupplier condition) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(30));
            Thread.onSpinWait();
        }
    }

    private static Kind kind(ApiKeys keys, MintedKey key) {
        return keys.authenticate(PresentedCredential.of(key.secret())).kind();
    }

    @Test
    void theFileHasHashesAndNoSecretAndOnlyItsOwnerMayReadIt() throws IOException {
        try (ApiKeys keys = keys()) {
            MintedKey minted = keys.mint(spec());
            String text = Files.readString(file);

            assertThat(text).contains(minted.id()).doesNotContain(PEPPER);
            String secret = minted.secret().substring(22);
            for (int at = 0; at + 8 <= secret.length(); at++) {
                assertThat(text).doesNotContain(secret.substring(at, at + 8));
            }
        }
        assumeThat(FileSystems.getDefault().supportedFileAttributeViews()).contains("posix");
        for (Path each : List.of(file, folder.resolve("keys.json.lock"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aChangeLeavesNothingBesideTheFile() throws IOException {
        try (ApiKeys keys = keys()) {
            keys.mint(spec());
            keys.revoke(keys.mint(spec()).id());
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(file, folder.resolve("keys.json.lock"));
        }
    }

    @Test
    void aRevocationByAnotherProcessIsSeenWithoutAnything() {
        try (ApiKeys here = keys();
                ApiKeys there = ApiKeys.builder()
                        .store(another())
                        .serverSecret("2026", PEPPER)
                        .build()) {
            MintedKey minted = here.mint(spec());
            assertThat(kind(here, minted)).isEqualTo(Kind.ACCEPTED);
            there.revoke(minted.id());

            await(() -> kind(here, minted) == Kind.REJECTED);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{\"type\":\"api-keys\",\"version\":99,\"keys\":[]}",
                "{\"type\":\"api-keys\",\"version\":1,\"keys\":[{}]}",
                "{\"type\":\"api-keys\",\"version\":1,\"keys\":[],\"keys\":[]}",
                "\u0000\u0000\u0000\u0000"
            })
    void aDamagedFileLeavesTheLastGoodCopyAndIsNotOverwritten(String damage) throws IOException {
        try (ApiKeys keys = keys()) {
            MintedKey minted = keys.mint(spec());
            byte[] good = Files.readAllBytes(file);
            Files.writeString(file, damage);

            assertThatThrownBy(() -> keys.mint(spec()))
                    .isInstanceOf(KeyStoreException.class)
                    .hasMessageContaining("restore it");
            assertThatThrownBy(() -> keys.revoke(minted.id())).isInstanceOf(KeyStoreException.class);
            assertThat(kind(keys, minted)).isEqualTo(Kind.ACCEPTED);
            assertThat(Files.readString(file)).isEqualTo(damage);
            assertThatThrownBy(() -> FileKeyStore.open(file)).isInstanceOf(KeyStoreException.class);

            Files.write(file, good);
            keys.revoke(minted.id());
            assertThat(kind(keys, minted)).isEqualTo(Kind.REJECTED);
        }
    }

    @Test
    void aFileThatIsGoneLeavesTheLastGoodCopyAndAnEmptyOneRevokesAll() throws IOException {
        try (ApiKeys keys = keys()) {
            MintedKey minted = keys.mint(spec());
            Files.delete(file);
            assertThatThrownBy(() -> keys.mint(spec())).isInstanceOf(KeyStoreException.class);
            assertThat(kind(keys, minted)).isEqualTo(Kind.ACCEPTED);

            Files.writeString(file, "{\"type\":\"api-keys\",\"version\":1,\"keys\":[]}");

            await(() -> kind(keys, minted) == Kind.REJECTED);
            keys.mint(spec());
        }
    }

    @Test
    void aFileThatWasSwappedForOneOfTheSameSizeAndTimeIsSeen() throws IOException {
        try (ApiKeys keys = keys()) {
            MintedKey minted = keys.mint(spec());
            String text = Files.readString(file);
            Path swapped = folder.resolve("swapped");
            Files.writeString(swapped, text.replace(minted.id(), "0".repeat(16)), StandardCharsets.UTF_8);
            Files.setLastModifiedTime(swapped, Files.getLastModifiedTime(file));
            assumeThat(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
                    .isNotNull();
            Files.move(swapped, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);

            await(() -> kind(keys, minted) == Kind.REJECTED);
        }
    }

    @Test
    void theSameFileByAnotherPathIsTheSameStore() throws IOException {
        Path link = Files.createDirectory(folder.resolve("sub")).resolve("..").resolve("keys.json");
        KeyStore same = FileKeyStore.open(link);
        List<String> ids = new ArrayList<>();
        try (ApiKeys one = keys();
                ApiKeys other = ApiKeys.builder().store(same).build()) {
            for (int i = 0; i < 10; i++) {
                ids.add(one.mint(spec()).id());
                ids.add(other.mint(spec()).id());
            }
            assertThat(other.list("acme")).extracting(ApiKey::id).containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    @Test
    void withoutItsFolderItIsNotOpened() {
        assertThatThrownBy(() -> FileKeyStore.open(folder.resolve("none").resolve("keys.json")))
                .isInstanceOf(KeyStoreException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void processesThatWriteAtOnceLoseNothing() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(new ProcessBuilder(
                            java, "-cp", System.getProperty("java.class.path"), Minter.class.getName(), file.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("output" + i).toFile())
                    .start());
        }
        try (ApiKeys keys = keys()) {
            for (int i = 0; i < Minter.KEYS; i++) {
                keys.mint(spec());
            }
            for (Process process : processes) {
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
            }
            keys.mint(spec());
            assertThat(keys.list("acme")).hasSize(3 * Minter.KEYS + 1);
        }
    }

    /** Another process. */
    static final class Minter {

        static final int KEYS = 20;

        private Minter() {}

        /** Mints keys into the file that is named. */
        public static void main(String[] args) {
            try (ApiKeys keys = ApiKeys.builder()
                    .store(FileKeyStore.open(Path.of(args[0])))
                    .overlap(Duration.ZERO)
                    .build()) {
                for (int i = 0; i < KEYS; i++) {
                    keys.mint(spec());
                }
            }
        }
    }
}
