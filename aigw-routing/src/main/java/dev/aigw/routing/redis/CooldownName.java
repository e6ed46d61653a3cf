package dev.aigw.routing.redis;

import dev.aigw.api.CooldownScope;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.routing.engine.pool.SecretReader;
import dev.aigw.routing.feature.CoolingDeployment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The name of a cooldown that JVMs share: what cools down and why. Immutable.
 *
 * <p>The subject is a digest over adapter, base URL, the secret in use and, for a deployment, the upstream model. So a
 * cooldown applies to all JVMs that use the same account at the same base URL, whatever they call their deployments,
 * but not to a JVM whose secret has changed meanwhile. The secret cannot be read from it.
 */
record CooldownName(CooldownScope scope, ErrorKind kind, String subject) {

    static CooldownName of(CoolingDeployment deployment, CooldownScope scope, ErrorKind kind) {
        return new CooldownName(scope, kind, subject(deployment, scope));
    }

    static String subject(CoolingDeployment deployment, CooldownScope scope) {
        MessageDigest sha = sha256();
        add(sha, deployment.provider());
        add(sha, secret(deployment.credential()));
        if (scope == CooldownScope.DEPLOYMENT) {
            add(sha, deployment.baseUrl());
            add(sha, deployment.upstreamModel());
        } else if (scope == CooldownScope.CREDENTIAL_MODEL) {
            add(sha, deployment.upstreamModel());
        }
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha.digest());
    }

    private static @Nullable String secret(@Nullable Credential credential) {
        if (credential == null) {
            return null;
        }
        String secret = SecretReader.read(credential);
        return secret == null || secret.isEmpty()
                ? credential.id() // of a supplier that does not answer now: its cooldown is not shared
                : secret;
    }

    private static void add(MessageDigest sha, @Nullable String part) {
        byte[] bytes = part == null ? new byte[0] : part.getBytes(StandardCharsets.UTF_8);
        sha.update((part == null ? "-" : Integer.toString(bytes.length)).getBytes(StandardCharsets.US_ASCII));
        sha.update((byte) ':');
        sha.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Returns the name in Redis. */
    String text() {
        return scope + " " + kind + " " + subject;
    }

    /** Reads a name; null for one written by a later version. */
    static @Nullable CooldownName parse(String text) {
        String[] parts = text.split(" ", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            return new CooldownName(CooldownScope.valueOf(parts[0]), ErrorKind.valueOf(parts[1]), parts[2]);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
