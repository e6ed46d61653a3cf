package dev.aigw.providers.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.fail;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.ThrowingSupplier;

/**
 * Tests what every HTTP adapter for chat must do, against a server on this machine: read whole and streamed answers,
 * classify errors, end on cancellation and timeouts, show no secret, and send everything in a request or report what it
 * cannot send.
 *
 * <pre>{@code
 * class MyAdapterContractTest extends ProviderContractTest {
 *     protected ProviderAdapter adapter(String baseUrl) {
 *         return MyAdapter.builder().apiKey(CREDENTIAL).baseUrl(baseUrl).build();
 *     }
 *     protected WireFixtures fixtures() {
 *         return WireFixtures.builder().text(…).tools(…).error(…).build(); // or noTools()
 *     }
 *     protected RequestReader requestReader() { // may be left out
 *         return new MyReader();
 *     }
 * }
 * }</pre>
 *
 * <p>For a vendor whose streams are not server-sent events, override {@link #streamContentType()},
 * {@link #eventSeparator()} and {@link #malformedEvent()}, and {@link #streamBytes} if they are not text. What an
 * adapter leaves out of a request must be reported, by a {@link GatewayException} of kind {@link ErrorKind#UNSUPPORTED}
 * before anything is sent or by {@link AttemptContext#warn}; {@link #unreported()} names the exceptions.
 *
 * <p>Each test has its own server and adapter. Subclasses may add tests that use {@link #server()}.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class ProviderContractTest {

    /** The secret that the adapter under test must use and must never show. */
    protected static final String CREDENTIAL = "sk-contract-4f9d2c7b1e8a6035";

    private static final Set<ErrorKind> CUT_KINDS =
            Set.of(ErrorKind.MALFORMED_RESPONSE, ErrorKind.CONNECTION, ErrorKind.STREAM_INTERRUPTED);
    private static final Duration SHORT = Duration.ofMillis(250);
    /** The time after which a call that should end at once counts as hanging. */
    private static final Duration HANGS = Duration.ofSeconds(15);

    private static final String UNANSWERED =
            "the adapter neither answered nor failed: a call must end when its reply has"
                    + " ended, when attempt.cancellation() trips, and when attempt.timeouts() or remainingNanos() are over";
    private static final int MIXTURES = 60;

    private final MockWebServer server = new MockWebServer();
    private @Nullable ProviderAdapter adapter;

    /** For subclasses. */
    protected ProviderContractTest() {}

    /** Returns the adapter under test, which sends to {@code baseUrl} with {@link #CREDENTIAL}. */
    protected abstract ProviderAdapter adapter(String baseUrl);

    /** Returns the vendor's replies. */
    protected abstract WireFixtures fixtures();

    /** Returns the content type of the vendor's streams; server-sent events by default. */
    protected String streamContentType() {
        return "text/event-stream";
    }

    /**
     * Encodes a stream of the fixtures, or a beginning of one that ends with an event; as UTF-8 by default. For vendors
     * whose streams are not text: their fixtures write events in any form, and this method turns them into frames.
     */
    protected byte[] streamBytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Returns a malformed event, which the test inserts into a stream. */
    protected String malformedEvent() {
        return "data: {\"oops\n\n";
    }

    /** Returns what separates the events of a stream. */
    protected String eventSeparator() {
        return "\n\n";
    }

    /**
     * Returns whether only the header {@code Accept} requests a stream; false by default: then the URL or a field of
     * the body must request it.
     */
    protected boolean streamsByHeader() {
        return false;
    }

    /** Returns the vendor's id of the model to use; by default one that no vendor knows. */
    protected String upstreamModel() {
        return "contract-model";
    }

    /**
     * Returns a reader of the adapter's requests; null, the default, for none. Without a reader the test checks that
     * each value of a request is found somewhere in what is sent; with one, that it is in the right place, and that
     * mixtures of features arrive completely.
     */
    protected @Nullable RequestReader requestReader() {
        return null;
    }

    /**
     * Returns the features that the adapter leaves out without a report, because that makes no difference to the model
     * or the vendor does them by itself; by default those of the {@link #requestReader()}, or none. Say why in a
     * comment.
     */
    protected Set<ChatFeature> unreported() {
        RequestReader reader = requestReader();
        return reader == null ? Set.of() : reader.unreported();
    }

    /** Returns the server. */
    protected final MockWebServer server() {
        return server;
    }

    /** Returns the adapter of this test. */
    protected final ProviderAdapter adapter() {
        return Objects.requireNonNull(adapter, "the adapter is available while a test runs");
    }

    @BeforeEach
    void start() throws IOException {
        server.setServerSocketFactory(new PromptSockets());
        server.start();
        String url = server.url("/v1").toString();
        adapter = adapter(url);
    }

    @AfterEach
    void stop() throws Exception {
        adapter().close();
        server.close();
    }

    // ------------------------------------------------------------------------------------------------ whole answers

    @Test
    void aWholeAnswerIsRead() {
        server.enqueue(json(200, fixtures().text().reply()));
        assertSame(chat(), fixtures().text().expected());
    }

    @Test
    void usageIsReportedInDisjointBuckets() {
        server.enqueue(json(200, fixtures().text().reply()));
        assertThat(chat().usage()).isEqualTo(fixtures().text().expected().usage());
    }

    @Test
    void toolCallsAreReadWhereTheVendorHasTools() {
        WireFixtures.Answer tools = fixtures().tools();
        if (tools == null) {
            assertThat(checks().feature(ChatFeature.TOOL))
                    .as("a tool must be reported as not sent, since the fixtures have noTools()")
                    .isFalse();
            return;
        }
        server.enqueue(json(200, tools.reply()));
        ChatResponse response = chat();
        assertThat(response.toolCalls()).isNotEmpty();
        assertSame(response, tools.expected());
    }

    @Test
    void unknownFieldsAreIgnored() {
        String reply = fixtures().text().reply().strip();
        server.enqueue(json(200, "{\"field_of_tomorrow\":{\"a\":[1,null]}," + reply.substring(1)));
        assertSame(chat(), fixtures().text().expected());
    }

    @Test
    void theCredentialIsSent() throws InterruptedException {
        server.enqueue(json(200, fixtures().text().reply()));
        chat();
        RecordedRequest request = server.takeRequest();
        StringBuilder sent = new StringBuilder(request.getTarget());
        request.getHeaders().forEach(header -> sent.append(header.component2()).append('\n'));
        assertThat(sent.toString()).contains(CREDENTIAL);
    }

    // ----------------------------------------------------------------------------------------------------- requests

    @Test
    void theQuestionAndTheModelAreSent() {
        checks().question();
    }

    @Test
    void aStreamIsAskedForAsOne() {
        checks().stream(streamsByHeader());
    }

    @TestFactory
    Stream<DynamicTest> whateverARequestSaysIsSentOrReported() {
        RequestChecks checks = checks();
        return Stream.of(ChatFeature.values())
                .map(feature -> DynamicTest.dynamicTest(feature.name(), () -> checks.feature(feature)));
    }

    @Test
    void mixturesOfWhatIsSentArriveWhole() {
        checks().mixtures(MIXTURES);
    }

    /** Returns checks of requests, for which the server answers each call with the text fixture's reply. */
    private RequestChecks checks() {
        SentRequests sent = new SentRequests(
                fixtures().text().reply(), fixtures().text().stream(), streamContentType(), this::streamBytes);
        server.setDispatcher(sent);
        return new RequestChecks(adapter(), upstreamModel(), sent, unreported(), requestReader());
    }

    // ------------------------------------------------------------------------------------------------------- errors

    @TestFactory
    Stream<DynamicTest> eachErrorIsClassifiedWholeAndStreamed() {
        return fixtures().errors().stream()
                .map(error -> DynamicTest.dynamicTest(error.name(), () -> {
                    for (boolean stream : new boolean[] {false, true}) {
                        MockResponse.Builder response =
                                json(error.status(), error.body()).newBuilder();
                        error.headers().forEach(response::setHeader);
                        server.enqueue(response.build());
                        GatewayException e = failure(stream);
                        assertThat(e.kind())
                                .as("kind, streamed: %s, %s", stream, e)
                                .isEqualTo(error.kind());
                        assertThat(e.status()).isEqualTo(error.status());
                        assertThat(e.provider()).isEqualTo(adapter().name());
                    }
                }));
    }

    @Test
    void aReplyThatIsNotJsonIsMalformed() {
        server.enqueue(json(200, "{\"id\": oops"));
        assertThat(failure(false).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    @Test
    void aPageOfHtmlIsMalformed() {
        MockResponse page = new MockResponse.Builder()
                .setHeader("Content-Type", "text/html")
                .body("<html><body>Sign in to the network</body></html>")
                .build();
        server.enqueue(page);
        server.enqueue(page);
        assertThat(failure(false).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        assertThat(failure(true).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    @Test
    void anEmptyBodyIsMalformed() {
        server.enqueue(json(200, ""));
        server.enqueue(stream(""));
        assertThat(failure(false).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        assertThat(failure(true).kind()).isIn(CUT_KINDS);
    }

    @Test
    void jsonOfAnotherShapeIsMalformed() {
        server.enqueue(json(200, "{\"hello\":\"world\"}"));
        assertThat(failure(false).kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    @Test
    void aServerThatHangsUpIsAConnectionFailure() {
        server.enqueue(new MockResponse.Builder()
                .onRequestStart(new SocketEffect.CloseSocket())
                .build());
        assertThat(failure(false).kind()).isEqualTo(ErrorKind.CONNECTION);
    }

    @Test
    void theCredentialNeverShowsInAFailure() {
        for (int status : new int[] {200, 400, 401, 500}) {
            for (boolean stream : new boolean[] {false, true}) {
                server.enqueue(json(
                                status,
                                "{\"error\":{\"message\":\"bad key " + CREDENTIAL + " in Bearer " + CREDENTIAL
                                        + "\",\"type\":\"" + CREDENTIAL + "\"},\"x\":\"" + CREDENTIAL + "\"}")
                        .newBuilder()
                        .addHeader("x-echo", CREDENTIAL)
                        .build());
                GatewayException e = failure(stream);
                StringWriter trace = new StringWriter();
                e.printStackTrace(new PrintWriter(trace, true));
                assertThat(trace + " " + e.body() + e.headers() + e.vendorCode() + e.requestId())
                        .doesNotContain(CREDENTIAL);
            }
        }
        assertThat(adapter().toString()).doesNotContain(CREDENTIAL);
    }

    // ------------------------------------------------------------------------------------------------------ streams

    @Test
    void aStreamedAnswerEqualsTheWholeOne() {
        for (WireFixtures.Answer answer : fixtures().answers()) {
            server.enqueue(stream(answer.stream()));
            try (ChatStream stream = open(attempt().build())) {
                assertSame(response(stream), answer.expected());
            }
        }
    }

    @Test
    void aStreamInPiecesOfAnySizeIsTheSame() {
        for (int size : new int[] {1, 2, 3, 7, 64}) {
            server.enqueue(new MockResponse.Builder()
                    .setHeader("Content-Type", streamContentType())
                    .chunkedBody(new Buffer().write(streamBytes(fixtures().text().stream())), size)
                    .build());
            try (ChatStream stream = open(attempt().build())) {
                assertSame(response(stream), fixtures().text().expected());
            }
        }
    }

    @Test
    void aStreamThatEndsTooEarlyIsNeverTakenForComplete() {
        byte[] whole = streamBytes(fixtures().text().stream());
        for (int length = 0; length < whole.length; length++) {
            server.enqueue(new MockResponse.Builder()
                    .setHeader("Content-Type", streamContentType())
                    .body(new Buffer().write(Arrays.copyOf(whole, length)))
                    .build());
            assertCutOrComplete(length);
        }
    }

    @Test
    void aStreamWhoseConnectionBreaksIsNeverTakenForComplete() {
        byte[] whole = streamBytes(fixtures().text().stream());
        for (int length = 0; length < whole.length; length += 13) {
            server.enqueue(new MockResponse.Builder()
                    .setHeader("Content-Type", streamContentType())
                    .body(new Buffer().write(Arrays.copyOf(whole, length)))
                    .setHeader("Content-Length", whole.length)
                    .onResponseEnd(new SocketEffect.CloseSocket())
                    .build());
            assertCutOrComplete(length);
        }
    }

    private void assertCutOrComplete(int length) {
        ChatResponse expected = fixtures().text().expected();
        try (ChatStream stream = open(attempt().build())) {
            ChatResponse response = response(stream);
            assertThat(response.text()).as("text after %s bytes", length).isEqualTo(expected.text());
            assertThat(response.finishReason()).isEqualTo(expected.finishReason());
        } catch (GatewayException e) {
            assertThat(e.kind()).as("kind after %s bytes", length).isIn(CUT_KINDS);
        }
    }

    @Test
    void aMalformedEventIsSkippedAndReported() {
        String events = fixtures().text().stream();
        int at = events.indexOf(eventSeparator()) + eventSeparator().length();
        server.enqueue(stream(events.substring(0, at) + malformedEvent() + events.substring(at)));
        try (ChatStream stream = open(attempt().build())) {
            ChatResponse response = response(stream);
            assertThat(response.text()).isEqualTo(fixtures().text().expected().text());
            assertThat(response.warnings()).hasSize(1);
        }
    }

    @Test
    void anErrorInsideAStreamIsClassified() {
        String body = fixtures().errorInStream();
        if (body != null) {
            server.enqueue(stream(body));
            assertThat(failure(true).kind()).isEqualTo(fixtures().errorInStreamKind());
        }
    }

    @Test
    void aFinishedStreamGivesItsConnectionBack() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            server.enqueue(new MockResponse.Builder()
                    .setHeader("Content-Type", streamContentType())
                    .chunkedBody(new Buffer().write(streamBytes(fixtures().text().stream())), 1000)
                    .build());
            try (ChatStream stream = open(attempt().build())) {
                response(stream);
            }
        }
        server.takeRequest();
        assertThat(server.takeRequest().getExchangeIndex()).isEqualTo(1);
    }

    @Test
    void aStreamClosedEarlyDoesNotDisturbTheNextCall() {
        server.enqueue(stalling());
        ChatStream stream = open(attempt().build());
        untilContent(stream);
        soon("close() waits for the rest of the stream: close the socket instead", () -> {
            stream.close();
            stream.close();
            return true;
        });
        server.enqueue(json(200, fixtures().text().reply()));
        assertSame(chat(), fixtures().text().expected());
    }

    // ------------------------------------------------------------------------------------------ cancellation and time

    @Test
    void cancellingEndsAStreamThatWaits() {
        server.enqueue(stalling());
        Cancellation cancellation = new Cancellation();
        try (ChatStream stream = open(attempt().cancellation(cancellation).build())) {
            untilContent(stream);
            later(cancellation::cancel);
            GatewayException e = soon(
                    "cancelling does not end a stream that waits: close the socket when attempt.cancellation() trips",
                    () -> catchThrowableOfType(GatewayException.class, stream::response));
            assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED);
        }
    }

    @Test
    void closingFromAnotherThreadEndsAStreamThatWaits() {
        server.enqueue(stalling());
        ChatStream stream = open(attempt().build());
        untilContent(stream);
        later(stream::close);
        GatewayException e = soon(
                "closing a stream from another thread does not end its wait: close the socket in close()",
                () -> catchThrowableOfType(GatewayException.class, stream::response));
        assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED);
    }

    @Test
    void cancellingEndsACallThatWaits() {
        server.enqueue(silent());
        Cancellation cancellation = new Cancellation();
        later(cancellation::cancel);
        GatewayException e = failure(false, attempt().cancellation(cancellation).build());
        assertThat(e.kind()).isEqualTo(ErrorKind.CANCELLED);
    }

    @Test
    void theDeadlineEndsACallAndAStream() {
        for (boolean stream : new boolean[] {false, true}) {
            server.enqueue(silent());
            AttemptContext attempt = attempt().timeouts(Timeouts.total(SHORT)).build();
            assertThat(failure(stream, attempt).kind()).isEqualTo(ErrorKind.DEADLINE);
        }
        server.enqueue(stalling());
        AttemptContext attempt = attempt().timeouts(Timeouts.total(SHORT)).build();
        assertThat(failure(true, attempt).kind()).isEqualTo(ErrorKind.DEADLINE);
    }

    @Test
    void theAttemptTimeoutEndsACallAndASilentStream() {
        for (boolean stream : new boolean[] {false, true}) {
            server.enqueue(silent());
            AttemptContext attempt = attempt()
                    .timeouts(Timeouts.builder().attempt(SHORT).build())
                    .build();
            assertThat(failure(stream, attempt).kind()).isEqualTo(ErrorKind.TIMEOUT);
        }
    }

    @Test
    void silenceWithinAStreamEndsIt() {
        server.enqueue(stalling());
        AttemptContext attempt =
                attempt().timeouts(Timeouts.builder().idle(SHORT).build()).build();
        assertThat(failure(true, attempt).kind()).isIn(ErrorKind.TIMEOUT, ErrorKind.STREAM_INTERRUPTED);
    }

    // ------------------------------------------------------------------------------------------------------- helpers

    /** Returns a JSON reply. */
    protected static MockResponse json(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    /** Returns a stream that ends cleanly. */
    protected final MockResponse stream(String body) {
        return new MockResponse.Builder()
                .setHeader("Content-Type", streamContentType())
                .body(new Buffer().write(streamBytes(body)))
                .build();
    }

    /**
     * Returns the beginning of the text answer's stream, up to its first content, after which it stays open: the
     * declared length never arrives. (A throttled body would delay the request too.)
     */
    private MockResponse stalling() {
        byte[] beginning = streamBytes(beginning());
        return new MockResponse.Builder()
                .setHeader("Content-Type", streamContentType())
                .body(new Buffer().write(beginning))
                .setHeader("Content-Length", beginning.length + 1_000_000)
                .build();
    }

    /** Returns the text answer's stream up to the end of its first event with content and before it is complete. */
    private String beginning() {
        String events = fixtures().text().stream();
        int end = events.indexOf(eventSeparator()) + eventSeparator().length();
        while (end >= eventSeparator().length() && end < events.length()) {
            server.enqueue(stream(events.substring(0, end)));
            if (hasContent()) {
                return events.substring(0, end);
            }
            end = events.indexOf(eventSeparator(), end) + eventSeparator().length();
        }
        return fail(
                "no content was read before the last event of the text fixture's stream: cut its text into two events"
                        + " or more, check eventSeparator(), and make sure that the adapter returns each event as it"
                        + " arrives instead of waiting for the end of the body");
    }

    /** Returns whether a stream that was cut has content, but is not complete. */
    private boolean hasContent() {
        boolean content = false;
        try (ChatStream stream = open(attempt().build())) {
            for (ChatEvent event = stream.next(); event != null; event = stream.next()) {
                content |= event.isContent();
            }
            return false;
        } catch (GatewayException e) {
            assertThat(e.kind())
                    .as("a stream that was cut after an event: %s", e)
                    .isIn(CUT_KINDS);
            return content;
        }
    }

    private static MockResponse silent() {
        return new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build();
    }

    private static void later(Runnable action) {
        CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS).execute(action);
    }

    private static void untilContent(ChatStream stream) {
        ChatEvent found = soon(
                "the stream gave no content although an event with content had arrived: the adapter waits for the end of"
                        + " the body; return each event as it arrives",
                () -> {
                    ChatEvent event = stream.next();
                    while (event != null && !event.isContent()) {
                        event = stream.next();
                    }
                    return event;
                });
        assertThat(found).as("content at the beginning of the stream").isNotNull();
    }

    /** Returns the result of {@code call}, or fails with this advice if it hangs. */
    private static <T extends @Nullable Object> T soon(String advice, ThrowingSupplier<T> call) {
        return Assertions.assertTimeoutPreemptively(HANGS, call, advice);
    }

    private AttemptContext.Builder attempt() {
        return AttemptContext.builder(upstreamModel());
    }

    /** Returns the whole answer to a simple question. */
    protected final ChatResponse chat() {
        return soon(
                UNANSWERED,
                () -> adapter().call(ChatRequest.CHAT, request(), attempt().build()));
    }

    private ChatStream open(AttemptContext attempt) {
        return soon(
                "the stream was not opened although its first event had arrived: the adapter waits for the end of the"
                        + " body; return the stream at once and read events as they are asked for",
                () -> adapter().call(ChatRequest.CHAT_STREAM, request(), attempt));
    }

    private static ChatResponse response(ChatStream stream) {
        return soon(UNANSWERED, stream::response);
    }

    /** Returns the failure of a simple question. */
    protected final GatewayException failure(boolean stream) {
        return failure(stream, attempt().build());
    }

    private GatewayException failure(boolean stream, AttemptContext attempt) {
        return soon(
                UNANSWERED,
                () -> catchThrowableOfType(GatewayException.class, () -> {
                    if (stream) {
                        try (ChatStream opened = open(attempt)) {
                            opened.response();
                        }
                    } else {
                        adapter().call(ChatRequest.CHAT, request(), attempt);
                    }
                }));
    }

    private static ChatRequest request() {
        return ChatRequest.builder("any").user("Hello").maxOutputTokens(100).build();
    }

    private static void assertSame(ChatResponse actual, ChatResponse expected) {
        assertThat(actual.message())
                .extracting(message -> message.parts())
                .isEqualTo(expected.message().parts());
        assertThat(actual.finishReason()).isEqualTo(expected.finishReason());
        assertThat(actual.usage()).isEqualTo(expected.usage());
    }
}
