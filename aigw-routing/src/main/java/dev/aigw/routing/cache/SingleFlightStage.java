package dev.aigw.routing.cache;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.spi.ResultCache;
import dev.aigw.routing.engine.call.CacheKeys;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.feature.Environment;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Joins identical calls under way: the first, the leader, makes the call in its own thread; the others wait for its
 * result. Calls with other keys never wait.
 *
 * <p>A waiting call is bound by its own deadline and cancellation; if it stops waiting, the others are not affected. If
 * the leader stops for a reason of its own, one of the waiting calls becomes the leader. Any other failure is shared
 * with calls that may use the same models: each gets a copy of the exception. Streams are not joined, since a stream has
 * one reader, and neither are samples, which are meant to differ.
 *
 * <p>Calls that store their reply and calls that do not are joined separately, so that a reply to be stored is stored.
 * Safe for use by many threads.
 */
final class SingleFlightStage implements EngineStage {

    private record FlightKey(ResultCache.Key key, boolean store) {}

    private final CacheKeys keys;
    private final boolean joinSamples;
    private final Environment environment;
    private final ConcurrentMap<FlightKey, Flight> flights = new ConcurrentHashMap<>();

    SingleFlightStage(CacheKeys keys, boolean joinSamples, Environment environment) {
        this.keys = keys;
        this.joinSamples = joinSamples;
        this.environment = environment;
    }

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        CacheDirective wish = call.options().cache();
        if (!isJoinable(call.operation())
                || !wish.read()
                || !keys.serve(call)
                || (!joinSamples && isSample(hop.request()))) {
            return hop.proceed(hop.request());
        }
        FlightKey key = new FlightKey(keys.key(hop), wish.store());
        String model = key.key().model();
        Flight own = new Flight(call.options());
        while (true) {
            Flight other = flights.putIfAbsent(key, own);
            if (other == null) {
                return lead(hop, key, own);
            }
            Flight.Landing end = other.await(call, environment);
            if (other.appliesTo(end, call.options(), model)) {
                return share(end, call, model);
            }
            if (end.reply() != null) {
                return hop.proceed(hop.request()); // waiting again for a substitute would only serialize the calls
            }
        }
    }

    private static boolean isJoinable(Operation<?, ?> operation) {
        return operation.cacheable() && !AutoCloseable.class.isAssignableFrom(operation.replyType());
    }

    /** Returns whether the answer differs from call to call by the caller's wish. */
    private static boolean isSample(ModelRequest request) {
        if (!(request instanceof ChatRequest chat)) {
            return false;
        }
        Double temperature = chat.sampling().temperature();
        return temperature != null && temperature > 0 && chat.sampling().seed() == null;
    }

    private ModelReply lead(Hop hop, FlightKey key, Flight flight) {
        Call call = hop.call();
        Flight.Landing end = new Flight.Landing(null, null, false, call.model());
        try {
            ModelReply reply = hop.proceed(hop.request());
            end = new Flight.Landing(reply, null, false, call.model());
            return reply;
        } catch (GatewayException e) {
            end = new Flight.Landing(
                    null, e, e.kind() == ErrorKind.TIMEOUT || call.isUnserved(e), call.model());
            throw e;
        } finally {
            flights.remove(key, flight); // first, so that the next leader can register
            flight.land(end);
        }
    }

    private static ModelReply share(Flight.Landing end, Call call, String model) {
        ModelReply reply = end.reply();
        if (reply == null) {
            GatewayException failure = end.failure();
            throw failure == null ? new IllegalStateException("nothing to share") : copy(failure);
        }
        call.put(CallFacts.SOURCE, Route.Source.SHARED);
        if (!end.model().equals(model)) {
            call.warn("an identical call under way was answered by model \"" + end.model() + "\" in place of \"" + model
                    + "\", and its answer was shared");
        }
        return reply;
    }

    private static GatewayException copy(GatewayException failure) {
        return failure.toBuilder().build();
    }

    /** Returns the number of calls that others may join now. */
    int underWay() {
        return flights.size();
    }

    /** Returns approximately how many calls have joined them. */
    int waiting() {
        return flights.values().stream().mapToInt(Flight::waiters).sum();
    }
}
