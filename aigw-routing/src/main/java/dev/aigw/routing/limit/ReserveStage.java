package dev.aigw.routing.limit;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.Stage;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.Settlement;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reserves what an attempt may use, and settles it when the attempt is over. Safe for use by many threads. */
final class ReserveStage implements Stage {

    private final Gate gate;
    private final TokenCounter counter;
    private final @Nullable Integer assumedOutputTokens;

    ReserveStage(Gate gate, TokenCounter counter, @Nullable Integer assumedOutputTokens) {
        this.gate = gate;
        this.counter = counter;
        this.assumedOutputTokens = assumedOutputTokens;
    }

    @Override
    public ModelReply apply(Chain chain) {
        Attempt attempt = (Attempt) Objects.requireNonNull(chain.attempt(), "attempt");
        ModelRequest request = chain.request();
        InstantSource clock = ((Call) chain.call()).environment()::now;
        Demand demand = new Demand(request, attempt, counter, assumedOutputTokens, clock.instant());
        Reservation reservation = gate.reserve(chain.call(), attempt, demand);
        if (!reservation.isEmpty()) {
            chain.onEnd(end -> reservation.settle(
                    Settlement.of(attempt, request, end, attempt.live().price(), counter, clock.instant())));
        }
        return chain.proceed(request);
    }
}
