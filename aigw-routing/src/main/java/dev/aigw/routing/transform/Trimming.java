package dev.aigw.routing.transform;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.conversation.ContextWindow;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Hop;
import java.util.Set;

/** Trims the conversations of one router. Safe for use by many threads. */
final class Trimming {

    private final TokenCounter counter;
    private final Summaries summaries;

    Trimming(TokenCounter counter, Summaries summaries) {
        this.counter = counter;
        this.summaries = summaries;
    }

    /**
     * Returns the request as it fits.
     *
     * @param mayAsk whether a model may be asked for a summary: not for the items of a batch
     */
    ChatRequest trimmed(Hop hop, ChatRequest request, ContextTrim trim, Set<String> edited, boolean mayAsk) {
        ContextWindow plain = trim.window().counter(counter).build();
        if (plain.fits(request)) {
            return request;
        }
        ContextWindow.Trimmed trimmed;
        if (trim.summaryModel() == null || !mayAsk) {
            trimmed = plain.trim(request);
        } else {
            try {
                trimmed = trim.window()
                        .counter(counter)
                        .summary(messages -> summaries.of(hop, messages, trim))
                        .build()
                        .trim(request);
            } catch (Summaries.NoSummary e) {
                edited.add("made no summary (" + e.getMessage() + ")");
                trimmed = plain.trim(request);
            }
        }
        edited.add((trimmed.summary() == null ? "left out " : "summarized ")
                + trimmed.leftOut().size() + " messages of the conversation");
        return trimmed.request();
    }
}
