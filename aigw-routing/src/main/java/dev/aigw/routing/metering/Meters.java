package dev.aigw.routing.metering;

import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.MeterRecord;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.spi.UsageLedger;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller.Reach;
import dev.aigw.routing.engine.call.FailureLog;
import dev.aigw.routing.feature.Feature;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Token meters, and the feature that feeds one.
 *
 * <pre>{@code
 * TokenMeter meter = Meters.inMemory();
 * ModelRouter router = ModelRouter.builder().meter(meter) ... .build();
 * meter.ledger().byModel().forEach((model, sum) -> System.out.println(model + ": " + sum.cost()));
 * }</pre>
 *
 * <p>Each attempt that was begun is recorded exactly once, when it is over: also one that failed, was overtaken, or
 * whose stream was closed early. What is recorded:
 *
 * <table>
 * <caption>Usage and cost of an attempt</caption>
 * <tr><th>the attempt</th><th>usage</th><th>cost</th></tr>
 * <tr><td>reported its usage</td><td>as reported</td><td>by the price, unknown without one</td></tr>
 * <tr><td>brought content of a chat or embeddings, and reported none</td><td>estimated</td><td>by the price</td></tr>
 * <tr><td>brought a reply of another kind, and reported none</td><td>none</td><td>unknown</td></tr>
 * <tr><td>was refused or failed before any content</td><td>none</td><td>zero</td></tr>
 * <tr><td>was abandoned or timed out before any content</td><td>none</td><td>unknown: nobody told</td></tr>
 * </table>
 *
 * <p>A chat stream that ended early after a first report counts the larger of what was reported and what is estimated
 * of the text that came. Estimates are made by the router's {@link TokenCounter} (of a stream's answer, whose text is
 * gone by then, four characters to a token), are marked {@link dev.aigw.api.TokenUsage.Provenance#ESTIMATED}, and are
 * made only where nobody told.
 */
public final class Meters {

    /** How many rows {@link #inMemory()} keeps apart. */
    static final int ROWS = 100_000;

    private Meters() {}

    /**
     * Returns a meter that keeps its ledger in the heap, a row for each model, deployment and caller. Recording takes
     * no lock; sums are exact, also those of money. A ledger read while attempts are being recorded may hold part of
     * one.
     *
     * <p>From 100,000 rows on, callers not seen before are put together under the tenant {@code (others)}.
     */
    public static TokenMeter inMemory() {
        return builder().build();
    }

    /** Starts a meter like {@link #inMemory()} that keeps more apart, or passes on what it records. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the feature that records every attempt in {@code meter}. What the meter throws is logged and dropped. */
    public static Feature feature(TokenMeter meter) {
        Objects.requireNonNull(meter, "meter");
        FailureLog failures = new FailureLog(LoggerFactory.getLogger(MeterStage.class), "the token meter");
        return EngineFeature.of(installer -> installer.engineStage(
                Phase.ATTEMPT,
                Reach.ALL_CALLS,
                new MeterStage(meter, installer.tokens(), installer.environment()::now, failures)));
    }

    /**
     * Builds a meter in the heap. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads; what it builds is.
     *
     * <pre>{@code
     * TokenMeter meter = Meters.builder()
     *     .tag("feature")
     *     .recentCalls(10_000)
     *     .listener(record -> billing.send(record.callId() + "/" + record.attempt(), record.caller(), record.cost()))
     *     .build();
     * }</pre>
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final Set<String> tags = new LinkedHashSet<>();
        private final List<Consumer<MeterRecord>> listeners = new ArrayList<>();
        private @Nullable Integer recentCalls;

        private Builder() {}

        /** Keeps the values of a tag apart, so that the ledger can tell sums {@linkplain UsageLedger#byTag by tag}. */
        public Builder tag(String tag) {
            if (!tags.add(Objects.requireNonNull(tag, "tag"))) {
                throw new IllegalStateException("tag \"" + tag + "\" is set twice: remove one of the two");
            }
            return this;
        }

        /** Keeps the sums of this many calls, so that {@link TokenMeter#call} can tell them; none by default. */
        public Builder recentCalls(int calls) {
            once.check(0, "recentCalls");
            if (calls < 1) {
                throw new IllegalArgumentException(
                        "recentCalls is " + calls + ": use a positive number, or leave it out");
            }
            recentCalls = calls;
            return this;
        }

        /**
         * Passes on each record, exactly once, when its attempt is settled, for billing say: call id and attempt number
         * together identify it. Runs in the thread of the call, so it must be quick; what it throws is logged and
         * dropped, and the ledger has the record all the same.
         */
        public Builder listener(Consumer<MeterRecord> listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /** Returns the meter, its ledger empty. */
        public TokenMeter build() {
            return new InMemoryMeter(ROWS, List.copyOf(tags), recentCalls == null ? 0 : recentCalls, listeners);
        }
    }
}
