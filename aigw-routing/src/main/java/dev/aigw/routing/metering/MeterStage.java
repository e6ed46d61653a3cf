package dev.aigw.routing.metering;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Price;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.Stage;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.FailureLog;
import dev.aigw.routing.engine.call.Settlement;
import dev.aigw.routing.engine.call.SideCall;
import dev.aigw.routing.engine.pool.Selections;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Records each attempt when it is over. Safe for use by many threads. */
final class MeterStage implements Stage {

    private final TokenMeter meter;
    private final Function<AttemptContext, @Nullable Price> prices;
    private final TokenCounter counter;
    private final InstantSource clock;
    private final FailureLog failures;

    MeterStage(
            TokenMeter meter,
            Function<AttemptContext, @Nullable Price> prices,
            TokenCounter counter,
            InstantSource clock,
            FailureLog failures) {
        this.meter = meter;
        this.prices = prices;
        this.counter = counter;
        this.clock = clock;
        this.failures = failures;
    }

    @Override
    public ModelReply apply(Chain chain) {
        AttemptContext attempt = Objects.requireNonNull(chain.attempt(), "this stage runs in an attempt");
        CallContext call = chain.call();
        ModelRequest request = chain.request();
        String model = call.model(); // by the end, the call may be for a fallback
        chain.onEnd(end -> record(call, attempt, model, request, end));
        return chain.proceed(request);
    }

    private void record(CallContext call, AttemptContext attempt, String model, ModelRequest request, End end) {
        if (attempt instanceof Attempt known && !known.isSent()) {
            return;
        }
        try {
            Settlement settled = Settlement.of(attempt, request, end, prices.apply(attempt), counter, clock.instant());
            SideCall aside = call instanceof Call known ? known.sideCall() : null;
            meter.record(MeterRecord.builder()
                    .callId(call.id())
                    .attempt(attempt.number())
                    .operation(call.operation().name())
                    .model(model)
                    .deployment(attempt.deployment())
                    .caller(aside == null ? call.options().caller() : aside.account())
                    .tags(aside == null ? Selections.tags(call, attempt.tags()) : aside.tags())
                    .outcome(end.outcome())
                    .usage(settled.usage())
                    .cost(settled.cost())
                    .build());
        } catch (RuntimeException e) {
            failures.failed(e);
        }
    }
}
