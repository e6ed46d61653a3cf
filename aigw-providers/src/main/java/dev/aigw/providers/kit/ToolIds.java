package dev.aigw.providers.kit;

import dev.aigw.api.internal.FreeIds;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Adapts the ids of tool calls to the format that a vendor accepts, so that calls of other vendors can be sent to it.
 *
 * <p>An id that the vendor accepts stays unchanged. Any other is replaced by one derived from it, so that the same
 * conversation is always sent the same way, as prompt caches require. Ids are made unique: servers that number their
 * calls start again with each answer, and some vendors refuse repeated ids. For one attempt. Not safe for use by
 * several threads.
 */
public final class ToolIds {

    private final UnaryOperator<String> fit;
    private Map<String, String> sent = Map.of(); // most conversations have no calls
    private @Nullable FreeIds free;

    /**
     * Creates an instance for one attempt.
     *
     * @param fit returns the id if the vendor accepts it, otherwise one derived from it
     */
    public ToolIds(UnaryOperator<String> fit) {
        this.fit = fit;
    }

    /**
     * Returns a function that limits an id to {@code maxLength} characters of any kind.
     *
     * @param maxLength at least 31
     */
    public static UnaryOperator<String> ofLength(int maxLength) {
        return id -> id.length() <= maxLength ? id : derived(id);
    }

    /**
     * Returns a function that limits an id to {@code maxLength} letters, digits, {@code _} and {@code -}.
     *
     * @param maxLength at least 31
     */
    public static UnaryOperator<String> plain(int maxLength) {
        return id ->
                !id.isEmpty() && id.length() <= maxLength && id.chars().allMatch(ToolIds::isPlain) ? id : derived(id);
    }

    private static boolean isPlain(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }

    private static String derived(String id) {
        String name =
                UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8)).toString();
        return "call_" + name.replace("-", "").substring(0, 26);
    }

    /** Returns the id to send with a call. */
    public String call(String id) {
        FreeIds ids = free;
        if (ids == null) {
            ids = new FreeIds();
            free = ids;
            sent = new HashMap<>(4);
        }
        String fitted = ids.free(id, fit);
        sent.put(id, fitted);
        return fitted;
    }

    /** Returns the id to send with a result: that of the latest call of this id. */
    public String result(String id) {
        String fitted = sent.get(id);
        return fitted == null ? fit.apply(id) : fitted;
    }
}
