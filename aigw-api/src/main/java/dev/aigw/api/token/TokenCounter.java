package dev.aigw.api.token;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ContentPart;

/**
 * Counts tokens on our side: before a call, when nobody has told yet, or afterwards, when nobody did.
 *
 * <p>What it says is an estimate, and marked so wherever it is used. The one method to implement counts a text; the
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
     * Returns a counter without a vocabulary: it goes by runs of letters, digits, punctuation and by script, calibrated
     * against OpenAI's {@code o200k_base} encoding. Prose, code and JSON come out right or up to a third high (Hindi
     * and Thai up to half), random text such as base64 a fifth low. Older vocabularies split scripts other than Latin
     * into up to twice as many tokens. A few nanoseconds a character.
     */
    static TokenCounter calibrated() {
        return CalibratedCounter.INSTANCE;
    }

    /**
     * Returns how many tokens {@code text} is.
     *
     * @param text any text
     * @param model the vendor's id of the model, for counters that know several vocabularies
     */
    long count(CharSequence text, String model);

    /**
     * Returns how many tokens of prompt {@code request} is: messages, tool calls and results, tools and media of a
     * chat, the texts of embeddings; 0 for a request of another kind. Tools of OpenAI's models count as in OpenAI's
     * cookbook, and with Claude's models counts the system prompt that the vendor adds for tools.
     */
    default long countPrompt(ModelRequest request, String model) {
        return new PromptTokens(this, model).of(request);
    }

    /**
     * Returns how many tokens a piece of a message is that is no text, such as an image. Without an override an image
     * counts by the rule that its model's vendor has published (OpenAI's patches and tiles by detail, Claude's patches,
     * Gemini's tiles or allotment), with its size read from the header of an inline PNG, JPEG, GIF or WebP file, and
     * taken for 2,048 by 2,048 pixels where it cannot be read, as behind a URL. For models of others an image is 1,600
     * tokens, or 85 at detail {@code low}. Other media are 4 bytes a token where the bytes are inline, and 1,600
     * otherwise.
     */
    default long countMedia(ContentPart media, String model) {
        return PromptTokens.media(media, model);
    }
}
