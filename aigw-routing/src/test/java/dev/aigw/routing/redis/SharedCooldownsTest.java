package dev.aigw.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.providers.fake.SeenAttempt;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterSnapshot;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.catalog.DeploymentBuilder;
import dev.aigw.routing.resilience.BreakerPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SharedCooldownsTest {

    private static final String KEY = "aigw:cooldowns:{all}";
    private static final Duration POLL = Duration.ofMillis(10);

    private final RedisProcess server = RedisProcess.started();
    private final SharedRedis one = connection();
    private final SharedRedis other = connection();

    @AfterEach
    void stop() {
        one.close();
        other.close();
        server.close();
    }

    /** Returns the connection of one more JVM, whose bound no busy machine passes. */
    private SharedRedis connection() {
        return SharedRedis.builder()
                .uri(server.uri())
                .timeout(Duration.ofSeconds(20))
                .connectWait(Duration.ofSeconds(20))
                .probeEvery(Duration.ofMillis(20))
                .build();
    }

    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Returns a provider whose model {@code a} always fails and whose model {@code b} answers. */
    private static FakeProvider failing(ErrorKind kind, Duration retryAfter) {
        return FakeProvider.builder("fake")
                .model(
                        "a",
                        script -> script.fail(GatewayException.builder(kind, "scripted")
                                .retryAfter(retryAfter)
                                .build()))
                .echo()
                .build();
    }

    private static FakeProvider healthy() {
        return FakeProvider.builder("fake").echo().build();
    }

    private static ModelRouter router(SharedRedis redis, FakeProvider provider) {
        return router(redis, provider, deployment -> {});
    }

    private static ModelRouter router(SharedRedis redis, FakeProvider provider, Consumer<DeploymentBuilder> first) {
        return ModelRouter.builder()
                .provider(provider)
                .model(
                        "m",
                        model -> model.deployment("fake/a", first)
                                .deployment("fake/b")
                                .strategy(RoutingStrategies.ordered()))
                .breaker(
                        BreakerPolicy.builder().maxCooldown(Duration.ofHours(3)).build())
                .feature(redis.cooldowns(POLL))
                .build();
    }

    private static RouterSnapshot.DeploymentState first(ModelRouter router) {
        return router.snapshot().models().get(0).deployments().get(0);
    }

    private static boolean coolsDown(ModelRouter router) {
        return first(router).cooldownReason() != null;
    }

    private static List<String> asked(FakeProvider provider) {
        return provider.attempts().stream().map(SeenAttempt::model).toList();
    }

    @Test
    void aDeploymentThatOneFindsRateLimitedAllLeaveAlone() {
        FakeProvider healthy = healthy();
        try (ModelRouter limited = router(one, failing(ErrorKind.RATE_LIMITED, Duration.ofHours(1)));
                ModelRouter second = router(other, healthy)) {
            assertThat(limited.chat("m", "hello").text()).isEqualTo("hello");
            await(() -> coolsDown(second));

            assertThat(first(second).cooldownReason()).isEqualTo(ErrorKind.RATE_LIMITED);
            assertThat(first(second).cooldown()).isBetween(Duration.ofMinutes(55), Duration.ofHours(1));
            ChatResponse answer = second.chat("m", "hello");
            assertThat(answer.text()).isEqualTo("hello");
            assertThat(asked(healthy)).containsExactly("b");
        }
    }

    @Test
    void oneThatStartsLaterKnowsTooAndAHoldThatIsOverIsForgotten() {
        try (ModelRouter limited = router(one, failing(ErrorKind.RATE_LIMITED, Duration.ofSeconds(5)))) {
            limited.chat("m", "hello");
            try (ModelRouter late = router(other, healthy())) {
                await(() -> coolsDown(late));
                await(() -> !coolsDown(late));
            }
            await(() -> one.<Long>ask(commands -> commands.exists(KEY)) == 0);
        }
    }

    @Test
    void aCooldownOnlyLengthens() {
        try (ModelRouter watching = router(other, healthy());
                ModelRouter some = router(one, failing(ErrorKind.RATE_LIMITED, Duration.ofMinutes(30)))) {
            some.chat("m", "hello");
            await(() -> coolsDown(watching));
            assertThat(first(watching).cooldown()).isLessThan(Duration.ofMinutes(31));
        }
        double end = end();

        one.ask(SharedCooldowns.EXTEND.on(List.of(KEY), List.of(name(), "1", "0", "1000")));
        assertThat(end()).as("an end that is earlier changes nothing").isEqualTo(end);
        assertThat(one.<Long>ask(commands -> commands.pttl(KEY))).isGreaterThan(60_000);

        String later = Long.toString((long) end + 3_600_000_000L);
        one.ask(SharedCooldowns.EXTEND.on(List.of(KEY), List.of(name(), later, "0", "9000000")));
        try (ModelRouter watching = router(other, healthy())) {
            await(() -> first(watching).cooldown().compareTo(Duration.ofMinutes(80)) > 0);
        }
    }

    private double end() {
        return one.ask(commands -> commands.zscore(KEY, name().getBytes(StandardCharsets.UTF_8)));
    }

    private String name() {
        List<byte[]> names = one.ask(commands -> commands.zrange(KEY, 0, -1));
        assertThat(names).hasSize(1);
        return new String(names.get(0), StandardCharsets.UTF_8);
    }

    @Test
    void anAccountWithoutMoneyCoolsDownForAllThatUseItsSecret() {
        Credential poor = Credential.of("team", () -> "secret-1");
        Credential samePoor = Credential.of("squad", () -> "secret-1");
        Credential rich = Credential.of("team", () -> "secret-2");
        try (ModelRouter finds = router(
                        one,
                        failing(ErrorKind.QUOTA_EXHAUSTED, Duration.ofHours(1)),
                        deployment -> deployment.credential(poor));
                ModelRouter same = router(other, healthy(), deployment -> deployment.credential(samePoor));
                ModelRouter rotated = router(other, healthy(), deployment -> deployment.credential(rich))) {
            finds.chat("m", "hello");
            await(() -> coolsDown(same));

            assertThat(first(same).cooldownReason()).isEqualTo(ErrorKind.QUOTA_EXHAUSTED);
            assertThat(coolsDown(rotated)).as("another secret").isFalse();
        }
        List<byte[]> written = one.ask(commands -> commands.zrange(KEY, 0, -1));
        assertThat(written)
                .hasSize(1)
                .allSatisfy(name -> assertThat(new String(name, StandardCharsets.UTF_8))
                        .startsWith("CREDENTIAL QUOTA_EXHAUSTED ")
                        .doesNotContain("secret")
                        .doesNotContain("team"));
    }

    @Test
    void aSecretThatChangesFreesThoseWhoHaveTheNewOne() {
        AtomicReference<String> secret = new AtomicReference<>("old");
        Credential mounted = Credential.of("mounted", secret::get);
        try (ModelRouter finds = router(
                        one,
                        failing(ErrorKind.AUTHENTICATION, Duration.ofHours(1)),
                        deployment -> deployment.credential(Credential.of("mounted", () -> "old")));
                ModelRouter rotates = router(other, healthy(), deployment -> deployment.credential(mounted))) {
            finds.chat("m", "hello");
            await(() -> coolsDown(rotates));
            secret.set("new");

            await(() -> !coolsDown(rotates));
        }
    }

    @Test
    void callsGoOnThroughAKillAndCooldownsAreSharedAgainAfterARestart() throws Exception {
        FakeProvider healthy = healthy();
        try (ModelRouter limited = router(one, failing(ErrorKind.RATE_LIMITED, Duration.ofHours(1)));
                ModelRouter second = router(other, healthy)) {
            CountDownLatch back = new CountDownLatch(2);
            one.onBack(back::countDown);
            other.onBack(back::countDown);
            server.kill();
            await(one::isOut); // its polls notice
            await(other::isOut);
            assertThat(limited.chat("m", "hello").text()).isEqualTo("hello");
            assertThat(second.chat("m", "hello").text()).isEqualTo("hello");
            assertThat(asked(healthy)).containsExactly("a");

            server.start();
            back.await();
            await(() -> coolsDown(second));
        }
    }

    @Test
    void anIntervalMustBePositive() {
        assertThatThrownBy(() -> one.cooldowns(Duration.ZERO)).hasMessageContaining("interval");
    }
}
