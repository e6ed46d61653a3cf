package dev.aigw.routing.resilience.adaptive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.netflix.concurrency.limits.limit.SettableLimit;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdaptiveLimitsTest {

    private static final int BEARABLE = 10;

    private final VirtualEnvironment environment = new VirtualEnvironment(5);
    private final AtomicInteger now = new AtomicInteger();

    /** A deployment that bears ten calls at once: more make all slower, and those above {@code refusedFrom} fail. */
    private ProviderAdapter limited(int refusedFrom) {
        return ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    int load = now.incrementAndGet();
                    try {
                        if (load > refusedFrom) {
                            throw GatewayException.of(ErrorKind.OVERLOADED, "too much");
                        }
                        long millis = 100L * Math.max(BEARABLE, load) / BEARABLE;
                        environment.await(millis * 1_000_000, attempt.cancellation());
                        return ChatResponse.of("ok");
                    } finally {
                        now.decrementAndGet();
                    }
                })
                .build();
    }

    private ModelRouter router(ConcurrencyLimit limit, int refusedFrom) {
        return ModelRouter.builder()
                .environment(environment)
                .provider(limited(refusedFrom))
                .model("m", model -> model.deployment("fake/a", deployment -> deployment.concurrency(limit)))
                .retry(RetryPolicy.none())
                .breaker(
                        BreakerPolicy.builder().failureThreshold(10_000, 10_000).build())
                .build();
    }

    /** Keeps {@code callers} busy until each has made {@code calls}, and returns the limit afterwards. */
    private int load(ModelRouter router, int callers, int calls, boolean stream) {
        environment.simulate(() -> {
            for (int i = 0; i < callers; i++) {
                environment.executor().execute(() -> {
                    for (int call = 0; call < calls; call++) {
                        try {
                            ask(router, stream);
                        } catch (GatewayException e) {
                            assertThat(e.kind()).isIn(ErrorKind.OVERLOADED, ErrorKind.LIMIT_EXCEEDED);
                            environment.advance(Duration.ofMillis(50));
                        }
                    }
                });
            }
        });
        Integer limit = router.snapshot().models().get(0).deployments().get(0).concurrencyLimit();
        assertThat(limit).isNotNull();
        assertThat(router.snapshot().models().get(0).deployments().get(0).inFlight())
                .isZero();
        return limit == null ? 0 : limit;
    }

    private static void ask(ModelRouter router, boolean stream) {
        if (stream) {
            try (ChatStream events = router.stream(ChatRequest.of("m", "x"))) {
                assertThat(events.response().text()).isEqualTo("ok");
            }
        } else {
            assertThat(router.chat("m", "x").text()).isEqualTo("ok");
        }
    }

    static Stream<ConcurrencyLimit> rules() {
        return Stream.of(
                AdaptiveLimits.gradient(1, 4, 200),
                AdaptiveLimits.aimd(1, 4, 200, Duration.ofSeconds(5)),
                AdaptiveLimits.vegas(4, 200));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aDeploymentThatCopesGetsMore(ConcurrencyLimit limit) {
        try (ModelRouter router = router(limit.queue(1_000, Duration.ofMinutes(1)), Integer.MAX_VALUE)) {
            assertThat(load(router, 10, 40, true)).isGreaterThan(4);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void theLimitStaysNearWhatTheDeploymentAccepts(ConcurrencyLimit limit) {
        try (ModelRouter router = router(limit.queue(1_000, Duration.ofMinutes(1)), BEARABLE)) {
            assertThat(load(router, 60, 60, false)).isBetween(2, 3 * BEARABLE);
        }
    }

    @Test
    void limitsOfTheLibrarySetUpByTheUserWork() {
        SettableLimit settable = SettableLimit.startingAt(7);
        try (ModelRouter router = router(AdaptiveLimits.of(() -> settable), Integer.MAX_VALUE)) {
            assertThat(load(router, 3, 3, false)).isEqualTo(7);
        }
    }

    @Test
    void badBoundsSayWhatToChange() {
        assertThatThrownBy(() -> AdaptiveLimits.gradient(0, 4, 8)).hasMessageContaining("1 <= minimum");
        assertThatThrownBy(() -> AdaptiveLimits.vegas(9, 8)).hasMessageContaining("initial <= maximum");
        assertThatThrownBy(() -> AdaptiveLimits.aimd(1, 1, 1, Duration.ZERO)).hasMessageContaining("slow is");
    }
}
