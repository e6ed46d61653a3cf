package dev.aigw.api.spi;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The keys that protect what a router stores outside its JVM. New values are written with the current key; older keys
 * still read what they wrote, until they are removed.
 *
 * <pre>{@code
 * SecretKeys keys = SecretKeys.of(
 *     SecretKeys.Key.of("2027-01", newSecret),
 *     SecretKeys.Key.of("2026-07", oldSecret));
 * }</pre>
 *
 * <p>To rotate a key while several JVMs share a store, first give all of them the new key as an older one, then make it
 * the current one, and remove the old key once the last value written with it has expired. An implementation that reads
 * its keys elsewhere, such as a key management service, is asked for a key with each value: it answers from memory, and
 * is safe for use by many threads. If it throws, the value counts as missing, or is not stored.
 */
public interface SecretKeys {

    /** Returns the key for new values. */
    Key current();

    /** Returns the key with this id, or null if there is none, so that its values are not read. */
    @Nullable
    Key byId(String id);

    /**
     * Returns fixed keys.
     *
     * @throws IllegalArgumentException if two keys have the same id
     */
    static SecretKeys of(Key current, Key... older) {
        Map<String, Key> keys = new LinkedHashMap<>();
        keys.put(current.id(), current);
        for (Key key : older) {
            if (keys.put(key.id(), key) != null) {
                throw new IllegalArgumentException("two keys have the id \"" + key.id() + "\": name each key anew");
            }
        }
        return new SecretKeys() {
            @Override
            public Key current() {
                return current;
            }

            @Override
            public @Nullable Key byId(String id) {
                return keys.get(id);
            }

            @Override
            public String toString() {
                return "SecretKeys" + keys.keySet();
            }
        };
    }

    /**
     * A key and its id. Immutable. Its text has no secret.
     *
     * @param id 1 to 64 letters, digits, {@code _}, {@code -} and {@code .}; it is stored with each value, in the clear
     * @param secret 256 bits or more, from a source of secure randomness; never a password
     */
    record Key(String id, SecretKey secret) {

        private static final int FEWEST_BYTES = 32;
        private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

        /**
         * Creates a key.
         *
         * @throws IllegalArgumentException if the id has other characters, or the secret is too short
         */
        public Key {
            if (!ID.matcher(id).matches()) {
                throw new IllegalArgumentException(
                        "the id of a key is not 1 to 64 letters, digits, '_', '-' and '.': choose another");
            }
            byte[] encoded = Objects.requireNonNull(secret, "secret").getEncoded(); // null if it stays in hardware
            if (encoded != null && encoded.length < FEWEST_BYTES) {
                throw new IllegalArgumentException("the secret of key \"" + id + "\" has " + encoded.length
                        + " bytes: use 32 random bytes or more");
            }
        }

        /**
         * Returns a key with a copy of these bytes.
         *
         * @throws IllegalArgumentException if the id has other characters, or there are fewer than 32 bytes
         */
        public static Key of(String id, byte[] secret) {
            if (secret.length == 0) {
                throw new IllegalArgumentException("the secret of a key is empty: use 32 random bytes or more");
            }
            return new Key(id, new SecretKeySpec(secret, "HmacSHA256"));
        }

        /** Returns the id alone. */
        @Override
        public String toString() {
            return "Key{" + id + "}";
        }
    }
}
