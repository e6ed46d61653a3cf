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
    private final AttemptContext attempt;
    private final @Nullable ChatRequest request;
    private @Nullable String text;

    /**
     * Creates the origin of an attempt's answer.
     *
     * @param reader who can read it, as of {@link ReasoningOrigin#reader()}
     * @param request what is asked; null if that is not known any more, as with batches
     */
    public Origin(String reader, AttemptContext attempt, @Nullable ChatRequest request) {
        this.reader = reader;
        this.attempt = attempt;
        this.request = request;
    }

    /** Returns where an attempt sends reasoning, to compare it with where that comes from. */
    static ReasoningOrigin target(String reader, AttemptContext attempt) {
        return new ReasoningOrigin(reader, attempt.model(), attempt.account(), null);
    }

    /** Returns the origin in the form that parts have. */
    public String text() {
        String known = text;
        if (known == null) {
            String prefix = request != null && attempt.card().wire().isReasoningBoundTo(Binding.PREFIX)
                    ? request.prefixHash()
                    : null;
            known = new ReasoningOrigin(reader, attempt.model(), attempt.account(), prefix)
                    .toString();
            text = known;
        }
        return known;
    }
}
