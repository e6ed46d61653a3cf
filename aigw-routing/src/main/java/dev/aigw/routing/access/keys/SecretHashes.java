package dev.aigw.routing.access.keys;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Hashes secrets of keys: by HMAC-SHA-256 with a server secret, or by SHA-256 with a salt if there is none. Secrets are
 * random, so a slow password hash would add nothing. A hash is bound to the key's id: copied to another record, it fits
 * no secret. Safe for use by many threads.
 */
class SecretHashes {

    private static final String MAC = "HmacSHA256";
    private static final String DIGEST = "SHA-256";
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final Map<String, ServerSecret> serverSecrets = new HashMap<>();
    private final @Nullable String current;
    private final SecureRandom random;
    private final List<KeySecret> nobodys;

    /**
     * Creates it.
     *
     * @param serverSecrets by id
     * @param current the id of the one that new hashes are made with, or null for a salt
     */
    SecretHashes(Map<String, byte[]> serverSecrets, @Nullable String current, SecureRandom random) {
        serverSecrets.forEach((id, secret) -> this.serverSecrets.put(id, new ServerSecret(secret)));
        this.current = current;
        this.random = random;
        byte[] nothing = new byte[HASH_BYTES];
        random.nextBytes(nothing);
        this.nobodys = List.of(new KeySecret(nothing, current, current == null ? new byte[SALT_BYTES] : null, null));
    }

    /** Returns what is to be kept of a new secret. */
    KeySecret hash(String id, String secret) {
        byte[] message = message(id, secret);
        if (current != null) {
            return new KeySecret(keyed(current, message), current, null, null);
        }
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new KeySecret(salted(salt, message), null, salt, null);
    }

    /** Returns whether this record can be checked: the server secret that its hashes were made with is known. */
    boolean canCheck(StoredKey key) {
        for (KeySecret each : key.secrets()) {
            String id = each.serverSecret();
            if (id != null && !serverSecrets.containsKey(id)) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether a hash was made otherwise than new ones are. */
    boolean isOutdated(KeySecret secret) {
        return !Objects.equals(secret.serverSecret(), current);
    }

    /**
     * Returns which of the key's secrets this is, valid or not any more, or null if none. It compares with all, in
     * constant time, and does the same for a key that does not exist.
     */
    @Nullable
    KeySecret find(@Nullable StoredKey key, String id, String secret) {
        byte[] message = message(id, secret);
        List<KeySecret> candidates = key == null || key.secrets().isEmpty() ? nobodys : key.secrets();
        KeySecret found = null;
        String hashedWith = null;
        byte[] hash = null;
        for (KeySecret candidate : candidates) {
            String with = candidate.serverSecret();
            if (with == null) {
                hash = salted(Objects.requireNonNull(candidate.salt(), "salt"), message);
            } else if (hash == null || !with.equals(hashedWith)) {
                hash = keyed(with, message);
            }
            hashedWith = with;
            if (MessageDigest.isEqual(hash, candidate.hash())) {
                found = candidate;
            }
        }
        return candidates == nobodys ? null : found;
    }

    private static byte[] message(String id, String secret) {
        return (id + ":" + secret).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns the hash with a server secret; an empty one, which equals none, if it is not known. */
    byte[] keyed(String serverSecret, byte[] message) {
        ServerSecret with = serverSecrets.get(serverSecret);
        return with == null ? new byte[0] : with.mac().doFinal(message);
    }

    byte[] salted(byte[] salt, byte[] message) {
        try {
            MessageDigest digest = MessageDigest.getInstance(DIGEST);
            digest.update(salt);
            return digest.digest(message);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + DIGEST, e);
        }
    }

    /** A server secret, ready to hash with. */
    private static final class ServerSecret {

        private final SecretKeySpec key;
        private final Mac prototype;

        ServerSecret(byte[] secret) {
            key = new SecretKeySpec(secret, MAC);
            prototype = newMac();
        }

        private Mac newMac() {
            try {
                Mac mac = Mac.getInstance(MAC);
                mac.init(key);
                return mac;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has " + MAC, e);
            }
        }

        /** Returns one of the caller's own; a copy saves the set-up, where the security provider allows copies. */
        Mac mac() {
            try {
                return (Mac) prototype.clone();
            } catch (CloneNotSupportedException e) {
                return newMac();
            }
        }
    }
}
