package dev.aigw.routing.metering;

import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.CallContext;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.Stage;
import dev.aigw.api.spi.TokenMeter;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records each attempt when it is over. Safe for use by many threads. */
final class MeterStage implements Stage {

    private static final Logger log = LoggerFactory.getLogger(MeterStage.class);

    private final TokenMeter meter;
    private final Function<AttemptContext, @Nullable Price> prices;

    MeterStage(TokenMeter meter, Function<AttemptContext, @Nullable Price> prices) {
        this.meter = meter;
        this.prices = prices;
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
        try {
            TokenUsage usage = usage(request, end);
            meter.record(new TokenMeter.MeterRecord(
                    call.id(),
                    attempt.number(),
                    call.operation().name(),
                    model,
                    attempt.deployment(),
                    call.options().caller(),
                    attempt.tags(),
                    end.outcome(),
                    usage,
                    cost(attempt, usage, end)));
        } catch (RuntimeException e) {
            log.warn("the token meter failed to record attempt {} of call {}", attempt.number(), call.id(), e);
        }
    }

    private static TokenUsage usage(ModelRequest request, End end) {
        TokenUsage reported = end.usage();
        if (reported.isEmpty()) {
            return end.outcome() == Outcome.SUCCESS || end.outputChars() > 0
                    ? UsageEstimate.of(request, end)
                    : TokenUsage.NONE;
        }
        return end.outcome() == Outcome.SUCCESS ? reported : UsageEstimate.atLeastOutput(reported, end.outputChars());
    }

    private Cost cost(AttemptContext attempt, TokenUsage usage, End end) {
        if (usage.isEmpty()) {
            return wasRefused(end) ? Cost.ZERO : Cost.UNKNOWN;
        }
        Price price = prices.apply(attempt);
        return price == null ? Cost.UNKNOWN : price.cost(usage);
    }

    private static boolean wasRefused(End end) {
        return end.outcome() == Outcome.FAILED
                && (end.failure() == null || end.failure().kind() != ErrorKind.TIMEOUT);
    }
}
