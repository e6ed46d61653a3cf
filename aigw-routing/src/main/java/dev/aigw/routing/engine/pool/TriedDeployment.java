package dev.aigw.routing.engine.pool;

import dev.aigw.api.ErrorKind;
import org.jspecify.annotations.Nullable;

/**
 * A deployment that a call has tried in vain.
 *
 * @param deployment the deployment's id
 * @param kind why it failed
 * @param retryAtNanos from when this call may ask it again, as a clock reading, or null for never
 * @param contextWindow its context window, or null when unknown
 * @param upstream provider and upstream model, for failures that equal deployments would repeat
 */
public record TriedDeployment(
        String deployment,
        ErrorKind kind,
        @Nullable Long retryAtNanos,
        @Nullable Long contextWindow,
        String upstream) {

    /** Returns why {@code other} is no use after this visit, or null when it may be tried. */
    @Nullable
    String rulesOut(LiveDeployment other) {
        return switch (kind) {
            case CONTEXT_TOO_LONG -> {
                Long window = other.definition().contextWindow();
                yield contextWindow != null && window != null && window > contextWindow
                        ? null
                        : "its context window is not known to be larger than that of " + deployment;
            }
            case UNSUPPORTED, PAYLOAD_TOO_LARGE ->
                upstream.equals(upstream(other)) ? "it is the same upstream model as " + deployment : null;
            default -> null;
        };
    }

    /** Returns provider and upstream model of a deployment. */
    public static String upstream(LiveDeployment target) {
        return target.provider() + "/" + target.upstreamModel();
    }
}
