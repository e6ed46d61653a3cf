package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a chat completion of the usual shape, one choice with a text, without a tree. Whatever else there is (a field
 * with another name or type, a name that repeats, a tool call, a filtered answer) makes it give up, so that
 * {@link ChatCodec} reads the reply; where it does not give up, both say the same. Used once, by one thread.
 */
final class UsualReply {

    private static final int ID = 1;
    private static final int OBJECT = 1 << 1;
    private static final int CREATED = 1 << 2;
    private static final int MODEL = 1 << 3;
    private static final int CHOICES = 1 << 4;
    private static final int USAGE = 1 << 5;
    private static final int TIER = 1 << 6;
    private static final int FINGERPRINT = 1 << 7;
    private static final int INDEX = 1 << 8;
    private static final int MESSAGE = 1 << 9;
    private static final int REASON = 1 << 10;
    private static final int ROLE = 1 << 12;
    private static final int CONTENT = 1 << 13;
    private static final int REFUSAL = 1 << 14;
    private static final int ANNOTATIONS = 1 << 15;
    private static final int NEEDED = CHOICES | MESSAGE | REASON | CONTENT;

    private final ChatCodec codec;
    private final JsonParser json;
    private final ChatResponse.Builder response = ChatResponse.builder();
    private @Nullable TokenUsage usage;
    private int seen;

    private UsualReply(ChatCodec codec, JsonParser json) {
        this.codec = codec;
        this.json = json;
    }

    /**
     * Returns the answer; null if the reply is of another shape.
     *
     * @throws IOException if it is not JSON
     */
    static @Nullable ChatResponse read(ChatCodec codec, JsonParser json) throws IOException {
        UsualReply reply = new UsualReply(codec, json);
        return reply.root() && (reply.seen & NEEDED) == NEEDED && json.nextToken() == null ? reply.answer() : null;
    }

    private ChatResponse answer() {
        return response.usage(usage == null ? TokenUsage.NONE : usage).build();
    }

    /** Notes that a field was seen; false if it was before. */
    private boolean first(int field) {
        boolean first = (seen & field) == 0;
        seen |= field;
        return first;
    }

    private boolean root() throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            return false;
        }
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            boolean usual = switch (name) {
                case "id" -> first(ID) && text(value, ID);
                case "model" -> first(MODEL) && text(value, MODEL);
                case "object" ->
                    first(OBJECT)
                            && value == JsonToken.VALUE_STRING
                            && json.getText().equals("chat.completion");
                case "created" -> first(CREATED) && value == JsonToken.VALUE_NUMBER_INT;
                case "service_tier" -> first(TIER) && (value == JsonToken.VALUE_NULL || text(value, TIER));
                case "system_fingerprint" ->
                    first(FINGERPRINT) && (value == JsonToken.VALUE_NULL || text(value, FINGERPRINT));
                case "choices" -> first(CHOICES) && value == JsonToken.START_ARRAY && choices();
                case "usage" -> first(USAGE) && value == JsonToken.START_OBJECT && usage();
                default -> false;
            };
            if (!usual) {
                return false;
            }
        }
        return json.currentToken() == JsonToken.END_OBJECT;
    }

    private boolean text(JsonToken value, int field) throws IOException {
        if (value != JsonToken.VALUE_STRING) {
            return false;
        }
        String text = json.getText();
        switch (field) {
            case ID -> response.id(text);
            case MODEL -> response.model(text);
            case TIER -> response.serviceTier(text);
            default -> response.extra("system_fingerprint", text);
        }
        return true;
    }

    private boolean usage() throws IOException {
        usage = codec.usage(Json.value(json), new Counts(response::warning));
        return true;
    }

    private boolean choices() throws IOException {
        return json.nextToken() == JsonToken.START_OBJECT && choice() && json.nextToken() == JsonToken.END_ARRAY;
    }

    private boolean choice() throws IOException {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            boolean usual = switch (name) {
                case "index" -> first(INDEX) && value == JsonToken.VALUE_NUMBER_INT;
                case "message" -> first(MESSAGE) && value == JsonToken.START_OBJECT && message();
                case "finish_reason" -> first(REASON) && value == JsonToken.VALUE_STRING && finish(json.getText());
                case "logprobs", "stop_reason" -> value == JsonToken.VALUE_NULL;
                default -> false;
            };
            if (!usual) {
                return false;
            }
        }
        return json.currentToken() == JsonToken.END_OBJECT;
    }

    private boolean finish(String raw) {
        FinishReason reason = codec.finishReason(raw);
        response.finishReason(reason);
        return reason.kind() == FinishReason.Kind.STOP || reason.kind() == FinishReason.Kind.LENGTH;
    }

    private boolean message() throws IOException {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            boolean usual = switch (name) {
                case "role" -> first(ROLE) && value == JsonToken.VALUE_STRING;
                case "content" -> first(CONTENT) && value == JsonToken.VALUE_STRING && text(json.getText());
                case "refusal" -> first(REFUSAL) && value == JsonToken.VALUE_NULL;
                case "annotations" ->
                    first(ANNOTATIONS) && value == JsonToken.START_ARRAY && json.nextToken() == JsonToken.END_ARRAY;
                case "tool_calls", "function_call", "audio", "reasoning", "reasoning_content" ->
                    value == JsonToken.VALUE_NULL;
                default -> false;
            };
            if (!usual) {
                return false;
            }
        }
        return json.currentToken() == JsonToken.END_OBJECT;
    }

    private boolean text(String text) {
        if (!text.isEmpty()) {
            response.part(new ContentPart.Text(text));
        }
        return !text.isEmpty();
    }
}
