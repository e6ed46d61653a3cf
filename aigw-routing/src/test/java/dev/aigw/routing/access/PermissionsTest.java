package dev.aigw.routing.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Price;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.rollout.Shadow;
import dev.aigw.routing.route.Acceptance;
import dev.aigw.routing.route.Routes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers may send, and that nothing else leaves the router. */
class PermissionsTest extends RouterHarness {

    private final FakeProvider fake = fake().model("broken", script -> script.fail(ErrorKind.SERVER_ERROR))
            .reply("ok")
            .embed(request -> {
                throw new AssertionError("nothing is embedded");
            })
            .build();
    private ModelRouter router = ModelRouter.builder().provider(fake).build();

    PermissionsTest() {
        super(16);
    }

    @AfterEach
    void nothingIsLeftOver() {
        settled(router, fake);
        router.close();
    }

    private void router(Consumer<Permissions.Builder> rules) {
        Permissions.Builder permissions = Permissions.builder();
        rules.accept(permissions);
        router(Access.builder().permissions(permissions.build()));
    }

    private void router(Access.Builder access) {
        router = builder(fake)
                .model("small", model -> model.deployment("fake/small"))
                .model(
                        "large",
                        model -> model.deployment(
                                        "fake/large",
                                        large -> large.region("us").price(Price.usdPerMillion("5", "15")))
                                .deployment(
                                        "fake/large-eu",
                                        large -> large.region("eu-west-1")
                                                .price(Price.usdPerMillion("7", "20"))
                                                .retention(Duration.ZERO)))
                .model("frail", model -> model.deployment("fake/broken").fallback("large", "small"))
                .model("auto", model -> model.route(Routes.rules().otherwise("large")))
                .model(
                        "steps",
                        model -> model.route(Routes.cascade()
                                .first("small", (question, answer) -> false)
                                .last("large")))
                .model(
                        "watched",
                        model -> model.deployment("fake/small")
                                .shadow(Shadow.builder("large").share(1).build()))
                .alias("usual", "large")
                .access(access.build())
                .build();
    }

    /** Returns a caller whose credential was checked. */
    private static Caller authenticated(Caller caller) {
        return Access.builder()
                .authenticator(credential -> AuthenticationResult.accepted(caller))
                .build()
                .authenticate(PresentedCredential.of("secret"));
    }

    private static Caller free() {
        return authenticated(
                Caller.builder().tenant("acme").tier("free").role("staff").build());
    }

    private String ask(Way way, Caller caller, ChatRequest request) {
        return way.chat(router, request, CallOptions.builder().caller(caller).build())
                .route()
                .deployment();
    }

    private String ask(Caller caller, String model) {
        return ask(Way.SYNC, caller, ChatRequest.of(model, "hello"));
    }

    private void denied(Caller caller, ChatRequest request, String message) {
        int before = fake.attempts().size();
        for (Way way : Way.values()) {
            GatewayException failure = failure(() -> ask(way, caller, request));
            assertThat(failure).as(way.name()).hasMessageContaining(message);
            assertThat(failure.kind()).isEqualTo(ErrorKind.DENIED);
        }
        assertThat(fake.attempts()).hasSize(before);
    }

    private void denied(Caller caller, String model) {
        denied(caller, ChatRequest.of(model, "hello"), "may not use the model");
    }

    @ParameterizedTest
    @EnumSource
    void aRuleAllowsItsModelsAndNoOthers(Way way) {
        router(rules -> rules.allow("free", rule -> rule.tier("free").model("small")));

        assertThat(ask(way, free(), ChatRequest.of("small", "hello"))).isEqualTo("fake/small");
        denied(free(), "large");
        denied(authenticated(Caller.ofTenant("acme")), "small");
    }

    @Test
    void aCallerThatTheApplicationBuiltHasNoRightsUnlessItIsTrusted() {
        Caller forged =
                Caller.builder().tenant("acme").tier("free").role("staff").build();
        router(rules -> rules.allow("free", rule -> rule.tier("free").model("small")));
        denied(forged, "small");
        denied(Caller.ANONYMOUS, "small");
        router.close();

        router(Access.builder()
                .permissions(Permissions.parse("allow free: tier=free model=small"))
                .trustUnauthenticated());
        assertThat(ask(forged, "small")).isEqualTo("fake/small");
        denied(Caller.ANONYMOUS, "small");
    }

    @Test
    void anyoneIsEvenWhoIsUnknown() {
        router(rules -> rules.allow("all", rule -> rule.anyone().model("small")));

        assertThat(ask(Caller.ANONYMOUS, "small")).isEqualTo("fake/small");
        denied(Caller.ANONYMOUS, "large");
    }

    @Test
    void whatIsDeniedIsDeniedWhateverOthersAllow() {
        router(rules -> rules.allow("all", rule -> rule.model("*"))
                .deny("not acme", rule -> rule.tenant("ACME").model("large")));

        denied(free(), "large");
        assertThat(ask(free(), "small")).isEqualTo("fake/small");
    }

    @Test
    void anAliasIsResolvedBefore() {
        router(rules -> rules.allow("free", rule -> rule.model("usual", "small")));
        denied(free(), "usual");
        router.close();

        router(rules -> rules.allow("free", rule -> rule.model("large")));
        assertThat(ask(free(), "usual")).startsWith("fake/large");
    }

    @Test
    void aDirectNameNeedsARuleOfItsOwn() {
        router(rules -> rules.allow("all", rule -> rule.model("*")));
        denied(free(), "fake/large");
        denied(free(), "fake/anything");
        router.close();

        router(rules -> rules.allow("some", rule -> rule.model("fake/small-*")));
        assertThat(ask(free(), "fake/small-1")).isEqualTo("fake/small-1");
        denied(free(), "fake/large");
    }

    @Test
    void withoutRulesAnAuthenticatedCallerUsesDeclaredModelsOnly() {
        router(Access.builder().authenticator(credential -> AuthenticationResult.notMine()));

        assertThat(ask(free(), "large")).startsWith("fake/large");
        denied(free(), "fake/anything");
        assertThat(ask(Caller.ofTenant("acme"), "fake/anything")).isEqualTo("fake/anything");
    }

    @Test
    void aFallbackThatIsDeniedIsSkipped() {
        router(rules -> rules.allow("free", rule -> rule.model("frail", "small")));

        assertThat(ask(free(), "frail")).isEqualTo("fake/small");
        assertThat(fake.attempts("large")).isEmpty();
        assertThat(fake.attempts("large-eu")).isEmpty();
    }

    @Test
    void aFallbackOfTheCallsOptionsIsHeldToTheRulesToo() {
        router(rules -> rules.allow("free", rule -> rule.model("frail")));
        CallOptions options = CallOptions.builder()
                .caller(free())
                .fallbacks("large", "fake/anything", "small")
                .build();

        GatewayException failure = failure(() -> router.chat(ChatRequest.of("frail", "hello"), options));

        assertThat(failure.kind()).isEqualTo(ErrorKind.SERVER_ERROR);
        assertThat(fake.attempts())
                .allSatisfy(attempt -> assertThat(attempt.model()).isEqualTo("broken"));
    }

    @Test
    void whatARouteChoosesIsHeldToTheRules() {
        router(rules -> rules.allow("free", rule -> rule.model("auto", "small")));
        denied(free(), "auto");
        router.close();

        router(rules -> rules.allow("free", rule -> rule.model("auto", "large")));
        assertThat(ask(free(), "auto")).startsWith("fake/large");
    }

    @Test
    void aCascadeEndsAtTheLastStepThatIsAllowed() {
        router(rules -> rules.allow("free", rule -> rule.model("steps", "small")));
        assertThat(ask(free(), "steps")).isEqualTo("fake/small");
        router.close();

        router(rules -> rules.allow("free", rule -> rule.model("steps", "large")));
        assertThat(ask(free(), "steps")).startsWith("fake/large");
        router.close();

        router(rules -> rules.allow("free", rule -> rule.model("steps")));
        denied(free(), "steps");
    }

    @Test
    void nothingIsCopiedToAShadowThatIsDenied() {
        router(rules -> rules.allow("free", rule -> rule.model("watched")));

        ask(free(), "watched");

        assertThat(fake.attempts("large")).isEmpty();
        assertThat(fake.attempts("large-eu")).isEmpty();
    }

    @Test
    void anOperationIsHeldToTheRules() {
        router(rules -> rules.allow("chats", rule -> rule.model("*").operation(ChatRequest.CHAT)));

        assertThat(ask(Way.STREAM, free(), ChatRequest.of("small", "hello"))).isEqualTo("fake/small");
        GatewayException failure = failure(() -> router.as(free()).embed(EmbeddingRequest.of("small", "text")));
        assertThat(failure.kind()).isEqualTo(ErrorKind.DENIED);
        assertThat(failure).hasMessageContaining("for the operation embed");
    }

    @Test
    void capabilitiesAreHeldToTheRules() {
        router(rules -> rules.allow("text", rule -> rule.model("*").capability())
                .allow("tools", rule -> rule.role("staff").model("small").capability(Capability.TOOLS)));
        ChatRequest tools = ChatRequest.builder()
                .model("small")
                .user("hello")
                .tool(ToolSpec.function("clock", "says the time", Map.of("type", "object")))
                .build();
        ChatRequest picture = ChatRequest.builder()
                .model("small")
                .message(Message.of(
                        Message.Role.USER, List.of(new ContentPart.Image(Media.ofUrl("https://example.org/a.png")))))
                .build();
        ChatRequest search = ChatRequest.builder()
                .model("small")
                .user("hello")
                .tool(ToolSpec.raw("fake", "web_search", Map.of("type", "web_search_20260209")))
                .build();
        ChatRequest hidden = ChatRequest.builder()
                .model("small")
                .user("hello")
                .extra("web_search_options", Map.of())
                .build();

        assertThat(ask(free(), "small")).isEqualTo("fake/small");
        assertThat(ask(Way.SYNC, free(), tools)).isEqualTo("fake/small");
        denied(authenticated(Caller.ofTenant("other")), tools, "for [tools]");
        denied(free(), picture, "for [vision]");
        denied(free(), search, "for [server-tools, web-search]");
        denied(free(), hidden, "for [extra]");
    }

    @Test
    void aDeniedCapabilityIsDeniedInEveryWire() {
        router(rules -> rules.allow("all", rule -> rule.model("*"))
                .deny("no search", rule -> rule.capability(Capability.of("web-search"))));
        for (Map<String, Object> definition : List.<Map<String, Object>>of(
                Map.of("type", "web_search"),
                Map.of("google_search", Map.of()),
                Map.of("type", "web_search_20250305"))) {
            ChatRequest search = ChatRequest.builder()
                    .model("small")
                    .user("hello")
                    .tool(ToolSpec.raw("fake", "lookup", definition))
                    .build();
            denied(free(), search, "may not use");
        }
    }

    @Test
    void aLongerAnswerIsDeniedAndAnUnboundedOneIsBounded() {
        router(rules -> rules.allow("free", rule -> rule.model("*").maxOutputTokens(500)));

        ask(free(), "small");
        assertThat(((ChatRequest) fake.attempts().get(0).request()).maxOutputTokens())
                .isEqualTo(500);
        ask(
                Way.SYNC,
                free(),
                ChatRequest.builder()
                        .model("small")
                        .user("hi")
                        .maxOutputTokens(20)
                        .build());
        assertThat(((ChatRequest) fake.attempts().get(1).request()).maxOutputTokens())
                .isEqualTo(20);
        denied(
                free(),
                ChatRequest.builder()
                        .model("small")
                        .user("hi")
                        .maxOutputTokens(501)
                        .build(),
                "answers of more than 500 tokens: lower maxOutputTokens");
    }

    @Test
    void deploymentsAreHeldToTheRules() {
        router(rules -> rules.allow(
                        "europe", rule -> rule.tenant("acme").model("*").region("eu"))
                .allow("cheap", rule -> rule.tenant("thrifty").model("*").maxPrice(Price.usdPerMillion("6", "16")))
                .allow("secret", rule -> rule.tenant("bank").model("*").maxRetention(Duration.ZERO)));

        for (int i = 0; i < 20; i++) {
            assertThat(ask(free(), "large")).isEqualTo("fake/large-eu");
            assertThat(ask(authenticated(Caller.ofTenant("thrifty")), "large")).isEqualTo("fake/large");
            assertThat(ask(authenticated(Caller.ofTenant("bank")), "large")).isEqualTo("fake/large-eu");
        }
        GatewayException failure = failure(() -> ask(free(), "small"));
        assertThat(failure).hasMessageContaining("the caller's permissions exclude it");
        assertThat(fake.attempts("small")).isEmpty();
    }

    @Test
    void theWidestOfSeveralRulesHolds() {
        router(rules -> rules.allow(
                        "europe", rule -> rule.model("*").region("eu").maxOutputTokens(100))
                .allow("america", rule -> rule.model("*").region("us").maxOutputTokens(1_000)));

        for (int i = 0; i < 10; i++) {
            assertThat(ask(free(), "large")).isEqualTo("fake/large"); // an answer of 1,000 tokens is America's
        }
        assertThat(((ChatRequest) fake.attempts().get(0).request()).maxOutputTokens())
                .isEqualTo(1_000);
    }

    @Test
    void aConditionThatThrowsDenies() {
        router(rules -> rules.allow(
                        "all",
                        rule -> rule.model("large").when(query -> {
                            throw new IllegalStateException("broken");
                        }))
                .allow("small", rule -> rule.model("small"))
                .deny(
                        "never",
                        rule -> rule.tenant("other").when(query -> {
                            throw new IllegalStateException("broken");
                        })));

        denied(free(), "large");
        assertThat(ask(free(), "small")).isEqualTo("fake/small");
        denied(authenticated(Caller.ofTenant("other")), "small");
    }

    @Test
    void aCachedAnswerIsNotGivenToWhoMayNotAsk() {
        router = builder(fake)
                .model("large", model -> model.deployment("fake/large"))
                .cache(Caches.inMemory().maximumEntries(10).shared().build())
                .access(Access.builder()
                        .permissions(Permissions.parse("allow staff: role=staff model=large"))
                        .build())
                .build();
        ask(free(), "large");

        denied(authenticated(Caller.builder().tenant("acme").tier("free").build()), "large");
        ask(free(), "large");
        assertThat(fake.attempts()).hasSize(1);
    }

    @Test
    void aCachedAnswerOfADeploymentThatACallerMayNotUseIsNotGivenToIt() {
        router = builder(fake)
                .model(
                        "large",
                        model -> model.deployment("fake/large", it -> it.region("us"))
                                .deployment(
                                        "fake/large-eu", it -> it.region("eu").tier(2)))
                .strategy(RoutingStrategies.ordered())
                .cache(Caches.inMemory().maximumEntries(10).shared().build())
                .access(Access.builder()
                        .permissions(Permissions.parse(
                                "allow all: tenant=acme model=*\n" + "allow europe: tenant=bank model=* region=eu"))
                        .build())
                .build();
        Caller bank = authenticated(Caller.ofTenant("bank"));

        assertThat(ask(free(), "large")).isEqualTo("fake/large");
        assertThat(ask(bank, "large")).isEqualTo("fake/large-eu");
        ask(bank, "large");
        ask(free(), "large");
        assertThat(fake.attempts()).hasSize(2);
    }

    @Test
    void permissionsThatAreReplacedHoldAtOnce() {
        Access access = Access.builder()
                .permissions(Permissions.parse("allow all: model=*"))
                .build();
        router = builder(fake)
                .model("small", model -> model.deployment("fake/small"))
                .access(access)
                .build();
        Caller caller = free();
        assertThat(ask(caller, "small")).isEqualTo("fake/small");

        access.permissions(Permissions.parse("deny all:"));
        denied(caller, "small");
    }

    @ParameterizedTest
    @EnumSource
    void theNextAttemptOfACallUnderWayIsHeldToReplacedPermissions(Way way) {
        Access access = Access.builder()
                .permissions(Permissions.parse("allow all: model=*"))
                .build();
        FakeProvider failing =
                fake().fail(ErrorKind.MALFORMED_RESPONSE).reply("late").build();
        router = builder(failing)
                .model("small", model -> model.deployment("fake/small"))
                .access(access)
                .listener(event -> {
                    if (event instanceof RouterEvent.AttemptEnded) {
                        access.permissions(Permissions.parse("deny all:"));
                    }
                })
                .build();

        GatewayException failure = failure(() -> ask(way, free(), ChatRequest.of("small", "hello")));

        assertThat(failure.kind())
                .isEqualTo(ErrorKind.MALFORMED_RESPONSE); // that of the only attempt: no retry is sent
        assertThat(failing.attempts()).hasSize(1);
    }

    @Test
    void aShadowThatIsAllowedIsCopiedTo() {
        router(rules -> rules.allow("free", rule -> rule.model("watched", "large")));

        environment.simulate(() -> {
            ask(free(), "watched");
            environment.takeTurns();
        });

        assertThat(fake.attempts()).extracting(attempt -> attempt.model()).anyMatch(model -> model.startsWith("large"));
    }

    @Test
    void explainSaysWhichRuleDecided() {
        router(rules -> rules.allow("free", rule -> rule.model("frail", "small"))
                .deny("too expensive", rule -> rule.model("large")));

        String plan = router.explain(
                        ChatRequest.CHAT,
                        ChatRequest.of("frail", "hello"),
                        CallOptions.builder().caller(free()).build())
                .toString();

        assertThat(plan)
                .contains("frail  allowed by rule \"free\"")
                .contains("large  denied by rule \"too expensive\": the caller may not use the model \"large\"")
                .contains("small  allowed by rule \"free\"");
    }

    @Test
    void aClientOfAnAuthenticatedCallerCannotSpeakForAnother() {
        router(rules -> rules.allow("all", rule -> rule.model("*")));
        CallOptions other =
                CallOptions.builder().caller(Caller.ofTenant("other")).build();

        assertThatThrownBy(() -> router.as(free()).chat(ChatRequest.of("small", "hello"), other))
                .hasMessageContaining("bound to an authenticated caller");
    }

    @Test
    void acceptanceOfACascadeIsAskedAsBefore() {
        router = builder(fake)
                .model("small", model -> model.deployment("fake/small"))
                .model("large", model -> model.deployment("fake/large"))
                .model(
                        "steps",
                        model -> model.route(Routes.cascade()
                                .first("small", Acceptance.finished())
                                .last("large")))
                .access(Access.builder()
                        .permissions(Permissions.parse("allow all: model=*"))
                        .build())
                .build();

        assertThat(ask(free(), "steps")).isEqualTo("fake/small");
    }
}
