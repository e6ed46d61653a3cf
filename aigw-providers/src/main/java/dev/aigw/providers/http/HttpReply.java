package dev.aigw.providers.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.errors.HttpErrors;
import dev.aigw.providers.http.events.Finishes;
import dev.aigw.providers.http.events.ToolCallIds;
import dev.aigw.providers.json.Counts;
import java.util.function.Function;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;

/** A successful reply whose body is JSON. Not safe for use by several threads. */
public final class HttpReply {

    private final int status;
    private final Headers headers;
    private final JsonNode json;
    private final HttpErrors errors;
    private final Counts counts;

    HttpReply(int status, Headers headers, JsonNode json, HttpErrors errors, AttemptContext attempt) {
        this.status = status;
        this.headers = headers;
        this.json = json;
        this.errors = errors;
        this.counts = new Counts(attempt::warn);
    }

    /** Returns the HTTP status, 200 to 299. */
    public int status() {
        return status;
    }

    /** Returns the body. */
    public JsonNode json() {
        return json;
    }

    /** Returns a header's last value, or null. */
    public @Nullable String header(String name) {
        return headers.get(name);
    }

    /** Returns the reader of its token counts, whose warnings are those of the attempt. */
    public Counts counts() {
        return counts;
    }

    /**
     * Returns the answer in this reply.
     *
     * @param decoder reads it; its failures of kind {@link ErrorKind#MALFORMED_RESPONSE} need not say whose reply it is
     * @throws GatewayException if it cannot be read or a call has no name; with the answer as its partial reply, if the
     *     vendor could not finish it
     */
    public ChatResponse whole(Function<HttpReply, ChatResponse> decoder) {
        ChatResponse answer;
        try {
            answer = decoder.apply(this);
        } catch (GatewayException e) {
            throw e.kind() == ErrorKind.MALFORMED_RESPONSE && e.provider() == null
                    ? malformed(String.valueOf(e.getMessage()))
                    : e;
        }
        if (answer.toolCalls().stream().anyMatch(call -> call.name().isEmpty())) {
            throw malformed("a call of the answer has no name");
        }
        answer = ToolCallIds.unique(answer);
        FinishReason reason = answer.finishReason();
        if (reason.kind() != FinishReason.Kind.MALFORMED) {
            return answer;
        }
        throw malformed(Finishes.broken(reason)).toBuilder().partial(answer).build();
    }

    /** Returns the exception for a body that is JSON but not what was expected; {@code why} says what is missing. */
    public GatewayException malformed(String why) {
        return errors.unexpected(status, headers, why, json);
    }
}
