package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RoutingStrategy;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.catalog.ModelCards;
import dev.aigw.routing.resilience.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a warm prompt cache is worth in the choice of a deployment. */
class PromptCachesTest extends RouterHarness {

    private static final int PROMPT = 4_000;
    private static final long LIFETIME = Duration.ofMinutes(5).toNanos();
    private static final CallOptions SESSION = CallOptions.builder()
            .caller(Caller.ofTenant("acme"))
            .sessionKey("s1")
            .build();

    /** When what a model has cached of a session expires. */
    private final Map<String, Long> cached = new ConcurrentHashMap<>();

    private final Set<String> broken = ConcurrentHashMap.newKeySet();
    private final List<AttemptContext> attempts = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    PromptCachesTest() {
        super(11);
    }

    /** A vendor with a prompt cache by key, which it reports as Anthropic does. */
    private final ProviderAdapter vendor = ProviderAdapter.builder("v")
            .chat((request, attempt) -> {
                attempts.add(attempt);
                keys.add(String.valueOf(attempt.promptCacheKey()));
                if (broken.contains(attempt.model())) {
                    throw GatewayException.of(ErrorKind.SERVER_ERROR, "broken");
                }
                String place = attempt.model() + "|" + attempt.promptCacheKey();
                long now = environment.nanoTime();
                Long until = cached.put(place, now + LIFETIME);
                boolean hit = until != null && until > now;
                return ChatResponse.builder()
                        .part(new ContentPart.Text("ok"))
                        .finishReason(FinishReason.STOP)
                        .usage(TokenUsage.builder()
                                .input(0)
                                .cacheRead(hit ? PROMPT : 0)
                                .cacheWrite(hit ? 0 : PROMPT)
                                .output(10)
                                .build())
                        .build();
            })
            .build();

    private static Price price(String input, String write, String read) {
        return Price.usdPerMillion(input, "1").with(Bucket.CACHE_WRITE, write).with(Bucket.CACHE_READ, read);
    }

    private ModelRouter router(Price cheap, Price other, RoutingStrategy strategy) {
        return builder(vendor)
                .retry(RetryPolicy.builder().maxAttempts(2).build())
                .model(
                        "m",
                        model -> model.deployment("v/cheap", deployment -> deployment.price(cheap))
                                .deployment("v/other", deployment -> deployment.price(other))
                                .strategy(strategy))
                .build();
    }

    private ModelRouter router() {
        return router(price("1", "1.25", "0.1"), price("1.5", "1.9", "0.15"), RoutingStrategies.lowestCost());
    }

    private static ChatRequest turn() {
        return ChatRequest.of("m", "x".repeat(4 * PROMPT));
    }

    private String served(Way way, ModelRouter router, CallOptions options) {
        return String.valueOf(
                way.chat(router, environment, turn(), options).route().deployment());
    }

    /** Makes one call while the cheap deployment is broken, so that the other one serves it. */
    private void warmTheOther(Way way, ModelRouter router, CallOptions options) {
        broken.add("cheap");
        assertThat(served(way, router, options)).isEqualTo("v/other");
        broken.clear();
        router.release("v/cheap");
    }

    @ParameterizedTest
    @EnumSource
    void aSessionStaysWhereItsPromptIsCachedUntilThatExpires(Way way) {
        try (ModelRouter router = router()) {
            assertThat(served(way, router, CallOptions.DEFAULT)).isEqualTo("v/cheap");
            warmTheOther(way, router, SESSION);

            for (int i = 0; i < 4; i++) {
                environment.advance(Duration.ofMinutes(4)); // each use prolongs it
                assertThat(served(way, router, SESSION)).isEqualTo("v/other");
            }
            environment.advance(Duration.ofMinutes(5));
            assertThat(served(way, router, SESSION)).isEqualTo("v/cheap");
            assertThat(served(way, router, SESSION)).isEqualTo("v/cheap");
            settled(router);
        }
    }

    @Test
    void aSessionMovesToADeploymentThatIsCheaperEvenCold() {
        try (ModelRouter router =
                router(price("0.1", "0.125", "0.01"), price("3", "3.75", "0.3"), RoutingStrategies.lowestCost())) {
            warmTheOther(Way.SYNC, router, SESSION);

            assertThat(served(Way.SYNC, router, SESSION)).isEqualTo("v/cheap");
        }
    }

    @Test
    void whatACacheDoesNotHaveIsPricedAsWrittenToIt() {
        Price writes = price("1", "1.25", "0.1");
        Price plain = Price.usdPerMillion("1.1", "1");
        try (ModelRouter router = router(writes, plain, RoutingStrategies.lowestCost(0))) {
            assertThat(served(Way.SYNC, router, CallOptions.DEFAULT)).isEqualTo("v/cheap");
            assertThat(served(Way.SYNC, router, SESSION)).isEqualTo("v/other");
            assertThat(served(
                            Way.SYNC,
                            router,
                            SESSION.toBuilder().promptCaching(PromptCaching.OFF).build()))
                    .isEqualTo("v/cheap");
        }
    }

    @Test
    void aWarmDeploymentThatFailsIsLeftAndReturnedTo() {
        try (ModelRouter router = router()) {
            warmTheOther(Way.SYNC, router, SESSION);
            broken.add("other");
            assertThat(served(Way.SYNC, router, SESSION)).isEqualTo("v/cheap");
            broken.clear();
            router.release("v/other");
            cached.clear();

            // both are warm now, and the cheaper one reads for less
            assertThat(served(Way.SYNC, router, SESSION)).isEqualTo("v/cheap");
        }
    }

    @Test
    void callsWithoutASessionAndOfOtherTenantsAreNotWarm() {
        try (ModelRouter router = router()) {
            warmTheOther(Way.SYNC, router, SESSION);

            assertThat(served(Way.SYNC, router, CallOptions.DEFAULT)).isEqualTo("v/cheap");
            assertThat(served(
                            Way.SYNC,
                            router,
                            SESSION.toBuilder().caller(Caller.ofTenant("other")).build()))
                    .isEqualTo("v/cheap");
            assertThat(served(Way.SYNC, router, SESSION)).isEqualTo("v/other");
        }
    }

    @Test
    void callsOfASessionAtOnceAllGoToItsWarmDeployment() {
        try (ModelRouter router = router()) {
            warmTheOther(Way.SYNC, router, SESSION);
            List<CompletableFuture<ChatResponse>> calls = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                calls.add(router.chatAsync(turn(), SESSION));
            }
            Set<String> places = new HashSet<>();
            calls.forEach(call ->
                    places.add(String.valueOf(environment.join(call).route().deployment())));

            assertThat(places).containsExactly("v/other");
        }
    }

    @Test
    void explainSaysWhatThePromptCachesHaveAndWhatThePromptCosts() {
        try (ModelRouter router = router()) {
            warmTheOther(Way.SYNC, router, SESSION);
            RoutePlan plan = router.explain(ChatRequest.CHAT, turn(), SESSION);

            RoutePlan.Candidate cheap = plan.steps().get(0).candidates().get(0);
            RoutePlan.Candidate other = plan.steps().get(0).candidates().get(1);
            assertThat(cheap.prompt().cachedTokens()).isZero();
            assertThat(cheap.prompt().cost().amount()).isEqualByComparingTo("0.005");
            assertThat(other.prompt().tokens()).isEqualTo(PROMPT);
            assertThat(other.prompt().cachedTokens()).isEqualTo(PROMPT);
            assertThat(other.prompt().cost().amount()).isEqualByComparingTo("0.0006");
            assertThat(other.score()).isGreaterThan(cheap.score());
            assertThat(plan.toString()).contains("its prompt cache has about 4000 of 4000 tokens");

            RoutePlan without = router.explain(turn());
            assertThat(without.steps()
                            .get(0)
                            .candidates()
                            .get(0)
                            .prompt()
                            .cost()
                            .amount())
                    .isEqualByComparingTo("0.004");
        }
    }

    @Test
    void affinityKeepsASessionWhereItsPromptIsCached() {
        try (ModelRouter router =
                router(price("1", "1.25", "0.1"), price("1", "1.25", "0.1"), RoutingStrategies.affinity())) {
            String owner = served(Way.SYNC, router, SESSION);
            String other = owner.equals("v/cheap") ? "v/other" : "v/cheap";
            broken.add(owner.substring(2));
            environment.advance(Duration.ofMinutes(6));
            assertThat(served(Way.SYNC, router, SESSION)).isEqualTo(other);
            broken.clear();
            router.release(owner);

            assertThat(served(Way.SYNC, router, SESSION)).isEqualTo(other);
            environment.advance(Duration.ofMinutes(6));
            assertThat(served(Way.SYNC, router, SESSION)).isEqualTo(owner);
        }
    }

    @Test
    void aVendorThatReportsOnlyReadsHasTheWholePromptOfALongOne() {
        ProviderAdapter implicit = ProviderAdapter.builder("v")
                .chat((request, attempt) -> {
                    if (broken.contains(attempt.model())) {
                        throw GatewayException.of(ErrorKind.SERVER_ERROR, "broken");
                    }
                    return ChatResponse.builder()
                            .part(new ContentPart.Text("ok"))
                            .finishReason(FinishReason.STOP)
                            .usage(TokenUsage.builder()
                                    .input(PROMPT)
                                    .cacheRead(0)
                                    .output(1)
                                    .build())
                            .build();
                })
                .build();
        WireFacts hour = WireFacts.builder().cacheLifetimes(Duration.ofHours(1)).build();
        ModelCards cards =
                ModelCards.builtIn().with("v/a", ModelCard.builder().wire(hour).build());
        try (ModelRouter router = builder(implicit)
                .cards(cards)
                .model("m", model -> model.deployment("v/a").deployment("v/b"))
                .build()) {
            broken.add("b");
            way(router, "x".repeat(4 * PROMPT));
            broken.clear();
            RoutePlan plan = router.explain(ChatRequest.CHAT, turn(), SESSION);
            assertThat(plan.steps().get(0).candidates().get(0).prompt().cachedTokens())
                    .isEqualTo(PROMPT);
            environment.advance(Duration.ofMinutes(59));
            assertThat(router.explain(ChatRequest.CHAT, ChatRequest.of("m", "short"), SESSION)
                            .steps()
                            .get(0)
                            .candidates()
                            .get(0)
                            .prompt()
                            .cachedTokens())
                    .isEqualTo(2); // never more than the prompt
            environment.advance(Duration.ofMinutes(1));
            assertThat(router.explain(ChatRequest.CHAT, turn(), SESSION)
                            .steps()
                            .get(0)
                            .candidates()
                            .get(0)
                            .prompt()
                            .cachedTokens())
                    .isZero();
        }
    }

    private void way(ModelRouter router, String text) {
        Way.SYNC.chat(router, environment, ChatRequest.of("m", text), SESSION);
    }

    @Test
    void theKeyIsTheSameInEveryRouterAndSaysNothingOfTheSession() {
        CallOptions long1 =
                SESSION.toBuilder().sessionKey("secret-customer-".repeat(100)).build();
        for (int i = 0; i < 2; i++) {
            try (ModelRouter router = router()) {
                served(Way.SYNC, router, SESSION);
                served(Way.SYNC, router, long1);
                served(
                        Way.SYNC,
                        router,
                        SESSION.toBuilder()
                                .caller(Caller.builder().tenant("ac").user("me").build())
                                .build());
                served(Way.SYNC, router, CallOptions.DEFAULT);
            }
        }
        assertThat(keys.subList(0, 4)).isEqualTo(keys.subList(4, 8));
        assertThat(keys.get(0)).isEqualTo("N81adFHq9ObN-UpD__fdDzmW");
        assertThat(new HashSet<>(keys)).hasSize(4).contains("null");
        assertThat(keys).allMatch(key -> key.length() <= 64 && !key.contains("secret") && !key.contains("acme"));
    }

    @Test
    void theCallsSettingCountsBeforeTheModelsAndThatBeforeTheRouters() {
        try (ModelRouter router = builder(vendor)
                .promptCaching(PromptCaching.ALWAYS)
                .model("m", model -> model.deployment("v/a").promptCaching(PromptCaching.HINTS))
                .model("n", model -> model.deployment("v/b"))
                .build()) {
            router.chat(ChatRequest.of("m", "hi"), SESSION);
            router.chat(ChatRequest.of("n", "hi"), SESSION);
            router.chat(
                    ChatRequest.of("m", "hi"),
                    SESSION.toBuilder().promptCaching(PromptCaching.OFF).build());
        }
        assertThat(attempts)
                .extracting(attempt -> attempt.promptCaching().mode())
                .containsExactly(PromptCaching.Mode.HINTS, PromptCaching.Mode.ALWAYS, PromptCaching.Mode.OFF);
        assertThat(keys.get(2)).isEqualTo("null");
    }

    @Test
    void aRouterMarksByItselfUnlessToldNotTo() {
        try (ModelRouter router = router()) {
            served(Way.SYNC, router, CallOptions.DEFAULT);
        }
        assertThat(attempts.get(0).promptCaching()).isEqualTo(PromptCaching.AUTO);
    }
}
