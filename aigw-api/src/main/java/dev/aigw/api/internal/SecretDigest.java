package dev.aigw.api.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells secrets apart without keeping them: HMAC-SHA-256 with a random key that this process makes and never writes
 * down. Whoever sees a digest cannot test a guess against it, and it means nothing to another process, so it is no part
 * of what is stored, logged or reported.
 */
public final class SecretDigest {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 16;
    private static final SecretKeySpec KEY = new SecretKeySpec(random(), ALGORITHM);

    private SecretDigest() {}

    private static byte[] random() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return key;
    }

    /** Returns the digest of a secret: 128 bits in hex, the same for the same secret as long as this process runs. */
    public static String of(String secret) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(KEY);
            return HexFormat.of().formatHex(mac.doFinal(secret.getBytes(StandardCharsets.UTF_8)), 0, BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
