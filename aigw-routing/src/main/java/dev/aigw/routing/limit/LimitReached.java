package dev.aigw.routing.limit;

import dev.aigw.api.GatewayException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which limit a call has met, and how it stands. Immutable.
 *
 * <pre>{@code
 * catch (GatewayException e) {
 *   LimitReached reached = LimitReached.of(e);
 *   if (reached != null) {
 *     response.header("Retry-After", reached.frees());
 *   }
 * }
 * }</pre>
 *
 * @param limit the limit's name
 * @param measure what it counts
 * @param key whose allowance it is, values by dimension
 * @param requested what the call asks for, estimated where only its end will tell
 * @param remaining what remains of the allowance
 * @param maximum what a window allows
 * @param frees when what was asked for will fit; null when it never will, or when nobody knows
 */
public record LimitReached(
        String limit,
        Measure measure,
        Map<String, String> key,
        BigDecimal requested,
        BigDecimal remaining,
        BigDecimal maximum,
        @Nullable Duration frees) {

    /** Carries the facts on the failure of a call. */
    static final class Cause extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final transient LimitReached reached;

        Cause(LimitReached reached) {
            super(reached.toString(), null, false, false);
            this.reached = reached;
        }
    }

    /** Returns which limit made a call fail, or null when none did. */
    public static @Nullable LimitReached of(GatewayException failure) {
        return failure.getCause() instanceof Cause cause ? cause.reached : null;
    }

    /** Returns a sentence. */
    @Override
    public String toString() {
        String whose = key.isEmpty()
                ? ""
                : key.entrySet().stream()
                        .map(entry -> entry.getKey() + " \"" + entry.getValue() + "\"")
                        .collect(Collectors.joining(", ", " of ", ""));
        return "limit \"" + limit + "\"" + whose + ": " + plain(remaining) + " of " + plain(maximum) + " "
                + measure.unit() + " remain, the call asks for " + plain(requested)
                + (frees == null ? "" : "; frees in " + frees);
    }

    private static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
