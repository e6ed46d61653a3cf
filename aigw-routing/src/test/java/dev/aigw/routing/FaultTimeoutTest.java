package dev.aigw.routing;

import static dev.aigw.api.ErrorKind.CANCELLED;
import static dev.aigw.api.ErrorKind.DEADLINE;
import static dev.aigw.api.ErrorKind.LIMIT_EXCEEDED;
import static dev.aigw.api.ErrorKind.STREAM_INTERRUPTED;
import static dev.aigw.api.ErrorKind.TIMEOUT;
import static dev.aigw.routing.FaultLab.LONG;
import static dev.aigw.routing.FaultLab.assertRoute;
import static dev.aigw.routing.FaultLab.assertSuppressed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CallOptions;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.SeenRequest;
import dev.aigw.routing.RouterHarness.Way;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.resilience.RetryPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each limit over real sockets: it trips on its own, and the silent provider sees the client leave. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultTimeoutTest {

    private static final Duration SHORT = Duration.ofMillis(500);

    /** Faults before the first content, and the one limit that is set. */
    static Stream<Arguments> silences() {
        Timeouts.Builder attempt = Timeouts.builder().attempt(SHORT);
        Timeouts.Builder first = Timeouts.builder().firstEvent(SHORT).idle(LONG);
        return Stream.of(
                arguments("attempt", Fault.silence(), attempt, Way.SYNC),
                arguments("attempt", Fault.silence(), attempt, Way.ASYNC),
                arguments("attempt", Fault.silence(), attempt, Way.STREAM),
                arguments("attempt", Fault.slowHeaders(LONG), attempt, Way.SYNC),
                arguments("attempt", Fault.slowHeaders(LONG), attempt, Way.STREAM),
                arguments("attempt", Fault.slowFirstToken(LONG), attempt, Way.ASYNC),
                arguments("attempt", Fault.slowFirstToken(LONG), attempt, Way.STREAM),
                arguments("attempt", Fault.stall(), attempt, Way.SYNC),
                arguments("first event", Fault.silence(), first, Way.STREAM),
                arguments("first event", Fault.slowHeaders(LONG), first, Way.STREAM),
                arguments("first event", Fault.slowFirstToken(LONG), first, Way.STREAM),
                arguments("first event", Fault.heartbeats(Duration.ofMillis(20)), first, Way.STREAM));
    }

    @ParameterizedTest(name = "{1} trips the {0} timeout, {3}")
    @MethodSource("silences")
    void whoIsSilentBeforeItsFirstContentIsNotAskedAgainAndAnotherAnswers(
            String timeout, Fault fault, Timeouts.Builder limits, Way way) throws InterruptedException {
        List<GatewayException> failures = new CopyOnWriteArrayList<>();
        RouterListener listener = event -> {
            if (event instanceof RouterEvent.AttemptEnded over) {
                if (over.end().failure() != null) {
                    failures.add(over.end().failure());
                }
            }
        };
        try (FaultLab lab = new FaultLab()
                .server("a", request -> fault)
                .withSpare()
                .limits(limits)
                .router(builder -> builder.listener(listener))
                .warm()) {
            ChatResponse answer = lab.chat(way);

            assertThat(answer.text()).isEqualTo(FaultLab.answerOf("spare"));
            assertRoute(answer.route(), "a/x", TIMEOUT, "spare/x", null);
            assertThat(answer.route().attempts().get(0).duration()).isGreaterThanOrEqualTo(SHORT);
            assertThat(failures).hasSize(1);
            assertThat(failures.get(0)).hasMessageContaining("the " + timeout + " timed out after ");
            assertLeft(lab.seen("a"), 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSilentDeploymentIsNotAskedAgainThoughItIsTheOnlyOne(Way way) throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .server("a", request -> Fault.silence())
                .limits(Timeouts.builder().attempt(SHORT))
                .router(builder ->
                        builder.retry(RetryPolicy.builder().maxAttempts(5).build()))
                .warm()) {
            GatewayException e = lab.failure(way);

            assertThat(e.kind()).isEqualTo(TIMEOUT);
            assertSuppressed(e);
            assertLeft(lab.seen("a"), 1);
        }
    }

    @Test
    void aStallInTheMiddleIsAnInterruptionByTheIdleLimitAndKeepsWhatCame() throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .unrecovered()
                .server("a", Fault.stall())
                .server("b")
                .limits(Timeouts.builder().idle(SHORT))
                .warm()) {
            GatewayException e = lab.failure(Way.STREAM);

            assertThat(e.kind()).isEqualTo(STREAM_INTERRUPTED);
            assertThat(e.getCause()).hasMessageContaining("idle");
            ChatResponse partial = (ChatResponse) e.partial();
            assertThat(partial.text()).isNotEmpty();
            assertThat(FaultLab.answerOf("a")).startsWith(partial.text()).isNotEqualTo(partial.text());
            assertThat(lab.seen("b")).isEmpty();
            assertLeft(lab.seen("a"), 1);
        }
    }

    @Test
    void aStreamThatIsSlowButNeverSilentTripsNoLimit() throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .server("a", Fault.pace(Duration.ofMillis(60)))
                .limits(Timeouts.builder().attempt(LONG).firstEvent(LONG).idle(LONG))) {
            assertThat(lab.chat(Way.STREAM).text()).isEqualTo(FaultLab.answerOf("a"));
        }
    }

    private static void giveAttemptsTheWholeDeadline(ModelRouter.Builder builder) {
        builder.retry(RetryPolicy.builder().deadlineShare(1).build());
    }

    @ParameterizedTest
    @EnumSource
    void anAttemptLeavesTimeForTheOthersThatCouldServe(Way way) throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .server("a", request -> Fault.silence())
                .server("b")
                .warm()) {
            assertThat(lab.chat(
                                    way,
                                    CallOptions.builder()
                                            .timeout(Duration.ofSeconds(6))
                                            .build())
                            .text())
                    .isEqualTo(FaultLab.answerOf("b"));
            assertLeft(lab.seen("a"), 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theTotalTimeoutIsTheCallersDeadlineAndNoOtherDeploymentIsAsked(Way way) throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .server("a", request -> Fault.silence())
                .server("b")
                .withSpare()
                .router(FaultTimeoutTest::giveAttemptsTheWholeDeadline)
                .warm()) {
            GatewayException e =
                    lab.failure(way, CallOptions.builder().timeout(SHORT).build());

            assertThat(e.kind()).isEqualTo(DEADLINE);
            assertRoute(e.route(), "a/x", DEADLINE);
            assertThat(lab.seen("b")).isEmpty();
            assertThat(lab.seen("spare")).isEmpty();
            assertLeft(lab.seen("a"), 1);
        }
    }

    @Test
    void theTotalLimitEndsAStreamThatIsStillRunning() throws InterruptedException {
        try (FaultLab lab = new FaultLab().server("a", Fault.stall()).warm()) {
            GatewayException e =
                    lab.failure(Way.STREAM, CallOptions.builder().timeout(SHORT).build());

            assertThat(e.kind()).isEqualTo(DEADLINE);
            assertThat(((ChatResponse) e.partial()).text()).isNotEmpty();
            assertLeft(lab.seen("a"), 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void oneDeadlineSpansAllAttempts(Way way) throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .server("a", request -> Fault.silence())
                .server("b", request -> Fault.silence())
                .server("c", request -> Fault.silence())
                .limits(Timeouts.builder().attempt(Duration.ofMillis(900)))
                .router(FaultTimeoutTest::giveAttemptsTheWholeDeadline)
                .warm()) {
            GatewayException e = lab.failure(
                    way, CallOptions.builder().timeout(Duration.ofMillis(1500)).build());

            assertThat(e.kind()).isEqualTo(DEADLINE);
            assertSuppressed(e, TIMEOUT);
            assertThat(lab.seen("c")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCallersOwnShortTimeoutBlamesNoDeployment(Way way) throws InterruptedException {
        CallOptions hurried = CallOptions.builder()
                .timeouts(Timeouts.builder().attempt(Duration.ofMillis(30)).build())
                .build();
        CallOptions moreHurried =
                CallOptions.builder().timeout(Duration.ofMillis(30)).build();
        int calls = 12;
        try (FaultLab lab = new FaultLab()
                .server("a", request -> request.number() <= 2 * calls ? Fault.silence() : Fault.none())
                .router(builder -> builder.retry(RetryPolicy.none()))) {
            for (int i = 0; i < calls; i++) {
                assertThat(lab.failure(way, hurried).kind()).isEqualTo(TIMEOUT);
                assertThat(lab.failure(way, moreHurried).kind()).isEqualTo(DEADLINE);
            }
            RouterSnapshot.DeploymentState state =
                    lab.router().snapshot().models().get(0).deployments().get(0);
            assertThat(state.breaker()).isEqualTo(BreakerState.CLOSED);
            assertThat(state.cooldownReason()).isNull();
        }
    }

    @Test
    void theModelsOwnLimitBlamesTheSilentDeployment() throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .server("a", request -> Fault.silence())
                .withSpare()
                .limits(Timeouts.builder().attempt(Duration.ofMillis(30)))) {
            for (int i = 0; i < 5; i++) {
                assertRoute(lab.chat(Way.SYNC).route(), "a/x", TIMEOUT, "spare/x", null);
            }
            assertRoute(lab.chat(Way.SYNC).route(), "spare/x", null);
            assertThat(lab.seen("a")).hasSizeLessThanOrEqualTo(5);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatIsNotAcceptedTripsTheConnectLimitOnly(Way way) throws Exception {
        try (Deaf deaf = new Deaf();
                FaultLab lab = new FaultLab()
                        .server("a")
                        .router(builder -> builder.model(
                                "deaf",
                                model -> model.deployment("a/x", deployment -> deployment.baseUrl(deaf.baseUrl()))
                                        .timeouts(Timeouts.builder()
                                                .connect(SHORT)
                                                .build())
                                        .fallback("m")))) {
            ChatRequest request = ChatRequest.of("deaf", "hello");
            ChatResponse answer;
            if (way == Way.STREAM) {
                try (ChatStream stream = lab.router().stream(request)) {
                    answer = stream.response();
                }
            } else {
                answer = way == Way.SYNC
                        ? lab.router().chat(request)
                        : lab.router().chatAsync(request).join();
            }
            assertThat(answer.text()).isEqualTo(FaultLab.answerOf("a"));
            assertThat(answer.route().attempts().get(0).errorKind()).isEqualTo(TIMEOUT);
            assertThat(answer.route().attempts().get(0).duration()).isGreaterThanOrEqualTo(SHORT);
        }
    }

    private enum Giving {
        UP,
        UP_DERIVED,
        A_TIMEOUT,
        A_DERIVED_TIMEOUT,
        A_DEFAULT,
        A_FAILURE;

        void to(CompletableFuture<ChatResponse> future) {
            switch (this) {
                case UP -> future.cancel(true);
                case UP_DERIVED -> future.thenApply(ChatResponse::text).cancel(true);
                case A_TIMEOUT -> future.orTimeout(1, TimeUnit.MILLISECONDS);
                case A_DERIVED_TIMEOUT -> future.thenApply(ChatResponse::text).orTimeout(1, TimeUnit.MILLISECONDS);
                case A_DEFAULT -> future.completeOnTimeout(ChatResponse.of("default"), 1, TimeUnit.MILLISECONDS);
                case A_FAILURE -> future.completeExceptionally(new IllegalStateException("enough"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFutureThatIsEndedFromOutsideClosesTheConnectionAndFreesAll(Giving giving) throws InterruptedException {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        Limits limits = Limits.builder()
                .limit("one at a time", limit -> limit.concurrency(1).by(Dimension.MODEL))
                .build();
        try (FaultLab lab = new FaultLab()
                .server("a", request -> {
                    arrived.complete(null);
                    return request.number() == 1 ? Fault.silence() : Fault.none();
                })
                .router(builder -> builder.limits(limits))) {
            CompletableFuture<ChatResponse> future = lab.router().chatAsync("m", "hello");
            arrived.join();
            giving.to(future);
            assertLeft(lab.seen("a"), 1);
            assertThat(future).isDone();
            while (lab.router().snapshot().models().stream()
                    .flatMap(model -> model.deployments().stream())
                    .anyMatch(deployment -> deployment.inFlight() > 0)) {
                Thread.onSpinWait(); // the call's thread unwinds
            }
            assertThat(answerWhenFree(lab)).isEqualTo(FaultLab.answerOf("a"));
        }
    }

    /** Returns an answer once the limit of one call at a time lets the next one in. */
    private static String answerWhenFree(FaultLab lab) {
        while (true) {
            try {
                return lab.chat(Way.SYNC).text();
            } catch (GatewayException e) {
                assertThat(e.kind()).isEqualTo(LIMIT_EXCEEDED);
            }
        }
    }

    @Test
    void aCancelledCallClosesItsConnectionAndCountsAgainstNoDeployment() throws InterruptedException {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        try (FaultLab lab = new FaultLab().server("a", request -> {
            arrived.complete(null);
            return request.number() == 1 ? Fault.silence() : Fault.none();
        })) {
            CompletableFuture<ChatResponse> future = lab.router().chatAsync("m", "hello");
            arrived.join();
            future.cancel(true);
            assertLeft(lab.seen("a"), 1);
            assertThat(lab.chat(Way.SYNC).text()).isEqualTo(FaultLab.answerOf("a"));
        }
    }

    @Test
    void aStreamClosedByAnotherThreadEndsTheReadAndTheConnection() throws InterruptedException {
        try (FaultLab lab = new FaultLab().server("a", Fault.stall())) {
            ChatStream stream = lab.router().stream(ChatRequest.of("m", "hello"));
            CompletableFuture<GatewayException> read =
                    CompletableFuture.supplyAsync(() -> catchThrowableOfType(GatewayException.class, stream::response));
            stream.close();
            assertThat(read.join().kind()).isEqualTo(CANCELLED);
            assertLeft(lab.seen("a"), 1);
        }
    }

    /** Asserts that there were this many requests, and that the client closed each of them. */
    private static void assertLeft(List<SeenRequest> requests, int count) throws InterruptedException {
        assertThat(requests).hasSize(count);
        for (SeenRequest request : requests) {
            assertThat(request.awaitClosedByClient(LONG)).as("%s", request).isTrue();
        }
    }

    /** A port whose queue of connections is full, so that one more is never answered. */
    private static final class Deaf implements AutoCloseable {

        private final ServerSocket listening = new ServerSocket();
        private final List<Socket> queued = new ArrayList<>();

        Deaf() throws IOException {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
            for (int i = 0; i < 64; i++) {
                Socket socket = new Socket();
                queued.add(socket);
                try {
                    socket.connect(listening.getLocalSocketAddress(), 200);
                } catch (SocketTimeoutException e) {
                    return;
                }
            }
            throw new IllegalStateException("this machine queues more connections than it was set to");
        }

        String baseUrl() {
            return "http://127.0.0.1:" + listening.getLocalPort() + "/v1";
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : queued) {
                socket.close();
            }
            listening.close();
        }
    }
}
