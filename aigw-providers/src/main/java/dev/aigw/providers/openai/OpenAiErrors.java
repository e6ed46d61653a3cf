package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.providers.http.errors.ErrorReader;
import dev.aigw.providers.http.errors.VendorError;
import dev.aigw.providers.json.Json;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Reads error objects: {@code {"error":{"message","type","param","code"}}}, and the variants of other servers with the
 * protocol ({@code {"error":"…"}}, {@code {"object":"error","message":…}}, {@code {"detail":…}}).
 */
final class OpenAiErrors implements ErrorReader {

    private final Dialect dialect;

    OpenAiErrors(Dialect dialect) {
        this.dialect = dialect;
    }

    @Override
    public @Nullable VendorError read(int status, JsonNode body) {
        VendorError error = find(status, body);
        Refusal worded = error == null ? null : byWords(error.message());
        if (error != null && worded != null) {
            return error.withKind(worded.kind()).withSubject(worded.subject());
        }
        ErrorKind kind = dialect.errorStatuses.get(status);
        if (kind == null || (error != null && error.kind() != null)) {
            return error;
        }
        return error == null ? new VendorError(kind, null, null) : error.withKind(kind);
    }

    private @Nullable Refusal byWords(@Nullable String message) {
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

    private @Nullable VendorError find(int status, JsonNode body) {
        JsonNode error = body.get("error");
        if (error != null && error.isTextual()) {
            String code = scalar(body, "error_type") != null ? scalar(body, "error_type") : scalar(body, "code");
            Refusal known = refusal(code, null);
            return new VendorError(known == null ? null : known.kind(), code, error.textValue())
                    .withSubject(known == null ? FailureSubject.UNKNOWN : known.subject());
        }
        if (error != null && error.isObject()) {
            return of(status, error);
        }
        String type = Json.textOf(body, "type");
        if ("error".equals(Json.textOf(body, "object")) || ("error".equals(type) && body.has("message"))) {
            return of(status, body);
        }
        if ("response.failed".equals(type)) {
            return of(status, Json.at(Json.at(body, "response"), "error"));
        }
        if (status < 400) {
            JsonNode choice = ChatCodec.firstChoice(body);
            JsonNode failed = choice == null ? null : choice.get("error");
            return failed == null || !failed.isObject() ? null : of(status, failed);
        }
        if (body.hasNonNull("message") && (body.hasNonNull("code") || body.hasNonNull("type"))) {
            return of(status, body);
        }
        String words = Json.textOf(body, "message");
        if (words == null && body.hasNonNull("detail")) {
            JsonNode detail = body.get("detail");
            words = detail.isTextual() ? detail.textValue() : detail.toString();
        }
        return words == null ? null : new VendorError(null, null, words);
    }

    private VendorError of(int status, JsonNode error) {
        String code = scalar(error, "code");
        String type = scalar(error, "type");
        Refusal known = refusal(code, type);
        ErrorKind kind = known == null ? null : known.kind();
        if (kind == null && !Json.at(Json.at(error, "metadata"), "reasons").isEmpty()) {
            kind = ErrorKind.CONTENT_FILTERED; // a broker's code for moderation, which comes as a plain 403
        }
        if (kind == null && status < 400) {
            kind = kindInsideSuccess(error, type);
        }
        if (kind == ErrorKind.SERVER_ERROR && status >= 400) {
            kind = null; // the general code for a failure of the server: the status says more, since 503 is overload
        }
        return new VendorError(kind, code != null ? code : type, words(error))
                .withSubject(known == null ? FailureSubject.UNKNOWN : known.subject())
                .withParam(Json.textOf(error, "param"));
    }

    /** Inside a 200 the status says nothing, so a numeric code and the general type decide. */
    private static @Nullable ErrorKind kindInsideSuccess(JsonNode error, @Nullable String type) {
        JsonNode code = error.get("code");
        if (code != null && code.asInt() >= 400 && code.asInt() < 600) {
            return ErrorReader.kindOf(code.asInt());
        }
        return "invalid_request_error".equals(type) ? ErrorKind.INVALID_REQUEST : null;
    }

    /** Returns the meaning of the code, or if it is unknown, of the type; null if both are. */
    private @Nullable Refusal refusal(@Nullable String code, @Nullable String type) {
        for (String word : new String[] {code, type}) {
            if (word == null) {
                continue;
            }
            Refusal known = dialect.errorCodes.get(word);
            if (known != null) {
                return known;
            }
            ErrorKind kind = kindOf(word);
            if (kind != null) {
                return new Refusal(kind, FailureSubject.UNKNOWN);
            }
        }
        return null;
    }

    private static @Nullable ErrorKind kindOf(String code) {
        if (code.endsWith("_spend_limit_exceeded")) {
            return ErrorKind.QUOTA_EXHAUSTED;
        }
        return switch (code.toLowerCase(Locale.ROOT)) {
            case "insufficient_quota",
                    "credit_balance_exhausted",
                    "billing_hard_limit_reached",
                    "billing_not_active",
                    "organization_usage_limit_exceeded" -> ErrorKind.QUOTA_EXHAUSTED;
            case "rate_limit_exceeded", "rate_limit_error", "slow_down" -> ErrorKind.RATE_LIMITED;
            case "context_length_exceeded" -> ErrorKind.CONTEXT_TOO_LONG;
            case "model_not_found", "deploymentnotfound", "model_not_available" -> ErrorKind.NOT_FOUND;
            case "invalid_api_key", "authentication_error", "account_deactivated" -> ErrorKind.AUTHENTICATION;
            case "permission_error", "insufficient_permissions", "unsupported_country_region_territory" ->
                ErrorKind.PERMISSION;
            case "content_filter", "content_policy_violation", "moderation_blocked", "invalid_prompt" ->
                ErrorKind.CONTENT_FILTERED;
            case "unsupported_value", "unsupported_parameter" -> ErrorKind.UNSUPPORTED;
            case "request_too_large" -> ErrorKind.PAYLOAD_TOO_LARGE;
            case "server_error", "internal_error", "internal_server_error", "api_error" -> ErrorKind.SERVER_ERROR;
            case "overloaded_error", "engine_overloaded", "service_unavailable" -> ErrorKind.OVERLOADED;
            default -> null;
        };
    }

    private static @Nullable String words(JsonNode error) {
        JsonNode message = error.get("message");
        String words = message == null || message.isNull()
                ? null
                : message.isTextual() ? message.textValue() : message.toString();
        String filtered = filtered(Json.at(Json.at(error, "innererror"), "content_filter_result"));
        return filtered.isEmpty() ? words : (words == null ? "" : words + " ") + "(filtered: " + filtered + ")";
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

    private static @Nullable String scalar(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || value.isNull() || value.isContainerNode() ? null : value.asText();
    }
}
