package dev.aigw.api.token;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ContentPart;

/**
 * Counts tokens locally: before a call, or after one for which the provider reported no usage.
 *
 * <p>Its result is an estimate, and is marked so wherever it is used. The one method to implement counts a text; the
 * others build on it. Implementations are safe for use by many threads, and never throw for any text.
 *
 * <pre>{@code
 * TokenCounter mine = (text, model) -> tokenizerOf(model).encode(text.toString()).size();
 * ModelRouter router = ModelRouter.builder().tokenCounter(mine) ... .build();
 * }</pre>
 */
@FunctionalInterface
public interface TokenCounter {

    /**
     * Returns a counter without a vocabulary. It counts runs of letters, digits and punctuation by script, calibrated
     * against OpenAI's {@code o200k_base} encoding. Its counts for prose, code and JSON are right or up to a third too
     * high (Hindi and Thai up to half), for random text such as base64 a fifth too low. Older vocabularies split
     * scripts other than Latin into up to twice as many tokens. It takes a few nanoseconds per character.
     */
    static TokenCounter calibrated() {
        return CalibratedCounter.INSTANCE;
    }

    /**
     * Returns the number of tokens in {@code text}.
     *
     * @param text any text
     * @param model the vendor's id of the model, for counters that know several vocabularies
     */
    long count(CharSequence text, String model);

    /**
     * Returns the number of prompt tokens in {@code request}: messages, tool calls and results, tools and media of a
     * chat, the texts of embeddings; 0 for a request of another kind. Tools of OpenAI's models count as in OpenAI's
     * cookbook. For Claude's models the system prompt that the vendor adds for tools counts too.
     */
    default long countPrompt(ModelRequest request, String model) {
        return new PromptTokens(this, model).of(request);
    }

    /**
     * Returns the number of tokens of a part that is not text, such as an image. By default an image counts by the rule
     * that the model's vendor has published (OpenAI's patches and tiles by detail, Claude's patches, Gemini's tiles or
     * allotment). Its size is read from the header of an inline PNG, JPEG, GIF or WebP file; a size that cannot be
     * read, as behind a URL, counts as 2,048 by 2,048 pixels. For other vendors' models an image is 1,600 tokens, or 85
     * at detail {@code low}. Other media count one token per 4 bytes where the bytes are inline, and 1,600 tokens
     * otherwise.
     */
    default long countMedia(ContentPart media, String model) {
        return PromptTokens.media(media, model);
    }
}
