package dev.aigw.routing.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterSnapshot;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.feature.Cooldowns;
import dev.aigw.routing.feature.CoolingDeployment;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.LimitUsage;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the router keeps and forgets when keys rotate and deployments are replaced. */
class RotationTest {

    private final VirtualEnvironment environment = new VirtualEnvironment(1);
    private final FakeProvider fake = FakeProvider.builder("fake")
            .waiter(environment::await)
            .model("down", script -> script.fail(ErrorKind.AUTHENTICATION))
            .reply("ok")
            .build();
    private @Nullable Cooldowns cooldowns;

    private ModelRouter.Builder router() {
        return ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .feature(installer -> cooldowns = installer.cooldowns());
    }

    private List<String> ids() {
        return Objects.requireNonNull(cooldowns).deployments().stream()
                .map(CoolingDeployment::id)
                .sorted()
                .toList();
    }

    private static void rotate(ModelRouter router, String... keys) {
        router.update(table ->
                table.replaceModel("m", model -> model.deployment("fake/a", deployment -> deployment.keys(keys))));
    }

    private static List<String> deployments(ModelRouter router) {
        return router.snapshot().models().stream()
                .flatMap(model -> model.deployments().stream())
                .map(RouterSnapshot.DeploymentState::id)
                .toList();
    }

    @Test
    void oldKeysAreForgottenAtOnce() {
        try (ModelRouter router = router().model(
                        "m", model -> model.deployment("fake/a", deployment -> deployment.keys("key-0")))
                .build()) {
            for (int i = 1; i <= 5_000; i++) {
                rotate(router, "key-" + i);
            }
            router.chat("m", "hi");
            assertThat(ids()).containsExactly("fake/a");
            assertThat(fake.attempts()).hasSize(1);
        }
    }

    @Test
    void aNewKeyTakesTheIdOfTheOneItReplaces() {
        try (ModelRouter router = router().model(
                        "m", model -> model.deployment("fake/a", deployment -> deployment.keys("one", "two", "three")))
                .build()) {
            router.chat("fake/b", "a direct name");
            rotate(router, "two", "three", "four");
            assertThat(deployments(router)).containsExactlyInAnyOrder("fake/a", "fake/a#2", "fake/a#3");
            rotate(router, "three");
            assertThat(deployments(router)).containsExactly("fake/a#3");
            assertThat(ids()).containsExactly("fake/a#3", "fake/b");
            rotate(router, "five", "three");
            assertThat(deployments(router)).containsExactly("fake/a", "fake/a#3");
        }
    }

    @Test
    void aTableThatIsNotValidForgetsNothing() {
        try (ModelRouter router = router().model(
                        "m", model -> model.deployment("fake/a", deployment -> deployment.keys("one")))
                .build()) {
            assertThatThrownBy(() -> router.update(table -> table.replaceModel(
                            "m",
                            model -> model.deployment("fake/a", deployment -> deployment.keys("two"))
                                    .fallback("unknown"))))
                    .isInstanceOf(IllegalArgumentException.class);
            rotate(router, "one", "two");
            assertThat(deployments(router)).containsExactly("fake/a", "fake/a#2");
            router.chat("m", "hi");
            assertThat(ids()).containsExactly("fake/a", "fake/a#2");
        }
    }

    @Test
    void aDirectNameBesideADeclaredDeploymentHasAnIdOfItsOwn() {
        try (ModelRouter router = router().model(
                        "m", model -> model.deployment("fake/a", deployment -> deployment.keys("one")))
                .alias("direct", "fake/a")
                .build()) {
            router.chat("direct", "hi");
            rotate(router, "two");
            router.chat("direct", "hi");
            router.chat("m", "hi");
            assertThat(ids()).containsExactly("fake/a", "fake/a#2");
        }
    }

    @Test
    void aRotatedKeyAndAReplacedDeploymentKeepTheirLimits() {
        Limits limits = Limits.builder()
                .limit(
                        "of-deployment",
                        limit -> limit.requests(3)
                                .per(Window.rolling(Duration.ofHours(1)))
                                .by(Dimension.DEPLOYMENT))
                .limit(
                        "of-account",
                        limit -> limit.requests(100)
                                .per(Window.rolling(Duration.ofHours(1)))
                                .by(Dimension.CREDENTIAL))
                .build();
        try (ModelRouter router = router().limits(limits)
                .model(
                        "m",
                        model -> model.deployment(
                                "fake/a", deployment -> deployment.keys("key-0").account("acme")))
                .build()) {
            for (int i = 1; i <= 3; i++) {
                router.chat("m", "hi");
                String key = "key-" + i;
                router.update(table -> table.replaceModel(
                        "m",
                        model -> model.deployment(
                                "fake/a",
                                deployment ->
                                        deployment.keys(key).account("acme").weight(2))));
            }
            assertThat(limits.usage())
                    .extracting(LimitUsage::limit, usage -> usage.used().intValueExact())
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("of-deployment", 3),
                            org.assertj.core.groups.Tuple.tuple("of-account", 3));
            assertThatThrownBy(() -> router.chat("m", "hi"))
                    .isInstanceOfSatisfying(
                            GatewayException.class,
                            refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED));
        }
    }

    @Test
    void keysWithoutANameAreAccountsOfTheirOwnAndReportsHoldNothingOfThem() {
        Limits limits = Limits.builder()
                .limit(
                        "of-account",
                        limit -> limit.requests(100)
                                .per(Window.rolling(Duration.ofHours(1)))
                                .by(Dimension.CREDENTIAL))
                .build();
        try (ModelRouter router = router().limits(limits)
                .model("m", model -> model.deployment("fake/a", deployment -> deployment.keys("Aa-key")))
                .model("n", model -> model.deployment("fake/b", deployment -> deployment.keys("BB-key")))
                .model("o", model -> model.deployment("fake/c", deployment -> deployment.keys("Aa-key")))
                .build()) {
            router.chat("m", "hi");
            router.chat("n", "hi");
            router.chat("o", "hi");
            assertThat(limits.usage())
                    .extracting(usage -> usage.used().intValueExact())
                    .containsExactlyInAnyOrder(2, 1);
            assertThat(limits.usage() + " " + router.snapshot() + cooldowns)
                    .doesNotContain(Integer.toHexString("Aa-key".hashCode()))
                    .doesNotContain(Credential.of("Aa-key").id())
                    .doesNotContain(Credential.of("Aa-key").id().substring("secret:".length()));
        }
    }
}
