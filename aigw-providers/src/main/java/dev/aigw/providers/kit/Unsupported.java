package dev.aigw.providers.kit;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import java.util.HashSet;
import java.util.Set;

/**
 * What becomes of the parts of a request that the vendor cannot take: refused before anything is sent, or left out with
 * a warning where the adapter's {@code dropUnsupported} says so.
 *
 * <p>One is used for one attempt. Not safe for use by several threads.
 */
public final class Unsupported {

    private final String provider;
    private final boolean drop;
    private final AttemptContext attempt;
    private final Set<String> warned = new HashSet<>(2);

    /**
     * Creates one.
     *
     * @param provider the adapter's name
     * @param drop whether to leave out what the vendor cannot take
     * @param attempt who is told what was left out
     */
    public Unsupported(String provider, boolean drop, AttemptContext attempt) {
        this.provider = provider;
        this.drop = drop;
        this.attempt = attempt;
    }

    /** Returns the adapter's name. */
    public String provider() {
        return provider;
    }

    /**
     * Returns true, with a warning, when {@code what} is to be left out.
     *
     * @param what what the vendor does not take, to follow the words "does not take"
     * @throws GatewayException of kind {@link ErrorKind#UNSUPPORTED} when nothing may be left out
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

    /** Reports, once an attempt, what was changed or left out; the adapter's name comes before {@code message}. */
    public void warn(String message) {
        if (warned.add(message)) {
            attempt.warn(provider + " " + message);
        }
    }

    /**
     * Returns the refusal of what can be neither sent nor left out; the adapter's name comes before {@code message}.
     */
    public GatewayException refusal(String message) {
        return GatewayException.builder(ErrorKind.UNSUPPORTED, provider + " " + message)
                .provider(provider)
                .deployment(attempt.deployment())
                .build();
    }
}
