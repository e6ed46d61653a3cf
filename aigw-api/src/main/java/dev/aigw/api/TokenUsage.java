package dev.aigw.api;

import dev.aigw.api.internal.JsonFields;
import dev.aigw.api.internal.SetOnce;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tokens used, in disjoint buckets: their sum is the total, and nothing is counted twice. Beside them, how often the
 * vendor ran tools of its own that it charges by use.
 *
 * <p>Vendors differ on what includes what (some count cached tokens inside the input, some outside); adapters normalise
 * to these buckets. A bucket that was not reported is absent, which is not zero. Immutable.
 */
@SuppressWarnings("EnumOrdinal") // buckets index an array, for speed
public final class TokenUsage {

    /** Where the numbers come from. */
    public enum Provenance {
        /** The provider reported them. */
        REPORTED,
        /** The router estimated them. */
        ESTIMATED
    }

    /** One kind of token; the buckets do not overlap. */
    public enum Bucket {
        /** Prompt tokens that no cache served. */
        INPUT(true),
        /** Prompt tokens read from the provider's prompt cache. */
        CACHE_READ(true),
        /** Prompt tokens written to the provider's prompt cache for about five minutes, or for an unstated time. */
        CACHE_WRITE(true),
        /** Prompt tokens written to the provider's prompt cache for an hour or more. */
        CACHE_WRITE_LONG(true),
        /** Audio in the prompt. */
        INPUT_AUDIO(true),
        /** Images in the prompt, where the provider counts them separately. */
        INPUT_IMAGE(true),
        /** Visible text and tool calls of the answer. */
        OUTPUT(false),
        /** Reasoning, whether shown or hidden. */
        REASONING(false),
        /** Audio in the answer. */
        OUTPUT_AUDIO(false),
        /** Images in the answer. */
        OUTPUT_IMAGE(false);

        private final boolean input;

        Bucket(boolean input) {
            this.input = input;
        }

        /** Returns whether this bucket belongs to the prompt. */
        public boolean isInput() {
            return input;
        }
    }

    private static final Bucket[] BUCKETS = Bucket.values();
    private static final long ABSENT = -1;

    /** More than any sum of real calls, and so little that sums of many of these stay positive. */
    private static final long MOST = 1L << 50;

    /** Nothing reported. */
    public static final TokenUsage NONE = builder().build();

    private final long[] tokens;
    private final Map<String, Long> serverToolUses;
    private final Provenance provenance;

    private TokenUsage(long[] tokens, Map<String, Long> serverToolUses, Provenance provenance) {
        this.tokens = tokens;
        this.serverToolUses = serverToolUses;
        this.provenance = provenance;
    }

    /** Starts a usage with every bucket absent, provenance {@link Provenance#REPORTED}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a reported usage with just these two buckets. */
    public static TokenUsage of(long inputTokens, long outputTokens) {
        return builder().input(inputTokens).output(outputTokens).build();
    }

    /** Returns the tokens of one bucket, or {@code absent} when unknown: like {@link #get}, without allocation. */
    public long getOr(Bucket bucket, long absent) {
        long count = tokens[bucket.ordinal()];
        return count == ABSENT ? absent : count;
    }

    /** Returns the tokens of {@code bucket}; empty when not reported. */
    public OptionalLong get(Bucket bucket) {
        long count = tokens[bucket.ordinal()];
        return count == ABSENT ? OptionalLong.empty() : OptionalLong.of(count);
    }

    /** Returns the tokens of {@code bucket}, taking an absent bucket as zero. */
    public long getOrZero(Bucket bucket) {
        return Math.max(0, tokens[bucket.ordinal()]);
    }

    /** Returns all tokens of the prompt, absent buckets as zero. */
    public long inputTokens() {
        return sum(true);
    }

    /** Returns all tokens of the answer, reasoning included, absent buckets as zero. */
    public long outputTokens() {
        return sum(false);
    }

    /** Returns all tokens, absent buckets as zero. */
    public long totalTokens() {
        return inputTokens() + outputTokens();
    }

    /**
     * Returns how often the vendor ran each of its own tools that it charges by use, such as {@code web_search}; empty
     * when it ran none or did not report it.
     */
    public Map<String, Long> serverToolUses() {
        return serverToolUses;
    }

    /** Returns whether no bucket is present and no tool was used. */
    public boolean isEmpty() {
        for (long count : tokens) {
            if (count != ABSENT) {
                return false;
            }
        }
        return serverToolUses.isEmpty();
    }

    /** Returns where the numbers come from. */
    public Provenance provenance() {
        return provenance;
    }

    /**
     * Returns the sum, bucket by bucket and tool by tool; a bucket is absent only where it is absent on both sides. A
     * count saturates at 2<sup>50</sup>. The sum is {@link Provenance#ESTIMATED} if either non-empty side is.
     */
    public TokenUsage plus(TokenUsage other) {
        if (other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        long[] sum = new long[BUCKETS.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = tokens[i] == ABSENT && other.tokens[i] == ABSENT
                    ? ABSENT
                    : Math.min(MOST, Math.max(0, tokens[i]) + Math.max(0, other.tokens[i]));
        }
        boolean reported = provenance == Provenance.REPORTED && other.provenance == Provenance.REPORTED;
        return new TokenUsage(
                sum, sum(serverToolUses, other.serverToolUses), reported ? Provenance.REPORTED : Provenance.ESTIMATED);
    }

    private static Map<String, Long> sum(Map<String, Long> one, Map<String, Long> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isEmpty() ? other : one;
        }
        Map<String, Long> sum = new TreeMap<>(one);
        other.forEach((tool, uses) -> sum.merge(tool, uses, (a, b) -> Math.min(MOST, a + b)));
        return Collections.unmodifiableMap(sum);
    }

    private long sum(boolean input) {
        long sum = 0;
        for (Bucket bucket : BUCKETS) {
            if (bucket.input == input) {
                sum += Math.max(0, tokens[bucket.ordinal()]);
            }
        }
        return sum;
    }

    /**
     * Returns this usage as a plain JSON object, to be stored: a member for each bucket, in lower case,
     * {@code server_tools}, and {@code provenance} unless it is {@link Provenance#REPORTED}; empty for {@link #NONE}.
     */
    public Map<String, @Nullable Object> toMap() {
        JsonFields fields = JsonFields.none().with("provenance", provenance == Provenance.REPORTED ? null : provenance);
        for (Bucket bucket : BUCKETS) {
            long count = tokens[bucket.ordinal()];
            fields.with(JsonFields.name(bucket), count == ABSENT ? null : (Object) count);
        }
        return fields.with("server_tools", serverToolUses).plain();
    }

    /**
     * Returns the usage that {@link #toMap()} wrote. Members of other names are ignored.
     *
     * @throws IllegalArgumentException if a member does not fit; the message names it
     */
    public static TokenUsage fromMap(Map<String, ?> map) {
        JsonFields fields = JsonFields.read(map, "");
        Builder usage = builder();
        if (fields.has("provenance")) {
            usage.provenance(fields.constant("provenance", Provenance.class));
        }
        for (Bucket bucket : BUCKETS) {
            Long count = fields.whole(JsonFields.name(bucket));
            if (count != null) {
                usage.set(bucket, count);
            }
        }
        if (fields.has("server_tools")) {
            JsonFields tools = fields.fields("server_tools");
            tools.plain().keySet().forEach(tool -> usage.serverTool(tool, tools.needWhole(tool)));
        }
        return usage.build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenUsage that
                && provenance == that.provenance
                && Arrays.equals(tokens, that.tokens)
                && serverToolUses.equals(that.serverToolUses);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(tokens) + serverToolUses.hashCode()) + provenance.hashCode();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("TokenUsage{");
        for (Bucket bucket : BUCKETS) {
            if (tokens[bucket.ordinal()] != ABSENT) {
                text.append(bucket).append('=').append(tokens[bucket.ordinal()]).append(", ");
            }
        }
        if (!serverToolUses.isEmpty()) {
            text.append(serverToolUses).append(", ");
        }
        return text.append(provenance).append('}').toString();
    }

    /**
     * Builds a {@link TokenUsage}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private long once; // one is built for each answer
        private long[] tokens = new long[BUCKETS.length];
        private boolean built;
        private Map<String, Long> serverToolUses = Map.of();
        private Provenance provenance = Provenance.REPORTED;

        private Builder() {
            Arrays.fill(tokens, ABSENT);
        }

        /** Sets the prompt tokens that no cache served. */
        public Builder input(long tokens) {
            return set(Bucket.INPUT, tokens);
        }

        /** Sets the prompt tokens read from the provider's cache. */
        public Builder cacheRead(long tokens) {
            return set(Bucket.CACHE_READ, tokens);
        }

        /** Sets the prompt tokens written to the provider's cache. */
        public Builder cacheWrite(long tokens) {
            return set(Bucket.CACHE_WRITE, tokens);
        }

        /** Sets the tokens of the answer, reasoning excluded. */
        public Builder output(long tokens) {
            return set(Bucket.OUTPUT, tokens);
        }

        /** Sets the reasoning tokens. */
        public Builder reasoning(long tokens) {
            return set(Bucket.REASONING, tokens);
        }

        /**
         * Sets a bucket. A negative count (a provider whose parts exceed its total) is taken as zero, and one above
         * 2<sup>50</sup> as that, so that no sum of counts overflows.
         */
        public Builder set(Bucket bucket, long count) {
            once = SetOnce.check(once, bucket.ordinal(), bucket.name());
            if (built) { // the usage that was built has the array
                tokens = tokens.clone();
                built = false;
            }
            tokens[bucket.ordinal()] = Math.min(MOST, Math.max(0, count));
            return this;
        }

        /**
         * Adds uses of a tool that runs at the vendor and is charged by use, such as {@code web_search}. Zero and
         * negative counts add nothing; counts saturate at 2<sup>50</sup>.
         */
        public Builder serverTool(String tool, long uses) {
            if (uses > 0) {
                serverToolUses = sum(serverToolUses, Map.of(tool, Math.min(MOST, uses)));
            }
            return this;
        }

        /** Sets where the numbers come from; {@link Provenance#REPORTED} by default. */
        public Builder provenance(Provenance provenance) {
            once = SetOnce.check(once, BUCKETS.length, "provenance");
            this.provenance = Objects.requireNonNull(provenance, "provenance");
            return this;
        }

        /** Returns the usage. */
        public TokenUsage build() {
            built = true;
            return new TokenUsage(tokens, serverToolUses, provenance);
        }
    }
}
