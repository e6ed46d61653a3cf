package dev.aigw.routing.engine.call;

import dev.aigw.api.Capability;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.time.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The timeouts of one attempt, and when its wait counts as long.
 *
 * <p>Unless a timeout is set, a stream's first content may take 10 seconds if another deployment or model could serve
 * and neither card nor request says that the model reasons; otherwise 2 minutes. If the call has a deadline and another
 * deployment or model could serve, an attempt gets only a share of the time left, so that time remains for the others.
 *
 * <p>A wait is long if it reaches the model's own timeout, or five times the usual latency of its deployments (at least
 * 5 seconds). Before they have replied often enough to know that latency, 10 seconds is long, or 2 minutes for a model
 * that reasons.
 */
final class AttemptTimeouts {

    private static final Duration FIRST_CONTENT = Duration.ofSeconds(10);
    private static final Duration FIRST_CONTENT_ALONE = Duration.ofMinutes(2);
    private static final long LEAST_LONG_NANOS = 5_000_000_000L;
    private static final int TIMES_USUAL = 5;

    private AttemptTimeouts() {}

    /** Returns the timeouts for the adapter. */
    static Timeouts of(Call call, LiveDeployment deployment, ModelRequest request) {
        Timeouts given = call.timeouts();
        boolean firstContent = call.isStreamed() && given.firstEvent() == null;
        long remaining = call.remainingNanos();
        boolean deadline = remaining != Long.MAX_VALUE;
        if (!deadline && !firstContent) {
            return given;
        }
        boolean others = othersCanServe(call, deployment, request);
        Timeouts known = firstContent ? withFirstContent(given, others && !reasons(deployment, request)) : given;
        return others && deadline ? shared(known, call, remaining) : known;
    }

    private static Timeouts withFirstContent(Timeouts given, boolean impatient) {
        return Timeouts.builder()
                .firstEvent(impatient ? FIRST_CONTENT : FIRST_CONTENT_ALONE)
                .build()
                .orElse(given);
    }

    private static Timeouts shared(Timeouts known, Call call, long remaining) {
        long share = (long) (remaining * call.deadlineShare());
        if (share >= remaining) {
            return known;
        }
        Duration most = Duration.ofNanos(Math.max(1, share));
        Timeouts.Builder bounds = Timeouts.builder().attempt(least(known.attempt(), most));
        if (call.isStreamed()) {
            bounds.firstEvent(least(known.firstEvent(), most));
        }
        return bounds.build().orElse(known);
    }

    private static Duration least(@Nullable Duration one, Duration other) {
        return one == null || other.compareTo(one) < 0 ? other : one;
    }

    private static boolean othersCanServe(Call call, LiveDeployment deployment, ModelRequest request) {
        return call.currentModel().pool().canServeBeside(deployment, call.query(request))
                || call.fallbackCanServe(request);
    }

    private static boolean reasons(LiveDeployment deployment, @Nullable ModelRequest request) {
        if (request instanceof ChatRequest chat
                && chat.reasoning() != null
                && chat.reasoning().level() != ReasoningEffort.Level.NONE) {
            return true;
        }
        return deployment.card().capabilities().contains(Capability.REASONING);
    }

    /** Returns whether the caller, or the share of its deadline, set a shorter timeout than the model's own. */
    static boolean isImpatient(Call call, Timeouts used) {
        return isShorter(used.attempt(), call.modelTimeouts().attempt())
                || isShorter(used.firstEvent(), call.modelTimeouts().firstEvent())
                || isShorter(used.idle(), call.modelTimeouts().idle())
                || isShorter(used.heartbeats(), call.modelTimeouts().heartbeats());
    }

    private static boolean isShorter(@Nullable Duration used, @Nullable Duration own) {
        return used != null && own != null && used.compareTo(own) < 0;
    }

    /** Returns the nanoseconds from which a wait is long. */
    static long longNanos(Call call, LiveDeployment deployment, @Nullable ModelRequest request) {
        Timeouts models = call.modelTimeouts();
        Duration own = call.isStreamed() && models.firstEvent() != null ? models.firstEvent() : models.attempt();
        long usual = deployment.usualLatencyNanos();
        if (usual == 0) {
            usual = call.currentModel().pool().usualLatencyNanos();
        }
        long nanos = usual > 0
                ? Math.max(LEAST_LONG_NANOS, TIMES_USUAL * usual)
                : (reasons(deployment, request) ? FIRST_CONTENT_ALONE : FIRST_CONTENT).toNanos();
        return own == null ? nanos : Math.min(nanos, Durations.nanos(own));
    }
}
