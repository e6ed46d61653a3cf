package dev.aigw.providers.kit;

import dev.aigw.api.WireFacts.Binding;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ReasoningOrigin;
import dev.aigw.api.spi.AttemptContext;
import org.jspecify.annotations.Nullable;

/**
 * The origin of reasoning in the answer to one request, made when the first part needs it. Not safe for use by several
 * threads.
 */
public final class Origin {

    private final String reader;
    private final @Nullable AttemptContext attempt;
    private final @Nullable ChatRequest request;
    private @Nullable String text;

    /**
     * Creates the origin of an attempt's answer.
     *
     * @param reader who can read it, as of {@link ReasoningOrigin#reader()}
     * @param request what is asked
     */
    public Origin(String reader, AttemptContext attempt, ChatRequest request) {
        this.reader = reader;
        this.attempt = attempt;
        this.request = request;
    }

    private Origin(String reader) {
        this.reader = reader;
        this.attempt = null;
        this.request = null;
    }

    /** Returns the origin of an answer of which only the reader is known, as in a batch. */
    public static Origin of(String reader) {
        return new Origin(reader);
    }

    /** Returns where an attempt sends reasoning, to compare it with where that comes from. */
    static ReasoningOrigin target(String reader, AttemptContext attempt) {
        return new ReasoningOrigin(reader, attempt.model(), attempt.account(), null);
    }

    /** Returns the origin in the form that parts have. */
    public String text() {
        String known = text;
        if (known == null) {
            known = attempt == null || request == null
                    ? new ReasoningOrigin(reader, null, null, null).toString()
                    : origin(attempt, request).toString();
            text = known;
        }
        return known;
    }

    private ReasoningOrigin origin(AttemptContext asked, ChatRequest conversation) {
        boolean bound = asked.card().wire().isReasoningBoundTo(Binding.PREFIX);
        return new ReasoningOrigin(reader, asked.model(), asked.account(), bound ? conversation.prefixHash() : null);
    }
}
