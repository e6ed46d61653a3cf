package dev.aigw.routing.engine.pool;

import dev.aigw.api.ErrorKind;
import org.jspecify.annotations.Nullable;

/**
 * A deployment that a call has tried without success.
 *
 * @param deployment the deployment's id
 * @param kind why it failed
 * @param retryAtNanos when this call may retry it, as a clock reading, or null for never
 * @param waits the reason of a wait until then
 * @param contextWindow its context window, or null when unknown
 * @param upstream provider and upstream model, for failures that deployments of the same model would repeat; empty
 *     where they would not
 */
public record TriedDeployment(
        String deployment,
        ErrorKind kind,
        @Nullable Long retryAtNanos,
        Decision.Reason waits,
        @Nullable Long contextWindow,
        String upstream) {

    private static final String NO_UPSTREAM = "";

    /** Returns a note that the call must not retry {@code deployment}. */
    public static TriedDeployment never(LiveDeployment deployment, ErrorKind kind) {
        return of(deployment, kind, null, Decision.Reason.BACKOFF);
    }

    /**
     * Returns a note that the call must not retry {@code deployment}, whose failure concerns its credential: other
     * deployments of the same model may serve.
     */
    public static TriedDeployment neverWithItsCredential(LiveDeployment deployment, ErrorKind kind) {
        return new TriedDeployment(deployment.id(), kind, null, Decision.Reason.BACKOFF, null, NO_UPSTREAM);
    }

    /** Returns a note of when the call may retry {@code deployment}. */
    public static TriedDeployment of(
            LiveDeployment deployment, ErrorKind kind, @Nullable Long retryAtNanos, Decision.Reason waits) {
        return new TriedDeployment(
                deployment.id(),
                kind,
                retryAtNanos,
                waits,
                deployment.definition().contextWindow(),
                upstream(deployment));
    }

    /** Returns why {@code other} would fail as this one did, or null if it may be tried. */
    @Nullable
    String rulesOut(LiveDeployment other) {
        return switch (kind) {
            case CONTEXT_TOO_LONG -> {
                Long window = other.definition().contextWindow();
                if (contextWindow != null && window != null) {
                    yield window > contextWindow ? null : "its context window is not larger than that of " + deployment;
                }
                yield upstream.equals(upstream(other)) ? "it is the same upstream model as " + deployment : null;
            }
            case UNSUPPORTED, PAYLOAD_TOO_LARGE ->
                upstream.equals(upstream(other)) ? "it is the same upstream model as " + deployment : null;
            default -> null;
        };
    }

    /** Returns provider and upstream model of a deployment. */
    private static String upstream(LiveDeployment deployment) {
        return deployment.provider() + "/" + deployment.upstreamModel();
    }
}
