package dev.aigw.providers.schema;

import java.io.File;
import java.net.URI;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The types of the JDK that JSON has as strings. */
final class Texts {

    private static final Pattern UUID_FORM = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

    private static final Map<Class<?>, Shape.Text> BY_TYPE = new HashMap<>();

    /** The types of java.time, for which Jackson needs a module. */
    static final Map<Class<?>, TimeType> TIMES = new HashMap<>();

    static {
        time(Instant.class, "date-time", null, Instant::parse, (text, form) -> form.parse(text, Instant::from));
        time(OffsetDateTime.class, "date-time", null, OffsetDateTime::parse, OffsetDateTime::parse);
        time(ZonedDateTime.class, "date-time", null, ZonedDateTime::parse, ZonedDateTime::parse);
        time(LocalDate.class, "date", null, LocalDate::parse, LocalDate::parse);
        String local = "without offset or zone, such as ";
        time(
                LocalDateTime.class,
                null,
                "a date and time " + local + "2026-11-30T10:15:00",
                LocalDateTime::parse,
                LocalDateTime::parse);
        time(LocalTime.class, null, "a time of day " + local + "10:15:00", LocalTime::parse, LocalTime::parse);
        time(
                OffsetTime.class,
                null,
                "a time with offset, such as 10:15:00+01:00",
                OffsetTime::parse,
                OffsetTime::parse);
        time(YearMonth.class, null, "a year and month, such as 2026-11", YearMonth::parse, YearMonth::parse);
        time(MonthDay.class, null, "a month and day, such as --11-30", MonthDay::parse, MonthDay::parse);
        time(
                Duration.class,
                null,
                "an ISO 8601 duration of days, hours, minutes and seconds, such as PT1H30M",
                Duration::parse,
                null);
        time(Period.class, null, "an ISO 8601 period of years, months and days, such as P1M", Period::parse, null);
        time(ZoneId.class, null, "a time zone, such as Europe/Oslo", ZoneId::of, null);
        time(ZoneOffset.class, null, "an offset from UTC, such as +01:00", ZoneOffset::of, null);

        text(String.class, null, null, Texts::isText);
        text(CharSequence.class, null, null, Texts::isText);
        text(StringBuilder.class, null, null, Texts::isText);
        text(StringBuffer.class, null, null, Texts::isText);
        text(char[].class, null, null, Texts::isText);
        text(char.class, null, "one character", text -> text.length() == 1);
        text(Character.class, null, "one character", text -> text.length() == 1);
        text(byte[].class, null, "bytes in base64", Texts::isText);
        text(UUID.class, "uuid", null, text -> UUID_FORM.matcher(text).matches());
        text(URI.class, null, "a URI", Texts::isText);
        text(URL.class, null, "a URL", Texts::isText);
        text(Locale.class, null, "a language tag, such as en-GB", Texts::isText);
        text(Currency.class, null, "a currency code of ISO 4217, such as EUR", Texts::isText);
        text(TimeZone.class, null, "a time zone, such as Europe/Oslo", Texts::isText);
        text(Charset.class, null, "a character set, such as UTF-8", Texts::isText);
        text(Pattern.class, null, "a regular expression", Texts::isText);
        text(File.class, null, "a path", Texts::isText);
        text(Path.class, null, "a path", Texts::isText);
        text(Date.class, "date-time", null, reads(OffsetDateTime::parse));
        text(Calendar.class, "date-time", null, reads(OffsetDateTime::parse));
    }

    private Texts() {}

    private static boolean isText(String any) {
        return true;
    }

    /** Reads text as a value; throws {@link DateTimeException} if it is none. */
    @FunctionalInterface
    interface Parser {
        Object parse(String text);
    }

    /** Reads text of another form than the standard one. */
    @FunctionalInterface
    interface PatternParser {
        Object parse(CharSequence text, DateTimeFormatter form);
    }

    /**
     * A type of java.time.
     *
     * @param standard reads the standard form
     * @param patterned reads the member's own form, or null if there is none
     */
    record TimeType(Parser standard, @Nullable PatternParser patterned) {}

    private static void time(
            Class<?> type,
            @Nullable String format,
            @Nullable String note,
            Parser standard,
            @Nullable PatternParser patterned) {
        TIMES.put(type, new TimeType(standard, patterned));
        text(type, format, note, reads(standard));
    }

    private static void text(Class<?> type, @Nullable String format, @Nullable String note, Predicate<String> check) {
        BY_TYPE.put(type, new Shape.Text(format, note, check));
    }

    private static Predicate<String> reads(Parser parser) {
        return text -> {
            try {
                parser.parse(text);
                return true;
            } catch (DateTimeException e) {
                return false; // that is the answer
            }
        };
    }

    /** Returns the form of a type that is a string in JSON; null if it is none. */
    static Shape.@Nullable Text of(Class<?> type) {
        return BY_TYPE.get(type);
    }

    /** Returns a string of the member's own pattern. */
    static Shape.Text patterned(String pattern) {
        return new Shape.Text(null, "in the form " + pattern, Texts::isText);
    }
}
