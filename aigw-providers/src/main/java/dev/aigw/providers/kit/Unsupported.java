package dev.aigw.providers.kit;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ModelFit;
import dev.aigw.api.spi.AttemptContext;
import java.util.HashSet;
import java.util.Set;

/**
 * Handles the parts of a request that the vendor cannot take: refuses the request before anything is sent, or drops
 * them with a warning if the adapter's {@code dropUnsupported} is set.
 *
 * <p>For one attempt. Not safe for use by several threads.
 */
public final class Unsupported {

    private final String provider;
    private final boolean drop;
    private final AttemptContext attempt;
    private Set<String> warned = Set.of();

    /**
     * Creates an instance for one attempt.
     *
     * @param provider the adapter's name
     * @param drop whether to drop what the vendor cannot take
     * @param attempt gets the warnings
     */
    public Unsupported(String provider, boolean drop, AttemptContext attempt) {
        this.provider = provider;
        this.drop = drop;
        this.attempt = attempt;
    }

    /** Returns the attempt that gets the warnings. */
    AttemptContext attempt() {
        return attempt;
    }

    /** Returns the adapter's name. */
    public String provider() {
        return provider;
    }

    /**
     * Returns true and warns if {@code what} is to be dropped.
     *
     * @param what what the vendor does not take, to follow the words "does not take"
     * @throws GatewayException of kind {@link ErrorKind#UNSUPPORTED} if nothing may be dropped
     */
    public boolean drops(String what) {
        if (!drop) {
            throw refusal("does not take " + what
                    + ": leave it out, choose a model that takes it, or set dropUnsupported(true) on the adapter's"
                    + " builder");
        }
        warn("does not take " + what + ": it was left out");
        return true;
    }

    /**
     * Returns the request as the attempt's model takes it, by the wire facts of its card: see {@link ModelFit}. What
     * was left out or translated causes a warning.
     *
     * @throws GatewayException of kind {@link ErrorKind#UNSUPPORTED} if the model does not take what cannot be left out
     *     without changing the meaning, and nothing may be dropped
     */
    public ChatRequest fit(ChatRequest request) {
        ModelFit fit = ModelFit.of(request, attempt.card());
        for (WireFacts.Parameter parameter : fit.refused()) {
            drops(parameter.id() + " with the model " + attempt.model());
            fit = fit.without(parameter);
        }
        for (String change : fit.changes()) {
            warn(change);
        }
        return fit.request();
    }

    /**
     * Warns about what was changed or left out, once per attempt and message; the adapter's name precedes
     * {@code message}.
     */
    public void warn(String message) {
        if (warned.isEmpty()) {
            warned = new HashSet<>(2);
        }
        if (warned.add(message)) {
            attempt.warn(provider + " " + message);
        }
    }

    /** Returns the failure for what can be neither sent nor left out; the adapter's name precedes {@code message}. */
    public GatewayException refusal(String message) {
        return GatewayException.builder(ErrorKind.UNSUPPORTED, provider + " " + message)
                .provider(provider)
                .deployment(attempt.deployment())
                .build();
    }
}
