package dev.aigw.providers;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One vendor's error as it comes over the wire, and what must become of it, read from a file:
 *
 * <pre>
 * # where it is from
 * kind: RATE_LIMITED
 * subject: MODEL
 * code: rate_limit_exceeded
 * retry after: PT20S
 *
 * HTTP/1.1 429
 * x-ratelimit-reset-requests: 20s
 *
 * {"error": …}
 * </pre>
 *
 * <p>{@code subject}, {@code code} and {@code retry after} may be left out; without a subject it is unknown. The last
 * may be {@code none}, or {@code about PT2H} when a header says it as {@code {http date in PT2H}}, {@code {instant in
 * PT2H}} or {@code {epoch in PT2H}}.
 */
record ErrorFixture(
        String name,
        ErrorKind kind,
        FailureSubject subject,
        @Nullable String code,
        @Nullable String retryAfter,
        int status,
        Map<String, String> headers,
        String body) {

    private static final Path ROOT = Path.of("src", "test", "resources", "errors");
    private static final Pattern TIME = Pattern.compile("\\{(http date|instant|epoch) in (P[^}]+)}");

    static List<ErrorFixture> of(String vendor) {
        try (Stream<Path> files = Files.list(ROOT.resolve(vendor))) {
            return files.sorted().map(ErrorFixture::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ErrorFixture read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> expected = new HashMap<>();
        int line = 0;
        for (; !lines.get(line).isEmpty(); line++) {
            if (!lines.get(line).startsWith("#")) {
                put(expected, lines.get(line));
            }
        }
        int status = Integer.parseInt(lines.get(++line).substring("HTTP/1.1 ".length()));
        Map<String, String> headers = new HashMap<>();
        for (line++; !lines.get(line).isEmpty(); line++) {
            put(headers, lines.get(line));
        }
        String body = String.join("\n", lines.subList(line + 1, lines.size()));
        return new ErrorFixture(
                file.getFileName().toString(),
                ErrorKind.valueOf(expected.get("kind")),
                FailureSubject.valueOf(expected.getOrDefault("subject", "UNKNOWN")),
                expected.get("code"),
                expected.get("retry after"),
                status,
                headers,
                body);
    }

    private static void put(Map<String, String> fields, String line) {
        int colon = line.indexOf(": ");
        fields.put(line.substring(0, colon), line.substring(colon + 2));
    }

    String contentType() {
        return headers.getOrDefault("content-type", "application/json");
    }

    /** Returns the headers but for the content type, with the times they speak of counted from now. */
    List<Map.Entry<String, String>> headersNow() {
        List<Map.Entry<String, String>> now = new ArrayList<>();
        headers.forEach((name, value) -> {
            if (!name.equals("content-type")) {
                now.add(Map.entry(name, TIME.matcher(value).replaceAll(ErrorFixture::time)));
            }
        });
        return now;
    }

    private static String time(MatchResult match) {
        Instant at = Instant.now().plus(Duration.parse(match.group(2)));
        return switch (match.group(1)) {
            case "http date" -> DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atZone(ZoneOffset.UTC));
            case "instant" -> at.truncatedTo(ChronoUnit.SECONDS).toString();
            default -> String.valueOf(at.getEpochSecond());
        };
    }
}
