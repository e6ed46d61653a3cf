package dev.aigw.providers.cohere;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.providers.http.errors.VendorError;
import dev.aigw.providers.json.Json;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads error objects: {@code {"message": "…"}} without a code. The status decides and, where it has several meanings,
 * the message ("Errors" in Cohere's reference). An answer that ends in {@code ERROR} or {@code TIMEOUT} is an error
 * too.
 */
final class CohereErrors {

    private CohereErrors() {}

    /** Returns the error in an error object; null if there is none. */
    static @Nullable VendorError read(int status, JsonNode body) {
        String words = Json.textOf(body, "message");
        if (status < 400) {
            VendorError failed = failedAnswer(body);
            return failed != null || words == null ? failed : new VendorError(null, null, words);
        }
        return new VendorError(kindOf(status, words == null ? "" : words), null, words);
    }

    /** Returns the error of a failed answer, from the whole answer or the last event of a stream. */
    private static @Nullable VendorError failedAnswer(JsonNode body) {
        JsonNode delta = Json.at(body, "delta");
        JsonNode answer = delta.has("finish_reason") ? delta : body;
        String reason = Json.textOf(answer, "finish_reason");
        ErrorKind kind =
                "ERROR".equals(reason) ? ErrorKind.SERVER_ERROR : "TIMEOUT".equals(reason) ? ErrorKind.TIMEOUT : null;
        return kind == null ? null : new VendorError(kind, reason, Json.textOf(answer, "error"));
    }

    private static @Nullable ErrorKind kindOf(int status, String words) {
        String text = words.toLowerCase(Locale.ROOT);
        return switch (status) {
            case 429 -> text.contains("calls / month") ? ErrorKind.QUOTA_EXHAUSTED : null;
            case 498 -> ErrorKind.CONTENT_FILTERED; // "contains a deny-listed token"
            case 499 -> ErrorKind.CONNECTION; // "client closed request"
            default -> null;
        };
    }
}
