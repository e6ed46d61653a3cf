package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.providers.fake.Script;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How long calls wait for deployments: bounded in sum, and not at all where another deployment or model can serve. */
class WaitsTest extends RouterHarness {

    private static final Duration DELAY = Duration.ofSeconds(10);

    private FakeProvider fake;
    private ModelRouter router;

    WaitsTest() {
        super(17);
    }

    @AfterEach
    void everythingIsSettled() {
        settled(router, fake);
        router.close();
    }

    /** Returns a router whose breaker is open, and whose probe plays the script. */
    private void open(boolean withFallback, Consumer<Script<?>> probe) {
        fake = fake().model("a", script -> {
                    script.fail(ErrorKind.SERVER_ERROR);
                    probe.accept(script);
                })
                .model("f", script -> script.reply("from the fallback"))
                .build();
        router = builder(fake)
                .model("m", model -> {
                    model.deployment("fake/a");
                    if (withFallback) {
                        model.fallback("f");
                    }
                })
                .model("f", model -> model.deployment("fake/f"))
                .breaker(BreakerPolicy.builder()
                        .failureThreshold(1, 1)
                        .delay(DELAY)
                        .build())
                .retry(RetryPolicy.builder()
                        .maxAttempts(withFallback ? 2 : 1)
                        .maxBreakerWait(Duration.ofSeconds(3))
                        .build())
                .build();
        GatewayException first = withFallback ? null : failure(() -> router.chat("m", "hello"));
        if (withFallback) {
            router.chat("m", "hello");
        } else {
            assertThat(first.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
        }
        assertThat(breaker()).isEqualTo(BreakerState.OPEN);
    }

    private BreakerState breaker() {
        return router.snapshot().models().stream()
                .filter(model -> model.name().equals("m"))
                .findFirst()
                .orElseThrow()
                .deployments()
                .get(0)
                .breaker();
    }

    @ParameterizedTest
    @EnumSource
    void withAFallbackNoCallWaitsForAnOpenBreaker(Way way) {
        open(true, script -> script.reply("ok"));
        long before = environment.nanoTime();
        assertThat(way.chat(router, "m").text()).isEqualTo("from the fallback");
        assertThat(environment.nanoTime()).isEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource
    void withAFallbackNoCallWaitsForAProbe(Way way) {
        open(true, script -> script.hang());
        environment.advance(DELAY.plusMillis(1));
        environment.simulate(() -> {
            CompletableFuture<?> probe = new CompletableFuture<>();
            environment.executor().execute(() -> {
                router.chat(
                        ChatRequest.of("m", "hello"),
                        CallOptions.builder().timeout(Duration.ofSeconds(40)).build());
                probe.complete(null);
            });
            environment.await(Duration.ofSeconds(1).toNanos(), new Cancellation());
            assertThat(breaker()).isEqualTo(BreakerState.HALF_OPEN);
            long before = environment.nanoTime();
            assertThat(way.chat(router, environment, ChatRequest.of("m", "hello"), CallOptions.DEFAULT)
                            .text())
                    .isEqualTo("from the fallback");
            assertThat(environment.nanoTime()).isEqualTo(before);
            environment.join(probe);
        });
    }

    @ParameterizedTest
    @EnumSource
    void withoutAFallbackTheWaitForABreakerIsBounded(Way way) {
        open(false, script -> script.reply("ok"));
        long before = environment.nanoTime();
        GatewayException e = failure(() -> way.chat(router, "m"));
        assertThat(e.retryAfter()).isNotNull();
        assertThat(environment.nanoTime() - before)
                .isLessThanOrEqualTo(Duration.ofSeconds(3).toNanos());
    }

    @Test
    void theWaitForAProbeThatHangsIsBoundedInSum() {
        open(false, script -> script.hang());
        environment.advance(DELAY.plusMillis(1));
        environment.simulate(() -> {
            CompletableFuture<?> probe = new CompletableFuture<>();
            environment.executor().execute(() -> {
                failure(() -> router.chat(
                        ChatRequest.of("m", "hello"),
                        CallOptions.builder().timeout(Duration.ofSeconds(8)).build()));
                probe.complete(null);
            });
            environment.await(Duration.ofSeconds(1).toNanos(), new Cancellation());
            long before = environment.nanoTime();
            assertThat(failure(() -> router.chat("m", "hello"))).isNotNull();
            assertThat(environment.nanoTime() - before)
                    .as("many short waits, in sum no longer than one may be")
                    .isLessThanOrEqualTo(Duration.ofMillis(3_050).toNanos());
            environment.join(probe);
        });
    }

    @Test
    void aProbeThatHangsIsGivenUpInTime() {
        open(false, script -> script.hang().reply("ok"));
        environment.advance(DELAY.plusMillis(1));
        environment.simulate(() -> {
            CompletableFuture<?> probe = new CompletableFuture<>();
            environment.executor().execute(() -> {
                failure(() -> router.chat(
                        ChatRequest.of("m", "hello"),
                        CallOptions.builder().timeout(Duration.ofMinutes(9)).build()));
                probe.complete(null);
            });
            environment.await(DELAY.plusSeconds(1).toNanos(), new Cancellation());
            assertThat(router.chat("m", "hello").text()).isEqualTo("ok");
            environment.join(probe);
        });
    }

    @Test
    void aStreamsProbeHasSucceededAtItsFirstContent() {
        open(
                false,
                script ->
                        script.streamThenStall(new ChatEvent.TextDelta(0, "a")).reply("ok"));
        environment.advance(DELAY.plusMillis(1));
        try (ChatStream probe = router.stream(ChatRequest.of("m", "hello"))) {
            assertThat(probe.next()).isNotNull();
            assertThat(breaker()).isEqualTo(BreakerState.CLOSED);
            assertThat(router.chat("m", "hello").text()).isEqualTo("ok");
        }
    }

    @Test
    void aProbeWhoseReaderForgetsItIsNotLost() {
        open(
                false,
                script ->
                        script.streamThenStall(new ChatEvent.TextDelta(0, "a")).reply("ok"));
        environment.advance(DELAY.plusMillis(1));
        router.stream(
                ChatRequest.of("m", "hello"),
                CallOptions.builder().timeout(Duration.ofSeconds(1)).build());
        environment.advance(Duration.ofSeconds(2));
        settled(router, fake);
        assertThat(router.chat("m", "hello").text()).isEqualTo("ok");
    }
}
