package dev.aigw.providers.http.errors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.providers.json.Json;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads Google's {@code google.rpc.Status}: {@code {"code","message","status","details"}}.
 *
 * <p>Among the details are {@code ErrorInfo} (its reason distinguishes a bad key, which is a plain 400, from a bad
 * request), {@code RetryInfo} (how long to wait), {@code QuotaFailure} (which quota is exhausted, and of which model)
 * and the field that a bad request is about. It comes from Google's own surface, from its surface with OpenAI's
 * protocol, and for other vendors' models at Vertex AI.
 */
public final class RpcStatus {

    private static final BigDecimal LONGEST_SECONDS = BigDecimal.valueOf(31L * 24 * 60 * 60);
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z_]++");
    private static final Pattern QUOTA_OF_A_MODEL = Pattern.compile("Quota exceeded for [^\\n]{1,300}?, model: ");
    private static final Set<String> ACCOUNT_REASONS = Set.of(
            "BILLING_DISABLED",
            "SERVICE_DISABLED",
            "API_KEY_SERVICE_BLOCKED",
            "CONSUMER_SUSPENDED",
            "CONSUMER_INVALID");

    private RpcStatus() {}

    /** Returns whether an error object is one: it has a name in capitals for its status. */
    static boolean is(JsonNode error) {
        String status = Json.textOf(error, "status");
        return status != null
                && (error.has("message") || error.has("details"))
                && NAME.matcher(status).matches();
    }

    /** Returns the error in an error object. */
    public static VendorError read(JsonNode error) {
        Details details = new Details(Json.at(error, "details"));
        String code = Json.textOf(error, "status");
        String message = Json.textOf(error, "message");
        ErrorKind kind = kind(code, details, message == null ? "" : message.toLowerCase(Locale.ROOT));
        return new VendorError(kind, details.reason != null ? details.reason : code, message)
                .withRetryAfter(details.retryDelay)
                .withSubject(subject(details, message == null ? "" : message))
                .withParam(details.field);
    }

    /**
     * Returns the subject that the details name, or without details the lines about quotas; by default the error
     * decides.
     */
    private static FailureSubject subject(Details details, String message) {
        if (details.reason != null && ACCOUNT_REASONS.contains(details.reason)) {
            return FailureSubject.CREDENTIAL;
        }
        if (details.quotas > 0) {
            return details.quotas == details.quotasOfModels ? FailureSubject.MODEL : FailureSubject.CREDENTIAL;
        }
        if (QUOTA_OF_A_MODEL.matcher(message).find()) {
            return FailureSubject.MODEL;
        }
        return message.contains("storage.objects.") ? FailureSubject.REQUEST : FailureSubject.UNKNOWN; // a gs:// file
    }

    private static @Nullable ErrorKind kind(@Nullable String code, Details details, String words) {
        if (details.reason != null) {
            switch (details.reason) {
                case "API_KEY_INVALID", "ACCESS_TOKEN_EXPIRED", "ACCESS_TOKEN_TYPE_UNSUPPORTED" -> {
                    return ErrorKind.AUTHENTICATION;
                }
                case "BILLING_DISABLED" -> {
                    return ErrorKind.QUOTA_EXHAUSTED;
                }
                case "SERVICE_DISABLED", "API_KEY_SERVICE_BLOCKED", "CONSUMER_SUSPENDED" -> {
                    return ErrorKind.PERMISSION;
                }
                default -> {}
            }
        }
        return switch (code == null ? "" : code) {
            case "INVALID_ARGUMENT", "OUT_OF_RANGE" -> ErrorKind.INVALID_REQUEST;
            case "FAILED_PRECONDITION" -> words.contains("billing") ? ErrorKind.QUOTA_EXHAUSTED : precondition(words);
            case "UNAUTHENTICATED" -> ErrorKind.AUTHENTICATION;
            case "PERMISSION_DENIED" -> ErrorKind.PERMISSION;
            case "NOT_FOUND" -> ErrorKind.NOT_FOUND;
            case "RESOURCE_EXHAUSTED" ->
                details.perDay || details.none || words.contains("prepay") || words.contains("spend")
                        ? ErrorKind.QUOTA_EXHAUSTED
                        : ErrorKind.RATE_LIMITED;
            case "UNIMPLEMENTED" -> ErrorKind.UNSUPPORTED;
            case "CANCELLED", "ABORTED", "INTERNAL", "UNKNOWN", "DATA_LOSS" -> ErrorKind.SERVER_ERROR;
            case "UNAVAILABLE" -> ErrorKind.OVERLOADED;
            case "DEADLINE_EXCEEDED" -> ErrorKind.TIMEOUT;
            default -> null;
        };
    }

    private static ErrorKind precondition(String words) {
        return words.contains("location is not supported") ? ErrorKind.PERMISSION : ErrorKind.INVALID_REQUEST;
    }

    /** The content of the typed details. */
    private static final class Details {

        private @Nullable String reason;
        private @Nullable Duration retryDelay;
        private boolean perDay;
        private boolean none;
        private int quotas;
        private int quotasOfModels;
        private @Nullable String field;

        Details(JsonNode details) {
            for (JsonNode detail : details) {
                String type = Json.textOf(detail, "@type");
                switch (type == null ? "" : type.substring(type.lastIndexOf('.') + 1)) {
                    case "ErrorInfo" -> reason = Json.textOf(detail, "reason");
                    case "RetryInfo" -> retryDelay = duration(Json.textOf(detail, "retryDelay"));
                    case "BadRequest" ->
                        field = Json.textOf(Json.at(detail, "fieldViolations").path(0), "field");
                    case "QuotaFailure" -> Json.at(detail, "violations").forEach(this::violation);
                    default -> {}
                }
            }
        }

        private void violation(JsonNode violation) {
            String quota = Json.textOf(violation, "quotaId");
            perDay |= quota != null && quota.contains("PerDay");
            none |= "0".equals(Json.textOf(violation, "quotaValue"));
            boolean named = Json.at(violation, "quotaDimensions").has("model")
                    || Json.at(violation, "quotaDimensions").has("base_model");
            quotas++;
            quotasOfModels += named || (quota != null && quota.contains("PerModel")) ? 1 : 0;
        }

        /** Returns a protobuf duration, decimal seconds and an {@code s}; null if it is not one. */
        private static @Nullable Duration duration(@Nullable String text) {
            if (text == null || !text.endsWith("s") || text.length() > 32) {
                return null;
            }
            try {
                BigDecimal seconds = new BigDecimal(text.substring(0, text.length() - 1));
                return seconds.signum() < 0
                        ? null
                        : Duration.ofNanos(
                                seconds.min(LONGEST_SECONDS).movePointRight(9).longValue());
            } catch (NumberFormatException e) {
                return null;
            }
        }
    }
}
