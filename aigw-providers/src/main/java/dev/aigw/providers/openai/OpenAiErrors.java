package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.providers.http.errors.ErrorReader;
import dev.aigw.providers.http.errors.JsonErrors;
import dev.aigw.providers.http.errors.VendorError;
import dev.aigw.providers.json.Json;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the errors of OpenAI's own, and of a dialect's words and codes: {@code {"error": {"message", "type", "param",
 * "code"}}}, those of a choice, the filter's result at Azure, the reasons of a broker's moderation. {@link JsonErrors}
 * reads the other shapes of this protocol.
 */
final class OpenAiErrors implements ErrorReader {

    private final Dialect dialect;

    private OpenAiErrors(Dialect dialect) {
        this.dialect = dialect;
    }

    /** Returns a reader for a dialect, which also reads the shapes that proxies send. */
    static ErrorReader of(Dialect dialect) {
        ErrorReader any = JsonErrors.after(new OpenAiErrors(dialect));
        return new ErrorReader() {
            @Override
            public @Nullable VendorError read(int status, JsonNode body) {
                return read(status, name -> null, body);
            }

            @Override
            public @Nullable VendorError read(
                    int status, Function<String, @Nullable String> header, @Nullable JsonNode body) {
                return inDialect(dialect, status, any.read(status, header, body));
            }
        };
    }

    /** Returns the error with what the dialect knows of its words, its code or its status. */
    private static @Nullable VendorError inDialect(Dialect dialect, int status, @Nullable VendorError error) {
        ErrorKind byStatus = dialect.errorStatuses.get(status);
        if (error == null) {
            return byStatus == null ? null : new VendorError(byStatus, null, null);
        }
        Refusal known = byWords(dialect, error.message());
        if (known == null && error.code() != null) {
            known = dialect.errorCodes.get(error.code());
        }
        if (known != null) {
            return error.withKind(known.kind()).withSubject(known.subject());
        }
        boolean vague = error.kind() == null || error.kind() == ErrorKind.INVALID_REQUEST;
        return byStatus != null && vague ? error.withKind(byStatus) : error;
    }

    private static @Nullable Refusal byWords(Dialect dialect, @Nullable String message) {
        if (message == null || dialect.errorWords.isEmpty()) {
            return null;
        }
        String words = message.toLowerCase(Locale.ROOT);
        for (Map.Entry<String, Refusal> known : dialect.errorWords.entrySet()) {
            if (words.contains(known.getKey())) {
                return known.getValue();
            }
        }
        return null;
    }

    @Override
    public @Nullable VendorError read(int status, JsonNode body) {
        JsonNode error = Json.at(body, "error");
        if (error.isObject()) {
            return of(error);
        }
        JsonNode ended = Json.at(Json.at(body, "response"), "error"); // of the Responses API's last event
        if (status < 400 && ended.isObject()) {
            return JsonErrors.of(status, ended);
        }
        if (status < 400) {
            JsonNode choice = ChatCodec.firstChoice(body);
            JsonNode failed = choice == null ? null : choice.get("error");
            if (failed != null && failed.isObject()) {
                return JsonErrors.of(status, failed);
            }
        }
        return status >= 400 || "error".equals(Json.textOf(body, "object")) ? of(body) : null;
    }

    /** Returns what only this protocol's error object says; null if it is nothing. */
    private @Nullable VendorError of(JsonNode error) {
        ErrorKind kind = null;
        FailureSubject subject = FailureSubject.UNKNOWN;
        for (String field : new String[] {"code", "type"}) {
            Refusal known = dialect.errorCodes.get(error.path(field).asText());
            if (known != null && kind == null) {
                kind = known.kind();
                subject = known.subject();
            }
        }
        if (kind == null && !Json.at(Json.at(error, "metadata"), "reasons").isEmpty()) {
            kind = ErrorKind.CONTENT_FILTERED; // a broker's code for moderation, which comes as a plain 403
        }
        String words = words(error);
        return kind == null && words == null ? null : new VendorError(kind, null, words).withSubject(subject);
    }

    /** Returns the message with the categories that a content filter names as the reason; null without them. */
    private static @Nullable String words(JsonNode error) {
        String message = Json.textOf(error, "message");
        String filtered = filtered(Json.at(Json.at(error, "innererror"), "content_filter_result"));
        return filtered.isEmpty() ? null : (message == null ? "" : message + " ") + "(filtered: " + filtered + ")";
    }

    /** Returns the categories that a content filter names as the reason. */
    private static String filtered(JsonNode result) {
        StringJoiner names = new StringJoiner(", ");
        for (Map.Entry<String, JsonNode> category : result.properties()) {
            if (category.getValue().path("filtered").asBoolean()) {
                names.add(category.getKey());
            }
        }
        return names.toString();
    }
}
