package dev.aigw.providers.http.errors;

import dev.aigw.api.ErrorKind;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of vendors' error codes and types that mean one thing wherever they appear. A proxy passes on the code of
 * the vendor behind it, in any shape, so every adapter knows all of them.
 *
 * <p>Codes with several meanings, such as {@code invalid_request_error} with a message about credit, are general: they
 * yield to a status and to words that say more.
 */
public final class ErrorCodes {

    private static final Map<String, ErrorKind> KINDS = new HashMap<>();

    static {
        put(
                ErrorKind.QUOTA_EXHAUSTED,
                "insufficient_quota", // OpenAI
                "credit_balance_exhausted",
                "billing_hard_limit_reached",
                "billing_not_active",
                "organization_usage_limit_exceeded",
                "billing_error", // Anthropic
                "insufficient_credits",
                "insufficient_balance",
                "not_enough_balance", // Novita
                "insufficient_user_quota", // one-api
                "exceeded_current_quota_error", // Moonshot
                "credit_limit", // Together
                "budget_exceeded", // LiteLLM
                "arrearage", // DashScope
                "accountoverdueerror", // Volcengine
                "payment_required",
                "servicequotaexceededexception"); // AWS
        put(
                ErrorKind.RATE_LIMITED,
                "rate_limit_exceeded",
                "rate_limit_error",
                "rate_limit_reached_error", // Moonshot
                "rate_limited",
                "too_many_requests",
                "slow_down",
                "tokens", // the type of OpenAI's limit of tokens per minute
                "limit_requests", // DashScope
                "limit_burst_rate",
                "throttling",
                "throttlingexception", // AWS
                "throttling_error", // LiteLLM
                "dynamic_request_limited", // Together
                "dynamic_token_limited",
                "queue_exceeded", // Cerebras
                "resource_exhausted"); // Google
        put(
                ErrorKind.CONTEXT_TOO_LONG,
                "context_length_exceeded",
                "exceed_context_size_error", // llama.cpp
                "tokens_limit_reached", // GitHub Models
                "model_max_prompt_tokens_exceeded", // GitHub Copilot
                "context_window_exceeded");
        put(
                ErrorKind.NOT_FOUND,
                "model_not_found",
                "deploymentnotfound", // Azure
                "model_not_available", // Together
                "model_decommissioned", // Groq
                "model_not_exist",
                "unknown_model", // GitHub Models
                "invalid_model", // Perplexity
                "model_not_supported", // Hugging Face
                "not_found_error", // Anthropic
                "resource_not_found_error", // Moonshot
                "resourcenotfoundexception"); // AWS
        put(
                ErrorKind.AUTHENTICATION,
                "invalid_api_key",
                "incorrect_api_key",
                "incorrect_api_key_error", // Moonshot
                "wrong_api_key", // Cerebras
                "invalidapikey", // DashScope
                "api_key_invalid", // Google
                "authentication_error",
                "invalid_authentication_error", // Moonshot
                "account_deactivated",
                "auth_error", // LiteLLM
                "token_not_found_in_db",
                "expired_key",
                "unauthenticated", // Google
                "unrecognizedclientexception", // AWS
                "expiredtokenexception",
                "invalidsignatureexception",
                "missingauthenticationtokenexception");
        put(
                ErrorKind.PERMISSION,
                "permission_error",
                "permission_denied",
                "permission_denied_error",
                "insufficient_permissions",
                "unsupported_country_region_territory",
                "key_model_access_denied", // LiteLLM
                "team_model_access_denied",
                "accessdeniedexception"); // AWS
        put(
                ErrorKind.CONTENT_FILTERED,
                "content_filter",
                "content_policy_violation",
                "responsibleaipolicyviolation", // Azure
                "moderation_blocked",
                "invalid_prompt",
                "data_inspection_failed", // DashScope
                "datainspectionfailed",
                "sensitivecontentdetected"); // Volcengine
        put(
                ErrorKind.UNSUPPORTED,
                "unsupported_value",
                "unsupported_parameter",
                "unknown_parameter",
                "not_supported_error", // llama.cpp
                "operationnotsupported", // Azure
                "unimplemented"); // Google
        put(ErrorKind.PAYLOAD_TOO_LARGE, "request_too_large", "payload_too_large");
        put(
                ErrorKind.OVERLOADED,
                "overloaded_error",
                "overloaded",
                "engine_overloaded",
                "engine_overloaded_error", // Moonshot
                "serveroverloaded", // Volcengine
                "service_unavailable",
                "unavailable_error", // llama.cpp
                "unavailable", // Google
                "modelnotreadyexception", // AWS
                "serviceunavailableexception");
        put(ErrorKind.TIMEOUT, "timeout_error", "deadline_exceeded", "modeltimeoutexception");
        put(
                ErrorKind.SERVER_ERROR,
                "server_error",
                "internal_error",
                "internal_server_error",
                "internalservererror",
                "api_error",
                "internalserverexception",
                "modelerrorexception",
                "modelstreamerrorexception");
        put(
                ErrorKind.INVALID_REQUEST,
                "invalid_request_error",
                "invalid_argument",
                "badrequesterror",
                "validationexception");
    }

    private ErrorCodes() {}

    private static void put(ErrorKind kind, String... codes) {
        for (String code : codes) {
            KINDS.put(code, kind);
        }
    }

    /** Returns the meaning of a code or type, ignoring case; null for an unknown one. */
    public static @Nullable ErrorKind kindOf(@Nullable String code) {
        if (code == null) {
            return null;
        }
        String word = code.toLowerCase(Locale.ROOT);
        ErrorKind kind = KINDS.get(word);
        if (kind != null) {
            return kind;
        }
        if (word.endsWith("_spend_limit_exceeded")) {
            return ErrorKind.QUOTA_EXHAUSTED;
        }
        int dot = word.indexOf('.'); // DashScope and Volcengine put the particular behind a dot: Throttling.RateQuota
        return dot <= 0 ? null : KINDS.get(word.substring(0, dot));
    }

    /** Returns whether a kind is general, so that a status or words which say more replace it. */
    static boolean isGeneral(ErrorKind kind) {
        return kind == ErrorKind.INVALID_REQUEST || kind == ErrorKind.SERVER_ERROR;
    }
}
