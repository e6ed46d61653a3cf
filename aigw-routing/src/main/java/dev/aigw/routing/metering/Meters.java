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
 * Token meters, and the feature that records in one.
 *
 * <pre>{@code
 * TokenMeter meter = Meters.inMemory();
 * ModelRouter router = ModelRouter.builder().meter(meter) ... .build();
 * meter.ledger().byModel().forEach((model, sum) -> System.out.println(model + ": " + sum.cost()));
 * }</pre>
 *
 * <p>Each attempt that began is recorded exactly once, at its end, including attempts that failed, lost a hedge, or
 * whose stream was closed early. What is recorded:
 *
 * <table>
 * <caption>Usage and cost of an attempt</caption>
 * <tr><th>the attempt</th><th>usage</th><th>cost</th></tr>
 * <tr><td>reported its usage</td><td>as reported</td><td>by the price, unknown without one</td></tr>
 * <tr><td>returned chat content or embeddings without usage</td><td>estimated</td><td>by the price</td></tr>
 * <tr><td>returned a reply of another kind without usage</td><td>none</td><td>unknown</td></tr>
 * <tr><td>was refused or failed before any content</td><td>none</td><td>zero</td></tr>
 * <tr><td>was abandoned or timed out before any content</td><td>none</td><td>unknown: no report</td></tr>
 * </table>
 *
 * <p>For a chat stream that ended early after a first report, the larger of the reported usage and the estimate of the
 * delivered text counts, with the reasoning that the deployment's streams usually do not show. Estimates are made only
 * without a report and are marked {@link dev.aigw.api.TokenUsage.Provenance#ESTIMATED}. The router's
 * {@link TokenCounter} makes them; a stream's answer, whose text is not kept, counts four characters per token.
 */
public final class Meters {

    /** How many rows {@link #inMemory()} keeps. */
    private static final int ROWS = 50_000;

    private Meters() {}

    /**
     * Returns a meter that keeps its ledger in the heap, with a row for each model, deployment and caller. Recording
     * takes no lock; all sums, also of money, are exact. A ledger read while an attempt is being recorded may contain
     * part of it.
     *
     * <p>It has at most 50,000 rows, unless {@link Builder#maximumRows} sets another number. Callers who find no row
     * are combined.
     */
    public static TokenMeter inMemory() {
        return builder().build();
    }

    /** Starts a meter like {@link #inMemory()} that has finer rows or notifies listeners. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the feature that records every attempt in {@code meter}. Exceptions of the meter are logged and ignored.
     */
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
        private int maximumRows = ROWS;

        private Builder() {}

        /**
         * Adds a tag whose values have separate rows, so that the ledger has sums {@linkplain UsageLedger#byTag by
         * tag}.
         */
        public Builder tag(String tag) {
            if (!tags.add(Objects.requireNonNull(tag, "tag"))) {
                throw new IllegalStateException("tag \"" + tag + "\" is set twice: remove one of the two");
            }
            return this;
        }

        /** Keeps the sums of this many recent calls for {@link TokenMeter#call}; none by default. */
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
         * Sets how many rows the ledger has at most; 50,000 by default, which take some 30 MB. Models, callers and tag
         * values come from requests, so their number has to end somewhere.
         *
         * <p>Nine tenths are rows as described. When they are used up, or their names have more than 200 characters on
         * average, new callers are combined by model and deployment, under the tenant {@code (others)} and with empty
         * tags. What finds no row there either, such as invented model names, is in one row of the model
         * {@code (others)}. So all sums stay exact. The log has one warning.
         *
         * <pre>{@code
         * TokenMeter meter = Meters.builder().maximumRows(1_000_000).build(); // 400,000 tenants, two models
         * }</pre>
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maximumRows(int rows) {
            once.check(1, "maximumRows");
            if (rows < 1) {
                throw new IllegalArgumentException("maximumRows is " + rows + ": use " + "1 or more");
            }
            maximumRows = rows;
            return this;
        }

        /**
         * Adds a listener that gets each record exactly once, when its attempt is settled, for example for billing:
         * call id and attempt number together identify a record. It runs in the thread of the call, so it must return
         * quickly; its exceptions are logged and ignored, and the ledger keeps the record.
         */
        public Builder listener(Consumer<MeterRecord> listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /** Returns the meter, its ledger empty. */
        public TokenMeter build() {
            return new InMemoryMeter(maximumRows, List.copyOf(tags), recentCalls == null ? 0 : recentCalls, listeners);
        }
    }
}
