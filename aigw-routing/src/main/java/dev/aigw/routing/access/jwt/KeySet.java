package dev.aigw.routing.access.jwt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The keys of an issuer at one time. Immutable, but for the retirement of its keys. */
final class KeySet {

    /** How many keys one token is tried with, if it names none or several have its name. */
    private static final int MOST_TRIED = 8;

    private final List<TrustedKey> keys;

    KeySet(List<TrustedKey> keys) {
        this.keys = List.copyOf(keys);
    }

    /** Returns the key that has signed the token; null if none has. */
    @Nullable
    TrustedKey signer(CompactToken token, String algorithm, @Nullable String keyId) {
        int tried = 0;
        for (TrustedKey key : keys) {
            if (key.fits(algorithm, keyId)) {
                if (key.verifies(algorithm, token)) {
                    return key;
                }
                if (++tried == MOST_TRIED) {
                    return null;
                }
            }
        }
        return null;
    }

    /** Returns whether a key could have signed a token of this algorithm and key id. */
    boolean knows(String algorithm, @Nullable String keyId) {
        return keys.stream().anyMatch(key -> key.fits(algorithm, keyId));
    }

    int size() {
        return keys.size();
    }

    /** Returns these keys with those of {@code before} for their equals, and retires the others of {@code before}. */
    KeySet replacing(@Nullable KeySet before) {
        if (before == null) {
            return this;
        }
        KeySet merged = new KeySet(keys.stream()
                .map(key -> before.keys.stream().filter(key::isSame).findFirst().orElse(key))
                .toList());
        before.keys.stream().filter(key -> !merged.keys.contains(key)).forEach(TrustedKey::retire);
        return merged;
    }
}
