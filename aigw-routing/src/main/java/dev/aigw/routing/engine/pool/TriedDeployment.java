package dev.aigw.routing.engine.pool;

import dev.aigw.api.ErrorKind;
import org.jspecify.annotations.Nullable;

/**
 * A deployment that a call has tried without success.
 *
 * @param deployment the deployment's id
 * @param kind why it failed
 * @param retryAtNanos from when this call may ask it again, as a clock reading, or null for never
 * @param waits what a wait until then is for
 * @param contextWindow its context window, or null when unknown
 * @param upstream provider and upstream model, for failures that equal deployments would repeat
 */
public record TriedDeployment(
        String deployment,
        ErrorKind kind,
        @Nullable Long retryAtNanos,
        Decision.Reason waits,
        @Nullable Long contextWindow,
        String upstream) {

    /** Notes that {@code deployment} is not to be asked again. */
    public static TriedDeployment never(LiveDeployment deployment, ErrorKind kind) {
        return of(deployment, kind, null, Decision.Reason.BACKOFF);
    }

    /** Notes from when {@code deployment} may be asked again. */
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

    /** Returns why {@code other} is no use after this one, or null when it may be tried. */
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
