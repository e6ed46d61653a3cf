package dev.aigw.routing.cache.shared;

import dev.aigw.api.spi.ResultCache;
import dev.aigw.api.spi.SecretKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Protects values in a store: against being read and forged, or against being forged alone. Each value is bound to its
 * name and scope, so that one that was moved to another name is not opened. Immutable, safe for use by many threads.
 *
 * <p>A value is, in this order: a byte for the kind, the version, the length of the key's id, the id, and
 *
 * <ul>
 *   <li>encrypted: 24 random bytes, then AES-256-GCM. The first 12 random bytes derive a key of its own by HMAC-SHA-256
 *       from the secret, the others are the nonce. With random nonces under one key, GCM must stop after 2<sup>32</sup>
 *       values, which a busy fleet stores in weeks; so it need not.
 *   <li>signed: the bytes in the clear, then HMAC-SHA-256.
 * </ul>
 *
 * <p>What comes before, the name and the scope are authenticated too.
 */
abstract class Seal {

    /** Leaves values as they are. */
    static final Seal NONE = new Seal() {
        @Override
        byte[] seal(ResultCache.Key key, String name, byte[] value) {
            return value;
        }

        @Override
        byte[] open(ResultCache.Key key, String name, byte[] sealed) {
            return sealed;
        }

        @Override
        public String toString() {
            return "in the clear";
        }
    };

    private static final byte VERSION = 1;
    private static final String HMAC = "HmacSHA256";

    /** Returns the value as it is stored under {@code name}. */
    abstract byte[] seal(ResultCache.Key key, String name, byte[] value);

    /** Returns the value that was sealed for this name and scope, or null if these bytes are anything else. */
    abstract byte @Nullable [] open(ResultCache.Key key, String name, byte[] sealed);

    static Seal encrypted(SecretKeys keys) {
        return new Encrypted(keys);
    }

    static Seal signed(SecretKeys keys) {
        return new Signed(keys);
    }

    /** A seal by keys. */
    private abstract static class ByKeys extends Seal {

        private static final int ID_AT = 3;

        private final byte kind;
        private final SecretKeys keys;

        ByKeys(byte kind, SecretKeys keys) {
            this.kind = kind;
            this.keys = keys;
        }

        @Override
        final byte[] seal(ResultCache.Key key, String name, byte[] value) {
            SecretKeys.Key current = keys.current();
            byte[] id = current.id().getBytes(StandardCharsets.US_ASCII);
            byte[] head = ByteBuffer.allocate(ID_AT + id.length)
                    .put(kind)
                    .put(VERSION)
                    .put((byte) id.length)
                    .put(id)
                    .array();
            try {
                return seal(current, head, bound(head, key, name), value);
            } catch (GeneralSecurityException e) {
                throw unusable(current, e);
            }
        }

        @Override
        final byte @Nullable [] open(ResultCache.Key key, String name, byte[] sealed) {
            if (sealed.length < ID_AT || sealed[0] != kind || sealed[1] != VERSION) {
                return null;
            }
            int end = ID_AT + (sealed[2] & 0xff);
            if (end > sealed.length) {
                return null;
            }
            SecretKeys.Key made = keys.byId(new String(sealed, ID_AT, end - ID_AT, StandardCharsets.US_ASCII));
            if (made == null) {
                return null;
            }
            byte[] bound = bound(Arrays.copyOf(sealed, end), key, name);
            try {
                return open(made, bound, ByteBuffer.wrap(sealed, end, sealed.length - end));
            } catch (AEADBadTagException e) {
                return null;
            } catch (GeneralSecurityException e) {
                throw unusable(made, e);
            }
        }

        /** Returns what a value is bound to. */
        private static byte[] bound(byte[] head, ResultCache.Key key, String name) {
            ByteBuffer bound = ByteBuffer.allocate(head.length
                    + Integer.BYTES
                    + Character.BYTES * (name.length() + key.scope().length()));
            bound.put(head).putInt(name.length());
            for (String text : new String[] {name, key.scope()}) {
                for (int i = 0; i < text.length(); i++) {
                    bound.putChar(text.charAt(i));
                }
            }
            return bound.array();
        }

        private static IllegalStateException unusable(SecretKeys.Key key, GeneralSecurityException cause) {
            return new IllegalStateException("the key \"" + key.id() + "\" cannot be used for HMAC-SHA-256", cause);
        }

        abstract byte[] seal(SecretKeys.Key key, byte[] head, byte[] bound, byte[] value)
                throws GeneralSecurityException;

        abstract byte @Nullable [] open(SecretKeys.Key key, byte[] bound, ByteBuffer body)
                throws GeneralSecurityException;

        /** Returns an HMAC that has taken a label, so that each use of a secret has results of its own. */
        static Mac mac(SecretKeys.Key key, String label) throws GeneralSecurityException {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key.secret());
            mac.update(label.getBytes(StandardCharsets.US_ASCII));
            return mac;
        }
    }

    private static final class Encrypted extends ByKeys {

        private static final byte KIND = (byte) 0xa2;
        private static final String LABEL = "aigw cache, encrypted, 1.";
        private static final int SALT_BYTES = 12;
        private static final int NONCE_BYTES = 12;
        private static final int TAG_BYTES = 16;
        private static final SecureRandom RANDOM = new SecureRandom();

        Encrypted(SecretKeys keys) {
            super(KIND, keys);
        }

        @Override
        byte[] seal(SecretKeys.Key key, byte[] head, byte[] bound, byte[] value) throws GeneralSecurityException {
            byte[] random = new byte[SALT_BYTES + NONCE_BYTES];
            RANDOM.nextBytes(random);
            byte[] sealed = Arrays.copyOf(head, head.length + random.length + value.length + TAG_BYTES);
            System.arraycopy(random, 0, sealed, head.length, random.length);
            cipher(Cipher.ENCRYPT_MODE, key, random, bound)
                    .doFinal(value, 0, value.length, sealed, head.length + random.length);
            return sealed;
        }

        @Override
        byte @Nullable [] open(SecretKeys.Key key, byte[] bound, ByteBuffer body) throws GeneralSecurityException {
            if (body.remaining() < SALT_BYTES + NONCE_BYTES + TAG_BYTES) {
                return null;
            }
            byte[] random = new byte[SALT_BYTES + NONCE_BYTES];
            body.get(random);
            return cipher(Cipher.DECRYPT_MODE, key, random, bound)
                    .doFinal(body.array(), body.position(), body.remaining());
        }

        private static Cipher cipher(int mode, SecretKeys.Key key, byte[] random, byte[] bound)
                throws GeneralSecurityException {
            Mac mac = mac(key, LABEL);
            mac.update(random, 0, SALT_BYTES);
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode,
                    new SecretKeySpec(mac.doFinal(), "AES"),
                    new GCMParameterSpec(TAG_BYTES * Byte.SIZE, random, SALT_BYTES, NONCE_BYTES));
            cipher.updateAAD(bound);
            return cipher;
        }

        @Override
        public String toString() {
            return "encrypted";
        }
    }

    private static final class Signed extends ByKeys {

        private static final byte KIND = (byte) 0xa3;
        private static final String LABEL = "aigw cache, signed, 1.";
        private static final int TAG_BYTES = 32;

        Signed(SecretKeys keys) {
            super(KIND, keys);
        }

        @Override
        byte[] seal(SecretKeys.Key key, byte[] head, byte[] bound, byte[] value) throws GeneralSecurityException {
            return ByteBuffer.allocate(head.length + value.length + TAG_BYTES)
                    .put(head)
                    .put(value)
                    .put(tag(key, bound, value))
                    .array();
        }

        @Override
        byte @Nullable [] open(SecretKeys.Key key, byte[] bound, ByteBuffer body) throws GeneralSecurityException {
            if (body.remaining() < TAG_BYTES) {
                return null;
            }
            byte[] value = new byte[body.remaining() - TAG_BYTES];
            byte[] tag = new byte[TAG_BYTES];
            body.get(value).get(tag);
            return MessageDigest.isEqual(tag, tag(key, bound, value)) ? value : null;
        }

        private static byte[] tag(SecretKeys.Key key, byte[] bound, byte[] value) throws GeneralSecurityException {
            Mac mac = mac(key, LABEL);
            mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bound.length).flip());
            mac.update(bound);
            mac.update(value);
            return mac.doFinal();
        }

        @Override
        public String toString() {
            return "signed";
        }
    }
}
