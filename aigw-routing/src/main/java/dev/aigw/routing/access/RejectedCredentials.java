package dev.aigw.routing.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that were rejected a moment ago, by a digest whose key lives as long as this process. Safe for use by
 * many threads.
 */
final class RejectedCredentials {

    private static final int MOST = 10_000;
    private static final String ALGORITHM = "HmacSHA256";

    private final @Nullable Cache<ByteBuffer, AuthenticationResult> known;
    private final Mac prototype;

    RejectedCredentials(Duration memory) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        prototype = prototype(new SecretKeySpec(random, ALGORITHM));
        known = memory.isZero()
                ? null
                : Caffeine.newBuilder()
                        .maximumSize(MOST)
                        .expireAfterWrite(memory)
                        .build();
    }

    @Nullable
    AuthenticationResult find(String secret) {
        return known == null || known.estimatedSize() == 0 ? null : known.getIfPresent(digest(secret));
    }

    void add(String secret, AuthenticationResult result) {
        if (known != null) {
            known.put(digest(secret), result);
        }
    }

    private static Mac prototype(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JVM has " + ALGORITHM, e);
        }
    }

    private ByteBuffer digest(String secret) {
        try {
            Mac mac = (Mac) prototype.clone(); // cheaper than a new one
            return ByteBuffer.wrap(mac.doFinal(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's " + ALGORITHM + " can be cloned", e);
        }
    }
}
