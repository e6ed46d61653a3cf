package dev.aigw.api;

import dev.aigw.api.internal.SecretDigest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A secret that authenticates to a provider. It is read for each attempt, so it can rotate without a restart.
 *
 * <pre>{@code
 * Credential fixed = Credential.environment("OPENAI_API_KEY");
 * Credential mounted = Credential.file(Path.of("/var/run/secrets/openai/key"));
 * Credential supplied = Credential.of("vault", () -> vault.read("openai/key"));
 * }</pre>
 *
 * <p>Safe for use by many threads. The secret never shows in {@code toString}, logs or exceptions. When a failure is
 * the credential's fault, the credential of this {@link #id()} cools down, and with it every deployment that shares it.
 */
public final class Credential {

    private static final String INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff";

    /** A shorter secret could be found by trying, so nothing is derived from it. */
    private static final int LEAST_MARKED_CHARS = 20;

    private static final int MARK_BYTES = 4;

    private final String id;
    private final Supplier<String> secret;
    private final boolean supplied;
    private final @Nullable String account;

    private Credential(String id, Supplier<String> secret, boolean supplied, @Nullable String account) {
        this.id = id;
        this.secret = secret;
        this.supplied = supplied;
        this.account = account;
    }

    /**
     * Returns a fixed secret, without surrounding white space.
     *
     * @throws IllegalArgumentException if {@code secret} is blank
     */
    public static Credential of(String secret) {
        String trimmed = trimmed(secret);
        if (trimmed.isEmpty()) {
            throw new IllegalArgumentException(
                    "the API key is missing or blank: set the environment variable you read it from");
        }
        return new Credential("secret:" + SecretDigest.of(trimmed), () -> trimmed, false, mark(trimmed));
    }

    /**
     * Returns the secret in an environment variable, without surrounding white space. A process's environment does not
     * change, so neither does the secret.
     *
     * @throws IllegalArgumentException if the variable is missing or blank
     */
    public static Credential environment(String variable) {
        String secret = trimmed(System.getenv(variable));
        if (secret.isEmpty()) {
            throw new IllegalArgumentException("the environment variable " + variable + " is missing or blank: set it");
        }
        return new Credential("env:" + variable, () -> secret, false, "env:" + variable);
    }

    /**
     * Returns the secret in a file, without surrounding white space. The file is checked at most once a second and read
     * again when it has changed, as when a mounted secret rotates. While it cannot be read or is blank, the last secret
     * read stays in use.
     *
     * @throws IllegalArgumentException if the file cannot be read now, or is blank
     */
    public static Credential file(Path file) {
        return new Credential("file:" + file, new SecretFile(file, System::nanoTime), false, "file:" + file);
    }

    /**
     * Returns a secret that {@code supplier} gives for each attempt, without surrounding white space; {@code id} names
     * it in cooldowns and logs. Every call waits for the supplier, so it should cache what is slow to get. An adapter
     * runs it in a separate thread without the caller's thread locals, waits at most until the attempt times out, and
     * then interrupts it. What it throws fails the attempt with {@link ErrorKind#AUTHENTICATION}, unless it is a
     * {@link GatewayException}; so does a blank secret.
     */
    public static Credential of(String id, Supplier<String> supplier) {
        return new Credential(Objects.requireNonNull(id, "id"), Objects.requireNonNull(supplier, "supplier"), true, id);
    }

    /**
     * Returns the id of this credential, which does not reveal the secret. That of a fixed secret is a digest with a
     * random key of this process: another process has another id for the same secret.
     */
    public String id() {
        return id;
    }

    /**
     * Returns this credential as one of a named account or organisation at the provider: reasoning that a vendor binds
     * to an account then goes to every credential of the same name, and survives a change of keys.
     *
     * <pre>{@code
     * Credential key = Credential.environment("OPENAI_API_KEY").account("acme");
     * }</pre>
     *
     * @param name any name, without a secret: it is stored in conversations
     * @throws IllegalArgumentException if it is blank
     */
    public Credential account(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of an account is blank: give it a name or leave it out");
        }
        return new Credential(id, secret, supplied, name);
    }

    /**
     * Returns the mark of the account that this credential belongs to, which is stored in conversations and reveals no
     * secret: the {@linkplain #account(String) name it was given}, otherwise the id of a credential that does not hold
     * its secret, or 32 bits of a hash of a fixed secret of at least 20 characters. Null for a shorter one. Credentials
     * with different marks count as of different accounts.
     */
    public @Nullable String account() {
        return account;
    }

    private static @Nullable String mark(String secret) {
        if (secret.length() < LEAST_MARKED_CHARS) {
            return null;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(("aigw account mark " + secret).getBytes(StandardCharsets.UTF_8));
            return "key-" + HexFormat.of().formatHex(hash, 0, MARK_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Returns whether the application's supplier gives the secret, which may be slow. */
    public boolean isSupplied() {
        return supplied;
    }

    /**
     * Returns the current secret.
     *
     * @throws GatewayException if it cannot be got
     */
    public String secret() {
        String now;
        try {
            now = trimmed(secret.get());
        } catch (GatewayException e) {
            throw e;
        } catch (RuntimeException e) {
            throw GatewayException.builder(
                            ErrorKind.AUTHENTICATION, "the supplier of the credential \"" + id + "\" failed")
                    .cause(e)
                    .build();
        }
        if (now.isEmpty()) {
            throw GatewayException.of(
                    ErrorKind.AUTHENTICATION, "the supplier of the credential \"" + id + "\" gave a blank secret");
        }
        return now;
    }

    /**
     * Returns a secret without white space around it, including the invisible characters that are copied with a key
     * from a page or a file; empty for null.
     */
    static String trimmed(@Nullable String secret) {
        if (secret == null) {
            return "";
        }
        int start = 0;
        int end = secret.length();
        while (start < end && isBlank(secret.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(secret.charAt(end - 1))) {
            end--;
        }
        return secret.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c <= ' ' || Character.isWhitespace(c) || Character.isSpaceChar(c) || INVISIBLE.indexOf(c) >= 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Credential that && that.id.equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "Credential{***}";
    }
}
