package dev.aigw.providers.http.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.providers.json.Json;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads AWS's errors: {@code {"message"}} with the type in the header {@code x-amzn-errortype}, or in {@code __type}
 * for an error inside a stream. Also those of services that put another vendor's error object into the body.
 */
final class AwsErrors {

    private static final String TYPE = "__type";

    private AwsErrors() {}

    /** Returns the error that a header or a body names by AWS's type; null if neither does. */
    static @Nullable VendorError read(int status, Function<String, @Nullable String> header, @Nullable JsonNode body) {
        String type = status < 400 ? null : header.apply("x-amzn-errortype");
        if (type == null && body != null) {
            type = Json.textOf(body, TYPE);
        }
        return type == null ? null : error(type, body == null ? null : message(body));
    }

    private static @Nullable String message(JsonNode body) {
        for (String field : new String[] {"message", "Message", "originalMessage"}) {
            String message = Json.textOf(body, field);
            if (message != null) {
                return message;
            }
        }
        return Json.textOf(Json.at(body, "error"), "message");
    }

    /**
     * A type may be followed by a colon and a URL, or come after a namespace and a hash. Daily token quotas apply to
     * one model ("Quotas for Amazon Bedrock").
     */
    private static VendorError error(String type, @Nullable String message) {
        String name = type.substring(type.lastIndexOf('#') + 1);
        int colon = name.indexOf(':');
        name = colon < 0 ? name : name.substring(0, colon);
        String words = message == null ? "" : message.toLowerCase(Locale.ROOT);
        VendorError error = new VendorError(kind(name.toLowerCase(Locale.ROOT), words), name, message);
        if (words.contains("tokens per day")) {
            return error.withSubject(FailureSubject.MODEL);
        }
        return words.startsWith("your account is not authorized")
                ? error.withSubject(FailureSubject.CREDENTIAL)
                : error;
    }

    private static @Nullable ErrorKind kind(String type, String words) {
        return switch (type) {
            case "validationexception" -> invalid(words);
            case "accessdeniedexception" ->
                words.contains("api key") || words.contains("bearer") || words.contains("authenticat")
                        ? ErrorKind.AUTHENTICATION
                        : ErrorKind.PERMISSION;
            case "unrecognizedclientexception",
                    "expiredtokenexception",
                    "invalidsignatureexception",
                    "incompletesignatureexception",
                    "missingauthenticationtokenexception",
                    "invalidclienttokenid" -> ErrorKind.AUTHENTICATION;
            case "resourcenotfoundexception" -> ErrorKind.NOT_FOUND;
            case "throttlingexception" ->
                words.contains("per day") ? ErrorKind.QUOTA_EXHAUSTED : ErrorKind.RATE_LIMITED;
            case "servicequotaexceededexception" -> ErrorKind.QUOTA_EXHAUSTED;
            case "modelnotreadyexception", "serviceunavailableexception" -> ErrorKind.OVERLOADED;
            case "modeltimeoutexception" -> ErrorKind.TIMEOUT;
            case "modelerrorexception", "modelstreamerrorexception", "internalserverexception", "internalfailure" ->
                ErrorKind.SERVER_ERROR;
            default -> null;
        };
    }

    /** Several failures share this type; their words distinguish the others. */
    private static ErrorKind invalid(String words) {
        if (words.contains("model identifier is invalid") || words.contains("on-demand throughput")) {
            return ErrorKind.NOT_FOUND; // an unknown model, or one that this region serves by a profile only
        }
        return ErrorKind.INVALID_REQUEST;
    }
}
