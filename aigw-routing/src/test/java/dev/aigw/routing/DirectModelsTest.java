package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.catalog.DirectModels;
import dev.aigw.routing.feature.Cooldowns;
import dev.aigw.routing.feature.CoolingDeployment;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of models that a call gives without a declared model. */
class DirectModelsTest {

    private static ModelRouter router(DirectModels direct) {
        return ModelRouter.builder()
                .provider(FakeProvider.builder("fake").reply("ok").build())
                .model("m", model -> model.deployment("fake/a").fallback("fake/spare"))
                .model("wild/*", model -> model.deployment("fake/*"))
                .alias("usual", "fake/b")
                .directModels(direct)
                .build();
    }

    private static void assertUnknown(ModelRouter router, String model, String message) {
        for (GatewayException e : new GatewayException[] {
            catchThrowableOfType(GatewayException.class, () -> router.chat(model, "hello")),
            catchThrowableOfType(GatewayException.class, () -> router.stream(model, "hello")),
            catchThrowableOfType(GatewayException.class, () -> router.explain(ChatRequest.of(model, "hello")))
        }) {
            assertThat(e.kind()).isEqualTo(ErrorKind.UNKNOWN_MODEL);
            assertThat(e).hasMessageContaining(message);
        }
    }

    @Test
    void withNoneACallAsksForDeclaredModelsOnly() {
        try (ModelRouter router = router(DirectModels.none())) {
            assertUnknown(router, "fake/a", ".directModels(...) does not allow it");
            assertThat(router.chat("m", "hello").text()).isEqualTo("ok");
            assertThat(router.chat("wild/x", "hello").route().deployment()).isEqualTo("fake/x");
            assertThat(router.explain(ChatRequest.of("m", "hello")).toString()).contains("fake/spare");
        }
    }

    @Test
    void anAliasMayNameAnyModel() {
        try (ModelRouter router = router(DirectModels.none())) {
            assertThat(router.chat("usual", "hello").route().deployment()).isEqualTo("fake/b");
        }
    }

    @Test
    void someAreAllowedByNameOrByTheirBeginning() {
        try (ModelRouter router = router(DirectModels.only("fake/b", "fake/small-*"))) {
            assertThat(router.chat("fake/b", "hello").text()).isEqualTo("ok");
            assertThat(router.chat("fake/small-1", "hello").text()).isEqualTo("ok");
            assertUnknown(router, "fake/bb", "not declared");
            assertUnknown(router, "fake/smal", "not declared");
            assertUnknown(router, "other/b", "adapters are [fake]");
        }
    }

    @Test
    void theyStayAsTheyAreWhenTheTableIsReplaced() {
        try (ModelRouter router = router(DirectModels.none())) {
            router.update(table -> table.model("n", model -> model.deployment("fake/n")));
            assertThat(router.chat("n", "hello").text()).isEqualTo("ok");
            assertUnknown(router, "fake/n", "not declared");
        }
    }

    @Test
    void aVeryLongNameIsRefusedWithoutBeingRepeated() {
        try (ModelRouter router = router(DirectModels.all())) {
            String name = "fake/" + "x".repeat(10_000);
            assertUnknown(router, name, "has 10005 characters: the longest has 2100");
            assertThat(catchThrowableOfType(GatewayException.class, () -> router.chat(name, "hello")))
                    .hasMessageNotContaining("xxxx");
        }
    }

    @Test
    void namesThatNobodyUsesAnyMoreGiveTheirPlacesToOthers() {
        VirtualEnvironment environment = new VirtualEnvironment(1);
        AtomicReference<Cooldowns> cooldowns = new AtomicReference<>();
        try (ModelRouter router = ModelRouter.builder()
                .feature(installer -> cooldowns.set(installer.cooldowns()))
                .provider(FakeProvider.builder("fake").reply("ok").build())
                .model("m", model -> model.deployment("fake/a").fallback("fake/spare"))
                .environment(environment)
                .build()) {
            for (int i = 0; i < 3_000; i++) {
                router.chat("fake/junk-" + i, "hello");
            }
            router.chat("fake/late", "hello");
            assertThat(known(cooldowns))
                    .as("bounded, and the first come stay")
                    .hasSizeBetween(1_000, 1_010)
                    .contains("fake/junk-0")
                    .doesNotContain("fake/late");

            environment.advance(Duration.ofMinutes(50));
            router.chat("fake/junk-0", "hello");
            environment.advance(Duration.ofMinutes(50));
            router.chat("fake/late", "hello");
            assertThat(known(cooldowns)).containsExactlyInAnyOrder("fake/a", "fake/spare", "fake/junk-0", "fake/late");
        }
    }

    @Test
    void aTableThatIsReplacedAgainAndAgainKeepsABoundedNumberOfNames() {
        AtomicReference<Cooldowns> cooldowns = new AtomicReference<>();
        try (ModelRouter router = ModelRouter.builder()
                .feature(installer -> cooldowns.set(installer.cooldowns()))
                .provider(FakeProvider.builder("fake").reply("ok").build())
                .model("m", model -> model.deployment("fake/a"))
                .build()) {
            for (int table = 0; table < 20; table++) {
                for (int i = 0; i < 500; i++) {
                    router.chat("fake/junk-" + table + "-" + i, "hello");
                }
                router.chat("fake/often", "hello");
                router.update(unchanged -> {});
            }
            assertThat(known(cooldowns)).hasSizeLessThan(2_010).contains("fake/often", "fake/a");
        }
    }

    /** Returns the ids of the deployments that a router knows. */
    private static List<String> known(AtomicReference<Cooldowns> cooldowns) {
        return cooldowns.get().deployments().stream().map(CoolingDeployment::id).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt-5", "/x", "openai/*-mini", "*"})
    void whatIsNoPatternIsRefused(String pattern) {
        assertThatThrownBy(() -> DirectModels.only(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no pattern");
        assertThatThrownBy(DirectModels::only).hasMessageContaining("DirectModels.none()");
    }

    private static ModelRouter limited(Limits limits) {
        return ModelRouter.builder()
                .provider(FakeProvider.builder("fake").reply("ok").build())
                .model("m", model -> model.deployment("fake/a"))
                .limits(limits)
                .build();
    }

    private static Limits two(Dimension by) {
        return Limits.builder()
                .limit(
                        "two",
                        limit -> limit.requests(2)
                                .per(Window.rolling(Duration.ofHours(1)))
                                .by(by))
                .build();
    }

    private static void assertLimited(ModelRouter router, String model) {
        for (GatewayException e : new GatewayException[] {
            catchThrowableOfType(GatewayException.class, () -> router.chat(model, "hello")),
            catchThrowableOfType(
                    GatewayException.class,
                    () -> router.stream(ChatRequest.of(model, "hello")).response()),
            catchThrowableOfType(GatewayException.class, () -> router.embed(EmbeddingRequest.of(model, "hello")))
        }) {
            assertThat(e.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
        }
    }

    @Test
    void theyObeyLimitsByModelLikeDeclaredOnes() {
        try (ModelRouter router = limited(two(Dimension.MODEL))) {
            for (String model : new String[] {"m", "fake/x", "fake/a"}) {
                router.chat(model, "hello");
                router.stream(ChatRequest.of(model, "hello")).response();
                assertLimited(router, model);
            }
        }
    }

    @Test
    void manyNamesDoNotEvadeALimitByModel() {
        try (ModelRouter router = limited(two(Dimension.MODEL))) {
            for (int i = 0; i < 1_500; i++) { // more than a router keeps
                router.chat("fake/" + i, "hello");
            }
            for (String model : new String[] {"fake/0", "fake/1499"}) {
                router.chat(model, "hello");
                assertLimited(router, model);
            }
        }
    }

    @Test
    void aDirectNameSharesTheLimitsOfTheDeclaredDeployment() {
        try (ModelRouter router = limited(two(Dimension.DEPLOYMENT))) {
            router.chat("m", "hello");
            router.chat("fake/a", "hello");
            assertLimited(router, "fake/a");
            assertLimited(router, "m");
        }
    }
}
