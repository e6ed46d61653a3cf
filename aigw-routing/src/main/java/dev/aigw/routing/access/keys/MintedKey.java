package dev.aigw.routing.access.keys;

/**
 * A key that was just minted or rotated, with its secret. This is the only time that the secret can be read: show it to
 * the caller, and don't store or log it. Immutable.
 */
public final class MintedKey {

    private final ApiKey key;
    private final String secret;

    MintedKey(ApiKey key, String secret) {
        this.key = key;
        this.secret = secret;
    }

    /** Returns what is known of the key. */
    public ApiKey key() {
        return key;
    }

    /** Returns the id of the key. */
    public String id() {
        return key.id();
    }

    /** Returns the whole key, as the caller presents it: {@code prefix_id_secret}. */
    public String secret() {
        return secret;
    }

    /** Hides the secret. */
    @Override
    public String toString() {
        return "MintedKey{" + key.id() + ", ***}";
    }
}
