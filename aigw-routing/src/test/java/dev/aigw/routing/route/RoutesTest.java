package dev.aigw.routing.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RoutePlan;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.catalog.ModelBuilder;
import dev.aigw.routing.engine.pool.Query;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutesTest {

    private final VirtualEnvironment environment = new VirtualEnvironment(3);

    private ModelRouter router(Consumer<ModelBuilder> assistant) {
        FakeProvider fake = FakeProvider.builder("fake")
                .waiter(environment::await)
                .model("small", script -> script.reply("small"))
                .model("large", script -> script.reply("large"))
                .model("eyes", script -> script.reply("eyes"))
                .model("own", script -> script.reply("own"))
                .build();
        return ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .model("small", model -> model.deployment("fake/small"))
                .model("large", model -> model.deployment("fake/large"))
                .model("eyes", model -> model.deployment("fake/eyes"))
                .model("assistant", assistant)
                .build();
    }

    private static CallOptions of(Caller caller) {
        return CallOptions.builder().caller(caller).build();
    }

    private static ChatRequest ask(String text) {
        return ChatRequest.of("assistant", text);
    }

    @Test
    void theFirstRuleThatMatchesChoosesTheModel() {
        ModelSelector rules = Routes.rules()
                .when(Condition.hasImages(), "eyes")
                .when(Condition.tier("free").and(Condition.hasTools().not()), "small")
                .when(Condition.tag("quality", "best").or(Condition.role("editor")), "large")
                .build();
        try (ModelRouter router = router(model -> model.deployment("fake/own").route(rules))) {
            Caller free = Caller.builder().tenant("t").tier("free").build();
            Caller editor = Caller.builder().tenant("t").role("editor").build();
            assertThat(router.chat(ask("hi"), of(free)).text()).isEqualTo("small");
            assertThat(router.chat(ask("hi"), of(editor)).text()).isEqualTo("large");
            assertThat(router.chat(
                                    ask("hi"),
                                    CallOptions.builder().tag("quality", "best").build())
                            .text())
                    .isEqualTo("large");
            assertThat(router.chat(ask("hi")).text()).as("no rule matches").isEqualTo("own");
            ChatRequest picture = ChatRequest.builder("assistant")
                    .message(Message.user("what?", new ContentPart.Image(Media.ofUrl("https://example.org/cat.png"))))
                    .build();
            ChatResponse seen = router.chat(picture, of(free));
            assertThat(seen.text()).isEqualTo("eyes");
            assertThat(seen.route().model()).isEqualTo("eyes");
            assertThat(seen.route().requestedModel()).isEqualTo("assistant");
            try (ChatStream stream = router.stream(ask("hi"), of(free))) {
                assertThat(stream.response().text()).isEqualTo("small");
            }
            assertThat(router.chatAsync(ask("hi"), of(free)).join().text()).isEqualTo("small");
        }
    }

    @Test
    void aDryRunShowsWhatTheRouteChooses() {
        try (ModelRouter router = router(model -> model.route(
                Routes.rules().when(Condition.tenant("acme"), "small").otherwise("large")))) {
            RoutePlan plan = router.explain(ChatRequest.CHAT, ask("hi"), of(Caller.ofTenant("acme")));
            assertThat(plan.selections()).containsExactly(new ModelSelector.Selection("small", "tenant in [acme]"));
            assertThat(plan.steps()).extracting(RoutePlan.Step::model).containsExactly("small");
            assertThat(plan.toString()).contains("goes to small: tenant in [acme]");
        }
    }

    @Test
    void timesOfDayMayPassMidnight() {
        Condition night = Condition.between(LocalTime.of(22, 0), LocalTime.of(6, 0), ZoneOffset.UTC);
        assertThat(List.of(21, 22, 23, 0, 5, 6, 12).stream().filter(hour -> night.matches(at(hour))))
                .containsExactly(22, 23, 0, 5);
        Condition day = Condition.between(LocalTime.of(8, 0), LocalTime.of(18, 0), ZoneOffset.UTC);
        assertThat(List.of(7, 8, 17, 18).stream().filter(hour -> day.matches(at(hour))))
                .containsExactly(8, 17);
    }

    private static ModelSelector.Query at(int hour) {
        return ModelSelector.Query.builder(ask("hi"))
                .callId("c1")
                .promptTokens(1)
                .now(java.time.Instant.EPOCH.plus(Duration.ofHours(hour)))
                .random(new java.util.Random(1))
                .build();
    }

    @Test
    void easyQuestionsGoToTheSmallModelAndTheReasonsAreShown() {
        ModelSelector steps = Routes.complexity().upTo(10, "small").otherwise("large");
        String hard =
                "Prove step by step why this loop terminates, and compare it with the other:\n```java\nwhile (x > 0)"
                        + " { x--; }\n```\n- consider overflow\n- consider threads\nWhat is the trade-off? Which is faster?";
        try (ModelRouter router = router(model -> model.route(steps))) {
            assertThat(router.chat(ask("Say hello")).text()).isEqualTo("small");
            assertThat(router.chat(ask(hard)).text()).isEqualTo("large");
            assertThat(router.explain(ask(hard)).selections().get(0).reason())
                    .contains("code 15", "reasoning words 20", "structure");
        }
    }

    @Test
    void complexityGrowsWithWhatIsAsked() {
        int plain = Complexity.of(ask("Say hello")).points();
        ChatRequest tools = ChatRequest.builder("m")
                .user("Say hello")
                .tool(ToolSpec.function("search", "searches", Map.of("type", "object")))
                .responseFormat(ResponseFormat.JSON)
                .build();
        assertThat(Complexity.of(tools).points()).isGreaterThan(plain);
        assertThat(Complexity.of(ask("x".repeat(100_000))).points()).isLessThanOrEqualTo(100);
        assertThat(Complexity.of(tools).parts().stream()
                        .mapToInt(Complexity.Part::points)
                        .sum())
                .isEqualTo(Complexity.of(tools).points());
    }

    @Test
    void aSessionKeepsItsModelWithinAToolLoop() {
        ModelSelector sticky = Routes.sticky(
                Routes.rules().when(Condition.promptTokensAtLeast(100), "large").otherwise("small"));
        CallOptions session = CallOptions.builder().sessionKey("s-1").build();
        ChatRequest asked = ask("Look it up");
        ChatRequest inLoop = ChatRequest.builder("assistant")
                .user("Look it up")
                .message(Message.of(Message.Role.ASSISTANT, List.of(new ToolCall("c1", "search", "{}"))))
                .message(Message.of(
                        Message.Role.TOOL,
                        List.of(new ContentPart.ToolResult(
                                "c1", List.of(new ContentPart.Text("x".repeat(1_000))), false))))
                .build();
        try (ModelRouter router = router(model -> model.route(sticky))) {
            assertThat(router.chat(asked, session).text()).isEqualTo("small");
            assertThat(router.chat(inLoop, session).text()).as("mid-loop").isEqualTo("small");
            assertThat(router.chat(inLoop).text()).as("without a session").isEqualTo("large");
            ChatRequest after =
                    inLoop.toBuilder().message(Message.user("And now?")).build();
            assertThat(router.chat(after, session).text()).as("a new turn").isEqualTo("large");
        }
    }

    @Test
    void badInputFailsWithItsFix() {
        assertThatThrownBy(() -> router(model -> model.route(
                        Routes.rules().when(Condition.hasTools(), "unknown").build())))
                .hasMessageContaining("a route of model \"assistant\" is \"unknown\"");
        assertThatThrownBy(() -> Routes.rules().build()).hasMessageContaining("add one with when");
        assertThatThrownBy(() -> Routes.complexity().upTo(100, "small")).hasMessageContaining("0 to 99");
        assertThatThrownBy(() -> Routes.complexity().otherwise("small")).hasMessageContaining("upTo");
        try (ModelRouter router = router(model -> model.route(query -> {
            throw new IllegalStateException("oops");
        }))) {
            GatewayException e = catchThrowableOfType(GatewayException.class, () -> router.chat(ask("hi")));
            assertThat(e.kind()).isEqualTo(ErrorKind.INTERNAL);
            assertThat(e)
                    .hasMessageContaining("this is a bug in the route of model \"assistant\"")
                    .hasRootCauseMessage("oops");
        }
        try (ModelRouter router = router(model -> model.route(query -> null))) {
            assertThatThrownBy(() -> router.chat(ask("hi")))
                    .hasMessageContaining("has no deployment and its route chose no other model");
        }
        try (ModelRouter router =
                router(model -> model.route(query -> new ModelSelector.Selection("nowhere", "because")))) {
            GatewayException e = catchThrowableOfType(GatewayException.class, () -> router.chat(ask("hi")));
            assertThat(e.kind()).isEqualTo(ErrorKind.UNKNOWN_MODEL);
            assertThat(e).hasMessageContaining("chose \"nowhere\"");
        }
    }

    @Test
    void routesThatGoRoundEndInAnError() {
        FakeProvider fake = FakeProvider.builder("fake").build();
        try (ModelRouter router = ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .model("a", model -> model.route(query -> new ModelSelector.Selection("b", "to b")))
                .model("b", model -> model.route(query -> new ModelSelector.Selection("a", "to a")))
                .build()) {
            GatewayException e = catchThrowableOfType(GatewayException.class, () -> router.chat("a", "hi"));
            assertThat(e.kind()).isEqualTo(ErrorKind.NO_ROUTE);
            assertThat(e).hasMessageContaining("do not end");
        }
    }

    @Test
    void aSelectorThatThrowsAtTheEndOfACallHidesItFromNoOther() {
        List<End> reported = new ArrayList<>();
        ModelSelector failing = new ModelSelector() {
            @Override
            public Selection select(Query query) {
                return new Selection("inner", "always");
            }

            @Override
            public void ended(Query query, @Nullable Selection selection, End end) {
                throw new IllegalStateException("bad selector");
            }
        };
        ModelSelector learning = new ModelSelector() {
            @Override
            public Selection select(Query query) {
                return new Selection("small", "always");
            }

            @Override
            public void ended(Query query, @Nullable Selection selection, End end) {
                reported.add(end);
            }
        };
        try (ModelRouter router = router(model -> model.deployment("fake/own"))) {
            router.update(table -> table.model(
                            "inner", model -> model.deployment("fake/own").route(learning))
                    .replaceModel(
                            "assistant", model -> model.deployment("fake/own").route(failing)));
            assertThat(router.chat("assistant", "hi").text()).isEqualTo("small");
        }
        assertThat(reported).hasSize(1);
    }
}
