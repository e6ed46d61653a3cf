package dev.aigw.providers.http.errors;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * Reads the common error objects of services without a known vendor's format: {@code {"error": "…"}} and
 * {@code {"error": {"message", "code"}}}, {@code {"message", "code"}}, FastAPI's {@code {"detail": …}}, and the problem
 * details of RFC 9457 ({@code {"type", "title", "detail"}}). The status determines the kind of error.
 */
public final class JsonErrors {

    private JsonErrors() {}

    /**
     * Returns the error in the body of a status of 400 or more; null for a lower one, where such a field may be part of
     * an answer.
     */
    public static @Nullable VendorError read(int status, JsonNode body) {
        if (status < 400) {
            return null;
        }
        JsonNode error = body.get("error");
        return of(error != null && error.isObject() ? error : body);
    }

    /** Returns the error in an error object, for any status; null if there is none. */
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
