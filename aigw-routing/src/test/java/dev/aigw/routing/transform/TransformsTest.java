package dev.aigw.routing.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.batch.BatchRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.providers.fake.FakeBatches;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.rollout.Shadow;
import dev.aigw.routing.route.Routes;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransformsTest extends RouterHarness {

    private final FakeBatches batches = new FakeBatches();
    private final FakeProvider fake = fake().reply("fine")
            .model("broken", script -> script.fail(ErrorKind.SERVER_ERROR))
            .model("upper", script -> script.reply("FINE"))
            .predict(request -> PredictResponse.of(Map.of("predictions", List.of(0.25))))
            .batches(batches)
            .build();

    TransformsTest() {
        super(5);
    }

    private static Transforms rule(Consumer<TransformRule> rule) {
        return Transforms.builder().rule("mine", rule).build();
    }

    private ModelRouter router(Transforms transforms) {
        return builder(transforms).build();
    }

    private ModelRouter.Builder builder(Transforms transforms) {
        return builder(fake)
                .model("assistant", model -> model.deployment("fake/one"))
                .model("small", model -> model.deployment("fake/small"))
                .model("failing", model -> model.deployment("fake/broken").fallback("small"))
                .transforms(transforms);
    }

    private ChatRequest sent(int attempt) {
        return (ChatRequest) fake.attempts().get(attempt).request();
    }

    private static CallOptions tier(String tier) {
        return CallOptions.builder()
                .caller(Caller.builder().tenant("acme").tier(tier).build())
                .build();
    }

    private static ChatRequest.Builder hello() {
        return ChatRequest.builder("assistant").system("Be brief.").user("hello");
    }

    // ------------------------------------------------------------------------------------------------------ requests

    @ParameterizedTest
    @EnumSource(Way.class)
    void systemTextsAreAddedWithoutAWarning(Way way) {
        try (ModelRouter router = router(
                rule(rule -> rule.appendSystem("after").prependSystem("before").answerIn(Locale.GERMAN)))) {
            ChatResponse reply = way.chat(router, hello().build(), CallOptions.DEFAULT);

            assertThat(sent(0).messages())
                    .containsExactly(
                            Message.system("before"),
                            Message.system("Be brief."),
                            Message.system("after"),
                            Message.system("Answer in German, whatever the language of the question."),
                            Message.user("hello"));
            assertThat(reply.route().warnings()).isEmpty();
            settled(router, fake);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void parametersAreSetDroppedAndBoundedAndTheWarningSaysSo(Way way) {
        Transforms transforms = rule(rule -> rule.byDefault(ChatParameter.TOP_P, 0.5)
                .byDefault(ChatParameter.TEMPERATURE, 0.0)
                .set(ChatParameter.REASONING, ReasoningEffort.of(ReasoningEffort.Level.LOW))
                .set(ChatParameter.STOP, List.of("END"))
                .drop(ChatParameter.SEED)
                .clamp(ChatParameter.MAX_OUTPUT_TOKENS, 1, 100)
                .setExtra("store", false)
                .renameExtra("max_tokens", "max_completion_tokens")
                .dropExtra("logit_bias")
                .extraByDefault("tier", "flex"));
        try (ModelRouter router = router(transforms)) {
            ChatRequest request = hello().temperature(0.9)
                    .stop("STOP")
                    .seed(4)
                    .maxOutputTokens(500)
                    .extra("store", true)
                    .extra("max_tokens", 7)
                    .extra("logit_bias", Map.of("1", 2))
                    .build();

            ChatResponse reply = way.chat(router, request, CallOptions.DEFAULT);

            ChatRequest sent = sent(0);
            assertThat(sent.sampling().topP()).isEqualTo(0.5);
            assertThat(sent.sampling().temperature()).isEqualTo(0.9);
            assertThat(sent.reasoning()).isEqualTo(ReasoningEffort.of(ReasoningEffort.Level.LOW));
            assertThat(sent.stop()).containsExactly("END");
            assertThat(sent.sampling().seed()).isNull();
            assertThat(sent.maxOutputTokens()).isEqualTo(100);
            assertThat(sent.extra()).isEqualTo(Map.of("store", false, "max_completion_tokens", 7, "tier", "flex"));
            assertThat(reply.route().warnings())
                    .containsExactly("rule \"mine\": set stop, dropped seed, clamped maxOutputTokens,"
                            + " set extra field store, renamed extra field max_tokens, dropped extra field logit_bias");
        }
    }

    @Test
    void everyParameterIsReadAndWritten() {
        ChatRequest full = hello().temperature(0.1)
                .topP(0.2)
                .topK(3)
                .seed(4)
                .frequencyPenalty(0.5)
                .presencePenalty(0.6)
                .maxOutputTokens(7)
                .stop("8")
                .reasoning(ReasoningEffort.budget(9))
                .verbosity("low")
                .topLogprobs(1)
                .serviceTier("flex")
                .toolChoice(dev.aigw.api.chat.ToolChoice.AUTO)
                .parallelToolCalls(false)
                .responseFormat(dev.aigw.api.chat.ResponseFormat.JSON)
                .userId("u")
                .build();
        List<ChatParameter<?>> all = List.of(
                ChatParameter.TEMPERATURE,
                ChatParameter.TOP_P,
                ChatParameter.TOP_K,
                ChatParameter.SEED,
                ChatParameter.FREQUENCY_PENALTY,
                ChatParameter.PRESENCE_PENALTY,
                ChatParameter.MAX_OUTPUT_TOKENS,
                ChatParameter.STOP,
                ChatParameter.REASONING,
                ChatParameter.VERBOSITY,
                ChatParameter.TOP_LOGPROBS,
                ChatParameter.SERVICE_TIER,
                ChatParameter.TOOL_CHOICE,
                ChatParameter.PARALLEL_TOOL_CALLS,
                ChatParameter.RESPONSE_FORMAT,
                ChatParameter.USER_ID);
        ChatRequest bare = full;
        for (ChatParameter<?> parameter : all) {
            assertThat(parameter.of(full)).as(parameter.toString()).isNotNull();
            bare = parameter.set(bare, null);
            assertThat(parameter.of(bare)).as(parameter.toString()).isNull();
        }
        assertThat(bare).isEqualTo(hello().build());
        for (ChatParameter<?> parameter : all) {
            bare = copied(parameter, full, bare);
        }
        assertThat(bare).isEqualTo(full);
    }

    private static <T> ChatRequest copied(ChatParameter<T> parameter, ChatRequest from, ChatRequest to) {
        return parameter.set(to, parameter.of(from));
    }

    @Test
    void aRuleConcernsItsTiersTenantsTagsOperationsAndConditions() {
        Transforms transforms = Transforms.builder()
                .rule("free", rule -> rule.tier("free", "trial").appendSystem("free"))
                .rule("acme", rule -> rule.tenant("acme").appendSystem("acme"))
                .rule("tagged", rule -> rule.tag("feature", "x").appendSystem("tagged"))
                .rule(
                        "embeddings",
                        rule -> rule.operation(EmbeddingRequest.EMBED).appendSystem("never"))
                .rule("chats", rule -> rule.operation(ChatRequest.CHAT).appendSystem("chat"))
                .rule(
                        "own",
                        rule -> rule.when(call -> call.requestedModel().equals("small"))
                                .appendSystem("small"))
                .build();
        try (ModelRouter router = router(transforms)) {
            router.chat("assistant", "hello");
            router.chat(ChatRequest.of("small", "hello"), tier("trial"));
            try (var stream = router.stream(
                    ChatRequest.of("assistant", "hello"),
                    CallOptions.builder().tag("feature", "x").build())) {
                stream.response();
            }

            assertThat(systems(0)).containsExactly("chat");
            assertThat(systems(1)).containsExactly("free", "acme", "chat", "small");
            assertThat(systems(2)).containsExactly("tagged", "chat");
        }
    }

    private List<String> systems(int attempt) {
        return sent(attempt).messages().stream()
                .filter(message -> message.role() == Message.Role.SYSTEM)
                .map(Message::text)
                .toList();
    }

    // -------------------------------------------------------------------------------------------------------- models

    @ParameterizedTest
    @EnumSource(Way.class)
    void aFallbackGetsItsOwnRulesAndNotTheFirstModels(Way way) {
        Transforms transforms = Transforms.builder()
                .rule(
                        "failing",
                        rule -> rule.model("failing").appendSystem("failing").set(ChatParameter.SEED, 1L))
                .rule("small", rule -> rule.model("sm*").appendSystem("small"))
                .rule("all", rule -> rule.appendSystem("all"))
                .build();
        try (ModelRouter router = router(transforms)) {
            way.chat(router, ChatRequest.of("failing", "hello"), CallOptions.DEFAULT);

            List<ChatRequest> seen = fake.attempts("small").stream()
                    .map(each -> (ChatRequest) each.request())
                    .toList();
            assertThat(systems(0)).containsExactly("all", "failing");
            assertThat(seen).singleElement().satisfies(request -> {
                assertThat(request.messages())
                        .containsExactly(Message.system("all"), Message.system("small"), Message.user("hello"));
                assertThat(request.sampling().seed()).isNull();
            });
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whatAFallbackDoesNotTakeIsDroppedForItOnlyAndFromNoMessage(Way way) {
        Transforms transforms = rule(rule -> rule.model("small")
                .dropExtra("*/cache_key")
                .drop(ChatParameter.REASONING)
                .dropExtra("thinking"));
        try (ModelRouter router = router(transforms)) {
            ContentPart.Reasoning thought = new ContentPart.Reasoning("thinking", null, "s", null, "fake/small");
            ChatRequest request = ChatRequest.builder("failing")
                    .user("hello")
                    .message(Message.of(Message.Role.ASSISTANT, List.of(thought, new ContentPart.Text("thinking"))))
                    .user("and?")
                    .extraEverywhere("cache_key", "k")
                    .reasoning(ReasoningEffort.of(ReasoningEffort.Level.HIGH))
                    .build();

            ChatResponse reply = way.chat(router, request, CallOptions.DEFAULT);

            assertThat(sent(0).extra()).isEqualTo(Map.of("cache_key", "k"));
            assertThat(sent(0).reasoning()).isNotNull();
            ChatRequest fallen = (ChatRequest) fake.attempts("small").get(0).request();
            assertThat(fallen.extra()).isEmpty();
            assertThat(fallen.reasoning()).isNull();
            assertThat(fallen.messages()).isEqualTo(request.messages());
            assertThat(reply.route().warnings())
                    .contains("rule \"mine\": dropped extra field */cache_key, dropped reasoning");
        }
    }

    @Test
    void aRuleIsAppliedOnceHoweverOftenAModelIsTried() {
        FakeProvider flaky = fake().fail(ErrorKind.SERVER_ERROR)
                .fail(ErrorKind.SERVER_ERROR)
                .reply("fine")
                .build();
        try (ModelRouter router = builder(flaky)
                .model("assistant", model -> model.deployment("fake/one"))
                .transforms(rule(rule -> rule.model("assistant")
                        .request(
                                ChatRequest.class,
                                request -> request.toBuilder().user("more").build())))
                .build()) {
            ChatResponse reply = router.chat("assistant", "hello");

            assertThat(flaky.attempts())
                    .hasSize(3)
                    .allSatisfy(attempt -> assertThat(((ChatRequest) attempt.request()).messages())
                            .containsExactly(Message.user("hello"), Message.user("more")));
            assertThat(reply.route().warnings()).containsExactly("rule \"mine\": rewrote the request");
        }
    }

    @Test
    void eachStepOfACascadeAndAShadowGetItsOwnRules() {
        Transforms transforms = Transforms.builder()
                .rule("assistant", rule -> rule.model("assistant").appendSystem("assistant"))
                .rule("small", rule -> rule.model("small").appendSystem("small"))
                .rule("copy", rule -> rule.model("copy").appendSystem("copy"))
                .build();
        try (ModelRouter router = builder(transforms)
                .model("copy", model -> model.deployment("fake/copy"))
                .model(
                        "cascade",
                        model -> model.route(Routes.cascade()
                                        .first("small", (question, answer) -> false)
                                        .last("assistant"))
                                .shadow(Shadow.builder("copy").share(1).build()))
                .build()) {
            environment.simulate(() -> router.chat("cascade", "hello"));

            assertThat(fake.attempts())
                    .extracting(
                            attempt -> attempt.model(),
                            attempt -> ((ChatRequest) attempt.request())
                                    .messages()
                                    .get(0)
                                    .text())
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple("small", "small"),
                            org.assertj.core.groups.Tuple.tuple("one", "assistant"),
                            org.assertj.core.groups.Tuple.tuple("copy", "copy"));
        }
    }

    // --------------------------------------------------------------------------------------------------------- cache

    @Test
    void callsWhoseRequestsAreSentDifferentlyShareNoReply() {
        Transforms transforms = Transforms.builder()
                .rule("model", rule -> rule.model("assistant").tier("free").appendSystem("free"))
                .rule("call", rule -> rule.tag("kind", "x").appendSystem("x"))
                .build();
        try (ModelRouter router = builder(transforms)
                .cache(Caches.inMemory().maximumEntries(100).build())
                .build()) {
            CallOptions free = tier("free");
            CallOptions paid = tier("paid");
            ChatRequest request = ChatRequest.of("assistant", "hello");

            router.chat(request, free);
            router.chat(request, paid);
            assertThat(fake.attempts()).hasSize(2);
            router.chat(request, paid.toBuilder().tag("kind", "x").build());
            assertThat(fake.attempts()).hasSize(3);

            router.chat(request, free);
            router.chat(request, paid);
            router.chat(request, paid.toBuilder().tag("kind", "x").build());
            assertThat(fake.attempts()).hasSize(3);
        }
    }

    @Test
    void aRulesIdIsThatOfWhatItDoes() {
        assertThat(id(rule -> rule.appendSystem("a"))).isEqualTo(id(rule -> rule.appendSystem("a")));
        assertThat(id(rule -> rule.appendSystem("a"))).isNotEqualTo(id(rule -> rule.appendSystem("b")));
        assertThat(id(rule -> rule.appendSystem("a"))).isNotEqualTo(id(rule -> rule.prependSystem("a")));
        assertThat(id(rule -> rule.set(ChatParameter.SEED, 1L)))
                .isNotEqualTo(id(rule -> rule.set(ChatParameter.SEED, 2L)));
    }

    private static String id(Consumer<TransformRule> what) {
        TransformRule rule = new TransformRule("a");
        what.accept(rule);
        return rule.build().id();
    }

    // ------------------------------------------------------------------------------------------------------ predicts

    @Test
    void jsonIsRewrittenBothWays() {
        Transforms transforms = rule(rule -> rule.model("score")
                .payload(json -> Map.of("instances", List.of(((Map<?, ?>) json).get("text"))))
                .answer(json -> Map.of("score", ((List<?>) ((Map<?, ?>) json).get("predictions")).get(0))));
        try (ModelRouter router = builder(transforms)
                .model("score", model -> model.deployment("fake/score"))
                .build()) {
            PredictResponse reply = router.predict(PredictRequest.of("score", Map.of("text", "good")));

            assertThat(((PredictRequest) fake.attempts().get(0).request()).payload())
                    .isEqualTo(Map.of("instances", List.of("good")));
            assertThat(reply.json()).isEqualTo(Map.of("score", 0.25));
            assertThat(reply.rawJson()).isEqualTo("{\"score\":0.25}");
            assertThat(reply.route().warnings()).containsExactly("rule \"mine\": rewrote the payload");
            assertThat(reply.route().attempts()).hasSize(1);
        }
    }

    @Test
    void aFunctionThatFailsFailsTheCallWithoutContent() {
        try (ModelRouter router = builder(rule(rule -> rule.payload(json -> Integer.valueOf(((String) json)))))
                .model("score", model -> model.deployment("fake/score"))
                .build()) {
            GatewayException failure = failure(() -> router.predict(PredictRequest.of("score", "secret")));

            assertThat(failure.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
            assertThat(failure)
                    .hasMessage("rule \"mine\": its change of the request failed with NumberFormatException");
            assertThat(fake.attempts()).isEmpty();
        }
    }

    @Test
    void anAnswerThatCannotBeRewrittenIsTheModelsFailure() {
        Transforms transforms = rule(rule -> rule.model("score").answer(json -> ((List<?>) json).get(0)));
        try (ModelRouter router = builder(transforms)
                .model("score", model -> model.deployment("fake/score").fallback("plain"))
                .model("plain", model -> model.deployment("fake/plain"))
                .build()) {
            PredictResponse reply = router.predict(PredictRequest.of("score", "x"));

            assertThat(reply.json()).isEqualTo(Map.of("predictions", List.of(0.25)));
            assertThat(reply.route().model()).isEqualTo("plain");
        }
    }

    // ------------------------------------------------------------------------------------------------------- batches

    @Test
    void theItemsOfABatchAreChanged() {
        Transforms transforms = Transforms.builder()
                .rule("call", rule -> rule.operation(ChatRequest.CHAT).appendSystem("call"))
                .rule("model", rule -> rule.model("assistant").drop(ChatParameter.SEED))
                .build();
        try (ModelRouter router = router(transforms)) {
            var handle = router.batches()
                    .submit(
                            BatchRequest.builder("assistant")
                                    .chat(
                                            "a",
                                            ChatRequest.builder("assistant")
                                                    .user("a")
                                                    .seed(1)
                                                    .build())
                                    .chat(
                                            "b",
                                            ChatRequest.builder("assistant")
                                                    .user("b")
                                                    .seed(2)
                                                    .build())
                                    .build(),
                            CallOptions.DEFAULT);

            assertThat(batches.items()).hasSize(2).allSatisfy(item -> {
                ChatRequest request = (ChatRequest) item.request();
                assertThat(request.messages().get(0)).isEqualTo(Message.system("call"));
                assertThat(request.sampling().seed()).isNull();
            });
            assertThat(handle.warnings()).containsExactly("rule \"model\": dropped seed");
        }
    }

    // ------------------------------------------------------------------------------------------------------ building

    @Test
    void aRuleSaysWhatIsWrongWithIt() {
        assertThatThrownBy(() -> rule(rule -> {})).hasMessageContaining("rule \"mine\" does nothing");
        assertThatThrownBy(() -> rule(rule -> rule.model(" "))).hasMessageContaining("model has a blank name");
        assertThatThrownBy(() -> rule(rule -> rule.clamp(ChatParameter.SEED, 2L, 1L)))
                .hasMessageContaining("give the smaller bound first");
        assertThatThrownBy(() -> rule(rule -> rule.payload(x -> x).payload(x -> x)))
                .hasMessageContaining("rule \"mine\": payload is set twice");
        assertThatThrownBy(() -> rule(rule -> rule.answer(x -> x).answer(x -> x)))
                .hasMessageContaining("set twice");
        assertThatThrownBy(() -> rule(rule -> rule.reply(dev.aigw.api.chat.ChatStream.class, x -> x)))
                .hasMessageContaining("use replyText");
        assertThatThrownBy(() -> rule(rule ->
                        rule.model("a").trim(ContextTrim.to(9).summary("b").build())))
                .hasMessageContaining("let a rule without models make them");
        assertThatThrownBy(() -> rule(rule -> rule.answerIn(Locale.ROOT))).hasMessageContaining("has no language");
        assertThatThrownBy(() -> Transforms.builder()
                        .rule("a", rule -> rule.appendSystem("x"))
                        .rule("a", rule -> rule.appendSystem("y")))
                .hasMessageContaining("two rules \"a\"");
    }
}
