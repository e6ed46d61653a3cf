package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningOrigin;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.catalog.DeploymentBuilder;
import dev.aigw.routing.catalog.ModelBuilder;
import dev.aigw.routing.catalog.ModelCards;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.rollout.Canary;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A conversation that holds signed reasoning stays where it can be read, and says what a move loses. */
class ConversationHomeTest extends RouterHarness {

    private static final String KEY_A = "key-of-the-first-account";
    private static final String KEY_B = "key-of-the-second-account";
    private static final ToolCall CALL = new ToolCall("c1", "f", "{}");

    private final Map<String, GatewayException> failures = new ConcurrentHashMap<>();
    private final Map<String, Duration> delays = new ConcurrentHashMap<>();

    ConversationHomeTest() {
        super(3);
    }

    /** Signs its reasoning as a vendor's adapter does. */
    private ProviderAdapter vendor(String name) {
        return ProviderAdapter.builder(name)
                .chat((request, attempt) -> {
                    Duration delay = delays.get(attempt.deployment());
                    if (delay != null) {
                        sleep(delay);
                    }
                    GatewayException failure = failures.get(attempt.deployment());
                    if (failure != null) {
                        throw failure;
                    }
                    return ChatResponse.builder()
                            .part(signed(new ReasoningOrigin(name, attempt.model(), attempt.account(), null)))
                            .part(new ContentPart.Text(attempt.deployment()))
                            .build();
                })
                .build();
    }

    private void sleep(Duration time) {
        environment.sleep(time.toNanos(), new Cancellation());
    }

    private static ContentPart.Reasoning signed(ReasoningOrigin origin) {
        return new ContentPart.Reasoning(null, null, "sig", null, origin.toString());
    }

    private static GatewayException rateLimited(Duration retryAfter) {
        return GatewayException.builder(ErrorKind.RATE_LIMITED, "slow down")
                .retryAfter(retryAfter)
                .build();
    }

    private void simulate(Consumer<ModelBuilder> model, Consumer<ModelRouter> calls) {
        simulate(builder(vendor("v"), vendor("w")).model("m", model), calls);
    }

    private void simulate(ModelRouter.Builder builder, Consumer<ModelRouter> calls) {
        try (ModelRouter router = builder.build()) {
            environment.simulate(() -> calls.accept(router));
            settled(router);
        }
    }

    private ChatResponse ask(ModelRouter router, Way way, ChatRequest request) {
        return way.chat(router, environment, request, CallOptions.DEFAULT);
    }

    private static ChatRequest after(ChatRequest request, ChatResponse reply) {
        return request.toBuilder().message(reply.message()).user("And then?").build();
    }

    /** A conversation whose last answer has reasoning of this origin. */
    private static ChatRequest from(String reader, String model, @Nullable String account) {
        return ChatRequest.builder("m")
                .user("Well? " + "x".repeat(8_000))
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(signed(new ReasoningOrigin(reader, model, account, null)), CALL)))
                .message(Message.toolResult(CALL, "1"))
                .build();
    }

    private static Set<String> deployments(Route route) {
        Set<String> deployments = new HashSet<>();
        route.attempts().forEach(attempt -> deployments.add(attempt.deployment()));
        return deployments;
    }

    private static void twoKeys(ModelBuilder model) {
        model.deployment("v/big", deployment -> deployment.keys(KEY_A, KEY_B)).strategy(RoutingStrategies.roundRobin());
    }

    @ParameterizedTest
    @EnumSource
    void itStaysAtTheKeyItsReasoningCameFrom(Way way) {
        simulate(ConversationHomeTest::twoKeys, router -> {
            ChatRequest request = ChatRequest.of("m", "Well?");
            ChatResponse first = ask(router, way, request);
            ChatRequest next = after(request, first);
            for (int i = 0; i < 6; i++) {
                ChatResponse reply = ask(router, way, next);
                assertThat(reply.text()).isEqualTo(first.text());
                assertThat(reply.route().warnings()).isEmpty();
                next = after(next, reply);
            }
            assertThat(IntStream.range(0, 4)
                            .mapToObj(i -> ask(router, way, request).text())
                            .distinct())
                    .as("conversations without reasoning are balanced")
                    .hasSize(2);
        });
    }

    @Test
    void aRestartKeepsTheAccountsMarks() {
        String[] where = new String[2];
        ChatRequest[] next = new ChatRequest[1];
        simulate(ConversationHomeTest::twoKeys, router -> {
            ChatRequest request = ChatRequest.of("m", "Well?");
            ask(router, Way.SYNC, request);
            ChatResponse second = ask(router, Way.SYNC, request);
            where[0] = second.text();
            next[0] = after(request, second);
        });
        assertThat(String.valueOf(next[0].messages().get(1).parts())).doesNotContain(KEY_A, KEY_B);
        simulate(
                model -> model.deployment("v/big", deployment -> deployment.keys(KEY_B, KEY_A)),
                router -> where[1] = ask(router, Way.SYNC, next[0]).text());
        assertThat(where).as("the keys have changed places").containsExactly("v/big#2", "v/big");
    }

    @ParameterizedTest
    @EnumSource
    void keysOfOneNamedAccountAreBalanced(Way way) {
        simulate(
                model -> model.deployment(
                                "v/big",
                                deployment -> deployment.keys(KEY_A, KEY_B).account("acme"))
                        .strategy(RoutingStrategies.roundRobin()),
                router -> {
                    ChatRequest request = from("v", "big", "acme");
                    assertThat(List.of(
                                    ask(router, way, request).text(),
                                    ask(router, way, request).text()))
                            .containsExactlyInAnyOrder("v/big", "v/big#2");
                });
    }

    @ParameterizedTest
    @EnumSource
    void itWaitsForAShortCooldownAndMovesAtALongOne(Way way) {
        simulate(ConversationHomeTest::twoKeys, router -> {
            ChatRequest next = after(ChatRequest.of("m", "Well?"), ask(router, way, ChatRequest.of("m", "Well?")));
            failures.put("v/big", rateLimited(Duration.ofSeconds(60)));
            ChatResponse moved = ask(router, way, next);
            assertThat(moved.text()).isEqualTo("v/big#2");
            assertThat(deployments(moved.route())).containsExactlyInAnyOrder("v/big", "v/big#2");
            ChatRequest there = after(next, moved);
            failures.clear();
            assertThat(ask(router, way, there).text())
                    .as("it stays where it is now")
                    .isEqualTo("v/big#2");

            failures.put("v/big#2", rateLimited(Duration.ofSeconds(2)));
            long start = environment.nanoTime();
            environment.schedule(Duration.ofSeconds(1).toNanos(), failures::clear);
            assertThat(ask(router, way, there).text()).isEqualTo("v/big#2");
            assertThat(Duration.ofNanos(environment.nanoTime() - start)).isEqualTo(Duration.ofSeconds(2));
        });
    }

    @ParameterizedTest
    @EnumSource
    void itMovesAtOnceFromADeploymentThatFails(Way way) {
        simulate(ConversationHomeTest::twoKeys, router -> {
            ChatRequest next = after(ChatRequest.of("m", "Well?"), ask(router, way, ChatRequest.of("m", "Well?")));
            failures.put("v/big", GatewayException.of(ErrorKind.SERVER_ERROR, "broken"));
            long start = environment.nanoTime();
            assertThat(ask(router, way, next).text()).isEqualTo("v/big#2");
            assertThat(environment.nanoTime()).isEqualTo(start);
        });
    }

    @Test
    void aHedgeGoesOnlyWhereTheReasoningIsRead() {
        simulate(
                builder(vendor("v"), vendor("w"))
                        .hedge(HedgePolicy.after(Duration.ofMillis(100)))
                        .model("m", ConversationHomeTest::twoKeys),
                router -> {
                    delays.put("v/big", Duration.ofSeconds(3));
                    ChatResponse hedged = ask(router, Way.SYNC, ChatRequest.of("m", "Well?"));
                    assertThat(hedged.text()).isEqualTo("v/big#2");
                    delays.clear();
                    delays.put("v/big#2", Duration.ofSeconds(3));
                    ChatResponse bound = ask(router, Way.SYNC, after(ChatRequest.of("m", "Well?"), hedged));
                    assertThat(bound.text()).isEqualTo("v/big#2");
                    assertThat(bound.route().attempts()).hasSize(1);
                });
    }

    @Test
    void theOptionLeavesTheChoiceToTheStrategy() {
        simulate(
                model -> model.deployment("v/big", deployment -> deployment.keys(KEY_A, KEY_B))
                        .strategy(RoutingStrategies.roundRobin())
                        .keepReasoning(false),
                router -> {
                    ChatRequest request = ChatRequest.of("m", "Well?");
                    ChatRequest next = after(request, ask(router, Way.SYNC, request));
                    assertThat(List.of(
                                    ask(router, Way.SYNC, next).text(),
                                    ask(router, Way.SYNC, next).text()))
                            .containsExactlyInAnyOrder("v/big", "v/big#2");
                });
    }

    @Test
    void explainAndTheWarningsSayWhatAMoveLoses() {
        simulate(
                model -> model.deployment("v/big", ConversationHomeTest::priced)
                        .deployment("w/other", ConversationHomeTest::priced)
                        .strategy(RoutingStrategies.ordered()),
                router -> {
                    ChatRequest request = from("w", "other", null);
                    assertThat(losses(router, request, "w/other")).isEmpty();
                    String cached =
                            "reads about 2003 tokens anew that w/other may have cached, for about 0.0018 USD" + " more";
                    assertThat(losses(router, request, "v/big"))
                            .containsExactly(
                                    "is not sent the signed reasoning of another model (w, model other), in message 2",
                                    cached);
                    assertThat(router.explain(request).toString()).contains("\n      it " + cached);
                    assertThat(ask(router, Way.SYNC, request).text()).isEqualTo("w/other");

                    failures.put("w/other", GatewayException.of(ErrorKind.SERVER_ERROR, "broken"));
                    ChatResponse moved = ask(router, Way.SYNC, request);
                    assertThat(moved.text()).isEqualTo("v/big");
                    assertThat(moved.route().warnings()).containsExactly("v/big " + cached);
                });
    }

    private static void priced(DeploymentBuilder deployment) {
        deployment.price(Price.usdPerMillion("1", "5").with(Bucket.CACHE_READ, "0.1"));
    }

    private static List<String> losses(ModelRouter router, ChatRequest request, String deployment) {
        return router.explain(request).steps().stream()
                .flatMap(step -> step.candidates().stream())
                .filter(candidate -> candidate.deployment().equals(deployment))
                .findFirst()
                .orElseThrow()
                .losses();
    }

    @Test
    void aCardSaysWhichModelsReadEachOther() {
        ModelCard bound = ModelCard.builder()
                .wire(WireFacts.builder()
                        .reasoningBoundTo(WireFacts.Binding.MODEL)
                        .readsReasoningOf("small")
                        .build())
                .build();
        simulate(
                builder(vendor("v"))
                        .cards(ModelCards.builtIn().with("v/big", bound).with("v/other", bound))
                        .model(
                                "m",
                                model -> model.deployment("v/other")
                                        .deployment("v/big", deployment -> deployment.account("acme"))
                                        .strategy(RoutingStrategies.ordered())),
                router -> {
                    assertThat(ask(router, Way.SYNC, from("v", "big", null)).text())
                            .isEqualTo("v/big");
                    assertThat(ask(router, Way.SYNC, from("v", "small", "elsewhere"))
                                    .text())
                            .as("both read it, from any account")
                            .isEqualTo("v/other");
                    assertThat(losses(router, from("v", "big", null), "v/other").get(0))
                            .contains("another model (v, model big)");
                });
    }

    @ParameterizedTest
    @EnumSource
    void anUnfinishedToolLoopGoesFirstToTheFallbackThatReadsIt(Way way) {
        simulate(
                builder(vendor("v"), vendor("w"))
                        .model("m", model -> model.deployment("v/big").fallback("n"))
                        .model("n", model -> model.deployment("w/other")),
                router -> {
                    ChatRequest loop = from("w", "other", null);
                    assertThat(ask(router, way, loop).text()).isEqualTo("w/other");
                    failures.put("w/other", GatewayException.of(ErrorKind.SERVER_ERROR, "broken"));
                    assertThat(ask(router, way, loop).text()).isEqualTo("v/big");
                    failures.clear();
                    ChatRequest ended = loop.toBuilder()
                            .assistant("It is 1.")
                            .user("Thanks. And now?")
                            .build();
                    assertThat(ask(router, way, ended).text())
                            .as("a new question goes to the model that was asked for")
                            .isEqualTo("v/big");
                });
    }

    @Test
    void anUnfinishedToolLoopStaysAtItsArm() {
        simulate(
                builder(vendor("v"), vendor("w"))
                        .model(
                                "m",
                                model -> model.deployment("v/big")
                                        .route(Canary.builder("new").stages(50).build()))
                        .model("new", model -> model.deployment("w/other")),
                router -> {
                    for (int i = 0; i < 20; i++) {
                        CallOptions session =
                                CallOptions.builder().sessionKey("s" + i).build();
                        assertThat(Way.SYNC
                                        .chat(router, environment, from("w", "other", null), session)
                                        .text())
                                .isEqualTo("w/other");
                    }
                    List<ModelSelector.Selection> chosen =
                            router.explain(from("v", "big", null)).selections();
                    assertThat(chosen.get(chosen.size() - 1).model()).isEqualTo("m");
                });
    }

    @Test
    void anAccountNeedsAName() {
        assertThatThrownBy(() -> builder(vendor("v"))
                        .model("m", model -> model.deployment("v/big", deployment -> deployment.account(" "))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the name of its account is blank");
    }
}
