package dev.aigw.routing.metering;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.batch.BatchSubmitted;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.FailureLog;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.call.Settlement;
import java.time.InstantSource;

/** Records each attempt at its end. Safe for use by many threads. */
final class MeterStage implements EngineStage {

    private final TokenMeter meter;
    private final TokenCounter counter;
    private final InstantSource clock;
    private final FailureLog failures;

    MeterStage(TokenMeter meter, TokenCounter counter, InstantSource clock, FailureLog failures) {
        this.meter = meter;
        this.counter = counter;
        this.clock = clock;
        this.failures = failures;
    }

    /** Leaves out submissions of batches: what they cost is recorded with their results, item by item. */
    @Override
    public boolean concerns(Call call) {
        return call.operation().replyType() != BatchSubmitted.class;
    }

    @Override
    public ModelReply apply(Hop hop) {
        Attempt attempt = hop.leasedAttempt();
        Call call = hop.call();
        ModelRequest request = hop.request();
        String model = call.model(); // by the end, the call may be for a fallback
        hop.onEnd(end -> record(call, attempt, model, request, end));
        return hop.proceed(request);
    }

    private void record(Call call, Attempt attempt, String model, ModelRequest request, End end) {
        if (!attempt.isSent()) {
            return;
        }
        try {
            Settlement settled = Settlement.of(attempt, request, end, counter, clock.instant());
            meter.record(MeterRecord.builder()
                    .callId(call.id())
                    .attempt(attempt.number())
                    .operation(call.operation().name())
                    .model(model)
                    .deployment(attempt.deployment())
                    .caller(attempt.payer())
                    .tags(call.accountTags())
                    .outcome(end.outcome())
                    .usage(settled.usage())
                    .cost(settled.cost())
                    .build());
        } catch (RuntimeException e) {
            failures.failed(e);
        }
    }
}
