package dev.aigw.providers.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.providers.http.errors.ErrorReader;
import dev.aigw.providers.http.errors.VendorError;
import dev.aigw.providers.json.Json;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads errors: {@code {"message"}} with the type in the header {@code x-amzn-errortype}, or in {@code __type} for an
 * error inside a stream.
 */
final class BedrockErrors implements ErrorReader {

    private static final String TYPE = "__type";

    @Override
    public @Nullable VendorError read(int status, Function<String, @Nullable String> header, @Nullable JsonNode body) {
        String type = header.apply("x-amzn-errortype");
        VendorError inBody = body == null ? null : read(status, body);
        if (type == null || status < 400) {
            return inBody;
        }
        return error(type, inBody == null ? null : inBody.message());
    }

    @Override
    public @Nullable VendorError read(int status, JsonNode body) {
        String type = Json.textOf(body, TYPE);
        if (type == null && status < 400) {
            return null;
        }
        String message = Json.textOf(body, "message");
        if (message == null) {
            message = Json.textOf(body, "Message");
        }
        if (message == null) {
            message = Json.textOf(body, "originalMessage");
        }
        return type == null ? new VendorError(null, null, message) : error(type, message);
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
