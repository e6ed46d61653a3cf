package dev.aigw.api;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What really happened to one call: the model that answered and every attempt that was made.
 *
 * <p>A reply has it from {@link ModelReply#route()}, a failure from {@link GatewayException#route()}.
 *
 * @param callId identifies the call within its router; empty for {@link #NONE}
 * @param requestedModel the name the application asked for
 * @param model the logical model that answered, a fallback's name when one stepped in
 * @param attempts every attempt in order of its end, or of its first content for a stream
 * @param source where the reply came from
 * @param warnings what was changed or skipped on the way, for example a malformed stream event
 */
public record Route(
        String callId,
        String requestedModel,
        String model,
        List<Attempt> attempts,
        Source source,
        List<String> warnings) {

    /** The route of a reply that no router produced. */
    public static final Route NONE = new Route("", "", "", List.of(), Source.MODEL, List.of());

    /** Where a reply came from. */
    public enum Source {
        /** A deployment answered this call. */
        MODEL,
        /** The result cache answered. */
        CACHE,
        /** An identical call under way answered both. */
        SHARED,
        /** Every model failed, and the last resort of the model asked for answered: a stale or prepared reply. */
        DEGRADED
    }

    /** Copies the lists. */
    public Route {
        attempts = List.copyOf(attempts);
        warnings = List.copyOf(warnings);
    }

    /** Returns the deployment that answered, or null when no attempt succeeded. */
    public @Nullable String deployment() {
        for (int i = attempts.size() - 1; i >= 0; i--) {
            if (attempts.get(i).outcome() == Outcome.SUCCESS) {
                return attempts.get(i).deployment();
            }
        }
        return null;
    }

    /** Returns whether no model answered, but the last resort in their place. */
    public boolean degraded() {
        return source == Source.DEGRADED;
    }

    /** Returns whether another model than the resolved one answered. */
    public boolean fellBack() {
        return attempts.stream().map(Attempt::model).distinct().count() > 1;
    }

    /**
     * One send to one deployment.
     *
     * @param model the logical model this attempt was for
     * @param deployment the deployment's id, for example {@code openai/gpt-5-mini#2}
     * @param outcome how it ended; for a stream, how it stood at its first content unless it broke later
     * @param duration from sending to that end
     * @param errorKind why it failed, or null
     */
    public record Attempt(
            String model,
            String deployment,
            Outcome outcome,
            Duration duration,
            @Nullable ErrorKind errorKind) {}
}
