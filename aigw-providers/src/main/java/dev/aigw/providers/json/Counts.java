package dev.aigw.providers.json;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.TokenUsage;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads the token counts of one answer. Servers write them as numbers or as texts; a count that is negative, no number,
 * or above a billion, which no call uses, is absent and reported once by a warning. Not safe for use by several
 * threads.
 */
public final class Counts {

    /** A count that was not reported, or that cannot be true. */
    public static final long ABSENT = -1;

    private static final long MOST = 1_000_000_000;

    private final Consumer<String> warnings;
    private Set<String> refused = Set.of();

    /** Creates a reader that passes its warnings on. */
    public Counts(Consumer<String> warnings) {
        this.warnings = warnings;
    }

    /** Returns the count of a field; {@link #ABSENT} if there is none. */
    public long of(JsonNode node, String field) {
        JsonNode value = node.get(field);
        if (value == null || value.isNull()) {
            return ABSENT;
        }
        Long count = Json.countOf(node, field);
        if (count != null && count <= MOST) {
            return count;
        }
        refused = refused.isEmpty() ? new HashSet<>(4) : refused;
        if (refused.add(field)) {
            warnings.accept("the reported " + field + " cannot be a number of tokens: it was left out");
        }
        return ABSENT;
    }

    /** Returns the count of the first field that has one; {@link #ABSENT} if none has. */
    public long first(JsonNode node, String... fields) {
        long count = ABSENT;
        for (int i = 0; i < fields.length && count == ABSENT; i++) {
            count = of(node, fields[i]);
        }
        return count;
    }

    /** Returns 0 for {@link #ABSENT}, otherwise the count. */
    public static long orZero(long count) {
        return Math.max(0, count);
    }

    /**
     * Returns a count, or what a total says in place of one that is absent or 0, so that an answer never looks free.
     *
     * @param total the total, or {@link #ABSENT}
     * @param others the sum of the other counts in the total
     */
    public static long orRest(long count, long total, long others) {
        return count <= 0 && total > others ? total - others : count;
    }

    /**
     * Sets a bucket to a share of a total, and returns what is left of the total.
     *
     * @param share the share; {@link #ABSENT} leaves the bucket absent, and more than is left counts as what is left
     * @param left what is left of the total
     */
    public static long share(TokenUsage.Builder usage, TokenUsage.Bucket bucket, long share, long left) {
        if (share == ABSENT) {
            return left;
        }
        long taken = Math.min(share, left);
        usage.set(bucket, taken);
        return left - taken;
    }

    /** Sets a bucket to a count; {@link #ABSENT} leaves it absent. */
    public static void set(TokenUsage.Builder usage, TokenUsage.Bucket bucket, long count) {
        if (count != ABSENT) {
            usage.set(bucket, count);
        }
    }

    /** Returns a usage of input only; nothing for {@link #ABSENT}. */
    public static TokenUsage input(long count) {
        return count == ABSENT
                ? TokenUsage.NONE
                : TokenUsage.builder().input(count).build();
    }
}
