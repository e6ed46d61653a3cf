package dev.aigw.providers.http.errors;

import dev.aigw.api.spi.RateLimit;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Determines how long to wait from the headers of a reply.
 *
 * <p>Explicit waits come first: {@code retry-after-ms}, {@code x-ms-retry-after-ms}, {@code Retry-After} (seconds or
 * date). Otherwise it is the reset of the exhausted dimension ({@code requests}, {@code tokens}, …), the one with
 * nothing remaining, or the longest if several are exhausted. A reset is a duration ({@code 6m0s}, {@code 12ms}), a
 * number of seconds, an epoch, or an RFC 3339 time.
 */
public final class ResetHeaders {

    private static final Duration LONGEST = Duration.ofDays(31);
    private static final Duration UNTOLD = Duration.ofMinutes(1);
    private static final List<Dimension> DIMENSIONS = List.of(
            new Dimension(RateLimit.Unit.REQUESTS, "x-ratelimit-%s-requests"),
            new Dimension(RateLimit.Unit.TOKENS, "x-ratelimit-%s-tokens"),
            new Dimension(RateLimit.Unit.REQUESTS, "anthropic-ratelimit-requests-%s"),
            new Dimension(RateLimit.Unit.TOKENS, "anthropic-ratelimit-tokens-%s"),
            new Dimension(RateLimit.Unit.INPUT_TOKENS, "anthropic-ratelimit-input-tokens-%s"),
            new Dimension(RateLimit.Unit.OUTPUT_TOKENS, "anthropic-ratelimit-output-tokens-%s"));

    /** A dimension that a vendor limits, and its headers. */
    private record Dimension(RateLimit.Unit unit, String remaining, String reset, String limit) {
        Dimension(RateLimit.Unit unit, String name) {
            this(unit, name.replace("%s", "remaining"), name.replace("%s", "reset"), name.replace("%s", "limit"));
        }
    }

    private ResetHeaders() {}

    /**
     * Returns the wait in the headers, never negative and at most 31 days; null when there is none.
     *
     * @param headers returns the value of a header by its name, or null
     * @param now when the reply arrived
     */
    public static @Nullable Duration retryAfter(Function<String, @Nullable String> headers, Instant now) {
        Duration explicit = millis(headers.apply("retry-after-ms"));
        if (explicit == null) {
            explicit = millis(headers.apply("x-ms-retry-after-ms"));
        }
        if (explicit == null) {
            explicit = parse(headers.apply("retry-after"), now);
        }
        if (explicit != null && !explicit.isZero()) {
            return explicit;
        }
        Duration exhausted = exhausted(headers, now);
        return exhausted != null ? exhausted : explicit;
    }

    /**
     * Returns the rate limits that a reply reports. Those without a limit or with a negative remainder, which Azure
     * sends for unknown, are left out; without a reset, a minute is assumed.
     */
    public static List<RateLimit> limits(Function<String, @Nullable String> headers, Instant now) {
        List<RateLimit> limits = new ArrayList<>(2);
        for (Dimension dimension : DIMENSIONS) {
            Double remaining = number(headers.apply(dimension.remaining()));
            Double limit = remaining == null ? null : number(headers.apply(dimension.limit()));
            if (remaining != null && remaining >= 0 && limit != null && limit >= 1) {
                Duration reset = parse(headers.apply(dimension.reset()), now);
                limits.add(new RateLimit(
                        dimension.unit(), limit.longValue(), remaining.longValue(), reset == null ? UNTOLD : reset));
            }
        }
        return limits;
    }

    private static @Nullable Duration exhausted(Function<String, @Nullable String> headers, Instant now) {
        Duration longest = null;
        for (Dimension dimension : DIMENSIONS) {
            Double remaining = number(headers.apply(dimension.remaining()));
            if (remaining != null && remaining == 0) {
                Duration reset = parse(headers.apply(dimension.reset()), now);
                if (reset != null && (longest == null || reset.compareTo(longest) > 0)) {
                    longest = reset;
                }
            }
        }
        return longest;
    }

    /** Returns the wait until a reset; null if the value is not a reset. Never throws. */
    static @Nullable Duration parse(@Nullable String value, Instant now) {
        if (value == null || value.isBlank() || value.length() > 64) {
            return null;
        }
        String text = value.trim();
        Double number = number(text);
        if (number != null) {
            if (number >= 1e12) {
                return bounded(number / 1e3 - now.toEpochMilli() / 1e3);
            }
            return number >= 1e9 ? bounded(number - now.toEpochMilli() / 1e3) : number < 0 ? null : bounded(number);
        }
        Duration duration = goDuration(text);
        return duration != null ? duration : date(text, now);
    }

    private static @Nullable Duration date(String text, Instant now) {
        try {
            Instant at = Character.isDigit(text.charAt(0))
                    ? OffsetDateTime.parse(text).toInstant()
                    : ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ENGLISH))
                            .toInstant();
            Duration wait = Duration.between(now, at);
            return wait.isNegative() ? Duration.ZERO : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
        } catch (DateTimeException | ArithmeticException e) {
            return null;
        }
    }

    /** Parses a duration in Go's format: decimal numbers, each with its unit. */
    private static @Nullable Duration goDuration(String text) {
        double seconds = 0;
        int at = 0;
        while (at < text.length()) {
            int digits = at;
            while (digits < text.length() && isDecimal(text.charAt(digits))) {
                digits++;
            }
            int unit = digits;
            while (unit < text.length() && !isDecimal(text.charAt(unit))) {
                unit++;
            }
            Double amount = number(text.substring(at, digits));
            double factor = unitSeconds(text.substring(digits, unit));
            if (amount == null || factor < 0) {
                return null;
            }
            seconds += amount * factor;
            at = unit;
        }
        return bounded(seconds);
    }

    private static double unitSeconds(String unit) {
        return switch (unit.toLowerCase(Locale.ROOT)) {
            case "d" -> 86_400;
            case "h" -> 3_600;
            case "m" -> 60;
            case "s" -> 1;
            case "ms" -> 1e-3;
            case "us", "µs", "μs" -> 1e-6;
            case "ns" -> 1e-9;
            default -> -1;
        };
    }

    private static boolean isDecimal(char c) {
        return c == '.' || (c >= '0' && c <= '9');
    }

    private static @Nullable Duration millis(@Nullable String value) {
        Double millis = number(value);
        return millis == null || millis < 0 ? null : bounded(millis / 1e3);
    }

    private static @Nullable Double number(@Nullable String value) {
        if (value == null) {
            return null;
        }
        String text = value.trim();
        if (text.isEmpty() || text.length() > 32) {
            return null;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isDecimal(text.charAt(i)) && !(i == 0 && text.charAt(i) == '-')) {
                return null;
            }
        }
        try {
            return Double.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static Duration bounded(double seconds) {
        if (!(seconds > 0)) {
            return Duration.ZERO;
        }
        return seconds >= LONGEST.toSeconds() ? LONGEST : Duration.ofNanos((long) Math.ceil(seconds * 1e6) * 1000);
    }
}
