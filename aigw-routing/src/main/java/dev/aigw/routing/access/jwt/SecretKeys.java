package dev.aigw.routing.access.jwt;

import com.nimbusds.jose.JOSEException;
import dev.aigw.api.Credential;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A secret that the issuer shares with the application, read anew as it may rotate. */
final class SecretKeys implements KeySource {

    /** The secret that was read last, and the key that was made of it. */
    private static final class Shared {

        final byte[] secret;
        final KeySet keys;

        Shared(byte[] secret, KeySet keys) {
            this.secret = secret;
            this.keys = keys;
        }
    }

    private final Credential credential;
    private final Set<String> algorithms;
    private volatile @Nullable Shared shared;

    SecretKeys(Credential credential, Set<String> algorithms) {
        this.credential = credential;
        this.algorithms = algorithms;
    }

    /** Returns how many bytes a secret must have for an algorithm: as many as its hash (RFC 7518, 3.2). */
    static int leastBytes(String algorithm) {
        return Integer.parseInt(algorithm.substring(2)) / 8;
    }

    @Override
    public KeySet current() {
        byte[] secret = credential.secret().getBytes(StandardCharsets.UTF_8);
        Shared now = shared;
        return now != null && MessageDigest.isEqual(now.secret, secret) ? now.keys : changed(secret);
    }

    private synchronized KeySet changed(byte[] secret) {
        Shared before = shared;
        if (before != null && MessageDigest.isEqual(before.secret, secret)) {
            return before.keys;
        }
        Set<String> possible = algorithms.stream()
                .filter(algorithm -> secret.length >= leastBytes(algorithm))
                .collect(Collectors.toUnmodifiableSet());
        try {
            KeySet keys = new KeySet(possible.isEmpty() ? List.of() : List.of(TrustedKey.secret(secret, possible)))
                    .replacing(before == null ? null : before.keys);
            shared = new Shared(secret, keys);
            return keys;
        } catch (JOSEException e) {
            throw new IllegalStateException("a secret of " + secret.length + " bytes was refused", e);
        }
    }

    @Override
    public KeySet after(KeySet known) {
        return current();
    }

    @Override
    public Duration retryAfter() {
        return Duration.ofSeconds(1);
    }
}
