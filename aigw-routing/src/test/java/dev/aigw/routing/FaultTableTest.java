package dev.aigw.routing;

import static dev.aigw.api.ErrorKind.AUTHENTICATION;
import static dev.aigw.api.ErrorKind.CONNECTION;
import static dev.aigw.api.ErrorKind.CONTENT_FILTERED;
import static dev.aigw.api.ErrorKind.CONTEXT_TOO_LONG;
import static dev.aigw.api.ErrorKind.INVALID_REQUEST;
import static dev.aigw.api.ErrorKind.MALFORMED_RESPONSE;
import static dev.aigw.api.ErrorKind.NOT_FOUND;
import static dev.aigw.api.ErrorKind.OVERLOADED;
import static dev.aigw.api.ErrorKind.PERMISSION;
import static dev.aigw.api.ErrorKind.QUOTA_EXHAUSTED;
import static dev.aigw.api.ErrorKind.RATE_LIMITED;
import static dev.aigw.api.ErrorKind.SERVER_ERROR;
import static dev.aigw.routing.FaultLab.assertRoute;
import static dev.aigw.routing.FaultLab.assertSuppressed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.SeenRequest;
import dev.aigw.routing.RouterHarness.Way;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The failure table over real sockets: what the caller gets, and what the providers saw. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultTableTest {

    /** Faults after which another deployment is asked at once, and then a fallback model. */
    static Stream<Arguments> passedOn() {
        return eachWay(
                arguments(Fault.status(429), RATE_LIMITED),
                arguments(Fault.status(429).header("retry-after", "60"), RATE_LIMITED),
                arguments(Fault.status(429, "insufficient_quota"), QUOTA_EXHAUSTED),
                arguments(Fault.status(402, "billing_not_active"), QUOTA_EXHAUSTED),
                arguments(Fault.status(503), OVERLOADED),
                arguments(Fault.status(529, "overloaded_error"), OVERLOADED),
                arguments(Fault.status(500), SERVER_ERROR),
                arguments(Fault.status(502, "bad_gateway"), SERVER_ERROR),
                arguments(Fault.reset(), CONNECTION),
                arguments(Fault.hangUp(), CONNECTION),
                arguments(Fault.status(401), AUTHENTICATION),
                arguments(Fault.status(403, "permission_error"), PERMISSION),
                arguments(Fault.status(404), NOT_FOUND),
                arguments(Fault.status(400, "model_not_found"), NOT_FOUND),
                arguments(Fault.garbage(), MALFORMED_RESPONSE),
                arguments(Fault.reply(200, "text/html", "<html>please log in</html>"), MALFORMED_RESPONSE),
                arguments(Fault.reply(200, "application/json", "{}"), MALFORMED_RESPONSE),
                arguments(Fault.oversize(200_000), MALFORMED_RESPONSE),
                arguments(Fault.errorInside("rate_limit_exceeded"), RATE_LIMITED),
                arguments(Fault.errorInside("engine_overloaded"), OVERLOADED),
                arguments(Fault.errorInside("insufficient_quota"), QUOTA_EXHAUSTED));
    }

    @ParameterizedTest(name = "{1} after {0}, {2}")
    @MethodSource("passedOn")
    void anotherDeploymentIsAskedAtOnce(Fault fault, ErrorKind kind, Way way) throws InterruptedException {
        try (FaultLab lab = new FaultLab().server("a", fault).server("b")) {
            ChatResponse answer = lab.chat(way);

            assertThat(answer.text()).isEqualTo(FaultLab.answerOf("b"));
            assertRoute(answer.route(), "a/x", kind, "b/x", null);
            assertThat(lab.seen("a")).hasSize(1);
            assertThat(lab.seen("b")).hasSize(1);
            assertThat(lab.seen("b").get(0).arrivalNanos())
                    .isGreaterThan(lab.seen("a").get(0).arrivalNanos());
        }
    }

    /** Faults whose deployment must not be asked again, though no other is left. */
    static Stream<Arguments> neverAgain() {
        return eachWay(
                arguments(Fault.status(429).header("retry-after", "60"), RATE_LIMITED),
                arguments(Fault.status(429, "insufficient_quota"), QUOTA_EXHAUSTED),
                arguments(Fault.status(401), AUTHENTICATION),
                arguments(Fault.status(403, "permission_error"), PERMISSION),
                arguments(Fault.status(404), NOT_FOUND));
    }

    @ParameterizedTest(name = "{1} after {0}, {2}")
    @MethodSource("neverAgain")
    void aFallbackModelIsAskedWhenTheOnlyDeploymentMustNotBeAskedAgain(Fault fault, ErrorKind kind, Way way)
            throws InterruptedException {
        try (FaultLab lab = new FaultLab().server("a", fault, fault, fault).withSpare()) {
            ChatResponse answer = lab.chat(way);

            assertThat(answer.text()).isEqualTo(FaultLab.answerOf("spare"));
            assertThat(answer.route().model()).isEqualTo("spare");
            assertThat(answer.route().fellBack()).isTrue();
            assertRoute(answer.route(), "a/x", kind, "spare/x", null);
            // cools down from now on: the next call does not ask it at all
            assertRoute(lab.chat(way).route(), "spare/x", null);
            assertThat(lab.seen("a")).hasSize(1);
            assertThat(lab.seen("spare")).hasSize(2);
        }
    }

    /** Faults that are the caller's own matter. */
    static Stream<Arguments> finalOnes() {
        return eachWay(
                arguments(Fault.status(400), INVALID_REQUEST),
                arguments(Fault.status(422, "unprocessable"), INVALID_REQUEST),
                arguments(Fault.status(400, "content_filter"), CONTENT_FILTERED),
                arguments(Fault.errorInside("content_policy_violation"), CONTENT_FILTERED),
                arguments(Fault.status(307, "elsewhere").header("location", "http://127.0.0.1:9/"), INVALID_REQUEST));
    }

    @ParameterizedTest(name = "{1} after {0}, {2}")
    @MethodSource("finalOnes")
    void noOtherDeploymentIsAskedAndNoneIsBlamed(Fault fault, ErrorKind kind, Way way) throws InterruptedException {
        try (FaultLab lab = new FaultLab().server("a", fault).server("b").withSpare()) {
            GatewayException e = lab.failure(way);

            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.deployment()).isEqualTo("a/x");
            assertRoute(e.route(), "a/x", kind);
            assertSuppressed(e);
            assertThat(lab.seen("b")).isEmpty();
            assertThat(lab.seen("spare")).isEmpty();
            assertRoute(lab.chat(way).route(), "a/x", null);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPromptTooLongForOneModelIsSentToAnotherWhoseWindowIsUnknown(Way way) throws InterruptedException {
        Fault tooLong = Fault.status(400, "context_length_exceeded");
        try (FaultLab lab = new FaultLab().server("a", tooLong).server("b")) {
            assertRoute(lab.chat(way).route(), "a/x", CONTEXT_TOO_LONG, "b/x", null);
        }
    }

    // ------------------------------------------------------------------------------------------ the same one again

    /** Faults after which the only deployment is asked again, and the least wait in milliseconds. */
    static Stream<Arguments> askedAgain() {
        String soon = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(3));
        return eachWay(
                arguments(Fault.reset(), CONNECTION, 0),
                arguments(Fault.hangUp(), CONNECTION, 0),
                arguments(Fault.status(503), OVERLOADED, 0),
                arguments(Fault.status(503).header("retry-after-ms", "150"), OVERLOADED, 150),
                arguments(Fault.status(500), SERVER_ERROR, 0),
                arguments(Fault.garbage(), MALFORMED_RESPONSE, 0),
                arguments(Fault.status(429), RATE_LIMITED, 0),
                arguments(Fault.status(429).header("retry-after", "1"), RATE_LIMITED, 1000),
                arguments(Fault.status(429).header("retry-after", soon), RATE_LIMITED, 0),
                arguments(Fault.status(429).header("retry-after-ms", "120"), RATE_LIMITED, 120),
                arguments(Fault.status(429).header("x-ms-retry-after-ms", "130"), RATE_LIMITED, 130),
                arguments(
                        Fault.status(429)
                                .header("x-ratelimit-remaining-requests", "0")
                                .header("x-ratelimit-reset-requests", "140ms")
                                .header("x-ratelimit-remaining-tokens", "9")
                                .header("x-ratelimit-reset-tokens", "6m0s"),
                        RATE_LIMITED,
                        140),
                arguments(
                        Fault.status(429)
                                .header("x-ratelimit-remaining-tokens", "0")
                                .header("x-ratelimit-reset-tokens", "0.16"),
                        RATE_LIMITED,
                        160));
    }

    @ParameterizedTest(name = "{1} after {0}, at least {2} ms, {3}")
    @MethodSource("askedAgain")
    void theOnlyDeploymentIsAskedAgainNotBeforeItsTime(Fault fault, ErrorKind kind, int leastMillis, Way way)
            throws InterruptedException {
        try (FaultLab lab = new FaultLab().server("a", fault).router(FaultTableTest::quick)) {
            ChatResponse answer = lab.chat(way);

            assertThat(answer.text()).isEqualTo(FaultLab.answerOf("a"));
            assertRoute(answer.route(), "a/x", kind, "a/x", null);
            List<SeenRequest> seen = lab.seen("a");
            assertThat(seen).hasSize(2);
            assertThat(Duration.ofNanos(seen.get(1).arrivalNanos() - seen.get(0).arrivalNanos()))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(leastMillis));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aMalformedResponseIsAskedForOnceMoreAndNoMore(Way way) throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .server("a", request -> Fault.garbage())
                .router(builder ->
                        builder.retry(RetryPolicy.builder().maxAttempts(6).build()))) {
            GatewayException e = lab.failure(way);

            assertThat(e.kind()).isEqualTo(MALFORMED_RESPONSE);
            assertSuppressed(e, MALFORMED_RESPONSE);
            assertThat(lab.seen("a")).hasSize(2);
        }
    }

    // ------------------------------------------------------------------------------------------ budgets and order

    @ParameterizedTest
    @EnumSource
    void oneBudgetSpansDeploymentsAndFallbacksAndEveryFailureIsAttachedInOrder(Way way) throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .server("a", request -> Fault.status(401))
                .server("b", request -> Fault.reset())
                .server("c")
                .withSpare(Fault.status(503), Fault.status(503))
                .router(builder ->
                        builder.retry(RetryPolicy.builder().maxAttempts(3).build()))) {
            GatewayException e = lab.failure(way);

            // three attempts in all, one of them kept for the fallback model
            assertThat(e.kind()).isEqualTo(OVERLOADED);
            assertThat(e.deployment()).isEqualTo("spare/x");
            assertSuppressed(e, AUTHENTICATION, CONNECTION);
            assertRoute(e.route(), "a/x", AUTHENTICATION, "b/x", CONNECTION, "spare/x", OVERLOADED);
            assertThat(lab.seen("c")).isEmpty();
            assertThat(lab.seen("spare")).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingSleepsAfterTheLastAttempt(Way way) throws InterruptedException {
        VirtualEnvironment environment = new VirtualEnvironment(11);
        try (FaultLab lab = new FaultLab()
                .server("a", request -> Fault.status(503))
                .router(builder -> builder.environment(environment))) {
            GatewayException e = lab.failure(way);

            assertSuppressed(e, OVERLOADED, OVERLOADED, OVERLOADED, OVERLOADED);
            assertThat(lab.seen("a")).hasSize(5);
            assertThat(environment.sleeps()).hasSize(4);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatIsDownIsAConnectionFailure(Way way) throws Exception {
        int closedPort;
        try (java.net.ServerSocket socket = new java.net.ServerSocket(0)) {
            closedPort = socket.getLocalPort();
        }
        try (FaultLab lab = new FaultLab()
                .server("a")
                .server("b")
                .router(builder -> builder.model(
                        "down",
                        model -> model.deployment(
                                        "a/x",
                                        deployment -> deployment.baseUrl("http://127.0.0.1:" + closedPort + "/v1"))
                                .fallback("m")))) {
            lab.router();
            ChatResponse answer = lab.router().chat(dev.aigw.api.chat.ChatRequest.of("down", "hello " + way));

            assertThat(answer.route().attempts().get(0).errorKind()).isEqualTo(CONNECTION);
            assertThat(answer.text()).isEqualTo(FaultLab.answerOf("a"));
        }
    }

    // ------------------------------------------------------------------------------------------ health

    @Test
    void aPrimaryThatFlapsForAMinuteCoolsDownIsProbedAndUsedAgain() throws InterruptedException {
        VirtualEnvironment environment = new VirtualEnvironment(3);
        long start = environment.nanoTime();
        long minute = Duration.ofMinutes(1).toNanos();
        List<Fault> flapping =
                List.of(Fault.status(503), Fault.reset(), Fault.status(500), Fault.garbage(), Fault.cut());
        try (FaultLab lab = new FaultLab()
                .server(
                        "a",
                        request -> environment.nanoTime() - start < minute
                                ? flapping.get(request.number() % flapping.size())
                                : Fault.none())
                .server("b")
                .router(builder -> builder.environment(environment))) {
            int calls = 0;
            while (environment.nanoTime() - start < minute) {
                assertThat(lab.chat(Way.SYNC).text()).isEqualTo(FaultLab.answerOf("b"));
                environment.advance(Duration.ofMillis(100));
                calls++;
            }
            // five failures open the breaker; from then on one probe in ten seconds, not one in every call
            assertThat(calls).isEqualTo(600);
            RouterSnapshot.DeploymentState first =
                    lab.router().snapshot().models().get(0).deployments().get(0);
            assertThat(first.id()).isEqualTo("a/x");
            assertThat(first.failed()).isBetween(10L, 11L);
            assertThat(lab.seen("a"))
                    .as("with resets of reused connections sent again")
                    .hasSizeBetween(10, 14);

            environment.advance(Duration.ofSeconds(10));
            for (int i = 0; i < 5; i++) {
                assertRoute(lab.chat(Way.SYNC).route(), "a/x", null);
            }
        }
    }

    @Test
    void anAccountWithoutMoneyCoolsDownForFiveMinutesAndIsThenAskedAgain() throws InterruptedException {
        VirtualEnvironment environment = new VirtualEnvironment(5);
        try (FaultLab lab = new FaultLab()
                .server("a", Fault.status(429, "insufficient_quota"))
                .server("b")
                .router(builder -> builder.environment(environment))) {
            assertRoute(lab.chat(Way.SYNC).route(), "a/x", QUOTA_EXHAUSTED, "b/x", null);
            environment.advance(Duration.ofMinutes(5).minusSeconds(1));
            assertRoute(lab.chat(Way.SYNC).route(), "b/x", null);
            environment.advance(Duration.ofSeconds(1));
            assertRoute(lab.chat(Way.SYNC).route(), "a/x", null);
        }
    }

    @Test
    void whenAllCoolDownTheFailureSaysWhenTheFirstIsBack() throws InterruptedException {
        try (FaultLab lab = new FaultLab()
                .server("a", Fault.status(429).header("retry-after", "90"))
                .server("b", Fault.status(429).header("retry-after", "40"))) {
            GatewayException first = lab.failure(Way.SYNC);
            assertThat(first.kind()).isEqualTo(RATE_LIMITED);
            assertSuppressed(first, RATE_LIMITED);

            GatewayException second = lab.failure(Way.SYNC);
            assertThat(second.kind()).isEqualTo(RATE_LIMITED);
            assertThat(second.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(40));
            assertThat(second.route().attempts()).isEmpty();
            assertThat(lab.seen("a")).hasSize(1);
            assertThat(lab.seen("b")).hasSize(1);
        }
    }

    // ------------------------------------------------------------------------------------------ helpers

    private static void quick(ModelRouter.Builder builder) {
        builder.retry(RetryPolicy.builder()
                .backoff(Duration.ofMillis(1), Duration.ofMillis(2))
                .build());
    }

    private static Stream<Arguments> eachWay(Arguments... rows) {
        return Stream.of(rows).flatMap(row -> Stream.of(Way.values()).map(way -> append(row, way)));
    }

    private static Arguments append(Arguments row, Way way) {
        @Nullable Object[] given = row.get();
        @Nullable Object[] more = java.util.Arrays.copyOf(given, given.length + 1);
        more[given.length] = way;
        return arguments(more);
    }
}
