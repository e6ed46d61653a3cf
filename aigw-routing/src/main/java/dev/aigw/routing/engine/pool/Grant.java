package dev.aigw.routing.engine.pool;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.chat.ChatRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a request may be sent to a model, and within which bounds. Immutable.
 *
 * @param refusal why it may not be sent, for the caller to read; null if it may
 * @param rule the name of the rule that decided, or null
 * @param bounds what a deployment must meet: the regions, labels, price and retention of one of these; empty for any
 *     deployment
 * @param maxOutputTokens the most tokens of an answer, for a chat that sets none; 0 for no bound
 */
public record Grant(
        @Nullable String refusal, @Nullable String rule, List<CallOptions> bounds, int maxOutputTokens) {

    /** Everything is allowed. */
    public static final Grant ALL = new Grant(null, null, List.of(), 0);

    /** Copies the list. */
    public Grant {
        bounds = List.copyOf(bounds);
    }

    /** Returns that the request may be sent. */
    public static Grant allowed(@Nullable String rule, List<CallOptions> bounds, int maxOutputTokens) {
        return new Grant(null, rule, bounds, maxOutputTokens);
    }

    /** Returns that the request may not be sent. */
    public static Grant denied(@Nullable String rule, String refusal) {
        return new Grant(refusal, rule, List.of(), 0);
    }

    /** Returns whether the request may be sent. */
    public boolean isAllowed() {
        return refusal == null;
    }

    /** Returns whether the request may go to every deployment of the model. */
    boolean isUnconditional() {
        return refusal == null && bounds.isEmpty();
    }

    /**
     * Throws if the request may not be sent.
     *
     * @throws GatewayException of kind DENIED
     */
    public void check() {
        if (refusal != null) {
            throw GatewayException.of(ErrorKind.DENIED, refusal);
        }
    }

    /** Returns the request with the bound of its answer. */
    public ModelRequest bounded(ModelRequest request) {
        return maxOutputTokens > 0 && request instanceof ChatRequest chat && chat.maxOutputTokens() == null
                ? chat.toBuilder().maxOutputTokens(maxOutputTokens).build()
                : request;
    }
}
