package dev.aigw.routing.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Capability;
import dev.aigw.api.Cost;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.observe.CapturingLogger;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.rollout.Shadow;
import dev.aigw.routing.route.Routes;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.event.Level;

class AuditStageTest extends RouterHarness {

    private static final Price PRICE = Price.usdPerMillion("1", "10");
    private static final ChatResponse ANSWER = ChatResponse.of("the answer").toBuilder()
            .usage(TokenUsage.of(1_000, 100))
            .build();
    private static final Cost COST = Cost.usd(new BigDecimal("0.002"));

    private final List<AuditEvent> events = new CopyOnWriteArrayList<>();
    private final Access access = Access.builder()
            .authenticator(credential -> AuthenticationResult.accepted(
                    Caller.builder().tenant("acme").user("ada").key("key-1").build()))
            .permissions(Permissions.builder()
                    .allow("staff", rule -> rule.model("m", "spare"))
                    .deny("no-tools", rule -> rule.capability(Capability.TOOLS))
                    .allow("short", rule -> rule.model("short").maxOutputTokens(10))
                    .build())
            .audit(event -> {
                if (event.type() == AuditEvent.Type.CALLED || event.type() == AuditEvent.Type.DENIED) {
                    events.add(event);
                }
            })
            .build();
    private final Caller caller =
            access.authenticate(PresentedCredential.of("secret").from("10.1.2.3"));
    private final CallOptions options = CallOptions.builder().caller(caller).build();

    AuditStageTest() {
        super(1);
    }

    private ModelRouter.Builder router(ProviderAdapter fake) {
        return builder(fake)
                .access(access)
                .model("m", model -> model.deployment("fake/a", deployment -> deployment.price(PRICE)))
                .model("short", model -> model.deployment("fake/short"))
                .model("secret", model -> model.deployment("fake/secret"))
                .alias("usual", "m")
                .alias("hidden", "secret");
    }

    private AuditEvent only() {
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    private static ChatRequest hello(String model) {
        return ChatRequest.of(model, "hello");
    }

    @ParameterizedTest
    @EnumSource
    void aCallSaysWhoDidWhatWhenByWhichRuleFromWhereAndAtWhatCost(Way way) {
        FakeProvider fake = fake().delay(Duration.ofMillis(250)).reply(ANSWER).build();
        try (ModelRouter router = router(fake).build()) {
            Instant before = environment.now();
            ChatResponse answer = way.chat(router, hello("usual"), options);

            AuditEvent event = only();
            assertThat(event.type()).isEqualTo(AuditEvent.Type.CALLED);
            assertThat(event.time()).isEqualTo(before.plusMillis(250));
            assertThat(event.caller()).isEqualTo(caller);
            assertThat(event.key()).isEqualTo("key-1");
            assertThat(event.source()).isEqualTo("10.1.2.3");
            assertThat(event.callId()).isEqualTo(answer.route().callId());
            assertThat(event.operation()).isEqualTo(way == Way.STREAM ? "chat_stream" : "chat");
            assertThat(event.requestedModel()).isEqualTo("usual");
            assertThat(event.model()).isEqualTo("m");
            assertThat(event.deployment()).isEqualTo("fake/a");
            assertThat(event.rule()).isEqualTo("staff");
            assertThat(event.outcome()).isEqualTo(Outcome.SUCCESS);
            assertThat(event.error()).isNull();
            assertThat(event.reason()).isNull();
            assertThat(event.withheld()).isEmpty();
            assertThat(event.cost()).isEqualTo(COST);
        }
    }

    private void assertDenied(Way way, ChatRequest request, String model, String rule) {
        events.clear();
        FakeProvider fake = fake().reply(ANSWER).build();
        try (ModelRouter router = router(fake).build()) {
            GatewayException failure = failure(() -> way.chat(router, request, options));
            assertThat(failure.kind()).isEqualTo(ErrorKind.DENIED);
        }
        AuditEvent event = only();
        assertThat(event.type()).isEqualTo(AuditEvent.Type.DENIED);
        assertThat(event.caller()).isEqualTo(caller);
        assertThat(event.requestedModel()).isEqualTo(request.model());
        assertThat(event.model()).isEqualTo(model);
        assertThat(event.rule()).isEqualTo(rule);
        assertThat(event.reason()).contains("may not use the model \"" + model + "\"");
        assertThat(event.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(event.error()).isEqualTo(ErrorKind.DENIED);
        assertThat(event.deployment()).isNull();
        assertThat(event.cost()).isEqualTo(Cost.ZERO);
        assertThat(fake.attempts()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aDeniedCallNamesTheModelAndTheRule(Way way) {
        assertDenied(way, hello("secret"), "secret", null);
        assertDenied(way, hello("hidden"), "secret", null);
        assertDenied(way, hello("fake/anything"), "fake/anything", null);
        assertDenied(
                way,
                hello("m").toBuilder()
                        .tool(ToolSpec.function("look", "looks", Map.of("type", "object")))
                        .build(),
                "m",
                "no-tools");
        assertDenied(way, hello("short").toBuilder().maxOutputTokens(11).build(), "short", null);
    }

    @ParameterizedTest
    @EnumSource
    void aFailedCallHasTheKindOfItsFailure(Way way) {
        FakeProvider fake = fake().fail(ErrorKind.INVALID_REQUEST).build();
        try (ModelRouter router = router(fake).build()) {
            failure(() -> way.chat(router, hello("m"), options));
        }
        AuditEvent event = only();
        assertThat(event.type()).isEqualTo(AuditEvent.Type.CALLED);
        assertThat(event.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(event.error()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(event.deployment()).isEqualTo("fake/a");
        assertThat(event.rule()).isEqualTo("staff");
        assertThat(event.reason()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownModelIsAuditedWithoutARule(Way way) {
        try (ModelRouter router = router(fake().reply(ANSWER).build()).build()) {
            failure(() -> way.chat(router, hello("no-such"), options));
        }
        assertThat(only().error()).isEqualTo(ErrorKind.UNKNOWN_MODEL);
        assertThat(only().rule()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aFallbackThatMayNotBeUsedIsNamedAndOneThatAnsweredIsTheModel(Way way) {
        FakeProvider fake = fake().model("a", script -> script.fail(ErrorKind.NOT_FOUND))
                .model("spare", script -> script.reply(ANSWER))
                .build();
        try (ModelRouter router = builder(fake)
                .access(access)
                .model("m", model -> model.deployment("fake/a").fallback("secret", "spare"))
                .model("secret", model -> model.deployment("fake/secret"))
                .model("spare", model -> model.deployment("fake/spare", deployment -> deployment.price(PRICE)))
                .build()) {
            way.chat(router, hello("m"), options);
        }
        AuditEvent event = only();
        assertThat(event.type()).isEqualTo(AuditEvent.Type.CALLED);
        assertThat(event.requestedModel()).isEqualTo("m");
        assertThat(event.model()).isEqualTo("spare");
        assertThat(event.deployment()).isEqualTo("fake/spare");
        assertThat(event.withheld()).containsExactly("secret");
    }

    @ParameterizedTest
    @EnumSource
    void aDenialByAStageOfTheApplicationIsADenialWithoutItsText(Way way) {
        FakeProvider fake = fake().reply(ANSWER).build();
        try (ModelRouter router = router(fake)
                .stage(Phase.TRANSFORM, hop -> {
                    throw GatewayException.of(ErrorKind.DENIED, "the prompt says: hello");
                })
                .build()) {
            failure(() -> way.chat(router, hello("m"), options));
        }
        assertThat(only().type()).isEqualTo(AuditEvent.Type.DENIED);
        assertThat(only().reason()).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void aCancelledCallIsOneEventAndMayHaveCostSomething(Way way) {
        FakeProvider fake = fake().hang().build();
        Cancellation cancellation = new Cancellation();
        try (ModelRouter router = router(fake).build()) {
            environment.simulate(() -> {
                environment.schedule(Duration.ofMillis(100).toNanos(), cancellation::cancel);
                failure(() -> way.chat(
                        router,
                        environment,
                        hello("m"),
                        options.toBuilder().cancellation(cancellation).build()));
            });
        }
        assertThat(only().type()).isEqualTo(AuditEvent.Type.CALLED);
        assertThat(only().outcome()).isEqualTo(Outcome.ABANDONED);
        assertThat(only().error()).isEqualTo(ErrorKind.CANCELLED);
        assertThat(only().deployment()).isEqualTo("fake/a");
        assertThat(only().cost()).isNotNull().isNotEqualTo(Cost.ZERO);
    }

    @Test
    void aStreamIsAuditedAtItsEndAndOnceIfItIsClosedEarly() {
        FakeProvider fake = fake().chunks("one", "two", "three").build();
        try (ModelRouter router = router(fake).build()) {
            ChatStream stream = router.stream(hello("m"), options);
            assertThat(events).isEmpty();
            stream.next();
            assertThat(events).isEmpty();
            stream.close();
            assertThat(only().outcome()).isEqualTo(Outcome.ABANDONED);
            assertThat(only().cost()).isNotNull().isNotEqualTo(Cost.ZERO);
            stream.close();
            assertThat(events).hasSize(1);
        }
        assertThat(events).hasSize(1);
    }

    @Test
    void aStreamThatItsReaderForgetsIsAuditedAtItsTimeout() {
        FakeProvider fake = fake().chunks("one", "two", "three").build();
        try (ModelRouter router = router(fake).build()) {
            router.stream(
                            hello("m"),
                            options.toBuilder().timeout(Duration.ofSeconds(2)).build())
                    .next();
            environment.advance(Duration.ofSeconds(1));
            assertThat(events).isEmpty();
            environment.advance(Duration.ofMinutes(5));
            assertThat(only().outcome()).isEqualTo(Outcome.ABANDONED);
            assertThat(only().error()).isEqualTo(ErrorKind.DEADLINE);
        }
        assertThat(events).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void theCostIsThatOfAllAttempts(Way way) {
        FakeProvider fake = fake().model("a", script -> script.reply(ANSWER)).build();
        try (ModelRouter router = builder(fake)
                .access(access)
                .model(
                        "m",
                        model -> model.route(Routes.cascade()
                                .first("spare", (request, answer) -> false)
                                .last("short")))
                .model("spare", model -> model.deployment("fake/a", deployment -> deployment.price(PRICE)))
                .model("short", model -> model.deployment("fake/a", deployment -> deployment.price(PRICE)))
                .build()) {
            way.chat(router, hello("m"), options);
        }
        assertThat(fake.attempts()).hasSize(2);
        assertThat(only().cost()).isEqualTo(COST.plus(COST));
        assertThat(only().requestedModel()).isEqualTo("m");
        assertThat(only().model()).isEqualTo("short");
        assertThat(only().rule()).isEqualTo("short");
    }

    @Test
    void aStreamThatBreaksIsAFailure() {
        FakeProvider fake = fake().streamThenFail(ErrorKind.CONNECTION, new ChatEvent.TextDelta(0, "one"))
                .build();
        try (ModelRouter router = router(fake).build()) {
            failure(() -> Way.STREAM.chat(router, hello("m"), options));
        }
        assertThat(only().outcome()).isEqualTo(Outcome.FAILED);
        assertThat(only().error()).isEqualTo(ErrorKind.STREAM_INTERRUPTED);
        assertThat(only().cost()).isNotNull().isNotEqualTo(Cost.ZERO);
    }

    @ParameterizedTest
    @EnumSource
    void aCachedReplyIsACallThatCostsNothing(Way way) {
        FakeProvider fake = fake().reply(ANSWER).build();
        try (ModelRouter router =
                router(fake).cache(Caches.inMemory().maximumEntries(10).build()).build()) {
            way.chat(router, hello("m"), options);
            way.chat(router, hello("m"), options);
        }
        assertThat(fake.attempts()).hasSize(1);
        assertThat(events).extracting(AuditEvent::cost).containsExactly(COST, Cost.ZERO);
        assertThat(events).extracting(AuditEvent::rule).containsExactly("staff", "staff");
        assertThat(events).extracting(AuditEvent::outcome).containsOnly(Outcome.SUCCESS);
    }

    @Test
    void joinedCallsAreOneEventEach() {
        FakeProvider fake = fake().delay(Duration.ofSeconds(1)).reply(ANSWER).build();
        try (ModelRouter router =
                router(fake).cache(Caches.inMemory().maximumEntries(10).build()).build()) {
            environment.simulate(() -> {
                CompletableFuture<ChatResponse> one = router.chatAsync(hello("m"), options);
                CompletableFuture<ChatResponse> other = router.chatAsync(hello("m"), options);
                environment.join(one);
                environment.join(other);
            });
        }
        assertThat(fake.attempts()).hasSize(1);
        assertThat(events).extracting(AuditEvent::cost).containsExactlyInAnyOrder(COST, Cost.ZERO);
    }

    private ModelRouter.Builder hedged(ProviderAdapter fake) {
        return builder(fake)
                .meter(Meters.inMemory())
                .hedge(HedgePolicy.after(Duration.ofMillis(100)))
                .model(
                        "m",
                        model -> model.deployment("fake/a", deployment -> deployment.price(PRICE))
                                .deployment("fake/b", deployment -> deployment.price(PRICE))
                                .strategy(RoutingStrategies.ordered()));
    }

    @ParameterizedTest
    @EnumSource
    void aHedgedCallIsOneEvent(Way way) {
        FakeProvider fake = fake().model("a", script -> script.hang())
                .model("b", script -> script.reply(ANSWER))
                .build();
        try (ModelRouter router = hedged(fake).access(access).build()) {
            environment.simulate(() -> way.chat(router, environment, hello("m"), options));
        }
        assertThat(only().deployment()).isEqualTo("fake/b");
        assertThat(only().outcome()).isEqualTo(Outcome.SUCCESS);
    }

    /** An adapter whose deployment {@code b} takes an hour, cancelled or not. */
    private ProviderAdapter stubborn() {
        return ProviderAdapter.builder("fake")
                .chat((request, attempt) -> {
                    boolean slow = attempt.model().equals("b");
                    environment.await(Duration.ofMillis(slow ? 3_600_000 : 150).toNanos(), new Cancellation());
                    return ANSWER;
                })
                .build();
    }

    @Test
    void aHedgeThatDoesNotStopDelaysTheEventByTenSecondsAndItsCostIsUnknown() {
        List<Instant> published = new CopyOnWriteArrayList<>();
        Instant begin = environment.now();
        try (ModelRouter router = hedged(stubborn())
                .access(Access.builder()
                        .authenticator(credential -> AuthenticationResult.notMine())
                        .audit(event -> published.add(environment.now()))
                        .audit(events::add)
                        .build())
                .build()) {
            environment.simulate(() -> router.chat("m", "hello"));
        }
        assertThat(only().time()).isEqualTo(begin.plusMillis(150));
        assertThat(only().cost()).isEqualTo(Cost.UNKNOWN);
        assertThat(only().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(published).containsExactly(begin.plusMillis(10_150));
    }

    @Test
    void closingTheRouterPublishesWhatWaitsForAHedge() {
        ModelRouter router = hedged(stubborn()).access(access).build();
        environment.simulate(() -> {
            router.chat(hello("m"), options);
            assertThat(events).isEmpty();
            router.close();
            assertThat(only().cost()).isEqualTo(Cost.UNKNOWN);
        });
        assertThat(events).hasSize(1);
    }

    @Test
    void aListenerThatFailsDoesNotFailTheCallNorTheOthers() {
        Access failing = Access.builder()
                .authenticator(credential -> AuthenticationResult.notMine())
                .audit(event -> {
                    throw new IllegalStateException("a bug in a listener");
                })
                .audit(events::add)
                .build();
        FakeProvider fake = fake().reply(ANSWER).build();
        try (ModelRouter router = builder(fake)
                .access(failing)
                .model("m", model -> model.deployment("fake/a"))
                .build()) {
            assertThat(router.chat("m", "hello").text()).isEqualTo("the answer");
        }
        assertThat(only().type()).isEqualTo(AuditEvent.Type.CALLED);
        assertThat(only().caller()).isEqualTo(Caller.ANONYMOUS);
        assertThat(only().source()).isNull();
        assertThat(only().rule()).isNull();
    }

    private int attemptsWithShadow(String shadow) {
        FakeProvider fake = fake().reply(ANSWER).build();
        try (ModelRouter router = builder(fake)
                .access(access)
                .model(
                        "m",
                        model -> model.deployment("fake/a")
                                .shadow(Shadow.builder(shadow).share(1).build()))
                .model(shadow, model -> model.deployment("fake/copy"))
                .build()) {
            environment.simulate(() -> router.chat(hello("m"), options));
        }
        return fake.attempts().size();
    }

    @Test
    void theCopyForAShadowIsNoCallOfTheCaller() {
        assertThat(attemptsWithShadow("spare")).isEqualTo(2);
        assertThat(only().model()).isEqualTo("m");
        assertThat(only().withheld()).isEmpty();
    }

    @Test
    void aShadowThatTheCallerMayNotUseIsWithheld() {
        assertThat(attemptsWithShadow("secret")).isEqualTo(1);
        assertThat(only().withheld()).containsExactly("secret");
    }

    @ParameterizedTest
    @EnumSource
    void neitherContentNorSecretsReachTheTrail(Way way, @TempDir Path folder) throws IOException {
        String planted = "pl4nted";
        CapturingLogger log = new CapturingLogger(Level.TRACE);
        Path file = folder.resolve("audit.jsonl");
        try (AuditFile audit = AuditFile.builder(file).build()) {
            Access audited = Access.builder()
                    .authenticator(credential -> String.valueOf(credential.secret())
                                    .endsWith("good")
                            ? AuthenticationResult.accepted(
                                    Caller.builder().tenant("acme").key("key-1").build())
                            : AuthenticationResult.rejected("unknown", "key-2"))
                    .permissions(Permissions.builder()
                            .allow("all", rule -> rule.model("m").maxOutputTokens(10))
                            .build())
                    .audit(audit)
                    .audit(AuditLog.slf4j(log))
                    .build();
            failure(() -> audited.authenticate(PresentedCredential.of(planted + "-bad")));
            Caller good = audited.authenticate(PresentedCredential.authorization("Bearer " + planted + "-good"));
            CallOptions own = CallOptions.builder()
                    .caller(good)
                    .tag("note", planted)
                    .sessionKey(planted)
                    .idempotencyKey(planted)
                    .build();
            FakeProvider fake = fake().model(
                            "a",
                            script -> script.fail(GatewayException.builder(
                                                    ErrorKind.INVALID_REQUEST, "your prompt was " + planted)
                                            .vendorCode(planted)
                                            .requestId(planted)
                                            .body(planted)
                                            .headers(Map.of("authorization", List.of(planted)))
                                            .build())
                                    .reply("the answer is " + planted))
                    .build();
            try (ModelRouter router = builder(fake)
                    .access(audited)
                    .model(
                            "m",
                            model -> model.deployment(
                                    "fake/a", deployment -> deployment.credential(Credential.of(planted))))
                    .build()) {
                ChatRequest request = ChatRequest.of("m", planted);
                failure(() -> way.chat(router, request, own));
                assertThat(way.chat(router, request, own).text()).contains(planted);
                failure(() ->
                        way.chat(router, request.toBuilder().maxOutputTokens(11).build(), own));
                failure(() -> way.chat(router, ChatRequest.of("denied", planted), own));
            }
        }
        try (Stream<AuditEvent> trail = AuditFile.read(file)) {
            assertThat(trail.map(AuditEvent::type))
                    .containsExactly(
                            AuditEvent.Type.REJECTED,
                            AuditEvent.Type.AUTHENTICATED,
                            AuditEvent.Type.CALLED,
                            AuditEvent.Type.CALLED,
                            AuditEvent.Type.DENIED,
                            AuditEvent.Type.CALLED); // there is no such model
        }
        assertThat(Files.readString(file)).doesNotContain(planted);
        assertThat(log.lines).hasSize(6).noneMatch(line -> line.contains(planted));
    }

    @Test
    void theSourceIsOfTheCredentialAndNotPartOfWhoACallerIs() {
        Caller elsewhere = access.authenticate(PresentedCredential.of("secret").from("10.9.9.9"));
        assertThat(elsewhere.source()).isEqualTo("10.9.9.9");
        assertThat(elsewhere).isEqualTo(caller).hasSameHashCodeAs(caller);
        assertThat(access.authenticate(PresentedCredential.of("secret")).source())
                .isNull();
        assertThat(Caller.builder().source("here").build()).isEqualTo(Caller.ANONYMOUS);
    }

    @Test
    void withoutAListenerThereIsNoStage() {
        Access silent = Access.builder()
                .authenticator(credential -> AuthenticationResult.notMine())
                .build();
        FakeProvider fake = fake().reply(ANSWER).build();
        try (ModelRouter audited = router(fake).build();
                ModelRouter router = builder(fake)
                        .access(silent)
                        .model("m", model -> model.deployment("fake/a"))
                        .build()) {
            assertThat(audited.explain(hello("m")).stages()).contains("OBSERVE AuditStage");
            assertThat(router.explain(hello("m")).stages()).noneMatch(stage -> stage.contains("AuditStage"));
        }
    }
}
