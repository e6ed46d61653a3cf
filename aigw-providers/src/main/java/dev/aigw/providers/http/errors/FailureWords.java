package dev.aigw.providers.http.errors;

import dev.aigw.api.ErrorKind;
import java.util.List;
import java.util.Locale;

/**
 * What vendors' words mean where a status or a code stands for several kinds of failure. The words are matched in lower
 * case, within the beginning of the message.
 */
final class FailureWords {

    private static final int CHARS = 2 * 1024;

    private static final List<String> QUOTA = List.of(
            "credit balance",
            "insufficient credit",
            "insufficient_quota",
            "insufficient balance", // DeepSeek, Moonshot
            "billing hard limit",
            "used all available credits", // xAI
            "monthly spending limit", // xAI
            "requires more credits", // OpenRouter
            "\u4f59\u989d\u4e0d\u8db3"); // Zhipu: the balance is insufficient

    private static final List<String> CONTEXT = List.of(
            "context length",
            "context window",
            "context_length",
            "context size", // llama.cpp
            "prompt is too long",
            "exceeded model token limit", // Moonshot
            "maximum prompt length", // xAI
            "range of input length should be", // DashScope
            "`inputs` tokens + `max_new_tokens`", // text-generation-inference, Together
            "input token count"); // Google

    private static final List<String> KEY =
            List.of("api key not valid", "api key expired", "invalid api key", "incorrect api key");

    private static final List<String> MODEL =
            List.of("not supported with this model", "not supported by this model", "this model does not support");

    private FailureWords() {}

    /** Returns the kind that the words say, or {@code kind} itself. */
    static ErrorKind refine(ErrorKind kind, String words) {
        boolean request = kind == ErrorKind.INVALID_REQUEST || kind == ErrorKind.PAYLOAD_TOO_LARGE;
        if (!request && kind != ErrorKind.RATE_LIMITED && kind != ErrorKind.PERMISSION) {
            return kind;
        }
        String text = words.substring(0, Math.min(words.length(), CHARS)).toLowerCase(Locale.ROOT);
        if (containsAny(text, QUOTA)) {
            return ErrorKind.QUOTA_EXHAUSTED;
        }
        if (kind == ErrorKind.RATE_LIMITED) {
            // one request above the limit of a minute never fits, however long one waits
            return text.contains("request too large") && text.contains("requested") ? ErrorKind.CONTEXT_TOO_LONG : kind;
        }
        if (request && containsAny(text, CONTEXT)) {
            return ErrorKind.CONTEXT_TOO_LONG;
        }
        if (kind == ErrorKind.INVALID_REQUEST && containsAny(text, KEY)) {
            return ErrorKind.AUTHENTICATION;
        }
        return kind == ErrorKind.INVALID_REQUEST && containsAny(text, MODEL) ? ErrorKind.UNSUPPORTED : kind;
    }

    private static boolean containsAny(String text, List<String> parts) {
        for (String part : parts) {
            if (text.contains(part)) {
                return true;
            }
        }
        return false;
    }
}
