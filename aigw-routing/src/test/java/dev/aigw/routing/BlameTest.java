package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.BreakerState;
import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Cancellation;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.spi.Phase;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import dev.aigw.routing.rollout.Canary;
import dev.aigw.routing.route.Bandit;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who is blamed for a failure, and what is not asked for a while because of it. */
class BlameTest extends RouterHarness {

    private static final CallOptions TWENTY_SECONDS =
            CallOptions.builder().timeout(Duration.ofSeconds(20)).build();

    private FakeProvider fake;
    private ModelRouter router;

    BlameTest() {
        super(5);
    }

    @AfterEach
    void everythingIsSettled() {
        settled(router, fake);
        router.close();
    }

    private RouterSnapshot.DeploymentState state(String deployment) {
        return router.snapshot().models().stream()
                .flatMap(model -> model.deployments().stream())
                .filter(each -> each.id().equals(deployment))
                .findFirst()
                .orElseThrow();
    }

    private static GatewayException about(FailureSubject subject, ErrorKind kind) {
        return GatewayException.builder(kind, "no").subject(subject).build();
    }

    // One's own limits

    @ParameterizedTest
    @EnumSource
    void aCallThatOnesOwnLimitRefusesKeepsOutNoOther(Way way) {
        fake = fake().reply("ok").build();
        router = builder(fake)
                .model("m", model -> model.deployment("fake/x"))
                .limits(Limits.builder()
                        .limit(
                                "rpd",
                                limit -> limit.requests(10)
                                        .per(Window.calendar(Window.Unit.DAY))
                                        .by(Dimension.DEPLOYMENT)
                                        .share(CallOptions.Priority.LOW, 0.5))
                        .build())
                .build();
        for (int i = 0; i < 5; i++) {
            way.chat(router, "m");
        }
        CallOptions low =
                CallOptions.builder().priority(CallOptions.Priority.LOW).build();

        GatewayException refused = failure(() -> way.chat(router, ChatRequest.of("m", "hello"), low));

        assertThat(refused.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
        assertThat(refused.route().attempts()).as("nothing was sent").isEmpty();
        assertThat(state("fake/x").cooldown()).isZero();
        assertThat(way.chat(router, "m").text()).isEqualTo("ok");
    }

    @ParameterizedTest
    @EnumSource
    void onesOwnLimitsSpendNoAttempt(Way way) {
        fake = fake().reply("ok").build();
        router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/a")
                                .deployment("fake/b")
                                .deployment("fake/c")
                                .deployment("fake/d")
                                .strategy(RoutingStrategies.ordered()))
                .retry(RetryPolicy.none())
                .limits(Limits.builder()
                        .limit(
                                "rpm",
                                limit -> limit.requests(1)
                                        .per(Window.rolling(Duration.ofMinutes(1)))
                                        .by(Dimension.DEPLOYMENT))
                        .build())
                .build();
        for (String next : new String[] {"fake/a", "fake/b", "fake/c", "fake/d"}) {
            assertThat(way.chat(router, "m").route().deployment()).isEqualTo(next);
        }
        assertThat(state("fake/a").failed()).isZero();
    }

    @Test
    void aLimitOfACredentialCoolsNoneOfItsModels() {
        fake = fake().reply("ok").build();
        ModelRouter.Builder builder = builder(fake)
                .limits(Limits.builder()
                        .limit(
                                "rpm",
                                limit -> limit.requests(1)
                                        .per(Window.rolling(Duration.ofMinutes(1)))
                                        .by(Dimension.DEPLOYMENT))
                        .build());
        for (int i = 1; i <= 3; i++) {
            String name = "x" + i;
            builder.model(
                    name,
                    model -> model.deployment(
                            "fake/" + name, deployment -> deployment.credential(Credential.of("one-key"))));
        }
        router = builder.build();
        router.chat("x1", "hello");
        assertThat(failure(() -> router.chat("x1", "hello")).kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
        assertThat(router.chat("x2", "hello").text()).isEqualTo("ok");
        assertThat(router.chat("x3", "hello").text()).isEqualTo("ok");
    }

    // Deployments that hang

    @ParameterizedTest
    @EnumSource
    void aDeploymentThatHangsUntilTheDeadlineIsNoticed(Way way) {
        fake = fake().model("hangs", script -> script.hang())
                .model("fine", script -> script.reply("ok"))
                .build();
        router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/hangs")
                                .deployment("fake/fine")
                                .strategy(RoutingStrategies.ordered()))
                .retry(RetryPolicy.builder().deadlineShare(1).build())
                .build();
        for (int i = 0; i < 5; i++) {
            assertThat(failure(() -> way.chat(router, ChatRequest.of("m", "hello"), TWENTY_SECONDS))
                            .kind())
                    .isEqualTo(ErrorKind.DEADLINE);
        }
        assertThat(state("fake/hangs").breaker()).isEqualTo(BreakerState.OPEN);
        assertThat(state("fake/hangs").failed()).isEqualTo(5);
        assertThat(way.chat(router, ChatRequest.of("m", "hello"), TWENTY_SECONDS)
                        .text())
                .isEqualTo("ok");
    }

    @ParameterizedTest
    @EnumSource
    void aCallersShortDeadlineBlamesNoDeployment(Way way) {
        fake = fake().delay(Duration.ofSeconds(2)).reply("ok").hang().build();
        router = builder(fake).model("m", model -> model.deployment("fake/a")).build();
        way.chat(router, "m");
        CallOptions short1 =
                CallOptions.builder().timeout(Duration.ofMillis(500)).build();
        for (int i = 0; i < 20; i++) {
            assertThat(failure(() -> way.chat(router, ChatRequest.of("m", "hello"), short1))
                            .kind())
                    .isEqualTo(ErrorKind.DEADLINE);
        }
        assertThat(state("fake/a").breaker()).isEqualTo(BreakerState.CLOSED);
        assertThat(state("fake/a").failed()).isZero();
    }

    @Test
    void aCanaryThatHangsIsTakenBack() {
        fake = fake().model("new", script -> script.hang())
                .model("old", script -> script.reply("ok"))
                .build();
        Canary canary = Canary.builder("m2").stages(25, 100).minimumCalls(20).build();
        router = builder(fake)
                .model("m", model -> model.deployment("fake/old").route(canary))
                .model("m2", model -> model.deployment("fake/new"))
                .build();
        int failed = 0;
        for (int i = 0; i < 200; i++) {
            try {
                router.chat(ChatRequest.of("m", "hello"), TWENTY_SECONDS);
            } catch (GatewayException e) {
                failed++;
            }
        }
        assertThat(failed).isLessThan(10);
        assertThat(canary.state().phase()).isEqualTo(Canary.Phase.ROLLED_BACK);
    }

    @Test
    void aBanditLeavesTheArmThatHangs() {
        fake = fake().model("new", script -> script.hang())
                .model("old", script -> script.reply("ok"))
                .build();
        router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/old")
                                .route(Bandit.builder()
                                        .arm("hanging")
                                        .arm("good")
                                        .build()))
                .model("good", model -> model.deployment("fake/old"))
                .model("hanging", model -> model.deployment("fake/new"))
                .build();
        int late = 0;
        for (int i = 0; i < 300; i++) {
            try {
                router.feedback(
                        router.chat(ChatRequest.of("m", "hello"), TWENTY_SECONDS)
                                .route()
                                .callId(),
                        0.8);
            } catch (GatewayException e) {
                late += i >= 200 ? 1 : 0;
            }
        }
        assertThat(late).isLessThan(5);
    }

    @ParameterizedTest
    @EnumSource
    void aModelThatHangsLeavesTimeForItsFallback(Way way) {
        fake = fake().model("hangs", script -> script.hang())
                .model("fine", script -> script.reply("ok"))
                .build();
        router = builder(fake)
                .model("m", model -> model.deployment("fake/hangs").fallback("s"))
                .model("s", model -> model.deployment("fake/fine"))
                .build();
        assertThat(way.chat(router, ChatRequest.of("m", "hello"), TWENTY_SECONDS)
                        .route()
                        .model())
                .isEqualTo("s");
    }

    // Retry budgets

    @Test
    void aDeadModelTakesNoRetriesFromAnother() {
        fake = fake().model("dead", script -> script.fail(ErrorKind.SERVER_ERROR))
                .model("b1", script -> script.fail(ErrorKind.OVERLOADED))
                .model("b2", script -> script.reply("ok"))
                .build();
        router = builder(fake)
                .model("dead", model -> model.deployment("fake/dead", each -> each.keys("key-1", "key-2", "key-3")))
                .model(
                        "m",
                        model -> model.deployment("fake/b1")
                                .deployment("fake/b2")
                                .strategy(RoutingStrategies.ordered()))
                .build();
        for (int i = 0; i < 100; i++) {
            assertThat(failure(() -> router.chat("dead", "hello"))).isNotNull();
            environment.advance(Duration.ofSeconds(11));
        }
        assertThat(router.chat("m", "hello").text()).isEqualTo("ok");
    }

    @Test
    void anImpatientCallerTakesNoRetriesFromOthers() {
        fake = fake().model("b1", script -> script.delay(Duration.ofMillis(50)).reply("slow"))
                .model("b2", script -> script.delay(Duration.ofMillis(50)).reply("ok"))
                .build();
        AtomicBoolean broken = new AtomicBoolean();
        router = builder(fake)
                .model(
                        "m",
                        model -> model.deployment("fake/b1")
                                .deployment("fake/b2")
                                .strategy(RoutingStrategies.ordered()))
                .stage(Phase.ATTEMPT, chain -> {
                    if (broken.get() && chain.attempt().deployment().equals("fake/b1")) {
                        throw GatewayException.of(ErrorKind.OVERLOADED, "busy");
                    }
                    return chain.proceed(chain.request());
                })
                .build();
        CallOptions impatient = CallOptions.builder()
                .caller(Caller.ofTenant("impatient"))
                .timeouts(Timeouts.builder().attempt(Duration.ofMillis(1)).build())
                .build();
        for (int i = 0; i < 200; i++) {
            assertThat(failure(() -> router.chat(ChatRequest.of("m", "hello"), impatient))
                            .kind())
                    .isEqualTo(ErrorKind.TIMEOUT);
        }
        broken.set(true);
        assertThat(router.chat("m", "hello").text()).isEqualTo("ok");
    }

    // Bugs of the user's own parts

    @ParameterizedTest
    @EnumSource(
            value = Phase.class,
            names = {"TRANSFORM", "GUARD", "MODEL", "RETRY", "BALANCE", "RESERVE", "ATTEMPT"})
    void aBugInAStageIsTheStagesAndOpensNoBreaker(Phase phase) {
        AtomicBoolean buggy = new AtomicBoolean(true);
        fake = fake().reply("ok").build();
        router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .stage(phase, chain -> {
                    if (buggy.get()) {
                        throw new NullPointerException("oops");
                    }
                    return chain.proceed(chain.request());
                })
                .build();
        for (int i = 0; i < 20; i++) {
            GatewayException e = failure(() -> router.chat("m", "hello"));
            assertThat(e.kind()).isEqualTo(ErrorKind.INTERNAL);
            assertThat(e.getMessage())
                    .contains("this is a bug in the stage " + getClass().getName())
                    .contains("of phase " + phase);
            assertThat(e.getCause()).isInstanceOf(NullPointerException.class);
        }
        assertThat(fake.attempts()).isEmpty();
        assertThat(state("fake/a").breaker()).isEqualTo(BreakerState.CLOSED);
        buggy.set(false);
        assertThat(router.chat("m", "hello").text()).isEqualTo("ok");
    }

    @Test
    void aBugInAStrategyIsTheStrategys() {
        fake = fake().reply("ok").build();
        router = builder(fake)
                .model("m", model -> model.deployment("fake/a").strategy(deployments -> candidates -> 7))
                .build();
        GatewayException e = failure(() -> router.chat("m", "hello"));
        assertThat(e.kind()).isEqualTo(ErrorKind.INTERNAL);
        assertThat(e.getMessage())
                .contains("this is a bug in the routing strategy")
                .contains("chose deployment 7");
        assertThat(state("fake/a").breaker()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void aStageThatThrowsLosesNoProbe() {
        fake = fake().fail(ErrorKind.SERVER_ERROR).reply("ok").build();
        AtomicBoolean refuses = new AtomicBoolean();
        router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .retry(RetryPolicy.none())
                .breaker(BreakerPolicy.builder()
                        .failureThreshold(1, 1)
                        .delay(Duration.ofSeconds(1))
                        .build())
                .stage(Phase.RESERVE, chain -> {
                    if (refuses.get()) {
                        throw GatewayException.of(ErrorKind.GUARD_REJECTED, "not this one");
                    }
                    return chain.proceed(chain.request());
                })
                .build();
        assertThat(failure(() -> router.chat("m", "hello")).kind()).isEqualTo(ErrorKind.SERVER_ERROR);
        environment.advance(Duration.ofSeconds(2));
        refuses.set(true);
        assertThat(failure(() -> router.chat("m", "hello")).kind()).isEqualTo(ErrorKind.GUARD_REJECTED);
        refuses.set(false);
        assertThat(router.chat("m", "hello").text())
                .as("the probe is free for this call")
                .isEqualTo("ok");
        assertThat(state("fake/a").breaker()).isEqualTo(BreakerState.CLOSED);
    }

    // Where the fault is

    private ModelRouter twoModelsOfOneKey(FakeProvider provider) {
        fake = provider;
        router = builder(fake)
                .model("one", model -> model.deployment("fake/one", each -> each.credential(Credential.of("the-key"))))
                .model("two", model -> model.deployment("fake/two", each -> each.credential(Credential.of("the-key"))))
                .build();
        return router;
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorKind.class,
            names = {"QUOTA_EXHAUSTED", "PERMISSION", "AUTHENTICATION"})
    void whatIsAboutOneModelLeavesTheOtherModelsOfItsKey(ErrorKind kind) {
        twoModelsOfOneKey(fake().model("one", script -> script.fail(about(FailureSubject.MODEL, kind)))
                .model("two", script -> script.reply("ok"))
                .build());
        assertThat(failure(() -> router.chat("one", "hello")).kind()).isEqualTo(kind);
        assertThat(state("fake/one").cooldown()).isPositive();
        assertThat(router.chat("two", "hello").text()).isEqualTo("ok");
    }

    @Test
    void aPermissionIsOneModelsEvenIfTheProviderDoesNotSay() {
        twoModelsOfOneKey(fake().model("one", script -> script.fail(ErrorKind.PERMISSION))
                .model("two", script -> script.reply("ok"))
                .build());
        assertThat(failure(() -> router.chat("one", "hello"))).isNotNull();
        assertThat(router.chat("two", "hello").text()).isEqualTo("ok");
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorKind.class,
            names = {"QUOTA_EXHAUSTED", "AUTHENTICATION"})
    void whatIsAboutTheAccountKeepsAllModelsOfItsKey(ErrorKind kind) {
        twoModelsOfOneKey(fake().model("one", script -> script.fail(about(FailureSubject.CREDENTIAL, kind)))
                .model("two", script -> script.reply("ok"))
                .build());
        assertThat(failure(() -> router.chat("one", "hello")).kind()).isEqualTo(kind);
        assertThat(failure(() -> router.chat("two", "hello")).kind()).isEqualTo(kind);
        assertThat(fake.attempts("two")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorKind.class,
            names = {"NOT_FOUND", "PERMISSION", "MALFORMED_RESPONSE", "INVALID_REQUEST"})
    void whatIsAboutOneRequestCausesNoCooldownAndOpensNoBreaker(ErrorKind kind) {
        fake = fake().answer(request -> {
                    if (request.lastUserText().equals("my file")) {
                        throw about(FailureSubject.REQUEST, kind);
                    }
                    return ChatResponse.of("ok");
                })
                .build();
        router = builder(fake).model("m", model -> model.deployment("fake/a")).build();
        for (int i = 0; i < 20; i++) {
            assertThat(failure(() -> router.chat("m", "my file")).kind()).isEqualTo(kind);
        }
        assertThat(state("fake/a").cooldown()).isZero();
        assertThat(state("fake/a").breaker()).isEqualTo(BreakerState.CLOSED);
        assertThat(router.chat("m", "hello").text()).isEqualTo("ok");
    }

    // Bounds of cooldowns

    @Test
    void noCooldownIsLongerThanItsBoundAndASingleProbeGoesFirst() {
        fake = fake().fail(GatewayException.builder(ErrorKind.RATE_LIMITED, "tomorrow")
                        .retryAfter(Duration.ofHours(20))
                        .build())
                .delay(Duration.ofSeconds(5))
                .reply("ok")
                .build();
        router = builder(fake)
                .model("m", model -> model.deployment("fake/a"))
                .breaker(BreakerPolicy.builder()
                        .maxCooldown(Duration.ofMinutes(2))
                        .build())
                .retry(RetryPolicy.builder().maxBreakerWait(Duration.ZERO).build())
                .build();
        assertThat(failure(() -> router.chat("m", "hello")).kind()).isEqualTo(ErrorKind.RATE_LIMITED);
        assertThat(state("fake/a").cooldown()).isEqualTo(Duration.ofMinutes(2));
        environment.advance(Duration.ofMinutes(2).plusMillis(1));
        environment.simulate(() -> {
            int[] refused = new int[1];
            for (int i = 0; i < 4; i++) {
                environment.executor().execute(() -> {
                    try {
                        router.chat(
                                ChatRequest.of("m", "hello"),
                                CallOptions.builder()
                                        .timeout(Duration.ofSeconds(30))
                                        .build());
                    } catch (GatewayException e) {
                        refused[0]++;
                    }
                });
            }
            environment.await(Duration.ofSeconds(1).toNanos(), new Cancellation());
            assertThat(fake.attempts()).as("one probe beside the first attempt").hasSize(2);
        });
    }

    @Test
    void aCooldownIsLiftedByHandAndWithItsModel() {
        fake = fake().fail(ErrorKind.NOT_FOUND)
                .fail(ErrorKind.NOT_FOUND)
                .reply("ok")
                .build();
        router = builder(fake).model("m", model -> model.deployment("fake/a")).build();
        assertThat(failure(() -> router.chat("m", "hello")).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        assertThat(state("fake/a").cooldown()).isPositive();
        router.release("fake/a");
        assertThat(state("fake/a").cooldown()).isZero();

        assertThat(failure(() -> router.chat("m", "hello")).kind()).isEqualTo(ErrorKind.NOT_FOUND);
        router.update(table -> table.replaceModel("m", model -> model.deployment("fake/a")));
        assertThat(router.chat("m", "hello").text()).isEqualTo("ok");
    }
}
