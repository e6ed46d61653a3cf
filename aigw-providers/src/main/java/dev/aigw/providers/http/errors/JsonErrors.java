package dev.aigw.providers.http.errors;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads the error objects that services with a shape of their own commonly send: {@code {"error": "…"}} and
 * {@code {"error": {"message", "code"}}}, {@code {"message", "code"}}, FastAPI's {@code {"detail": …}}, and the problem
 * details of RFC 9457 ({@code {"type", "title", "detail"}}). The status says what kind of error it is.
 */
public final class JsonErrors {

    private JsonErrors() {}

    /** Returns what the body of a status of 400 or more says; null below, where such a field may be an answer. */
    public static @Nullable VendorError read(int status, JsonNode body) {
        if (status < 400) {
            return null;
        }
        JsonNode error = body.get("error");
        return of(error != null && error.isObject() ? error : body);
    }

    /** Returns what an error object says, whatever the status; null if it says nothing. */
    public static @Nullable VendorError of(JsonNode error) {
        String words = error.isTextual() ? error.textValue() : null;
        for (String field : new String[] {"message", "error", "detail", "title"}) {
            JsonNode value = error.get(field);
            if (words == null && value != null && !value.isNull()) {
                words = value.isTextual() ? value.textValue() : value.toString();
            }
        }
        String code = scalar(error, "code");
        if (code == null) {
            code = scalar(error, "type");
        }
        return words == null && code == null ? null : new VendorError(null, code, words);
    }

    private static @Nullable String scalar(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || value.isNull() || value.isContainerNode() ? null : value.asText();
    }
}
