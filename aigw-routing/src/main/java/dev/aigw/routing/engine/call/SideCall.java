package dev.aigw.routing.engine.call;

import dev.aigw.api.Caller;
import java.util.Map;

/**
 * As what the router makes a call beside those of its callers, a shadow say. Such a call must cost callers nothing: it
 * is accounted to a caller of its own, held to no caller's limits, sent once (no retry, hedge or fallback), and says
 * nothing of the health of deployments. Immutable.
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
