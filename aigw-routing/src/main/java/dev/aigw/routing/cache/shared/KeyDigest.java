package dev.aigw.routing.cache.shared;

import dev.aigw.api.spi.ResultCache;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The key of a cached reply outside this JVM: SHA-256 over scope, operation, resolved model, conditions and
 * everything in the request that affects its answer. What {@link ResultCache.Key} leaves out (an end user's id, metadata) is left out
 * here too.
 *
 * <pre>{@code
 * String name = KeyDigest.of(key); // "3.Zk0y…", the same in every JVM
 * }</pre>
 *
 * <p>Different requests have different digests, unless SHA-256 collides, for which no case is known: each value is
 * hashed with a tag and a length, so that no two requests have the same bytes. The number in front is the version of
 * this encoding; JVMs with different versions don't see each other's entries.
 */
public final class KeyDigest {

    /** The version of the encoding: increment it with every change. */
    private static final int VERSION = 3;

    private KeyDigest() {}

    /**
     * Returns the digest, at most 46 letters, digits, {@code _}, {@code -} and one dot.
     *
     * @return null if the request contains something that only this JVM can compare: an object that is neither a plain
     *     JSON value nor a record or enum, or a custom request type
     */
    public static @Nullable String of(ResultCache.Key key) {
        try {
            return digest(key);
        } catch (Unwritable e) {
            return null;
        }
    }

    /**
     * Returns the digest.
     *
     * @throws Unwritable if the request contains something that only this JVM can compare
     */
    static String digest(ResultCache.Key key) throws Unwritable {
        MessageDigest sha = sha256();
        try (DataOutputStream out = new DataOutputStream(
                new BufferedOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), sha)))) {
            CanonicalWriter writer = new CanonicalWriter(out);
            writer.write(key.scope());
            writer.write(key.operation());
            writer.write(key.model());
            writer.write(key.conditions());
            writer.write(RequestForm.of(key.request()));
        } catch (Unwritable e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a stream in memory does not fail
        }
        return VERSION + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(sha.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256, which every Java must have", e);
        }
    }
}
