package dev.aigw.routing.engine.pool;

import dev.aigw.api.CallOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The name of a session towards vendors: a hash of tenant, user and session key. Equal session keys of two tenants or
 * users have different ones, so that neither can find the other's prompts in a cache. The same in every JVM.
 */
public final class SessionHash {

    /** Vendors take 64 characters and more; this is 144 bits. */
    private static final int CHARS = 24;

    private SessionHash() {}

    /** Returns the hash, {@value #CHARS} characters that fit into URLs and headers; null without a session key. */
    public static @Nullable String of(CallOptions options) {
        String session = options.sessionKey();
        if (session == null) {
            return null;
        }
        MessageDigest digest = sha256();
        add(digest, options.caller().tenant());
        add(digest, options.caller().user());
        add(digest, session);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(digest.digest())
                .substring(0, CHARS);
    }

    /** Adds a text behind its length, so that no two lists of texts are the same bytes. */
    private static void add(MessageDigest digest, @Nullable String text) {
        byte[] bytes = text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        int length = text == null ? -1 : bytes.length;
        for (int shift = 24; shift >= 0; shift -= 8) {
            digest.update((byte) (length >>> shift));
        }
        digest.update(bytes);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
