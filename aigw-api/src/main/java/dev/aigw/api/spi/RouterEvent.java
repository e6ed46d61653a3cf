package dev.aigw.api.spi;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CooldownScope;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.HealthState;
import dev.aigw.api.Route;
import java.time.Duration;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/**
 * Something that has happened in a router, for its {@link RouterListener}s. Events are immutable, but the call and
 * attempt in them are live: their state may have changed when an event is read later.
 *
 * <p>In one call, events come in this order: {@link CallStarted}; for each attempt {@link AttemptStarted} and
 * {@link AttemptEnded}, which overlap in a hedged call; between attempts {@link Retried}, {@link FellBack},
 * {@link Hedged} and {@link StreamRecovered}; last {@link CallEnded}. What an attempt changes at its deployment
 * ({@link CooldownStarted}, {@link BreakerChanged}) comes at its end.
 *
 * <p>Calls that the router makes itself are reported, too. The copy of a call for a shadow is a separate call with the
 * same {@link CallContext#requestedModel()}; the tag {@code shadow} in its options marks it.
 */
public interface RouterEvent {

    /**
     * A call has started.
     *
     * @param call the call
     */
    record CallStarted(CallContext call) implements RouterEvent {}

    /**
     * A call has ended; of a stream, at its end.
     *
     * @param call the call
     * @param end how it ended
     * @param route what happened in it
     */
    record CallEnded(CallContext call, End end, Route route) implements RouterEvent {}

    /**
     * An attempt is about to be sent.
     *
     * @param call its call
     * @param attempt the attempt
     */
    record AttemptStarted(CallContext call, AttemptContext attempt) implements RouterEvent {}

    /**
     * An attempt has ended; of a stream, at its end.
     *
     * @param call its call
     * @param attempt the attempt
     * @param end how it ended
     */
    record AttemptEnded(CallContext call, AttemptContext attempt, End end) implements RouterEvent {}

    /**
     * A call retries its model. An attempt follows, unless no deployment can serve.
     *
     * @param call the call
     * @param failure the failure of the attempt before
     */
    record Retried(CallContext call, GatewayException failure) implements RouterEvent {}

    /**
     * A call falls back to another model. An attempt follows, unless no deployment of that model can serve.
     *
     * @param call the call
     * @param from the model that failed
     * @param to the fallback model
     * @param failure the failure of the model
     */
    record FellBack(CallContext call, String from, String to, GatewayException failure) implements RouterEvent {}

    /**
     * A call was slow, so another attempt is sent beside the one under way.
     *
     * @param call the call
     */
    record Hedged(CallContext call) implements RouterEvent {}

    /**
     * A stream broke after its first content, and another attempt has taken over.
     *
     * @param call the call
     * @param failure what broke it
     * @param resumed whether the answer continues where it broke rather than starting again
     */
    record StreamRecovered(CallContext call, GatewayException failure, boolean resumed) implements RouterEvent {}

    /**
     * A cooldown has started, or a running one has become longer: a deployment, or a credential that it shares with
     * others, is not asked for a while.
     *
     * @param deployment the id of the deployment that failed
     * @param scope what cools down
     * @param kind the kind of failure
     * @param duration how long
     */
    record CooldownStarted(String deployment, CooldownScope scope, ErrorKind kind, Duration duration)
            implements RouterEvent {}

    /**
     * A cooldown has ended: its time is over, or it was lifted.
     *
     * @param deployment the id of the deployment whose failure started it
     * @param scope what may be asked again
     */
    record CooldownEnded(String deployment, CooldownScope scope) implements RouterEvent {}

    /**
     * The circuit breaker of a deployment has changed its state.
     *
     * @param deployment the id of the deployment
     * @param from the state before
     * @param to the state now
     * @param kind the kind of failure that opened it, or null once it is closed
     * @param duration how long it stays open before it allows a probe; zero unless it is open now
     */
    record BreakerChanged(
            String deployment,
            BreakerState from,
            BreakerState to,
            @Nullable ErrorKind kind,
            Duration duration) implements RouterEvent {}

    /**
     * Health checks have found a deployment unhealthy, so that it is not asked, or healthy again.
     *
     * @param deployment the id of the deployment
     * @param state what it is now
     * @param kind the kind of failure of the last check, or null when it succeeded
     */
    record HealthChanged(
            String deployment, HealthState state, @Nullable ErrorKind kind) implements RouterEvent {}

    /**
     * The vendor shuts the model of a deployment down soon, or has shut it down. Published once for each of the two,
     * and again by a router that is built anew.
     *
     * @param deployment the id of the deployment
     * @param day the day of the shutdown, in UTC
     * @param replacement the model that the vendor recommends instead, as {@code vendor/model}, or null
     * @param past whether the day has come: then the deployment is asked after all others
     */
    record ModelShutdown(
            String deployment, LocalDate day, @Nullable String replacement, boolean past) implements RouterEvent {}

    /**
     * The application has scored the reply of a call.
     *
     * @param callId the {@link Route#callId()} of the reply
     * @param score from 0, useless, to 1, perfect
     */
    record FeedbackGiven(String callId, double score) implements RouterEvent {}

    /**
     * A guard has found something in a request or reply. Never holds content of the call.
     *
     * @param call the call
     * @param verdict what it found, and whether the router acts on it
     */
    record GuardTriggered(CallContext call, Route.Verdict verdict) implements RouterEvent {}

    /**
     * A guard could not tell: it failed or took too long.
     *
     * @param call the call
     * @param guard the name of the guard
     * @param failure why
     * @param open whether the content passed unchecked, rather than being rejected
     */
    record GuardFailed(CallContext call, String guard, GatewayException failure, boolean open) implements RouterEvent {}
}
