package dev.aigw.routing.engine.call;

import dev.aigw.api.Caller;
import java.util.Map;

/**
 * The account of a call that the router itself makes, such as a shadow. A side call costs callers nothing: it has its
 * own account, is not subject to callers' limits, is sent once (no retry, hedge or fallback), and does not affect the
 * health of deployments. Immutable.
 *
 * @param account the caller it is accounted to
 * @param tags the labels it is accounted under
 */
public record SideCall(Caller account, Map<String, String> tags) {

    /** Copies the labels. */
    public SideCall {
        tags = Map.copyOf(tags);
    }
}
