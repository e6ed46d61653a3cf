package dev.aigw.routing.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.Message;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.providers.fake.FakeBatches;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.access.Access;
import dev.aigw.routing.access.Permissions;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.route.Condition;
import dev.aigw.routing.route.Routes;
import dev.aigw.routing.transform.mustache.MustacheEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PromptCallsTest extends RouterHarness {

    private final FakeBatches batches = new FakeBatches();
    private final FakeProvider fake = fake().reply("yes").batches(batches).build();
    private final TokenMeter meter = Meters.builder().tag("prompt").build();
    private final Prompts prompts = Prompts.builder()
            .registry(PromptRegistry.of(
                    PromptTemplate.parse(
                            "support", "3", "variable question: text\n--- system\nThree\n--- user\n{{question}}"),
                    PromptTemplate.parse(
                            "support", "4", "variable question: text\n--- system\nFour\n--- user\n{{question}}")))
            .engine(new MustacheEngine())
            .serve(PromptRef.split("support", Map.of("3", 50, "4", 50)))
            .build();

    PromptCallsTest() {
        super(11);
    }

    private ModelRouter.Builder builder() {
        return builder(fake)
                .model("assistant", model -> model.deployment("fake/one"))
                .prompts(prompts)
                .meter(meter);
    }

    private static CallOptions user(String name) {
        return CallOptions.builder()
                .caller(Caller.builder().tenant("acme").user(name).build())
                .build();
    }

    private ChatRequest sent() {
        return (ChatRequest) fake.attempts().get(fake.attempts().size() - 1).request();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theLedgerHasTheVersionOfAPromptThatTheApplicationRendered(Way way) {
        try (ModelRouter router = builder().build()) {
            RenderedPrompt prompt = prompts.render("support@3", Map.of("question", "Why?"));

            way.chat(router, prompt.request("assistant").build(), CallOptions.DEFAULT);

            assertThat(meter.ledger().byTag("prompt").keySet()).containsExactly("support@3");
            assertThat(sent().messages()).isEqualTo(prompt.messages());
            assertThat(sent().extra()).isEmpty();
            settled(router, fake);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theRouterRendersAPromptThatARequestNames(Way way) {
        try (ModelRouter router = builder().build()) {
            ChatRequest.Builder request = ChatRequest.builder("assistant").user("And now?");

            way.chat(
                    router,
                    Prompts.into(request, "support@4", Map.of("question", "Why?"))
                            .build(),
                    CallOptions.DEFAULT);

            assertThat(meter.ledger().byTag("prompt").keySet()).containsExactly("support@4");
            assertThat(sent().messages())
                    .extracting(Message::role)
                    .containsExactly(Message.Role.SYSTEM, Message.Role.USER, Message.Role.USER);
            assertThat(sent().messages().get(0).text()).startsWith("Four");
            assertThat(sent().messages().get(2)).isEqualTo(Message.user("And now?"));
            assertThat(sent().extra()).isEmpty();
        }
    }

    @Test
    void aCallerKeepsItsVersionOfASplitWhoeverRendersIt() {
        try (ModelRouter router = builder().build()) {
            for (int i = 0; i < 40; i++) {
                CallOptions options = user("u" + i);
                String mine = prompts.render("support", Map.of("question", "q"), options)
                        .id();
                router.chat(
                        Prompts.into(ChatRequest.builder("assistant").user("x"), "support", Map.of("question", "q"))
                                .build(),
                        options);
                assertThat(meter.ledger().rows())
                        .filteredOn(row -> row.caller().equals(options.caller()))
                        .extracting(row -> row.tags().get("prompt"))
                        .containsExactly(mine);
            }
            assertThat(meter.ledger().byTag("prompt").keySet()).containsExactlyInAnyOrder("support@3", "support@4");
        }
    }

    @Test
    void rulesThatChooseAModelSeeThePrompt() {
        try (ModelRouter router = builder()
                .model(
                        "routed",
                        model -> model.deployment("fake/one")
                                .route(Routes.rules()
                                        .when(Condition.tag("prompt", "support@4"), "new")
                                        .build()))
                .model("new", model -> model.deployment("fake/two"))
                .build()) {
            router.chat(prompts.render("support@4", Map.of("question", "q"))
                    .request("routed")
                    .build());

            assertThat(fake.attempts().get(0).model()).isEqualTo("two");
        }
    }

    @Test
    void aPromptIsNoVendorsFieldForPermissions() {
        Access access = Access.builder()
                .permissions(Permissions.builder()
                        .allow(
                                "text only",
                                rule -> rule.anyone().model("assistant").capability())
                        .build())
                .build();
        try (ModelRouter router = builder().access(access).build()) {
            router.chat(prompts.render("support@3", Map.of("question", "q"))
                    .request("assistant")
                    .build());

            assertThat(meter.ledger().byTag("prompt").keySet()).containsExactly("support@3");
        }
    }

    @Test
    void aMistakeFailsTheCallBeforeAnythingIsSent() {
        try (ModelRouter router = builder().build()) {
            ChatRequest request = Prompts.into(ChatRequest.builder("assistant").user("x"), "support@3", Map.of())
                    .build();

            assertThat(failure(() -> router.chat(request)))
                    .hasMessageContaining("prompt support@3: variable \"question\" has no value")
                    .extracting("kind")
                    .isEqualTo(ErrorKind.INVALID_REQUEST);
            assertThat(failure(() -> router.chat(ChatRequest.builder("assistant")
                            .user("x")
                            .extra("aigw/prompt", "support")
                            .build())))
                    .hasMessageContaining("use {\"ref\": \"name\"");
            assertThat(failure(() -> router.chat(ChatRequest.builder("assistant")
                            .user("x")
                            .extra("aigw/prompt", Map.of("rendered", "made-up@1"))
                            .build())))
                    .hasMessageContaining("made-up@1, which the router does not have");
            assertThat(fake.attempts()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aRouterWithoutPromptsSendsNoRequestThatNamesOne(Way way) {
        try (ModelRouter router = builder(fake)
                .model("assistant", model -> model.deployment("fake/one"))
                .build()) {
            ChatRequest request = Prompts.into(
                            ChatRequest.builder("assistant").user("x"), "support", Map.of("question", "q"))
                    .build();

            assertThat(failure(() -> way.chat(router, request, CallOptions.DEFAULT)))
                    .hasMessageContaining("build it with ModelRouter.builder().prompts(...)")
                    .extracting("kind")
                    .isEqualTo(ErrorKind.INVALID_REQUEST);
            assertThat(fake.attempts()).isEmpty();
            settled(router, fake);
        }
    }

    @Test
    void theItemsOfABatchAreRendered() {
        try (ModelRouter router = builder().build()) {
            BatchRequest batch = BatchRequest.builder("assistant")
                    .chat(
                            "a",
                            Prompts.into(
                                            ChatRequest.builder("assistant").user("x"),
                                            "support@3",
                                            Map.of("question", "q"))
                                    .build())
                    .build();

            router.batches().submit(batch, CallOptions.DEFAULT);

            ChatRequest item = (ChatRequest) batches.items().get(0).request();
            assertThat(item.messages().get(0).text()).startsWith("Three");
            assertThat(item.extra()).isEmpty();
        }
    }

    @Test
    void aWatchedFolderIsReadAgain(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("a@1.prompt"), "--- user\none");
        Prompts watched = Prompts.builder()
                .registry(PromptRegistry.folder(folder, Duration.ofSeconds(30)))
                .engine(new MustacheEngine())
                .build();
        try (ModelRouter router = builder(fake)
                .model("assistant", model -> model.deployment("fake/one"))
                .prompts(watched)
                .build()) {
            Files.writeString(folder.resolve("a@2.prompt"), "--- user\ntwo");
            assertThat(watched.render("a", Map.of()).id()).isEqualTo("a@1");

            environment.simulate(() -> environment.advance(Duration.ofSeconds(31)));
            assertThat(watched.render("a", Map.of()).id()).isEqualTo("a@2");

            Files.writeString(folder.resolve("a@3.prompt"), "--- nobody\nthree");
            environment.simulate(() -> environment.advance(Duration.ofSeconds(31)));
            assertThat(watched.render("a", Map.of()).id()).isEqualTo("a@2");

            Files.writeString(folder.resolve("a@3.prompt"), "--- user\nthree");
            environment.simulate(() -> environment.advance(Duration.ofSeconds(31)));
            assertThat(watched.render("a", Map.of()).messages()).isEqualTo(List.of(Message.user("three")));
            assertThat(router.snapshot().models()).isNotEmpty();
        }
        assertThat(environment.scheduled()).isZero();
    }
}
