package dev.aigw.providers.encode;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Fits the ids of tool calls to what a vendor accepts, so that calls which another vendor made can be sent to it.
 *
 * <p>An id of letters, digits, {@code _} and {@code -} that is short enough stays as it is. Any other becomes one that
 * is derived from it, so a call and its result still belong together, and the same conversation is sent the same way
 * each time, which a vendor's prompt cache needs. One is used for one attempt. Not safe for use by several threads.
 */
public final class ToolIds {

    private final int maxLength;
    private final Map<String, String> fitted = new HashMap<>(4);
    private final Set<String> taken = new HashSet<>(4);

    /**
     * Creates one.
     *
     * @param maxLength the most characters that the vendor accepts, at least 32
     */
    public ToolIds(int maxLength) {
        this.maxLength = maxLength;
    }

    /** Returns the id to send. */
    public String fit(String id) {
        String known = fitted.get(id);
        if (known != null) {
            return known;
        }
        String fit = isPlain(id) ? id : "call_" + derived(id);
        if (!taken.add(fit)) {
            fit = "call_" + derived(id + '\n' + taken.size());
            taken.add(fit);
        }
        fitted.put(id, fit);
        return fit;
    }

    private static String derived(String id) {
        return UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "")
                .substring(0, 26);
    }

    private boolean isPlain(String id) {
        return !id.isEmpty()
                && id.length() <= maxLength
                && id.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || c == '_'
                                || c == '-');
    }
}
