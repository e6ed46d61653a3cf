package dev.aigw.providers.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.providers.http.errors.VendorError;
import dev.aigw.providers.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code {"error":"…"}}, which comes with a status or in the middle of a stream. There are no codes, only
 * messages.
 */
final class OllamaErrors {

    private OllamaErrors() {}

    static @Nullable VendorError read(int status, JsonNode body) {
        String words = Json.textOf(body, "error");
        if (words == null) {
            return null;
        }
        ErrorKind kind = null;
        if (status <= 400 && (words.contains("does not support") || words.contains("is not supported"))) {
            kind = ErrorKind.UNSUPPORTED;
        } else if (status <= 400 && words.contains("not found")) {
            kind = ErrorKind.NOT_FOUND;
        }
        return new VendorError(kind, null, words);
    }
}
