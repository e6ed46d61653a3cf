package dev.aigw.routing.limit;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Outcome;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.call.OpenSettlements;
import dev.aigw.routing.engine.call.Settlement;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Reserves what an attempt may use, and settles it at the attempt's end. Safe for use by many threads. */
final class ReserveStage implements EngineStage {

    private final Gate gate;
    private final Gate ofHouse;
    private final TokenCounter counter;
    private final @Nullable Integer assumedOutputTokens;
    private final OpenSettlements batches;

    /**
     * Creates the stage.
     *
     * @param ofHouse what counts attempts that the house pays for
     */
    ReserveStage(
            Gate gate,
            Gate ofHouse,
            TokenCounter counter,
            @Nullable Integer assumedOutputTokens,
            OpenSettlements batches) {
        this.gate = gate;
        this.ofHouse = ofHouse;
        this.counter = counter;
        this.assumedOutputTokens = assumedOutputTokens;
        this.batches = batches;
    }

    @Override
    public ModelReply apply(Hop hop) {
        Attempt attempt = hop.leasedAttempt();
        ModelRequest request = hop.request();
        InstantSource clock = hop.call().environment()::now;
        Demand demand = new Demand(request, attempt, counter, assumedOutputTokens, clock.instant());
        Reservation reservation = (attempt.isChargedToHouse() ? ofHouse : gate).reserve(hop.call(), attempt, demand);
        if (!reservation.isEmpty()) {
            hop.onEnd(end -> {
                if (!attempt.isSent()) {
                    reservation.cancel();
                } else if (request instanceof BatchRequest && end.outcome() == Outcome.SUCCESS) {
                    batches.add(hop.call().id(), reservation.deferred()::settle);
                } else {
                    reservation.settle(Settlement.of(attempt, request, end, counter, clock.instant()));
                }
            });
        }
        return hop.proceed(request);
    }
}
