package dev.aigw.api.spi;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CooldownScope;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.HealthState;
import dev.aigw.api.Route;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something that has happened in a router, for its {@link RouterListener}s. Events are immutable; the call and attempt
 * that they name live on, so what these say may have changed when an event is looked at later.
 *
 * <p>In one call, events come in this order: {@link CallStarted}; for each attempt {@link AttemptStarted} and
 * {@link AttemptEnded}, which overlap when it is hedged; between attempts {@link Retried}, {@link FellBack},
 * {@link Hedged} and {@link StreamRecovered}; last {@link CallEnded}. What an attempt says of its deployment
 * ({@link CooldownStarted}, {@link BreakerChanged}) comes at its end.
 *
 * <p>What the router sends beside the calls of its callers begins and ends here, too. The copy of a call for a shadow
 * is a call of its own whose {@link CallContext#requestedModel()} is the caller's; the tag {@code shadow} among its
 * options tells it from the caller's.
 */
public interface RouterEvent {

    /**
     * A call has entered the router.
     *
     * @param call the call
     */
    record CallStarted(CallContext call) implements RouterEvent {}

    /**
     * A call is over; of a stream, at its end.
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
     * An attempt is over; of a stream, at its end.
     *
     * @param call its call
     * @param attempt the attempt
     * @param end how it ended
     */
    record AttemptEnded(CallContext call, AttemptContext attempt, End end) implements RouterEvent {}

    /**
     * A call tries its model again. An attempt follows, unless no deployment can serve.
     *
     * @param call the call
     * @param failure what the attempt before failed with
     */
    record Retried(CallContext call, GatewayException failure) implements RouterEvent {}

    /**
     * A call goes on to a fallback model. An attempt follows, unless no deployment of it can serve.
     *
     * @param call the call
     * @param from the model that failed
     * @param to the fallback model
     * @param failure what the model failed with
     */
    record FellBack(CallContext call, String from, String to, GatewayException failure) implements RouterEvent {}

    /**
     * A call was slow, so another attempt goes out beside the one under way.
     *
     * @param call the call
     */
    record Hedged(CallContext call) implements RouterEvent {}

    /**
     * A stream broke after its first content, and another attempt has taken over.
     *
     * @param call the call
     * @param failure what broke it
     * @param resumed whether the answer goes on where it broke, rather than beginning again
     */
    record StreamRecovered(CallContext call, GatewayException failure, boolean resumed) implements RouterEvent {}

    /**
     * A cooldown has begun, or one that runs has become longer: a deployment, or what it shares with others, is not
     * asked for a while.
     *
     * @param deployment the id of the deployment that failed
     * @param scope what is not asked
     * @param kind the kind of failure
     * @param duration how long it is not asked
     */
    record CooldownStarted(String deployment, CooldownScope scope, ErrorKind kind, Duration duration)
            implements RouterEvent {}

    /**
     * A cooldown is over: its time is up, or it was lifted.
     *
     * @param deployment the id of the deployment whose failure it began with
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
     * @param duration how long it stays open before it lets a probe through; zero unless it is open now
     */
    record BreakerChanged(
            String deployment,
            BreakerState from,
            BreakerState to,
            @Nullable ErrorKind kind,
            Duration duration) implements RouterEvent {}

    /**
     * Health checks have found a deployment to be unhealthy, so that it is not asked, or healthy again.
     *
     * @param deployment the id of the deployment
     * @param state what it is now
     * @param kind the kind of failure of the last check, or null when it succeeded
     */
    record HealthChanged(
            String deployment, HealthState state, @Nullable ErrorKind kind) implements RouterEvent {}

    /**
     * The application has said how good the reply of a call was.
     *
     * @param callId the {@link Route#callId()} of the reply
     * @param score from 0, useless, to 1, perfect
     */
    record FeedbackGiven(String callId, double score) implements RouterEvent {}
}
