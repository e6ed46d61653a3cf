package dev.aigw.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialTest {

    @TempDir
    Path folder;

    private final AtomicLong nanos = new AtomicLong();

    @Test
    void aSecretNeverShows() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "secret-4f9d2c7b");
        for (Credential credential : new Credential[] {
            Credential.of("secret-4f9d2c7b"), Credential.of("vault", () -> "secret-4f9d2c7b"), Credential.file(file)
        }) {
            assertThat(credential.secret()).isEqualTo("secret-4f9d2c7b");
            assertThat(credential + " " + credential.id()).doesNotContain("secret-4f9d2c7b");
        }
    }

    @Test
    void secretsWithTheSameHashCodeAreDifferentCredentials() {
        assertThat("Aa-key").hasSameHashCodeAs("BB-key");
        assertThat(Credential.of("Aa-key")).isNotEqualTo(Credential.of("BB-key"));
        assertThat(Credential.of("Aa-key")).isEqualTo(Credential.of(" Aa-key "));
    }

    @Test
    void theIdOfAFixedSecretCannotBeComputedFromIt() throws Exception {
        String secret = "secret-4f9d2c7b";
        String id = Credential.of(secret).id();
        assertThat(id).doesNotContain(Integer.toHexString(secret.hashCode()));
        for (String algorithm : new String[] {"MD5", "SHA-1", "SHA-256"}) {
            byte[] digest = MessageDigest.getInstance(algorithm).digest(secret.getBytes(StandardCharsets.UTF_8));
            assertThat(id).doesNotContain(HexFormat.of().formatHex(digest, 0, 4));
        }
    }

    @Test
    void anEnvironmentVariableIsReadByName() {
        assertThat(Credential.environment("PATH").secret()).isEqualTo(System.getenv("PATH"));
        assertThat(Credential.environment("PATH").id()).isEqualTo("env:PATH");
        assertThatThrownBy(() -> Credential.environment("AIGW_NO_SUCH_VARIABLE"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("AIGW_NO_SUCH_VARIABLE");
    }

    @Test
    void whiteSpaceAroundASecretIsRemoved() throws IOException {
        String pasted = " \r\n\t\ufeffkey-1\u00a0\u200b\n";
        assertThat(Credential.of(pasted).secret()).isEqualTo("key-1");
        assertThat(Credential.of(pasted)).isEqualTo(Credential.of("key-1"));
        assertThat(Credential.of("vault", () -> pasted).secret()).isEqualTo("key-1");
        assertThat(Credential.file(Files.writeString(folder.resolve("key"), pasted))
                        .secret())
                .isEqualTo("key-1");
        assertThatThrownBy(() -> Credential.of("\u200b\n")).hasMessageContaining("missing or blank");
    }

    @Test
    void aFileIsReadAgainWhenItHasChanged() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "one\n");
        SecretFile secret = new SecretFile(file, nanos::get);
        assertThat(secret.get()).isEqualTo("one");

        replace(file, "two");
        assertThat(secret.get()).as("within the second").isEqualTo("one");
        nextSecond();
        assertThat(secret.get()).isEqualTo("two");

        Files.writeString(file, "three, in place");
        nextSecond();
        assertThat(secret.get()).isEqualTo("three, in place");
    }

    @Test
    void whileAFileIsGoneOrBlankItsLastSecretStays() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "one");
        SecretFile secret = new SecretFile(file, nanos::get);

        Files.delete(file);
        nextSecond();
        assertThat(secret.get()).isEqualTo("one");
        Files.writeString(file, " \n");
        nextSecond();
        assertThat(secret.get()).isEqualTo("one");
        Files.writeString(file, "two");
        nextSecond();
        assertThat(secret.get()).isEqualTo("two");
    }

    @Test
    void aFileThatCannotBeReadAtFirstIsRefused() throws IOException {
        Path blank = Files.writeString(folder.resolve("blank"), "\n");
        assertThatThrownBy(() -> Credential.file(blank)).hasMessageContaining("blank");
        assertThatThrownBy(() -> Credential.file(folder.resolve("none"))).hasMessageContaining("cannot be read");
    }

    @Test
    void aSupplierThatFailsOrGivesNothingFailsTheAttemptAsAuthentication() {
        IllegalStateException cause = new IllegalStateException("sealed");
        Credential failing = Credential.of("vault", () -> {
            throw cause;
        });
        GatewayException e = catchThrowableOfType(GatewayException.class, failing::secret);
        assertThat(e.kind()).isEqualTo(ErrorKind.AUTHENTICATION);
        assertThat(e).hasMessageContaining("vault").hasCause(cause);

        GatewayException known = GatewayException.of(ErrorKind.CONNECTION, "down");
        Credential refusing = Credential.of("vault", () -> {
            throw known;
        });
        assertThatThrownBy(refusing::secret).isSameAs(known);
        assertThat(catchThrowableOfType(GatewayException.class, Credential.of("vault", () -> " ")::secret)
                        .kind())
                .isEqualTo(ErrorKind.AUTHENTICATION);
    }

    private static void replace(Path file, String content) throws IOException {
        Path next = Files.writeString(file.resolveSibling("next"), content);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void nextSecond() {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    }
}
