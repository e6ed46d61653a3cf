package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.rollout.Experiment;
import dev.aigw.routing.route.Routes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What requests name does not stay: a router that has seen very many callers, models, tags, sessions and prompts, each
 * of them once, takes a bounded part of the heap.
 */
class BoundedStateTest {

    /** Half of them fill whatever is kept; the benchmarks' {@code ManyTenants} makes a million. */
    private static final int CALLS = 500_000;

    private static final long MIB = 1L << 20;

    /** What all features of {@link #router} together may take, with their usual bounds. */
    private static final long MOST_BYTES = 128 * MIB;

    /** What they may still take once each has seen as many names as it keeps. */
    private static final long MOST_GROWTH = 16 * MIB;

    /** Reports its usage, refuses some invented models, and keeps nothing. */
    private static final ProviderAdapter ADAPTER = ProviderAdapter.builder("fake")
            .chat((request, attempt) -> {
                if (attempt.model().startsWith("junk")) {
                    throw GatewayException.of(ErrorKind.NOT_FOUND, "no such model");
                }
                return ChatResponse.builder()
                        .text("ok")
                        .usage(TokenUsage.builder()
                                .input(1_000)
                                .set(TokenUsage.Bucket.CACHE_READ, 2_000)
                                .output(10)
                                .build())
                        .build();
            })
            .build();

    private static ModelRouter router() {
        return ModelRouter.builder()
                .provider(ADAPTER)
                .model(
                        "assistant",
                        model -> model.deployment("fake/a")
                                .deployment("fake/b")
                                .route(Routes.sticky(Routes.rules().otherwise("good"))))
                .model("good", model -> model.deployment("fake/c"))
                .model(
                        "tested",
                        model -> model.deployment("fake/e")
                                .deployment("fake/f")
                                .strategy(RoutingStrategies.affinity())
                                .route(Experiment.builder("tone")
                                        .arm("control", null, 50)
                                        .arm("warm", "good", 50)
                                        .segmentBy(
                                                query -> query.options().tags().get("feature"))
                                        .build()))
                .model("any/*", model -> model.deployment("fake/*"))
                .cache(Caches.inMemory().maximumEntries(10_000).build())
                .meter(Meters.builder().tag("feature").recentCalls(10_000).build())
                .limits(Limits.builder()
                        .limit(
                                "tenants",
                                limit -> limit.requests(1_000_000_000)
                                        .per(Window.rolling(Duration.ofHours(1)))
                                        .by(Dimension.TENANT))
                        .limit(
                                "features",
                                limit -> limit.tokens(1_000_000_000_000L)
                                        .per(Window.rolling(Duration.ofHours(1)))
                                        .by(Dimension.tag("feature"))
                                        .maximumKeys(1_000))
                        .build())
                .build();
    }

    /** Makes a call whose names no other call has; every hundredth has very long ones. */
    private static void call(ModelRouter router, int number) {
        String mark = (number % 100 == 0 ? "x".repeat(5_000) : "") + number;
        String model = switch (number % 20) {
            case 0 -> "fake/open-" + number;
            case 1 -> "any/open-" + number;
            case 2 -> number % 100 == 2 ? "fake/junk-" + number : "any/open-" + number;
            default -> number % 2 == 0 ? "assistant" : "tested";
        };
        CallOptions options = CallOptions.builder()
                .caller(Caller.builder()
                        .tenant("tenant-" + mark)
                        .user("user-" + mark)
                        .role("role-" + mark)
                        .key("key-" + mark)
                        .build())
                .tag("feature", "feature-" + mark)
                .tag("request", "request-" + mark)
                .sessionKey("session-" + mark)
                .build();
        try {
            router.chat(
                    ChatRequest.builder(model)
                            .system("prefix-" + mark)
                            .user("prompt-" + mark)
                            .build(),
                    options);
        } catch (GatewayException e) {
            boolean ofALimit = e.kind() == ErrorKind.LIMIT_EXCEEDED; // the one that all further keys share
            assertThat(ofALimit || model.contains("junk")).as("%s", e).isTrue();
        }
    }

    @Test
    void namesThatAreUsedOnceDoNotFillTheHeap() {
        long before = liveBytes();
        try (ModelRouter router = router()) {
            for (int i = 0; i < CALLS / 2; i++) {
                call(router, i);
            }
            long half = liveBytes();
            for (int i = CALLS / 2; i < CALLS; i++) {
                call(router, i);
            }
            long all = liveBytes();
            assertThat(all - before).isLessThan(MOST_BYTES);
            assertThat(all - half).isLessThan(MOST_GROWTH);
        }
    }

    /** Returns how many bytes of the heap are reachable. */
    private static long liveBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) { // what has a finalizer or a cleaner goes with the next collection
            System.gc();
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }
}
