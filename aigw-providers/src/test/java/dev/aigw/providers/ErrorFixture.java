package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
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
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;

/**
 * One vendor's error as it is on the wire, and the failure that it must become, read from a file:
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
public record ErrorFixture(
        String name,
        String source,
        ErrorKind kind,
        FailureSubject subject,
        @Nullable String code,
        @Nullable String retryAfter,
        int status,
        Map<String, String> headers,
        String body) {

    /** The key that some of the errors echo. */
    private static final String KEY = "sk-fixture-0123456789abcdef";

    private static final Path RESOURCES = Path.of("src", "test", "resources");
    private static final Path ROOT = RESOURCES.resolve("errors");

    /** The errors of OpenAI-shaped servers, by dialect or by the name of a server without one. */
    private static final Path DIALECTS = RESOURCES.resolve("errors-of-dialects");

    /** Errors that a proxy answers with, whatever protocol it was asked in. */
    private static final Path PROXIES = RESOURCES.resolve("errors-of-proxies");

    private static final Pattern TIME = Pattern.compile("\\{(http date|instant|epoch) in (P[^}]+)}");

    /** Returns a test for each of a vendor's files, with the adapter that {@code adapter} creates for a base URL. */
    public static Stream<DynamicTest> tests(String vendor, Function<String, ProviderAdapter> adapter) {
        return of(vendor).stream().map(error -> DynamicTest.dynamicTest(error.name, () -> error.check(adapter)));
    }

    /** Returns a test for each error of a server with OpenAI's protocol. */
    public static Stream<DynamicTest> ofDialects(BiFunction<String, String, ProviderAdapter> adapter) {
        return servers().entrySet().stream()
                .flatMap(server -> server.getValue().stream()
                        .map(error -> DynamicTest.dynamicTest(
                                server.getKey() + " " + error.name,
                                () -> error.check(url -> adapter.apply(server.getKey(), url)))));
    }

    /** Returns the errors of servers with OpenAI's protocol, by the names of dialects or of servers without one. */
    static Map<String, List<ErrorFixture>> servers() {
        Map<String, List<ErrorFixture>> servers = new TreeMap<>();
        list(DIALECTS).forEach(folder -> servers.put(folder.getFileName().toString(), in(folder)));
        return servers;
    }

    /** Returns the errors that a proxy answers with, whatever protocol it is asked in. */
    public static List<ErrorFixture> ofProxies() {
        return in(PROXIES);
    }

    /** Checks the failure of an adapter that gets this error with its status. */
    public void check(Function<String, ProviderAdapter> adapter) {
        Fault fault = Fault.reply(status, contentType(), body);
        for (Map.Entry<String, String> header : headersNow()) {
            fault = fault.header(header.getKey(), header.getValue());
        }
        Fault reply = fault;
        try (FaultServer server = FaultServer.builder().plan(request -> reply).start();
                ProviderAdapter asked = adapter.apply(server.baseUrl())) {
            for (boolean streamed : new boolean[] {false, true}) {
                GatewayException e = catchThrowableOfType(GatewayException.class, () -> call(asked, streamed));
                assertThat(e).as("streamed: %s", streamed).isNotNull();
                assertThat(e.kind()).as("streamed: %s, %s", streamed, e).isEqualTo(kind);
                assertThat(e.subject()).as("streamed: %s, %s", streamed, e).isEqualTo(subject);
                assertThat(e.status()).isEqualTo(status);
                if (code != null) {
                    assertThat(e.vendorCode()).isEqualTo(code);
                }
                if (retryAfter != null) {
                    assertRetryAfter(e, retryAfter);
                }
                assertThat(e.getMessage() + e.body() + e.headers()).doesNotContain(KEY);
            }
        }
    }

    private static void call(ProviderAdapter adapter, boolean streamed) {
        ChatRequest request = ChatRequest.of("m", "hello");
        AttemptContext attempt = AttemptContext.builder("m").build();
        if (!streamed) {
            adapter.call(ChatRequest.CHAT, request, attempt);
            return;
        }
        try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, request, attempt)) {
            stream.response();
        }
    }

    private static void assertRetryAfter(GatewayException e, String expected) {
        if (expected.equals("none")) {
            assertThat(e.retryAfter()).isNull();
        } else if (expected.startsWith("about ")) {
            Duration longest = Duration.parse(expected.substring("about ".length()));
            assertThat(e.retryAfter()).isBetween(longest.minusMinutes(10), longest);
        } else {
            assertThat(e.retryAfter()).isEqualTo(Duration.parse(expected));
        }
    }

    static List<String> vendors() {
        return list(ROOT).stream()
                .map(folder -> folder.getFileName().toString())
                .toList();
    }

    static List<ErrorFixture> of(String vendor) {
        return in(ROOT.resolve(vendor));
    }

    private static List<ErrorFixture> in(Path folder) {
        return list(folder).stream().map(ErrorFixture::read).toList();
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
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
        String source = "";
        int line = 0;
        for (; !lines.get(line).isEmpty(); line++) {
            if (lines.get(line).startsWith("# ")) {
                source = lines.get(line).substring(2);
            } else {
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
                source,
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

    private String contentType() {
        return headers.getOrDefault("content-type", "application/json");
    }

    /** Returns the headers except the content type, with their times relative to now. */
    private List<Map.Entry<String, String>> headersNow() {
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
