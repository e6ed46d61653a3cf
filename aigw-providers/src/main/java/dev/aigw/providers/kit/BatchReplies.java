package dev.aigw.providers.kit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.GatewayException;
import dev.aigw.providers.json.Json;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What the vendors' replies about batches have in common. */
public final class BatchReplies {

    private BatchReplies() {}

    /** Returns a count; 0 if there is none. */
    public static long count(JsonNode counts, String field) {
        Long count = Json.countOf(counts, field);
        return count == null ? 0 : count;
    }

    /** Returns a time in the form of RFC 3339; null if there is none, since it is only a note. */
    public static @Nullable Instant instant(JsonNode batch, String field) {
        String time = Json.textOf(batch, field);
        try {
            return time == null ? null : Instant.parse(time);
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /**
     * Cancels a batch, which vendors refuse for one that has ended.
     *
     * @param send asks the vendor to cancel it
     * @param hasEnded asks the vendor whether it has ended
     * @throws GatewayException if it is refused for another reason
     */
    public static void cancel(Runnable send, BooleanSupplier hasEnded) {
        try {
            send.run();
        } catch (GatewayException e) {
            boolean refused = e.status() == 400 || e.status() == 409;
            if (!refused || !hasEnded.getAsBoolean()) {
                throw e;
            }
        }
    }
}
