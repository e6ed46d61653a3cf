package dev.aigw.examples.stories;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.cache.shared.SharedCache;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.LimitReached;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.redis.SharedLimits;
import dev.aigw.routing.redis.SharedRedis;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * One application of a fleet, with its own router and a Redis shared with the others. It reads lines with a tenant and
 * a question and answers each with a line that reports the outcome; {@value #COOLING} asks which deployments cool down.
 */
final class FleetMember {

    static final String READY = "ready";
    static final String COOLING = "cooling?";
    static final String SEPARATOR = "|";

    private FleetMember() {}

    /**
     * Runs until its input ends.
     *
     * @param args the addresses of Redis and of the two servers
     */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (SharedRedis redis = SharedRedis.builder()
                        .uri(args[0])
                        .timeout(Duration.ofSeconds(2)) // long, for busy machines
                        .build();
                ModelRouter router = router(redis, args[1], args[2])) {
            out.println(READY);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.println(line.equals(COOLING) ? cooling(router) : ask(router, line));
            }
        }
    }

    private static ModelRouter router(SharedRedis redis, String first, String second) {
        Limits limits = Limits.builder()
                .limit(
                        "plenty",
                        limit -> limit.requests(1_000)
                                .per(Window.calendar(Window.Unit.MONTH))
                                .by(Dimension.TENANT))
                .limit(
                        "five-requests",
                        limit -> limit.requests(5)
                                .per(Window.calendar(Window.Unit.MONTH))
                                .by(Dimension.TENANT)
                                .where(Dimension.TENANT, "cedar"))
                .limit(
                        "one-at-a-time",
                        limit -> limit.concurrency(1).by(Dimension.TENANT).where(Dimension.TENANT, "dune"))
                .shared(SharedLimits.builder(redis).lease(Duration.ofSeconds(3)).build())
                .build();
        return ModelRouter.builder()
                .provider(OpenAiAdapter.builder().name("first").baseUrl(first).build())
                .provider(OpenAiAdapter.builder().name("second").baseUrl(second).build())
                .model(
                        "assistant",
                        model -> model.deployment("first/x")
                                .deployment("second/x")
                                .strategy(RoutingStrategies.ordered()))
                .cache(SharedCache.builder(redis.cacheStore())
                        .timeToLive(Duration.ofHours(1))
                        .near(Caches.inMemory()
                                .maximumEntries(1_000)
                                .timeToLive(Duration.ofHours(1))
                                .build())
                        .build())
                .limits(limits)
                .feature(redis.cooldowns())
                .build();
    }

    private static String ask(ModelRouter router, String line) {
        int middle = line.indexOf(SEPARATOR);
        CallOptions options = CallOptions.builder()
                .caller(Caller.ofTenant(line.substring(0, middle)))
                .build();
        try {
            Route route = router.chat(ChatRequest.of("assistant", line.substring(middle + 1)), options)
                    .route();
            return route.source() == Route.Source.CACHE ? "the cache answered" : route.deployment() + " answered";
        } catch (GatewayException e) {
            LimitReached reached = LimitReached.of(e);
            return "refused: " + (reached == null ? e.kind() + ", " + e.getMessage() : reached.limit());
        }
    }

    private static String cooling(ModelRouter router) {
        StringBuilder cooling = new StringBuilder();
        router.snapshot().models().get(0).deployments().forEach(deployment -> {
            if (deployment.cooldownReason() != null) {
                cooling.append(deployment.id());
            }
        });
        return cooling.toString();
    }
}
