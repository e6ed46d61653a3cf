package dev.aigw.routing.guard.sensitive;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tokens that stand for values: HMAC-SHA256 of scope, type and value. Two spellings of one value get two tokens, since
 * each is restored as it was written. Immutable, safe for use by many threads; {@code toString} shows no key.
 */
final class Pseudonyms {

    /** Capital letters and digits without those that look like others (Crockford's base 32). */
    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static final int FIRST_LETTER = 10;

    private final SecretKeySpec key;

    private Pseudonyms(SecretKeySpec key) {
        this.key = key;
    }

    /**
     * Returns pseudonyms with this key.
     *
     * @throws IllegalArgumentException if it is shorter than 16 bytes
     */
    static Pseudonyms keyed(byte[] key) {
        return new Pseudonyms(key(key));
    }

    /** Returns pseudonyms that only this process can make. */
    static Pseudonyms random() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return keyed(key);
    }

    /** Returns a key of HMAC-SHA256. */
    static SecretKeySpec key(byte[] key) {
        if (key.length < 16) {
            throw new IllegalArgumentException(
                    "the key has " + key.length + " bytes: give it 16 or more, best 32 random ones");
        }
        return new SecretKeySpec(key, "HmacSHA256");
    }

    /** Returns the token of a value, such as {@code [EMAIL_Q72K9D8F]}. */
    String token(String scope, EntityType type, String value) {
        return "[" + type.name() + "_" + code(hash(scope, type, value), 8) + "]";
    }

    /** Returns the 32 bytes that a value's pseudonyms are made of. */
    byte[] hash(String scope, EntityType type, String value) {
        return hash(key, scope, type.name(), value);
    }

    /** Returns the hash of texts, each with its length before it so that their borders count. */
    static byte[] hash(SecretKeySpec key, String... texts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            for (String text : texts) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                mac.update(ByteBuffer.allocate(4).putInt(bytes.length).array());
                mac.update(bytes);
            }
            return mac.doFinal();
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("this JDK has no HmacSHA256", e);
        }
    }

    /** Returns letters and digits of a hash. The first is a letter, so that nobody takes them for a number. */
    static String code(byte[] hash, int characters) {
        StringBuilder code = new StringBuilder(characters);
        code.append(ALPHABET.charAt(FIRST_LETTER + (hash[0] & 0xFF) % (ALPHABET.length() - FIRST_LETTER)));
        for (int i = 1; i < characters; i++) {
            code.append(ALPHABET.charAt(hash[i] & 31));
        }
        return code.toString();
    }

    @Override
    public String toString() {
        return "Pseudonyms{}";
    }
}
