package dev.aigw.providers.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.providers.http.errors.VendorError;
import dev.aigw.providers.json.Json;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads error objects: {@code {"type":"error","error":{"type","message","details"},"request_id"}}. An exhausted quota
 * is always that of the workspace or the organization, never of one model.
 */
final class AnthropicErrors {

    private static final String SPEND_LIMIT = "enforced_spend_limit_reached";
    private static final Pattern PATH = Pattern.compile("(?!error|litellm)([a-z_]++(?:\\.\\w++)*+): ");

    private AnthropicErrors() {}

    /** Returns the error in an error object; null if there is none. */
    static @Nullable VendorError read(int status, JsonNode body) {
        JsonNode error = Json.at(body, "error");
        if (!error.isObject() || error.hasNonNull("code")) { // with a code it is another vendor's
            return null;
        }
        String type = Json.textOf(error, "type");
        String message = Json.textOf(error, "message");
        String code = Json.textOf(Json.at(error, "details"), "error_code");
        ErrorKind kind = kind(type, code, message);
        return new VendorError(kind, code != null ? code : type, message)
                .withParam(param(message))
                .withSubject(kind == ErrorKind.QUOTA_EXHAUSTED ? FailureSubject.CREDENTIAL : FailureSubject.UNKNOWN);
    }

    /** Returns the path at the beginning of messages such as {@code messages.0.content.1: …}, or null. */
    private static @Nullable String param(@Nullable String message) {
        Matcher path = message == null ? null : PATH.matcher(message);
        return path != null && path.lookingAt() ? path.group(1) : null;
    }

    private static @Nullable ErrorKind kind(@Nullable String type, @Nullable String code, @Nullable String message) {
        if (SPEND_LIMIT.equals(code)) {
            return ErrorKind.QUOTA_EXHAUSTED;
        }
        return switch (type == null ? "" : type) {
            case "invalid_request_error" -> invalid(message);
            case "authentication_error" -> ErrorKind.AUTHENTICATION;
            case "billing_error" -> ErrorKind.QUOTA_EXHAUSTED;
            case "permission_error" -> ErrorKind.PERMISSION;
            case "not_found_error" -> ErrorKind.NOT_FOUND;
            case "request_too_large" -> ErrorKind.PAYLOAD_TOO_LARGE;
            case "rate_limit_error" -> ErrorKind.RATE_LIMITED;
            case "timeout_error" -> ErrorKind.TIMEOUT;
            case "overloaded_error" -> ErrorKind.OVERLOADED;
            case "api_error" -> ErrorKind.SERVER_ERROR;
            default -> null;
        };
    }

    /** Several failures share this type; only the message distinguishes them. */
    private static ErrorKind invalid(@Nullable String message) {
        String words = message == null ? "" : message.toLowerCase(Locale.ROOT);
        if (words.contains("credit balance") || words.contains("specified api usage limits")) {
            return ErrorKind.QUOTA_EXHAUSTED;
        }
        if (words.contains("prompt is too long") || words.contains("exceed context limit")) {
            return ErrorKind.CONTEXT_TOO_LONG;
        }
        return words.contains("content filtering policy") ? ErrorKind.CONTENT_FILTERED : ErrorKind.INVALID_REQUEST;
    }
}
