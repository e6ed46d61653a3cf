package dev.aigw.api;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * A secret that authenticates to a provider, read anew for each attempt so that it can rotate.
 *
 * <p>Safe for use by many threads. The secret never shows in {@code toString}, logs or exceptions. Failures that are
 * the credential's fault are held against {@link #id()}, so every deployment that shares the credential is spared.
 */
public final class Credential {

    private final String id;
    private final Supplier<String> secret;

    private Credential(String id, Supplier<String> secret) {
        this.id = id;
        this.secret = secret;
    }

    /**
     * Returns a fixed secret.
     *
     * @throws IllegalArgumentException if {@code secret} is blank
     */
    public static Credential of(String secret) {
        if (secret == null || secret.isBlank()) {
            throw new IllegalArgumentException(
                    "the API key is missing or blank: set the environment variable you read it from");
        }
        return new Credential(Integer.toHexString(secret.hashCode()), () -> secret);
    }

    /** Returns a secret that {@code supplier} gives for each attempt, known as {@code id} in holds. */
    public static Credential of(String id, Supplier<String> supplier) {
        return new Credential(Objects.requireNonNull(id, "id"), Objects.requireNonNull(supplier, "supplier"));
    }

    /** Returns what identifies this credential without giving it away. */
    public String id() {
        return id;
    }

    /** Returns the secret as it is now. */
    public String secret() {
        return secret.get();
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
