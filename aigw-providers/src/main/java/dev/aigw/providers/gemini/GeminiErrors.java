package dev.aigw.providers.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.providers.http.errors.RpcStatus;
import dev.aigw.providers.http.errors.VendorError;
import dev.aigw.providers.json.Json;
import org.jspecify.annotations.Nullable;

/**
 * Reads error objects, {@code {"error": …}} with Google's {@link RpcStatus}, and the {@code promptFeedback} of a reply
 * without an answer.
 */
final class GeminiErrors {

    private GeminiErrors() {}

    /** Returns the error in an error object; null if there is none. */
    static @Nullable VendorError read(int status, JsonNode body) {
        // some gateways wrap the object in a list
        JsonNode reply = body.isArray() && body.size() > 0 ? body.get(0) : body;
        JsonNode error = Json.at(reply, "error");
        if (!error.isObject()) {
            return status < 400 ? blocked(reply) : null;
        }
        return RpcStatus.read(error);
    }

    /** A refused prompt gets a reply with status 200 and no candidates. */
    private static @Nullable VendorError blocked(JsonNode reply) {
        JsonNode feedback = Json.at(reply, "promptFeedback");
        String reason = Json.textOf(feedback, "blockReason");
        if (reason == null || !Json.at(reply, "candidates").isEmpty()) {
            return null;
        }
        String message = Json.textOf(feedback, "blockReasonMessage");
        return new VendorError(
                ErrorKind.CONTENT_FILTERED, reason, message != null ? message : "the prompt was blocked");
    }
}
