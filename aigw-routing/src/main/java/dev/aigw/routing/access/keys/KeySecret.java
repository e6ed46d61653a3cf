package dev.aigw.routing.access.keys;

import dev.aigw.api.internal.JsonFields;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is kept of one secret of a key: its hash, how it was hashed, and until when it is valid. Immutable. */
final class KeySecret {

    private static final HexFormat HEX = HexFormat.of();

    private final byte[] hash;
    private final @Nullable String serverSecret;
    private final byte @Nullable [] salt;
    private final @Nullable Instant validUntil;

    /**
     * Creates it.
     *
     * @param serverSecret the id of the server secret it was hashed with, or null
     * @param salt the salt it was hashed with if there was no server secret, or null
     * @param validUntil when a newer secret ends it, or null for the newest
     */
    KeySecret(byte[] hash, @Nullable String serverSecret, byte @Nullable [] salt, @Nullable Instant validUntil) {
        this.hash = hash;
        this.serverSecret = serverSecret;
        this.salt = salt;
        this.validUntil = validUntil;
    }

    byte[] hash() {
        return hash;
    }

    @Nullable
    String serverSecret() {
        return serverSecret;
    }

    byte @Nullable [] salt() {
        return salt;
    }

    @Nullable
    Instant validUntil() {
        return validUntil;
    }

    /** Returns the same secret, valid no longer than until then. */
    KeySecret until(Instant end) {
        return validUntil != null && validUntil.isBefore(end) ? this : new KeySecret(hash, serverSecret, salt, end);
    }

    /** Returns this secret, hashed as the other is. */
    KeySecret hashedAs(KeySecret other) {
        return new KeySecret(other.hash, other.serverSecret, other.salt, validUntil);
    }

    boolean isValid(Instant now) {
        return validUntil == null || now.isBefore(validUntil);
    }

    Map<String, @Nullable Object> plain() {
        return JsonFields.none()
                .with("hash", HEX.formatHex(hash))
                .with("serverSecret", serverSecret)
                .with("salt", salt == null ? null : HEX.formatHex(salt))
                .with("validUntil", validUntil == null ? null : (Object) validUntil.toString())
                .plain();
    }

    static KeySecret read(@Nullable Object plain, String path) {
        JsonFields fields = JsonFields.read(plain, path);
        String salt = fields.text("salt");
        String until = fields.text("validUntil");
        return new KeySecret(
                HEX.parseHex(fields.needText("hash")),
                fields.text("serverSecret"),
                salt == null ? null : HEX.parseHex(salt),
                until == null ? null : Instant.parse(until));
    }

    @Override
    public String toString() {
        return "KeySecret{***}";
    }
}
