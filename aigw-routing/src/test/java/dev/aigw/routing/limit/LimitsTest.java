package dev.aigw.routing.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterSnapshot;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.catalog.ModelCards;
import dev.aigw.routing.metering.Meters;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private static final Window MINUTE = Window.rolling(Duration.ofMinutes(1));
    private static final Window DAY = Window.calendar(Window.Unit.DAY);

    private final VirtualEnvironment environment = new VirtualEnvironment(3);
    private final List<String> reported = new ArrayList<>();
    private final FakeProvider fake = FakeProvider.builder("fake")
            .waiter(environment::await)
            .model("broken", script -> script.fail(ErrorKind.INVALID_REQUEST))
            .reply("one two three four five")
            .build();

    private static CallOptions tenant(String tenant) {
        return CallOptions.builder().caller(Caller.ofTenant(tenant)).build();
    }

    private Limits limits(String name, Consumer<LimitBuilder> how) {
        return Limits.builder()
                .limit(name, how)
                .listener((action, reached, call) -> reported.add(action + " " + reached.limit()))
                .build();
    }

    private ModelRouter router(Limits limits) {
        return router(limits, builder -> builder);
    }

    private ModelRouter router(Limits limits, UnaryOperator<ModelRouter.Builder> more) {
        return more.apply(ModelRouter.builder()
                        .environment(environment)
                        .provider(fake)
                        .model(
                                "big",
                                model -> model.deployment(
                                                "fake/big",
                                                deployment -> deployment.price(Price.usdPerMillion("100", "1000")))
                                        .fallback("small"))
                        .model(
                                "small",
                                model -> model.deployment(
                                        "fake/small", deployment -> deployment.price(Price.usdPerMillion("1", "10"))))
                        .limits(limits))
                .build();
    }

    private static ChatRequest ask(String model) {
        return ChatRequest.builder(model).user("hello").maxOutputTokens(10).build();
    }

    private static GatewayException refusal(ModelRouter router, ChatRequest request, CallOptions options) {
        return catchThrowableOfType(GatewayException.class, () -> router.chat(request, options));
    }

    @Test
    void requestsAreLimitedPerTenantAndTheRefusalSaysWhichLimitWhatRemainsAndUntilWhen() {
        Limits limits =
                limits("per-tenant", limit -> limit.requests(2).per(MINUTE).by(Dimension.TENANT));
        try (ModelRouter router = router(limits)) {
            router.chat(ask("small"), tenant("acme"));
            router.chat(ask("small"), tenant("acme"));
            GatewayException refused = refusal(router, ask("small"), tenant("acme"));
            assertThat(refused.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
            assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(30));
            assertThat(refused)
                    .hasMessage("limit \"per-tenant\" of tenant \"acme\": 0 of 2 requests remain, the call asks for 1;"
                            + " enough is free in 30 s");
            LimitReached reached = Objects.requireNonNull(LimitReached.of(refused));
            assertThat(LimitReached.of(Serialized.copy(refused))).isEqualTo(reached);
            assertThat(reached.key()).containsEntry("tenant", "acme");
            assertThat(reached.remaining()).isEqualByComparingTo("0");
            router.chat(ask("small"), tenant("other"));
            environment.advance(Duration.ofSeconds(30));
            router.chat(ask("small"), tenant("acme"));
            assertThat(reported).containsExactly("REFUSED per-tenant");
            assertThat(fake.attempts()).hasSize(4);
        }
    }

    @Test
    void aCallThatTheCacheAnswersIsARequestButUsesNoTokens() {
        Limits limits = Limits.builder()
                .limit("requests", limit -> limit.requests(3).per(MINUTE))
                .limit("tokens", limit -> limit.tokens(1000).per(DAY))
                .build();
        try (ModelRouter router = router(
                limits,
                builder -> builder.cache(Caches.inMemory().maximumEntries(10).build()))) {
            router.chat(ask("small"));
            router.chat(ask("small"));
            assertThat(used(limits, "requests")).isEqualByComparingTo("2");
            assertThat(used(limits, "tokens")).isEqualByComparingTo("6");
        }
    }

    @Test
    void tokensAreReservedAtTheirMostAndSettledAtWhatWasUsed() {
        Limits limits = Limits.builder()
                .limit("all", limit -> limit.tokens(100).per(DAY))
                .limit("in", limit -> limit.inputTokens(100).per(DAY))
                .limit("out", limit -> limit.outputTokens(12).per(DAY))
                .build();
        try (ModelRouter router = router(limits)) {
            router.chat(ask("small"));
            assertThat(used(limits, "all")).isEqualByComparingTo("6");
            assertThat(used(limits, "in")).isEqualByComparingTo("1");
            assertThat(used(limits, "out")).isEqualByComparingTo("5");
            GatewayException refused = refusal(router, ask("small"), CallOptions.DEFAULT);
            assertThat(refused).hasMessageContaining("limit \"out\": 7 of 12 output tokens remain");
            assertThat(usage(limits, "all").reserved())
                    .as("what the other limits had taken by then is back")
                    .isEqualByComparingTo("0");
        }
    }

    @Test
    void aBudgetRefusesAndAModelFallsBackToACheaperOne() {
        Limits limits = limits(
                "budget",
                limit -> limit.cost(Cost.usd(new BigDecimal("0.015"))).per(DAY).by(Dimension.TENANT));
        try (ModelRouter router = router(limits)) {
            assertThat(router.chat(ask("big"), tenant("acme")).route().model()).isEqualTo("big");
            ChatResponse second = router.chat(ask("big"), tenant("acme"));
            assertThat(second.route().model()).isEqualTo("small");
            assertThat(second.route().attempts().get(0).errorKind()).isEqualTo(ErrorKind.BUDGET_EXCEEDED);
            assertThat(used(limits, "budget")).isEqualByComparingTo("0.005151");
            assertThat(fake.attempts("big")).hasSize(1);
        }
    }

    @Test
    void aBudgetThatIsSpentForAllModelsFailsTheCallWithItsKind() {
        Limits limits = limits(
                "budget",
                limit -> limit.cost(Cost.usd(new BigDecimal("0.0001"))).per(DAY));
        try (ModelRouter router = router(limits)) {
            GatewayException refused = refusal(
                    router,
                    ChatRequest.builder("big").user("hi").maxOutputTokens(1000).build(),
                    CallOptions.DEFAULT);
            assertThat(refused.kind()).isEqualTo(ErrorKind.BUDGET_EXCEEDED);
            assertThat(refused.retryAfter()).as("it never fits").isNull();
            assertThat(fake.attempts()).isEmpty();
        }
    }

    @Test
    void aDeploymentWithoutAPriceIsNotLetPastABudgetUnlessAllowed() {
        Limits strict =
                limits("budget", limit -> limit.cost(Cost.usd(BigDecimal.ONE)).per(DAY));
        try (ModelRouter router = router(strict)) {
            assertThatThrownBy(() -> router.chat(ask("fake/unpriced")))
                    .hasMessageContaining("no known price")
                    .hasMessageContaining("allowUnpriced()");
        }
        Limits lax = limits(
                "budget", limit -> limit.cost(Cost.usd(BigDecimal.ONE)).per(DAY).allowUnpriced());
        try (ModelRouter router = router(lax)) {
            assertThat(router.chat(ask("fake/unpriced")).text()).startsWith("one");
        }
    }

    @Test
    void aFailedAttemptCostsNothingAndAnAbandonedStreamWhatCame() {
        Limits limits = limits("tokens", limit -> limit.outputTokens(1000).per(DAY));
        try (ModelRouter router = router(limits)) {
            assertThatThrownBy(() -> router.chat(ask("fake/broken"))).isInstanceOf(GatewayException.class);
            assertThat(usage(limits, "tokens").used()).isEqualByComparingTo("0");
            assertThat(usage(limits, "tokens").reserved()).isEqualByComparingTo("0");
            try (ChatStream stream = router.stream(ask("small"))) {
                for (ChatEvent event : stream) {
                    if (event instanceof ChatEvent.TextDelta) {
                        assertThat(usage(limits, "tokens").reserved()).isEqualByComparingTo("10");
                        break;
                    }
                }
            }
            assertThat(usage(limits, "tokens").reserved()).isEqualByComparingTo("0");
            assertThat(usage(limits, "tokens").used()).isEqualByComparingTo("6"); // 23 characters
        }
    }

    @Test
    void callsUnderWayAreCountedUntilTheirStreamEnds() {
        Limits limits = limits("parallel", limit -> limit.concurrency(1).by(Dimension.CALLER));
        try (ModelRouter router = router(limits)) {
            try (ChatStream stream = router.stream(ask("small"), tenant("acme"))) {
                assertThat(refusal(router, ask("small"), tenant("acme")).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
                router.chat(ask("small"), tenant("other"));
                assertThat(stream.response().text()).startsWith("one");
            }
            router.chat(ask("small"), tenant("acme"));
        }
    }

    @Test
    void aModelAtItsLimitFallsBack() {
        Limits limits = limits("model", limit -> limit.requests(1).per(MINUTE).by(Dimension.MODEL));
        try (ModelRouter router = router(limits)) {
            assertThat(router.chat(ask("big")).route().model()).isEqualTo("big");
            assertThat(router.chat(ask("big")).route().model()).isEqualTo("small");
            assertThat(refusal(router, ask("big"), CallOptions.DEFAULT).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
        }
    }

    @Test
    void aDeploymentAtItsOwnLimitIsSkippedAndCoolsDownNever() {
        Limits limits = limits(
                "deployment",
                limit -> limit.requests(1).per(MINUTE).by(Dimension.DEPLOYMENT).where(Dimension.MODEL, "pair"));
        try (ModelRouter router = router(
                limits,
                builder -> builder.model(
                        "pair", model -> model.deployment("fake/a").deployment("fake/b")))) {
            assertThat(List.of(
                            String.valueOf(router.chat(ask("pair")).route().deployment()),
                            String.valueOf(router.chat(ask("pair")).route().deployment())))
                    .containsExactlyInAnyOrder("fake/a", "fake/b");
            assertThat(refusal(router, ask("pair"), CallOptions.DEFAULT).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
            assertThat(fake.attempts()).hasSize(2);
            assertThat(router.snapshot().models())
                    .flatExtracting(RouterSnapshot.ModelState::deployments)
                    .as("a limit of our own causes no cooldown")
                    .allSatisfy(state -> assertThat(state.cooldown()).isZero());
        }
    }

    @Test
    void conditionsSayWhomALimitIsAbout() {
        Limits limits = Limits.builder()
                .limit(
                        "free",
                        limit -> limit.requests(1)
                                .per(MINUTE)
                                .by(Dimension.TENANT)
                                .where(Dimension.TIER, "free"))
                .limit(
                        "feature",
                        limit -> limit.requests(1)
                                .per(MINUTE)
                                .where(Dimension.tag("feature"), "summary")
                                .unless(Dimension.TENANT, "internal"))
                .build();
        try (ModelRouter router = router(limits)) {
            CallOptions free = CallOptions.builder()
                    .caller(Caller.builder().tenant("acme").tier("free").build())
                    .build();
            CallOptions gold = CallOptions.builder()
                    .caller(Caller.builder().tenant("acme").tier("gold").build())
                    .build();
            router.chat(ask("small"), free);
            assertThat(refusal(router, ask("small"), free)).hasMessageContaining("\"free\"");
            router.chat(ask("small"), gold);
            router.chat(ask("small"), gold.toBuilder().tag("feature", "summary").build());
            assertThat(refusal(
                            router,
                            ask("small"),
                            gold.toBuilder().tag("feature", "summary").build()))
                    .hasMessageContaining("\"feature\"");
            router.chat(
                    ask("small"),
                    tenant("internal").toBuilder().tag("feature", "summary").build());
        }
    }

    @Test
    void eachApiKeyOfACallerHasItsOwnAllowanceBesideTheCallers() {
        Limits limits = Limits.builder()
                .limit("per-key", limit -> limit.requests(1).per(DAY).by(Dimension.KEY, Dimension.OPERATION))
                .limit("per-caller", limit -> limit.requests(2).per(DAY).by(Dimension.CALLER))
                .build();
        try (ModelRouter router = router(limits)) {
            router.chat(ask("small"), key("one"));
            GatewayException spent = refusal(router, ask("small"), key("one"));
            assertThat(Objects.requireNonNull(LimitReached.of(spent)).key())
                    .containsExactly(Map.entry("key", "one"), Map.entry("operation", "chat"));
            router.chat(ask("small"), key("two"));
            GatewayException both = refusal(router, ask("small"), key("three"));
            assertThat(Objects.requireNonNull(LimitReached.of(both)).limit()).isEqualTo("per-caller");
        }
    }

    private static CallOptions key(String key) {
        return CallOptions.builder()
                .caller(Caller.builder().tenant("acme").user("ada").key(key).build())
                .build();
    }

    @Test
    void anyCombinationOfDimensionsHasAnAllowanceOfItsOwn() {
        Limits limits = limits(
                "all",
                limit -> limit.requests(1)
                        .per(DAY)
                        .by(
                                Dimension.CALLER,
                                Dimension.KEY,
                                Dimension.TENANT,
                                Dimension.TIER,
                                Dimension.MODEL,
                                Dimension.DEPLOYMENT,
                                Dimension.tag("feature")));
        Function<String, CallOptions> ofTier = tier -> CallOptions.builder()
                .tag("feature", "search")
                .caller(Caller.builder()
                        .tenant("acme")
                        .user("ada")
                        .tier(tier)
                        .key("k")
                        .build())
                .build();
        try (ModelRouter router = router(limits)) {
            router.chat(ask("small"), ofTier.apply("free"));
            assertThat(limits.usage())
                    .extracting(LimitUsage::key)
                    .containsExactly(Map.of(
                            "caller", "acme/ada",
                            "key", "k",
                            "tenant", "acme",
                            "tier", "free",
                            "model", "small",
                            "deployment", "fake/small",
                            "tag feature", "search"));
            assertThat(refusal(router, ask("small"), ofTier.apply("free")).kind())
                    .isEqualTo(ErrorKind.LIMIT_EXCEEDED);
            router.chat(ask("small"), ofTier.apply("paid"));
        }
    }

    @Test
    void anAnswerIsReservedAsLongAsTheRequestElseTheModelAllows() {
        ModelCard card = ModelCard.builder().maxOutputTokens(50).build();
        UnaryOperator<ModelRouter.Builder> carded =
                builder -> builder.cards(ModelCards.none().with("fake/carded", card))
                        .model("carded", model -> model.deployment("fake/carded"));
        Limits limits = limits("tokens", limit -> limit.outputTokens(60).per(DAY));
        try (ModelRouter router = router(limits, carded)) {
            ChatStream first = router.stream(ChatRequest.of("carded", "hi"));
            assertThat(limits.usage().get(0).reserved()).isEqualByComparingTo("50");
            ChatRequest tooLong = ChatRequest.of("carded", "hi").toBuilder()
                    .maxOutputTokens(11)
                    .build();
            assertThat(refusal(router, tooLong, CallOptions.DEFAULT).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
            first.close();
        }
        Limits assumed = Limits.builder()
                .assumedOutputTokens(5)
                .limit("tokens", limit -> limit.outputTokens(60).per(DAY))
                .build();
        try (ModelRouter router = router(assumed, carded)) {
            try (ChatStream stream = router.stream(ChatRequest.of("carded", "hi"))) {
                assertThat(assumed.usage().get(0).reserved()).isEqualByComparingTo("5");
                assertThat(stream.response().text()).isNotEmpty();
            }
        }
    }

    private ModelRouter routerOfLongAnswers(Limits limits) {
        ModelCard card = ModelCard.builder().maxOutputTokens(128_000).build();
        return router(limits, builder -> builder.cards(ModelCards.none().with("fake/small", card)));
    }

    @Test
    void aLimitSmallerThanTheLongestAnswerLetsCallAfterCallIn() {
        ChatRequest unbounded = ChatRequest.of("small", "hello");
        for (Window window : List.of(MINUTE, DAY)) {
            Limits limits = limits("tokens", limit -> limit.tokens(100_000).per(window));
            try (ModelRouter router = routerOfLongAnswers(limits);
                    ChatStream first = router.stream(unbounded)) {
                assertThat(limits.usage().get(0).reserved())
                        .as("as for a model of which nothing is known")
                        .isBetween(new BigDecimal("4097"), new BigDecimal("4200"));
                router.chat(unbounded);
                assertThat(first.response().text()).isNotEmpty();
                router.chat(unbounded);
                assertThat(used(limits, "tokens")).isEqualByComparingTo("18");
            }
        }
    }

    @Test
    void aGuessedAnswerTakesNoMoreThanIsThereForThePriority() {
        CallOptions low =
                CallOptions.builder().priority(CallOptions.Priority.LOW).build();
        Limits tokens = limits(
                "tokens", limit -> limit.tokens(9_000).per(MINUTE).burst(5_000).share(CallOptions.Priority.LOW, 0.5));
        Limits budget = limits(
                "budget",
                limit -> limit.cost(Cost.usd(new BigDecimal("0.02"))).per(DAY).share(CallOptions.Priority.LOW, 0.5));
        for (Limits limits : List.of(tokens, budget)) {
            try (ModelRouter router = routerOfLongAnswers(limits);
                    ChatStream stream = router.stream(ChatRequest.of("small", "hello"), low)) {
                assertThat(limits.usage().get(0).reserved()).isEqualByComparingTo(limits == tokens ? "2500" : "0.01");
                assertThat(stream.response().text()).isNotEmpty();
            }
        }
    }

    @Test
    void aCallThatNeverFitsSaysHowToMakeIt() {
        CallOptions low =
                CallOptions.builder().priority(CallOptions.Priority.LOW).build();
        Limits limits = limits(
                "tokens",
                limit -> limit.tokens(60_000)
                        .per(DAY)
                        .share(CallOptions.Priority.LOW, 0.5)
                        .strict());
        ChatRequest unbounded = ChatRequest.of("small", "hi");
        try (ModelRouter router = routerOfLongAnswers(limits)) {
            for (GatewayException refusal : List.of(
                    refusal(
                            router,
                            unbounded.toBuilder().maxOutputTokens(60_000).build(),
                            CallOptions.DEFAULT),
                    refusal(
                            router,
                            unbounded.toBuilder().maxOutputTokens(30_000).build(),
                            low),
                    refusal(router, ChatRequest.of("small", "word ".repeat(80_000)), CallOptions.DEFAULT))) {
                assertThat(refusal)
                        .hasMessageContaining(
                                "more than the limit ever allows: bound the answer by a smaller maxOutputTokens")
                        .extracting(GatewayException::retryAfter)
                        .isNull();
            }
            router.chat(ask("small"));
        }
        Limits assumed = Limits.builder()
                .assumedOutputTokens(70_000)
                .limit("tokens", limit -> limit.tokens(60_000).per(DAY).strict())
                .build();
        try (ModelRouter router = router(assumed)) {
            assertThat(refusal(router, unbounded, CallOptions.DEFAULT))
                    .hasMessageContaining("set a smaller assumedOutputTokens")
                    .hasMessageContaining("without strict() a usual answer is reserved");
        }
    }

    @Test
    void anAnswerThatDoesNotFitIsReservedAtItsUsualLengthUnlessTheLimitIsStrict() {
        ChatRequest large =
                ChatRequest.of("small", "hi").toBuilder().maxOutputTokens(9_000).build();
        Limits limits = limits("tokens", limit -> limit.outputTokens(10_000).per(DAY));
        try (ModelRouter router = router(limits)) {
            try (ChatStream first = router.stream(large);
                    ChatStream second = router.stream(ask("small"))) {
                assertThat(limits.usage().get(0).reserved()).isEqualByComparingTo("9010");
                assertThat(refusal(router, large, CallOptions.DEFAULT))
                        .as("nothing is learnt, so a usual answer is long")
                        .hasMessage("limit \"tokens\": 990 of 10000 output tokens remain, the call asks for 4096;"
                                + " enough is free in 23 h 59 min 59 s; a maxOutputTokens of up to 990 would fit now");
                assertThat(first.response().text()).isNotEmpty();
                assertThat(second.response().text()).isNotEmpty();
            }
            for (int i = 0; i < 20; i++) {
                router.chat(ask("small"));
            }
            try (ChatStream first = router.stream(large);
                    ChatStream second = router.stream(large)) {
                assertThat(limits.usage().get(0).reserved())
                        .as("95 of 100 answers have no more than five tokens")
                        .isEqualByComparingTo("9005");
                assertThat(first.response().text()).isNotEmpty();
                assertThat(second.response().text()).isNotEmpty();
            }
        }
        Limits strict =
                limits("tokens", limit -> limit.outputTokens(10_000).per(DAY).strict());
        try (ModelRouter router = router(strict);
                ChatStream first = router.stream(large)) {
            assertThat(refusal(router, large, CallOptions.DEFAULT))
                    .hasMessageContaining("the call asks for 9000")
                    .hasMessageContaining("a maxOutputTokens of up to 1000 would fit now; without strict()");
            assertThat(first.response().text()).isNotEmpty();
        }
    }

    @Test
    void aRollingAllowanceIsForgottenOnlyWhenItIsFull() {
        Limits limits = limits(
                "rpm", limit -> limit.requests(10).per(MINUTE).burst(1_000).by(Dimension.TENANT));
        try (ModelRouter router = router(limits)) {
            assertThat(admitted(router, "acme")).isEqualTo(1_000);
            environment.advance(Duration.ofMinutes(3));
            for (int i = 0; i < 50; i++) {
                router.chat(ask("small"), tenant("other-" + i)); // each looks at older keys
            }
            assertThat(admitted(router, "acme")).isEqualTo(30);
            environment.advance(Duration.ofMinutes(100));
            router.chat(ask("small"), tenant("yet another"));
            assertThat(limits.usage())
                    .extracting(usage -> usage.key().get("tenant"))
                    .as("what is full again is forgotten")
                    .hasSizeLessThan(50);
            assertThat(admitted(router, "acme")).isEqualTo(1_000);
        }
    }

    private static int admitted(ModelRouter router, String tenant) {
        for (int calls = 0; ; calls++) {
            try {
                router.chat(ask("small"), tenant(tenant));
            } catch (GatewayException e) {
                assertThat(e.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
                return calls;
            }
        }
    }

    @Test
    void aDebtOrACallUnderWayIsNotForgotten() {
        FakeProvider wordy = FakeProvider.builder("wordy")
                .answer(request -> ChatResponse.of("ok").toBuilder()
                        .usage(TokenUsage.of(10, 60_000))
                        .build())
                .build();
        Limits limits = Limits.builder()
                .assumedOutputTokens(100)
                .limit("tpm", limit -> limit.tokens(1_000).per(MINUTE).by(Dimension.TENANT))
                .build();
        try (ModelRouter router = router(limits, builder -> builder.provider(wordy))) {
            router.chat(ChatRequest.of("wordy/any", "hi"), tenant("acme"));
            try (ChatStream stream = router.stream(ask("small"), tenant("slow"))) {
                environment.advance(Duration.ofMinutes(9));
                for (int i = 0; i < 50; i++) {
                    router.chat(ask("small"), tenant("other-" + i));
                }
                assertThat(refusal(router, ask("small"), tenant("acme")).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
                assertThat(stream.response().text()).isNotEmpty();
            }
        }
    }

    @Test
    void furtherKeysShareOneAllowance() {
        Limits limits = limits(
                "rpm",
                limit -> limit.requests(2).per(MINUTE).by(Dimension.TENANT).maximumKeys(3));
        try (ModelRouter router = router(limits)) {
            for (int i = 0; i < 5; i++) {
                router.chat(ask("small"), tenant("t" + i));
            }
            assertThat(refusal(router, ask("small"), tenant("t5"))).hasMessageContaining("of tenant \"%others\"");
            router.chat(ask("small"), tenant("t0"));
            assertThat(limits.usage())
                    .extracting(usage -> usage.key().get("tenant"))
                    .containsExactlyInAnyOrder("t0", "t1", "t2", "%others");
            environment.advance(Duration.ofMinutes(1));
            router.chat(ask("small"), tenant("t6"));
            assertThat(limits.usage())
                    .extracting(usage -> usage.key().get("tenant"))
                    .as("unused keys have made place")
                    .contains("t6");
        }
    }

    @Test
    void callersWhoseNamesHaveSlashesOrNoneDoNotShareAnAllowance() {
        List<Caller> callers = List.of(
                Caller.builder().tenant("a").user("b/c").build(),
                Caller.builder().tenant("a/b").user("c").build(),
                Caller.ofTenant("a/b/c"),
                Caller.builder().user("a/b/c").build(),
                Caller.builder().tenant("").user("a/b/c").build(),
                Caller.ofTenant("anonymous"),
                Caller.ofTenant(""),
                Caller.ofTenant("%"),
                Caller.ANONYMOUS);
        Limits limits = Limits.builder()
                .limit("by-caller", limit -> limit.requests(1).per(DAY).by(Dimension.CALLER))
                .build();
        try (ModelRouter router = router(limits)) {
            for (Caller caller : callers) {
                router.chat(ask("small"), CallOptions.builder().caller(caller).build());
            }
            assertThat(limits.usage())
                    .extracting(usage -> usage.key().get("caller"))
                    .doesNotHaveDuplicates()
                    .hasSize(callers.size());
        }
    }

    @Test
    void twoDimensionsOfOneNameAreRefused() {
        assertThatThrownBy(() -> limits(
                        "l",
                        limit -> limit.requests(1).per(DAY).by(Dimension.TENANT, Dimension.of("tenant", call -> "x"))))
                .hasMessageContaining("two dimensions \"tenant\"");
        assertThatThrownBy(() -> limits("l", limit -> limit.requests(1).per(DAY).strict()))
                .hasMessageContaining("remove .strict()");
        assertThatThrownBy(() -> limits("l", limit -> limit.requests(1).maximumKeys(0)))
                .hasMessageContaining("maximumKeys is 0");
    }

    @Test
    void whatOneLevelRefusesIsGivenBackByTheOthers() {
        Limits limits = Limits.builder()
                .limit("requests", limit -> limit.requests(100).per(DAY))
                .limit("of-model", limit -> limit.requests(100).per(DAY).by(Dimension.MODEL))
                .limit("of-deployment", limit -> limit.requests(100).per(DAY).by(Dimension.DEPLOYMENT))
                .limit("tokens", limit -> limit.outputTokens(12).per(DAY).by(Dimension.TENANT))
                .limit("parallel", limit -> limit.concurrency(5))
                .build();
        try (ModelRouter router = router(limits)) {
            router.chat(ask("big"), tenant("acme"));
            for (int i = 0; i < 3; i++) { // neither the model nor its fallback fits
                assertThat(refusal(router, ask("big"), tenant("acme")).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
            }
            assertThat(used(limits, "requests")).isEqualByComparingTo("1");
            assertThat(limits.usage().stream().filter(usage -> usage.limit().startsWith("of-")))
                    .allSatisfy(usage -> assertThat(usage.used())
                            .as(usage.toString())
                            .isEqualByComparingTo(
                                    usage.key().containsValue("small")
                                                    || usage.key().containsValue("fake/small")
                                            ? "0"
                                            : "1"));
            assertThat(usage(limits, "parallel").reserved()).isEqualByComparingTo("0");
            assertThatThrownBy(() -> router.chat(ask("fake/broken"), tenant("other")))
                    .isInstanceOf(GatewayException.class);
            assertThat(used(limits, "requests"))
                    .as("what the provider refused was a request")
                    .isEqualByComparingTo("2");
        }
    }

    @Test
    void lowPriorityLeavesAShareForOthers() {
        Limits limits = limits("shared", limit -> limit.requests(4).per(MINUTE).share(CallOptions.Priority.LOW, 0.5));
        CallOptions low =
                CallOptions.builder().priority(CallOptions.Priority.LOW).build();
        try (ModelRouter router = router(limits)) {
            router.chat(ask("small"), low);
            router.chat(ask("small"), low);
            assertThat(refusal(router, ask("small"), low).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
            router.chat(ask("small"));
            router.chat(ask("small"));
            assertThat(refusal(router, ask("small"), CallOptions.DEFAULT)).isNotNull();
        }
    }

    @Test
    void warnsOnceTheMarkIsPassed() {
        Limits limits = limits("warned", limit -> limit.requests(4).per(DAY).warnAt(0.5));
        try (ModelRouter router = router(limits)) {
            assertThat(router.chat(ask("small")).route().warnings()).isEmpty();
            assertThat(router.chat(ask("small")).route().warnings()).hasSize(1);
            assertThat(router.chat(ask("small")).route().warnings())
                    .containsExactly("limit \"warned\": 1 of 4 requests remain, the call asks for 1");
            assertThat(reported)
                    .as("the listener is notified only of the crossing")
                    .containsExactly("WARNED warned");
        }
    }

    @Test
    void aSoftLimitWarnsAndLetsThrough() {
        Limits limits = limits("soft", limit -> limit.requests(1).per(DAY).onExceed(OnExceed.WARN));
        try (ModelRouter router = router(limits)) {
            router.chat(ask("small"));
            assertThat(router.chat(ask("small")).route().warnings()).hasSize(1);
            assertThat(reported).containsExactly("EXCEEDED soft");
            assertThat(used(limits, "soft")).isEqualByComparingTo("2");
        }
    }

    @Test
    void aLimitThatIsTriedOutNotifiesOnlyTheListener() {
        Limits limits = limits(
                "trial",
                limit -> limit.cost(Cost.usd(new BigDecimal("0.000001")))
                        .per(DAY)
                        .onExceed(OnExceed.REPORT));
        try (ModelRouter router = router(limits)) {
            assertThat(router.chat(ask("small")).route().warnings()).isEmpty();
            assertThat(router.chat(ask("small")).route().warnings()).isEmpty();
            assertThat(reported).containsExactly("EXCEEDED trial", "EXCEEDED trial");
        }
    }

    @Test
    void nearALimitThePromptIsCountedExactly() {
        int[] asked = new int[1];
        TokenCounter exact = (text, model) -> {
            asked[0]++;
            return 1;
        };
        Limits limits = limits("tokens", limit -> limit.inputTokens(30).per(DAY));
        ChatRequest request = ChatRequest.of("small", "antidisestablishmentarianism ".repeat(4));
        try (ModelRouter router = router(limits, builder -> builder.tokenCounter(exact))) {
            router.chat(request);
            assertThat(asked[0]).as("far from the limit").isZero();
            router.chat(request);
            router.chat(request.toBuilder().maxOutputTokens(3).build());
            assertThat(used(limits, "tokens")).isEqualByComparingTo("12");
            assertThat(asked[0]).isPositive();
        }
    }

    @Test
    void theLedgerAndTheLimitsAgreeOnUnreportedUsage() {
        FakeProvider silent = FakeProvider.builder("silent")
                .reply(ChatResponse.of("an answer without a report of its tokens"))
                .build();
        Limits limits = limits("tokens", limit -> limit.tokens(10_000).per(DAY));
        try (ModelRouter router =
                router(limits, builder -> builder.provider(silent).meter(Meters.inMemory()))) {
            router.chat(ask("silent/any"));
            assertThat(used(limits, "tokens").longValueExact())
                    .isPositive()
                    .isEqualTo(router.snapshot().usage().total().usage().totalTokens());
        }
    }

    @Test
    void anExpiredCacheWishIsARequestLikeAnyOther() {
        Limits limits = limits("requests", limit -> limit.requests(1).per(MINUTE));
        try (ModelRouter router = router(limits)) {
            CallOptions refresh =
                    CallOptions.builder().cache(CacheDirective.REFRESH).build();
            router.chat(ask("small"), refresh);
            assertThat(refusal(router, ask("small"), refresh)).isNotNull();
        }
    }

    @Test
    void incompleteLimitsAreRefusedWithTheFix() {
        assertThatThrownBy(() -> limits("l", limit -> limit.requests(1))).hasMessageContaining("add .per(");
        assertThatThrownBy(() -> limits("l", limit -> limit.per(DAY))).hasMessageContaining("counts nothing");
        assertThatThrownBy(() -> limits("l", limit -> limit.requests(1).tokens(1)))
                .hasMessageContaining("make two limits");
        assertThatThrownBy(() -> limits("l", limit -> limit.concurrency(1).per(DAY)))
                .hasMessageContaining("remove .per");
        assertThatThrownBy(() -> limits("l", limit -> limit.requests(1).per(DAY).burst(2)))
                .hasMessageContaining("rolling");
        assertThatThrownBy(() -> limits("l", limit -> limit.requests(0))).hasMessageContaining("positive");
        assertThatThrownBy(() -> limits("l", limit -> limit.requests(1).warnAt(2)))
                .hasMessageContaining("warnAt is 2");
        assertThatThrownBy(() -> limits("l", limit -> limit.cost(Cost.UNKNOWN))).hasMessageContaining("unknown");
        assertThatThrownBy(() -> Limits.builder().build()).hasMessageContaining("add one");
        assertThatThrownBy(() -> Limits.builder()
                        .limit("l", limit -> limit.concurrency(1))
                        .limit("l", limit -> limit.concurrency(2)))
                .hasMessageContaining("another name");
    }

    private static LimitUsage usage(Limits limits, String name) {
        return limits.usage().stream()
                .filter(usage -> usage.limit().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static BigDecimal used(Limits limits, String name) {
        LimitUsage usage = usage(limits, name);
        assertThat(usage.reserved()).as("reserved").isEqualByComparingTo("0");
        return usage.used();
    }
}
