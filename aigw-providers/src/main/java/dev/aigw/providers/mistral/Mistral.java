package dev.aigw.providers.mistral;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.providers.openai.Dialect;
import dev.aigw.providers.openai.OpenAiAdapter;

/**
 * Mistral's platform, after the "Chat" and "Embeddings" references of its API.
 *
 * <pre>{@code
 * OpenAiAdapter mistral = Mistral.builder().apiKeyFromEnvironment().extra("safe_prompt", true).build();
 * }</pre>
 *
 * <p>Where Mistral's API differs from OpenAI's:
 *
 * <ul>
 *   <li>"At least one tool" is called {@code any}, the seed {@code random_seed}, the length of a vector
 *       {@code output_dimension}.
 *   <li>Thinking comes as a chunk of the content and becomes a {@code Reasoning} part of the answer.
 *   <li>A conversation whose last message is the assistant's is continued: that message is sent with {@code prefix}.
 *   <li>The calls of a session share a {@code prompt_cache_key}; there are no cache marks.
 *   <li>Ids of tool calls have nine letters or digits. Ids of other vendors are replaced, in the same way for a call
 *       and its result.
 *   <li>Audio and documents are sent by URL or inline. File ids, log probabilities, {@code user}, speakers' names,
 *       service tiers and verbosity are not supported.
 * </ul>
 */
public final class Mistral {

    private static final int ID_LENGTH = 9;

    private static final Dialect DIALECT = Dialect.builder("mistral", "https://api.mistral.ai/v1")
            .keyVariable("MISTRAL_API_KEY")
            .rename("seed", "random_seed")
            .rename("dimensions", "output_dimension")
            .lacks("logprobs", "top_logprobs", "user", "service_tier", "verbosity", "name", "refusal")
            .batches(new MistralBatches())
            .requiredChoice("any")
            .prefixField("prefix")
            .promptCacheKey("prompt_cache_key")
            .documentUrl(true)
            .plainAudio(true)
            .toolCallId(Mistral::toolCallId)
            .finishReason("model_length", FinishReason.Kind.CONTEXT_EXCEEDED)
            .errorCode("invalid_model", ErrorKind.NOT_FOUND, FailureSubject.MODEL)
            .errorCode("service_tier_capacity_exceeded", ErrorKind.RATE_LIMITED, FailureSubject.MODEL)
            .errorCode("rate_limited", ErrorKind.RATE_LIMITED)
            .build();

    private Mistral() {}

    /** Starts an adapter named {@code mistral} for {@code https://api.mistral.ai/v1}, without a credential. */
    public static OpenAiAdapter.Builder builder() {
        return OpenAiAdapter.builder(DIALECT);
    }

    /** Returns an id that Mistral takes: {@code id} itself if possible, otherwise one derived from its FNV-1a hash. */
    private static String toolCallId(String id) {
        if (id.length() == ID_LENGTH && id.chars().allMatch(Mistral::isLetterOrDigit)) {
            return id;
        }
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
        }
        String digits = "00000000" + Long.toUnsignedString(hash, Character.MAX_RADIX);
        return digits.substring(digits.length() - ID_LENGTH);
    }

    private static boolean isLetterOrDigit(int c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }
}
