package dev.aigw.providers.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.providers.http.errors.RpcStatus;
import dev.aigw.providers.http.errors.VendorError;
import dev.aigw.providers.json.Json;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads error objects: {@code {"error": …}} with Google's {@link RpcStatus}, or with a code in words as of the
 * Interactions API, the {@code promptFeedback} of a reply without an answer, and an interaction that failed.
 *
 * @see <a href="https://ai.google.dev/gemini-api/docs/api-errors">"API errors" in the vendor's documentation</a>,
 *     checked in November 2026
 */
final class GeminiErrors {

    private GeminiErrors() {}

    /** Returns the error in an error object; null if there is none. */
    static @Nullable VendorError read(int status, JsonNode body) {
        // some gateways wrap the object in a list
        JsonNode reply = body.isArray() && body.size() > 0 ? body.get(0) : body;
        JsonNode error = Json.at(reply, "error");
        if (!error.isObject()) {
            VendorError failed = status < 400 ? failed(reply) : null;
            return status < 400 && failed == null ? blocked(reply) : failed;
        }
        return error.path("code").isTextual() && !error.has("status") ? worded(error) : RpcStatus.read(error);
    }

    /** Returns the error of an interaction that failed, whole or in the event at its end. */
    private static @Nullable VendorError failed(JsonNode reply) {
        JsonNode interaction = reply.has("interaction") ? reply.get("interaction") : reply;
        boolean whole = "interaction".equals(Json.textOf(interaction, "object")) || interaction.has("steps");
        if (!whole || !"failed".equals(Json.textOf(interaction, "status"))) {
            return null;
        }
        JsonNode error = Json.at(interaction, "errors").path(0);
        if (error.isObject()) {
            return worded(error);
        }
        String message = null;
        for (JsonNode step : Json.at(interaction, "steps")) {
            String words = Json.textOf(Json.at(step, "error"), "message");
            message = words == null ? message : words;
        }
        return new VendorError(ErrorKind.SERVER_ERROR, "failed", message == null ? "the interaction failed" : message);
    }

    /** Returns an error with a code in words; the code may be a URI that ends in it. */
    private static VendorError worded(JsonNode error) {
        String code = Json.textOf(error, "code");
        String message = Json.textOf(error, "message");
        String word = code == null ? "" : code.substring(code.lastIndexOf('/') + 1);
        return new VendorError(kind(word, message == null ? "" : message.toLowerCase(Locale.ROOT)), code, message);
    }

    private static @Nullable ErrorKind kind(String code, String words) {
        return switch (code) {
            case "invalid_request", "out_of_range", "already_exists" -> ErrorKind.INVALID_REQUEST;
            case "parameter_unknown", "unimplemented" -> ErrorKind.UNSUPPORTED;
            case "failed_precondition" ->
                words.contains("billing")
                        ? ErrorKind.QUOTA_EXHAUSTED
                        : words.contains("location is not supported")
                                ? ErrorKind.PERMISSION
                                : ErrorKind.INVALID_REQUEST;
            case "authentication" -> ErrorKind.AUTHENTICATION;
            case "payment_required", "quota_exceeded" -> ErrorKind.QUOTA_EXHAUSTED;
            case "permission_denied" -> ErrorKind.PERMISSION;
            case "not_found", "model_not_found" -> ErrorKind.NOT_FOUND;
            case "rate_limit_exceeded", "too_many_requests", "resource_exhausted" -> ErrorKind.RATE_LIMITED;
            case "cancelled", "aborted", "api_error" -> ErrorKind.SERVER_ERROR;
            case "service_unavailable" -> ErrorKind.OVERLOADED;
            case "deadline_exceeded" -> ErrorKind.TIMEOUT;
            case "safety",
                    "recitation",
                    "language",
                    "prohibited_content",
                    "spii",
                    "blocklist",
                    "image_safety",
                    "image_prohibited_content",
                    "image_recitation",
                    "image_other",
                    "content_blocked" -> ErrorKind.CONTENT_FILTERED;
            case "malformed_function_call" -> ErrorKind.MALFORMED_RESPONSE;
            default -> null;
        };
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
