package dev.aigw.routing.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.metering.Meters;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CascadeTest extends RouterHarness {

    CascadeTest() {
        super(3);
    }

    private static ChatResponse reply(String text, long tokens) {
        return ChatResponse.builder()
                .text(text)
                .finishReason(FinishReason.STOP)
                .usage(TokenUsage.of(10, tokens))
                .build();
    }

    private ModelRouter router(FakeProvider fake, Acceptance test) {
        return ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .meter(Meters.inMemory())
                .model("small", model -> model.deployment("fake/small"))
                .model("large", model -> model.deployment("fake/large"))
                .model(
                        "assistant",
                        model -> model.route(
                                Routes.cascade().first("small", test).last("large")))
                .build();
    }

    private FakeProvider fake(String small) {
        return fake().model("small", script -> script.reply(reply(small, 3)))
                .model("large", script -> script.reply(reply("large", 5)))
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatWillDoIsTaken(Way way) {
        FakeProvider fake = fake("fine");
        try (ModelRouter router =
                router(fake, (question, answer) -> answer.text().equals("fine"))) {
            ChatResponse response = way.chat(router, "assistant");
            assertThat(response.text()).isEqualTo("fine");
            assertThat(response.route().model()).isEqualTo("small");
            assertThat(fake.attempts("large")).isEmpty();
            assertThat(fake.openStreams()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerThatWillNotDoGoesUpAndAllTokensCount(Way way) {
        FakeProvider fake = fake("poor");
        try (ModelRouter router =
                router(fake, (question, answer) -> answer.text().equals("fine"))) {
            ChatResponse response = way.chat(router, "assistant");
            assertThat(response.text()).isEqualTo("large");
            assertThat(response.usage()).isEqualTo(TokenUsage.of(20, 8));
            assertThat(response.route().attempts())
                    .extracting(Route.Attempt::model)
                    .containsExactly("small", "large");
            assertThat(router.snapshot().usage().byModel().keySet()).containsExactlyInAnyOrder("small", "large");
            assertThat(fake.openStreams()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aModelThatFailsIsPassedOver(Way way) {
        FakeProvider fake = fake().model("small", script -> script.fail(ErrorKind.NOT_FOUND))
                .model("large", script -> script.reply("large"))
                .build();
        try (ModelRouter router = router(fake, Acceptance.finished())) {
            assertThat(way.chat(router, "assistant").text()).isEqualTo("large");
        }
    }

    @Test
    void aBadRequestIsBadForAll() {
        FakeProvider fake = FakeProvider.builder("fake")
                .model("small", script -> script.fail(ErrorKind.INVALID_REQUEST))
                .build();
        try (ModelRouter router = router(fake, Acceptance.finished())) {
            GatewayException e = catchThrowableOfType(GatewayException.class, () -> Way.SYNC.chat(router, "assistant"));
            assertThat(e.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
            assertThat(fake.attempts("large")).isEmpty();
        }
    }

    @Test
    void aJudgeIsAnotherModel() {
        FakeProvider fake = FakeProvider.builder("fake")
                .model("small", script -> script.reply("42"))
                .model("large", script -> script.reply("large"))
                .model("judge", script -> script.reply("Yes.").reply("No."))
                .build();
        AtomicReference<ModelRouter> self = new AtomicReference<>();
        try (ModelRouter router = router(fake, Acceptance.judge(self::get, "fake/judge", "correct"))) {
            self.set(router);
            assertThat(Way.SYNC.chat(router, "assistant").text()).isEqualTo("42");
            assertThat(Way.SYNC.chat(router, "assistant").text()).isEqualTo("large");
            ChatRequest asked = (ChatRequest) fake.attempts("judge").get(0).request();
            assertThat(asked.lastUserText()).contains("hello", "42");
        }
    }

    @Test
    void testsGoByFinishAndConfidence() {
        ChatRequest question = ChatRequest.of("m", "hi");
        ChatResponse cut = ChatResponse.builder()
                .text("cut")
                .finishReason(FinishReason.of(FinishReason.Kind.LENGTH, "length"))
                .build();
        assertThat(Acceptance.finished().accepts(question, cut)).isFalse();
        ChatResponse sure = ChatResponse.builder()
                .text("ab")
                .logprobs(new Logprobs(List.of(
                        new Logprobs.Token("a", Math.log(0.9), List.of()),
                        new Logprobs.Token("b", Math.log(0.7), List.of()))))
                .build();
        assertThat(Acceptance.confident(0.79).accepts(question, sure)).isTrue();
        assertThat(Acceptance.confident(0.81).accepts(question, sure)).isFalse();
        assertThat(Acceptance.confident(0.5).accepts(question, cut)).isFalse();
        assertThatThrownBy(() -> Acceptance.confident(90)).hasMessageContaining("between 0 and 1");
        assertThatThrownBy(() -> Routes.cascade().last("large")).hasMessageContaining("first(model, test)");
    }

    @Test
    void aCascadeRunsThoughItsFirstModelHasARouteOfItsOwn() {
        FakeProvider fake = fake("poor");
        try (ModelRouter router = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .model("tiny", model -> model.deployment("fake/tiny"))
                .model(
                        "small",
                        model -> model.deployment("fake/small")
                                .route(Routes.rules()
                                        .when(Condition.hasTools(), "tiny")
                                        .otherwise("tiny")))
                .model("large", model -> model.deployment("fake/large"))
                .model(
                        "assistant",
                        model -> model.route(Routes.cascade()
                                .first(
                                        "small",
                                        (question, answer) -> answer.text().equals("fine"))
                                .last("large")))
                .build()) {
            assertThat(Way.SYNC.chat(router, "assistant").text()).isEqualTo("large");
        }
    }
}
