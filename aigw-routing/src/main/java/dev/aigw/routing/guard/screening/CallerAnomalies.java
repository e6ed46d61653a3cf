package dev.aigw.routing.guard.screening;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A guard on input that finds what is unusual for a caller, not in a text: prompts far larger than its own usual ones,
 * many refusals, the same prompt again and again, many small variations of one (a search for a jailbreak), or one with
 * a field that changes (extraction, record by record). Safe for use by many threads.
 *
 * <pre>{@code
 * CallerAnomalies anomalies = CallerAnomalies.builder().action(GuardAction.BLOCK).refusals(10).build();
 * }</pre>
 *
 * <p>It is also a {@link RouterListener}, which counts a caller's calls that other guards rejected, that vendors
 * filtered, and that a model refused: {@code Guards} installs it as one.
 *
 * <p>No content is kept: only numbers, and hashes with a random key of this object. A caller takes about 5 KB, the
 * number of callers is bounded, and those that were not seen for longest give way.
 *
 * <p>The rules are {@code size}, {@code refusals}, {@code repetition}, {@code probing} and {@code extraction}. A
 * finding's score is 0.5 at the threshold, and nears 1 beyond it. The defaults report and block nothing: batch jobs ask
 * one thing of many records, too. What is typed by hand seldom reaches them.
 */
public final class CallerAnomalies implements Guard, RouterListener {

    private final GuardAction action;
    private final double sizeDeviations;
    private final int warmUp;
    private final int refusals;
    private final int repetitions;
    private final int variations;
    private final long windowNanos;
    private final Function<Caller, String> by;
    private final LongSupplier clock;
    private final KeyedHash hash;
    private final Cache<Long, CallerHistory> callers;

    private CallerAnomalies(Builder builder) {
        action = builder.action;
        sizeDeviations = builder.sizeDeviations;
        warmUp = builder.warmUp;
        refusals = builder.refusals;
        repetitions = builder.repetitions;
        variations = builder.variations;
        windowNanos = builder.window.toNanos();
        by = builder.by;
        clock = builder.clock;
        SecureRandom random = new SecureRandom();
        hash = new KeyedHash(random.nextLong(), random.nextLong());
        callers = Caffeine.newBuilder()
                .maximumWeight(builder.maximumBytes)
                .weigher((Long caller, CallerHistory history) -> CallerHistory.BYTES)
                .executor(Runnable::run)
                .build();
    }

    /** Starts a guard. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String name() {
        return "caller-anomalies";
    }

    /** Returns {@link Guard.Effort#MEMORY}. */
    @Override
    public Effort effort() {
        return Effort.MEMORY;
    }

    @Override
    public GuardVerdict check(Inspection inspection) {
        if (inspection.direction() != Inspection.Direction.INPUT) {
            return GuardVerdict.ALLOW;
        }
        long now = clock.getAsLong();
        CallerHistory history = history(inspection.caller());
        List<GuardFinding> findings = new ArrayList<>(0);
        add(findings, "size", history.size(size(inspection), warmUp), sizeDeviations);
        add(findings, "refusals", history.refusals(now, windowNanos), refusals);
        String prompt = prompt(inspection);
        PromptPrint print = prompt == null ? null : PromptPrint.of(prompt, hash);
        if (print != null) {
            CallerHistory.Likes likes = history.prompt(print, inspection.model().hashCode(), now, windowNanos);
            add(findings, "repetition", likes.repeats(), repetitions);
            add(
                    findings,
                    likes.fields() > likes.variations() ? "extraction" : "probing",
                    likes.fields() + likes.variations(),
                    variations);
        }
        if (action == GuardAction.BLOCK && !findings.isEmpty()) {
            history.rejectByUs();
        }
        return GuardVerdict.of(findings);
    }

    private void add(List<GuardFinding> findings, String rule, double value, double threshold) {
        if (threshold > 0 && value >= threshold) {
            findings.add(GuardFinding.whole(rule, 1 - 0.5 * threshold / value, action));
        }
    }

    private CallerHistory history(Caller caller) {
        String name = by.apply(caller);
        return callers.get(hash.of(name, 0, name.length()), key -> new CallerHistory());
    }

    private static long size(Inspection inspection) {
        long size = 0;
        for (GuardedPart part : inspection.parts()) {
            if (part.text() != null) {
                size += part.text().length();
            } else if (part.tensor() != null) {
                size += part.tensor().sizeBytes();
            }
        }
        return size;
    }

    /** Returns what the user wrote last: the parts of one message. */
    private static @Nullable String prompt(Inspection inspection) {
        List<GuardedPart> parts = inspection.parts();
        int last = parts.size() - 1;
        while (last >= 0 && !isPrompt(parts.get(last))) {
            last--;
        }
        if (last < 0) {
            return null;
        }
        String message = message(parts.get(last));
        int first = last;
        while (first > 0
                && isPrompt(parts.get(first - 1))
                && message(parts.get(first - 1)).equals(message)) {
            first--;
        }
        if (first == last) {
            return parts.get(last).text();
        }
        StringBuilder all = new StringBuilder();
        for (int i = first; i <= last; i++) {
            all.append(parts.get(i).text()).append('\n');
        }
        return all.toString();
    }

    private static boolean isPrompt(GuardedPart part) {
        return part.origin() == ContentOrigin.USER && part.text() != null;
    }

    /** Returns the path up to the first index, as in {@code messages[2]}. */
    private static String message(GuardedPart part) {
        return part.path().substring(0, part.path().indexOf(']') + 1);
    }

    /** Counts a call of a caller that was rejected, filtered or refused. */
    @Override
    public void onEvent(RouterEvent event) {
        if (event instanceof RouterEvent.CallEnded ended) {
            GatewayException failure = ended.end().failure();
            boolean byGuard = failure != null && failure.kind() == ErrorKind.GUARD_REJECTED;
            boolean refused = failure != null
                    ? byGuard || failure.kind() == ErrorKind.CONTENT_FILTERED
                    : ended.end().reply() instanceof ChatResponse response && isRefusal(response.finishReason());
            if (refused) {
                history(ended.call().options().caller()).refusal(byGuard, clock.getAsLong(), windowNanos);
            }
        }
    }

    private static boolean isRefusal(FinishReason reason) {
        return reason.kind() == FinishReason.Kind.REFUSAL || reason.kind() == FinishReason.Kind.CONTENT_FILTER;
    }

    /** Returns about how many callers are known. */
    public long callers() {
        callers.cleanUp();
        return callers.estimatedSize();
    }

    @Override
    public String toString() {
        return "CallerAnomalies{" + action + ", " + callers.estimatedSize() + " callers}";
    }

    /**
     * Builds a {@link CallerAnomalies}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for
     * use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce("CallerAnomalies.builder(): ");
        private GuardAction action = GuardAction.ANNOTATE;
        private double sizeDeviations = 6;
        private int warmUp = 20;
        private int refusals = 5;
        private int repetitions = 20;
        private int variations = 20;
        private Duration window = Duration.ofMinutes(10);
        private Function<Caller, String> by = Builder::tenantUserAndKey;
        private long maximumBytes = 32L << 20;
        private LongSupplier clock = System::nanoTime;

        private Builder() {}

        private static String tenantUserAndKey(Caller caller) {
            return caller.tenant() == null && caller.user() == null && caller.key() == null
                    ? "source " + caller.source()
                    : caller.tenant() + "\n" + caller.user() + "\n" + caller.key();
        }

        /**
         * Sets what to do: {@link GuardAction#ANNOTATE}, the default, or {@link GuardAction#BLOCK}.
         *
         * @throws IllegalArgumentException if it is another
         */
        public Builder action(GuardAction action) {
            once.check(0, "action");
            if (action != GuardAction.ANNOTATE && action != GuardAction.BLOCK) {
                throw new IllegalArgumentException("the action is " + action + ": use ANNOTATE or BLOCK");
            }
            this.action = action;
            return this;
        }

        /**
         * Sets by how many standard deviations a request must be larger than the caller's usual ones, on a logarithmic
         * scale; 6 by default, which is at least eight times as large. 0 switches the rule off.
         *
         * @throws IllegalArgumentException if it is negative or no number
         */
        public Builder sizeDeviations(double deviations) {
            once.check(1, "sizeDeviations");
            if (!(deviations >= 0)) {
                throw new IllegalArgumentException("sizeDeviations is " + deviations + ": use 0 or more");
            }
            this.sizeDeviations = deviations;
            return this;
        }

        /**
         * Sets how many requests of a caller must be known before sizes are judged; 20 by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder warmUp(int requests) {
            once.check(2, "warmUp");
            if (requests < 1) {
                throw new IllegalArgumentException("warmUp is " + requests + ": use 1 or more");
            }
            this.warmUp = requests;
            return this;
        }

        /**
         * Sets how many refusals in the window are too many; 5 by default. 0 switches the rule off. What this guard
         * itself blocks doesn't count, so a caller that stops is free again.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder refusals(int count) {
            once.check(3, "refusals");
            this.refusals = checked("refusals", count);
            return this;
        }

        /**
         * Sets how often the same prompt in the window is too often; 20 by default. 0 switches the rule off.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder repetitions(int count) {
            once.check(4, "repetitions");
            this.repetitions = checked("repetitions", count);
            return this;
        }

        /**
         * Sets how many variations of one prompt in the window are too many; 20 by default. 0 switches the rules off.
         *
         * @throws IllegalArgumentException if it is negative
         */
        public Builder variations(int count) {
            once.check(5, "variations");
            this.variations = checked("variations", count);
            return this;
        }

        private static int checked(String name, int count) {
            if (count < 0) {
                throw new IllegalArgumentException(name + " is " + count + ": use 0 or more");
            }
            return count;
        }

        /**
         * Sets the time in which things are counted, approximately; 10 minutes by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder window(Duration window) {
            once.check(6, "window");
            if (window.isNegative() || window.isZero()) {
                throw new IllegalArgumentException("window is " + window + ": use a positive duration");
            }
            this.window = window;
            return this;
        }

        /**
         * Sets whose history a call belongs to: callers with equal names share one. By default it is tenant, user and
         * key; for a caller with none of them its source.
         */
        public Builder by(Function<Caller, String> name) {
            once.check(7, "by");
            this.by = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Sets how much memory histories may take; 32 MiB by default, for about 6,000 callers.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder maximumBytes(long bytes) {
            once.check(8, "maximumBytes");
            if (bytes < 1) {
                throw new IllegalArgumentException("maximumBytes is " + bytes + ": use 1 or more");
            }
            this.maximumBytes = bytes;
            return this;
        }

        /** Sets the clock, for tests: nanoseconds as of {@link System#nanoTime()}, the default. */
        public Builder clock(LongSupplier nanos) {
            once.check(9, "clock");
            this.clock = Objects.requireNonNull(nanos, "nanos");
            return this;
        }

        /** Returns the guard. */
        public CallerAnomalies build() {
            return new CallerAnomalies(this);
        }
    }
}
