package dev.aigw.routing.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.guard.ContentEditor;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.EditableContent;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.StreamChecking;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.guard.output.Links;
import dev.aigw.routing.metering.Meters;
import dev.aigw.routing.route.Routes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GuardStageTest extends RouterHarness {

    GuardStageTest() {
        super(17);
    }

    private static Guards input(Guard guard) {
        return Guards.builder().input(guard).build();
    }

    private static Guards output(Guard guard) {
        return Guards.builder().output(guard).build();
    }

    private static ChatRequest ask(String text) {
        return ChatRequest.of("assistant", text);
    }

    private ModelRouter router(FakeProvider provider, Guards guards) {
        return builder(provider)
                .model("assistant", model -> model.deployment("fake/big"))
                .guards(guards)
                .build();
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aBlockedRequestReachesNoModelAndSaysWhichRule(Way way) {
        FakeProvider fake = fake().echo().build();
        ModelRouter router = builder(fake)
                .model("assistant", model -> model.deployment("fake/big").fallback("small"))
                .model("small", model -> model.deployment("fake/small"))
                .meter(Meters.inMemory())
                .guards(input(Words.blocking("secret")))
                .build();

        GatewayException failure = failure(() -> way.chat(router, ask("the secret word"), CallOptions.DEFAULT));

        assertThat(failure.kind()).isEqualTo(ErrorKind.GUARD_REJECTED);
        assertThat(failure).hasMessage("the guard \"words\" rejected the request: rule \"word\", score 0.9");
        assertThat(failure.route().verdicts())
                .containsExactly(new Route.Verdict("words", "word", GuardAction.BLOCK, 0.9, true, true, 1));
        assertThat(failure.route().attempts()).isEmpty();
        assertThat(fake.attempts()).isEmpty();
        assertThat(router.snapshot().usage().rows()).isEmpty();
        settled(router, fake);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whatIsRedactedTheModelDoesNotSee(Way way) {
        FakeProvider fake = fake().echo().build();
        ModelRouter router = router(fake, input(Words.redacting("blue", "green")));

        ChatResponse reply = way.chat(router, ask("blue, green and blue"), CallOptions.DEFAULT);

        assertThat(reply.text()).isEqualTo("***, *** and ***");
        assertThat(reply.route().verdicts())
                .containsExactly(new Route.Verdict("words", "word", GuardAction.REDACT, 1, true, true, 3));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void whatIsMaskedTheModelDoesNotSeeAndTheCallerGetsBack(Way way) {
        FakeProvider fake = fake().answer(
                        request -> ChatResponse.of("Dear [word_1], you wrote: " + request.lastUserText()))
                .build();
        ModelRouter router = router(fake, input(Words.masking("Ada")));

        ChatResponse reply = way.chat(router, ask("I am Ada. Ada!"), CallOptions.DEFAULT);

        assertThat(reply.text()).isEqualTo("Dear Ada, you wrote: I am Ada. Ada!");
        assertThat(fake.attempts()).hasSize(1);
        assertThat(((ChatRequest) fake.attempts().get(0).request()).lastUserText())
                .isEqualTo("I am [WORD_1]. [WORD_1]!");
    }

    @Test
    void logProbabilitiesSurviveRestoringAndNotARedaction() {
        ChatResponse reply = ChatResponse.builder()
                .text("Hello [WORD_1]")
                .logprobs(new Logprobs(List.of(new Logprobs.Token("Hello", -0.1, List.of()))))
                .build();
        ModelRouter restoring = router(fake().reply(reply).build(), input(Words.masking("Ada")));
        ModelRouter redacting = router(fake().reply(reply).build(), output(Words.redacting("Hello")));

        assertThat(restoring.chat(ask("Ada")).text()).isEqualTo("Hello Ada");
        assertThat(restoring.chat(ask("Ada")).logprobs()).isEqualTo(reply.logprobs());
        assertThat(redacting.chat(ask("Ada")).logprobs()).isNull();
    }

    @Test
    void maskedTextIsRestoredAcrossChunks() {
        FakeProvider fake = fake().chunks("Hello [WO", "RD", "_1", "], and \\[WORD\\_1", "\\] again WORD_1", ".")
                .build();
        ModelRouter router = router(fake, input(Words.masking("Ada")));

        try (ChatStream stream = router.stream(ask("Ada"))) {
            assertThat(stream.response().text()).isEqualTo("Hello Ada, and Ada again Ada.");
        }
    }

    @Test
    void aToolGetsTheTrueArgumentsAndItsResultIsMaskedAgain() {
        FakeProvider fake = fake().reply(ChatResponse.builder()
                        .part(new ToolCall("1", "mail", "{\"to\":\"[WORD_1]\"}"))
                        .finishReason(FinishReason.of(FinishReason.Kind.TOOL_CALLS, "tool_calls"))
                        .build())
                .reply("sent to [WORD_1]")
                .build();
        ModelRouter router = router(fake, input(Words.masking("A\"b")));

        ChatResponse first = router.chat(ask("mail A\"b"));
        ToolCall call = first.toolCalls().get(0);
        assertThat(call.arguments()).isEqualTo("{\"to\":\"A\\\"b\"}");

        ChatResponse second = router.chat(ask("mail A\"b").toBuilder()
                .message(first.message())
                .message(Message.toolResult(call, "A\"b was told"))
                .build());

        assertThat(second.text()).isEqualTo("sent to A\"b");
        ChatRequest sent = (ChatRequest) fake.attempts().get(1).request();
        assertThat(sent.messages().get(1).toolCalls().get(0).arguments()).isEqualTo("{\"to\":\"[WORD_1]\"}");
        assertThat(((ContentPart.ToolResult) sent.messages().get(2).parts().get(0)).text())
                .isEqualTo("[WORD_1] was told");
    }

    @Test
    void theCacheHoldsMaskedTextOnly() {
        List<Object> cached = new ArrayList<>();
        FakeProvider fake = fake().echo().build();
        ModelRouter router = builder(fake)
                .model("assistant", model -> model.deployment("fake/big"))
                .cache(Caches.inMemory().maximumEntries(10).build())
                .guards(input(Words.masking("Ada")))
                .stage(Phase.CACHE, chain -> {
                    cached.add(((ChatRequest) chain.request()).lastUserText());
                    ModelReply reply = chain.proceed(chain.request());
                    cached.add(((ChatResponse) reply).text());
                    return reply;
                })
                .build();

        assertThat(router.chat(ask("I am Ada")).text()).isEqualTo("I am Ada");
        ChatResponse hit = router.chat(ask("I am Ada"));

        assertThat(hit.text()).isEqualTo("I am Ada");
        assertThat(hit.route().source()).isEqualTo(Route.Source.CACHE);
        assertThat(fake.attempts()).hasSize(1);
        assertThat(cached).isNotEmpty().allMatch(text -> text.equals("I am [WORD_1]"));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aBlockedAnswerIsNotDelivered(Way way) {
        FakeProvider fake =
                fake().chunks("it is a ", "sec", "ret, ", "do not tell").build();
        ModelRouter router = router(fake, output(Words.blocking("secret")));

        GatewayException failure = failure(() -> way.chat(router, ask("hello"), CallOptions.DEFAULT));

        assertThat(failure.kind()).isEqualTo(ErrorKind.GUARD_REJECTED);
        assertThat(failure).hasMessageContaining("rejected the answer");
        if (way == Way.STREAM) {
            assertThat(((ChatResponse) failure.partial()).text()).isEqualTo("it is a ");
        }
        assertThat(failure.route().verdicts()).hasSize(1);
        settled(router, fake);
        assertThat(router.snapshot().models().get(0).deployments().get(0).cooldown())
                .isZero();
    }

    @Test
    void aStreamIsHeldBackOnlyWhereAWordMayBegin() {
        FakeProvider fake = fake().chunks("a sea of ", "s", "ecre", "cy", "").build();
        ModelRouter router = router(fake, output(Words.redacting("secret")));

        List<String> seen = new ArrayList<>();
        try (ChatStream stream = router.stream(ask("hello"))) {
            for (ChatEvent event : stream) {
                if (event instanceof ChatEvent.TextDelta delta) {
                    seen.add(delta.text());
                }
            }
        }

        assertThat(seen).containsExactly("a sea of ", "secrecy");
    }

    @Test
    void aStreamThatIsRedactedReadsLikeAPlainAnswer() {
        FakeProvider fake =
                fake().chunks("the sec", "ret and the s", "ecr", "et", " plan").build();
        ModelRouter router = router(fake, output(Words.redacting("secret")));

        try (ChatStream stream = router.stream(ask("hello"))) {
            assertThat(stream.response().text()).isEqualTo("the *** and the *** plan");
            assertThat(stream.route().verdicts()).hasSize(1);
            assertThat(stream.route().verdicts().get(0).count()).isEqualTo(2);
        }
    }

    @Test
    void aGuardOnWholeAnswersHoldsTheStreamToItsEnd() {
        Guard whole = inspection -> inspection.mentions("secret") ? GuardVerdict.block("word") : GuardVerdict.ALLOW;
        FakeProvider fake = fake().chunks("a ", "secret").build();
        ModelRouter router = router(fake, output(whole));

        try (ChatStream stream = router.stream(ask("hello"))) {
            GatewayException failure = failure(stream::response);
            assertThat(failure.kind()).isEqualTo(ErrorKind.GUARD_REJECTED);
            assertThat(failure.partial()).isNull();
        }
        settled(router, fake);
    }

    @Test
    void aGuardWithStepsSeesTheTextSoFar() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Guard steps = new Guard() {
            @Override
            public GuardVerdict check(Inspection inspection) {
                seen.add(inspection.parts().get(0).text() + inspection.isComplete());
                return GuardVerdict.ALLOW;
            }

            @Override
            public Effort effort() {
                return Effort.MEMORY;
            }

            @Override
            public StreamChecking streaming() {
                return StreamChecking.steps(4);
            }
        };
        FakeProvider fake = fake().chunks("ab", "cd", "ef").build();
        ModelRouter router = router(fake, output(steps));

        try (ChatStream stream = router.stream(ask("hello"))) {
            assertThat(stream.response().text()).isEqualTo("abcdef");
        }

        assertThat(seen).containsExactly("abcdfalse", "abcdeftrue");
    }

    @ParameterizedTest
    @EnumSource(Guard.Effort.class)
    void aGuardThatFailsRejectsTheCallAndItsMessageStaysOut(Guard.Effort effort) {
        FakeProvider fake = fake().echo().build();
        ModelRouter router = router(fake, input(failing(effort, "marker-7")));

        GatewayException failure = failure(() -> router.chat(ask("hello")));

        assertThat(failure.kind()).isEqualTo(ErrorKind.GUARD_REJECTED);
        assertThat(failure)
                .hasMessage("the guard \"broken\" could not tell, so the call is rejected:"
                        + " the guard threw java.lang.IllegalStateException");
        assertThat(failure).hasStackTraceContaining("GuardStageTest");
        assertThat(stackTrace(failure)).doesNotContain("marker-7");
        assertThat(fake.attempts()).isEmpty();
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static Guard failing(Guard.Effort effort, String message) {
        return new Guard() {
            @Override
            public GuardVerdict check(Inspection inspection) {
                throw new IllegalStateException(message);
            }

            @Override
            public String name() {
                return "broken";
            }

            @Override
            public Effort effort() {
                return effort;
            }
        };
    }

    @Test
    void aFindingOutsideOfTheTextIsAFailureOfItsGuard() {
        Guard wrong = inspection -> GuardVerdict.of(GuardFinding.redact(0, 3, 99, "word", 1, "*"));
        ModelRouter closed = router(fake().echo().build(), input(wrong));
        ModelRouter open = router(
                fake().echo().build(),
                Guards.builder().input(wrong, GuardScope::failOpen).build());

        assertThat(failure(() -> closed.chat(ask("hello"))))
                .hasMessageContaining("could not tell, so the call is rejected: the guard has a bug")
                .hasMessageContaining("lies outside its text");
        assertThat(open.chat(ask("hello")).text()).isEqualTo("hello");
    }

    @Test
    void aGuardThatIsShownNothingIsAMistake() {
        assertThatThrownBy(() ->
                        Guards.builder().input(Links.toHosts("a.example"), scope -> scope.origins(ContentOrigin.USER)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("its scope shows it none of these");
    }

    @Test
    void aGuardThatFailsOpenLetsTheCallPassAndIsReported() {
        List<RouterEvent> events = new CopyOnWriteArrayList<>();
        FakeProvider fake = fake().echo().build();
        ModelRouter router = builder(fake)
                .model("assistant", model -> model.deployment("fake/big"))
                .listener(events::add)
                .guards(Guards.builder()
                        .input(failing(Guard.Effort.REMOTE, "down"), GuardScope::failOpen)
                        .build())
                .build();

        ChatResponse reply = router.chat(ask("hello"));

        assertThat(reply.text()).isEqualTo("hello");
        assertThat(reply.route().verdicts())
                .containsExactly(new Route.Verdict("broken", "unavailable", GuardAction.ANNOTATE, 0, true, true, 1));
        assertThat(events)
                .filteredOn(RouterEvent.GuardFailed.class::isInstance)
                .singleElement()
                .satisfies(event ->
                        assertThat(((RouterEvent.GuardFailed) event).open()).isTrue());
    }

    @Test
    void aGuardThatTakesTooLongRejectsTheCallAndIsInterrupted() throws InterruptedException {
        CountDownLatch interrupted = new CountDownLatch(1);
        Guard slow = inspection -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return GuardVerdict.ALLOW;
        };
        ModelRouter router = ModelRouter.builder()
                .provider(fake().echo().build())
                .model("assistant", model -> model.deployment("fake/big"))
                .guards(Guards.builder()
                        .input(slow, scope -> scope.name("slow").timeout(Duration.ofMillis(30)))
                        .build())
                .build();

        GatewayException failure = failure(() -> router.chat(ask("hello")));

        assertThat(failure)
                .hasMessage("the guard \"slow\" could not tell, so the call is rejected: it took longer than 30 ms");
        interrupted.await();
        router.close();
    }

    @Test
    void costlyGuardsDoNotSeeWhatACheapOneHasMaskedOrBlocked() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Guard remote = new Guard() {
            @Override
            public GuardVerdict check(Inspection inspection) {
                seen.add(inspection.parts().get(0).text());
                return GuardVerdict.ALLOW;
            }

            @Override
            public Effort effort() {
                return Effort.REMOTE;
            }
        };
        FakeProvider fake = fake().echo().build();
        ModelRouter router = router(
                fake,
                Guards.builder()
                        .input(remote)
                        .input(Words.blocking("bad"))
                        .input(Words.masking("Ada"))
                        .build());

        assertThat(router.chat(ask("I am Ada")).text()).isEqualTo("I am Ada");
        assertThatThrownBy(() -> router.chat(ask("bad"))).isInstanceOf(GatewayException.class);

        assertThat(seen).containsExactly("I am [WORD_1]");
    }

    @Test
    void aGuardInShadowModeOnlyReports() {
        FakeProvider fake = fake().echo().build();
        ModelRouter router = router(
                fake,
                Guards.builder()
                        .input(Words.blocking("secret"), GuardScope::shadow)
                        .output(Words.redacting("secret").named("out"), GuardScope::shadow)
                        .build());

        ChatResponse reply = router.chat(ask("secret"));

        assertThat(reply.text()).isEqualTo("secret");
        assertThat(reply.route().verdicts())
                .containsExactly(
                        new Route.Verdict("words", "word", GuardAction.BLOCK, 0.9, true, false, 1),
                        new Route.Verdict("out", "word", GuardAction.REDACT, 1, false, false, 1));
        try (ChatStream stream = router.stream(ask("secret"))) {
            assertThat(stream.response().text()).isEqualTo("secret");
            assertThat(stream.route().verdicts()).hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aFallbackOutsideTheHouseIsGuardedByItsOwnRules(Way way) {
        FakeProvider fake = fake().model("local", script -> script.fail(ErrorKind.SERVER_ERROR))
                .model("vendor", script -> script.answer(request -> ChatResponse.of("to " + request.lastUserText())))
                .build();
        ModelRouter router = builder(fake)
                .model("local-one", model -> model.deployment("fake/local").fallback("vendors"))
                .model("vendors", model -> model.deployment("fake/vendor"))
                .guards(Guards.builder()
                        .input(Words.masking("Ada"), scope -> scope.exceptModels("local-*"))
                        .build())
                .build();

        ChatResponse reply = way.chat(router, ChatRequest.of("local-one", "I am Ada"), CallOptions.DEFAULT);

        assertThat(reply.text()).isEqualTo("to I am Ada");
        assertThat(((ChatRequest) fake.attempts("local").get(0).request()).lastUserText())
                .isEqualTo("I am Ada");
        assertThat(((ChatRequest) fake.attempts("vendor").get(0).request()).lastUserText())
                .isEqualTo("I am [WORD_1]");
    }

    @Test
    void aFallbackIsNotSentWhatAModelOfTheHouseHasBegunToAnswer() {
        FakeProvider fake = fake().model(
                        "local",
                        script -> script.streamThenFail(ErrorKind.SERVER_ERROR, new ChatEvent.TextDelta(0, "Ada is ")))
                .model("vendor", script -> script.chunks("Ada is ", "here"))
                .build();
        ModelRouter router = builder(fake)
                .model("local-one", model -> model.deployment("fake/local").fallback("vendors"))
                .model(
                        "vendors",
                        model -> model.deployment(
                                "fake/vendor", deployment -> deployment.capabilities(Capability.PREFILL)))
                .guards(Guards.builder()
                        .input(Words.masking("Ada"), scope -> scope.exceptModels("local-*"))
                        .build())
                .build();

        try (ChatStream stream = router.stream(ChatRequest.of("local-one", "who is here"))) {
            assertThat(stream.response().text()).isEqualTo("Ada is here");
        }

        ChatRequest sent = (ChatRequest) fake.attempts("vendor").get(0).request();
        assertThat(sent.messages()).hasSize(1);
    }

    @Test
    void aStreamThatGoesOnAtAFallbackPassesTheGuardsOnItsAnswers() {
        FakeProvider fake = fake().model(
                        "first",
                        script -> script.streamThenFail(ErrorKind.SERVER_ERROR, new ChatEvent.TextDelta(0, "it is ")))
                .model("second", script -> script.chunks("it is ", "a secret"))
                .build();
        ModelRouter router = builder(fake)
                .model("one", model -> model.deployment("fake/first").fallback("two"))
                .model("two", model -> model.deployment("fake/second"))
                .guards(Guards.builder()
                        .output(Words.blocking("secret"), scope -> scope.models("two"))
                        .build())
                .build();

        try (ChatStream stream = router.stream(ChatRequest.of("one", "hello"))) {
            assertThat(failure(stream::response).kind()).isEqualTo(ErrorKind.GUARD_REJECTED);
        }
    }

    @Test
    void aModelThatARouteChoosesIsGuardedByItsOwnRules() {
        FakeProvider fake = fake().echo().build();
        ModelRouter router = builder(fake)
                .model(
                        "auto",
                        model -> model.deployment("fake/any")
                                .route(Routes.rules().otherwise("vendors")))
                .model("vendors", model -> model.deployment("fake/vendor"))
                .guards(Guards.builder()
                        .input(Words.blocking("secret"), scope -> scope.models("vendors"))
                        .build())
                .build();

        assertThat(failure(() -> router.chat(ChatRequest.of("auto", "secret"))).kind())
                .isEqualTo(ErrorKind.GUARD_REJECTED);
        assertThat(fake.attempts()).isEmpty();
    }

    @Test
    void callersTiersTagsAndOperationsNarrowAGuard() {
        FakeProvider fake = fake().echo().build();
        ModelRouter router = router(
                fake,
                Guards.builder()
                        .input(Words.blocking("a1"), scope -> scope.tiers("free"))
                        .input(Words.blocking("a2"), scope -> scope.callers(caller -> "acme".equals(caller.tenant())))
                        .input(Words.blocking("a3"), scope -> scope.tag("app", "chat"))
                        .input(Words.blocking("a4"), scope -> scope.operations(EmbeddingRequest.EMBED))
                        .build());

        assertThat(router.chat(ask("a1 a2 a3 a4")).text()).isEqualTo("a1 a2 a3 a4");
        for (CallOptions options : List.of(
                CallOptions.builder()
                        .caller(Caller.builder().tier("free").build())
                        .build(),
                CallOptions.builder().caller(Caller.ofTenant("acme")).build(),
                CallOptions.builder().tag("app", "chat").build())) {
            assertThat(failure(() -> router.chat(ask("a1 a2 a3 a4"), options)).kind())
                    .isEqualTo(ErrorKind.GUARD_REJECTED);
        }
    }

    @Test
    void eachPieceIsSeenWithItsOrigin() {
        List<String> seen = new ArrayList<>();
        Guard recorder = new Guard() {
            @Override
            public GuardVerdict check(Inspection inspection) {
                inspection.parts().forEach(part -> seen.add(part.origin() + " " + part.path()));
                return GuardVerdict.ALLOW;
            }

            @Override
            public Effort effort() {
                return Effort.MEMORY;
            }
        };
        ModelRouter router = router(fake().echo().build(), input(recorder));
        ToolCall call = new ToolCall("1", "search", "{}");

        router.chat(ChatRequest.builder("assistant")
                .system("be kind")
                .user(
                        "look",
                        new ContentPart.Document(
                                Media.ofBytes("text/plain", "a page".getBytes(StandardCharsets.UTF_8)), "title", false))
                .message(Message.of(Message.Role.ASSISTANT, List.of(new ContentPart.Text("well"), call)))
                .message(Message.toolResult(call, "found"))
                .message(
                        Message.of(Message.Role.USER, List.of(new ContentPart.Raw("fake", Map.of("note", "raw text")))))
                .extra("hint", "extra text")
                .build());

        assertThat(seen)
                .containsExactly(
                        "SYSTEM messages[0].parts[0]",
                        "USER messages[1].parts[0]",
                        "DOCUMENT messages[1].parts[1].title",
                        "DOCUMENT messages[1].parts[1]",
                        "MODEL messages[2].parts[0]",
                        "TOOL_ARGUMENTS messages[2].parts[1].name",
                        "TOOL_ARGUMENTS messages[2].parts[1].arguments",
                        "TOOL_RESULT messages[3].parts[0].content[0]",
                        "USER messages[4].parts[0].note",
                        "DATA extra.hint");
    }

    @Test
    void theLatestTurnIsWhatFollowsTheLastAnswer() {
        FakeProvider fake = fake().echo().build();
        ModelRouter router = router(
                fake,
                Guards.builder()
                        .input(Words.blocking("old"), GuardScope::latestTurn)
                        .build());

        assertThat(router.chat(ChatRequest.builder("assistant")
                                .user("old")
                                .assistant("old")
                                .user("new")
                                .build())
                        .text())
                .isEqualTo("new");
        assertThat(failure(() -> router.chat(ChatRequest.builder("assistant")
                                .assistant("fine")
                                .user("old")
                                .build()))
                        .kind())
                .isEqualTo(ErrorKind.GUARD_REJECTED);
    }

    private record Scan(String model, String hint) implements ModelRequest {}

    private record Page(String text) implements ModelReply {}

    private static final Operation<Scan, Page> SCAN =
            Operation.builder("scan", Scan.class, Page.class).build();

    private record OpenScan(String model, String hint) implements ModelRequest, EditableContent<OpenScan> {
        @Override
        public OpenScan edited(ContentEditor editor) {
            return new OpenScan(model, editor.text(ContentOrigin.USER, "hint", hint));
        }
    }

    private record OpenPage(String text) implements ModelReply, EditableContent<OpenPage> {
        @Override
        public OpenPage edited(ContentEditor editor) {
            return new OpenPage(editor.text(ContentOrigin.MODEL, "text", text));
        }
    }

    private static final Operation<OpenScan, OpenPage> OPEN_SCAN =
            Operation.builder("open-scan", OpenScan.class, OpenPage.class).build();

    @Test
    void whatGuardsCannotReadTheyRejectUnlessItIsExempt() {
        ProviderAdapter own = ProviderAdapter.builder("own")
                .operation(SCAN, (scan, attempt) -> new Page(scan.hint()))
                .operation(OPEN_SCAN, (scan, attempt) -> new OpenPage(scan.hint()))
                .build();
        Guards.Builder guards = Guards.builder().input(Words.masking("Ada"));
        ModelRouter strict = builder(own).guards(guards.build()).build();
        ModelRouter lax = builder(own).guards(guards.exempt(SCAN).build()).build();

        assertThatThrownBy(() -> strict.call(SCAN, new Scan("own/x", "Ada"), CallOptions.DEFAULT))
                .hasMessageContaining("let it implement EditableContent, or exempt its operation");
        assertThat(lax.call(SCAN, new Scan("own/x", "Ada"), CallOptions.DEFAULT))
                .isEqualTo(new Page("Ada"));
        assertThat(strict.call(OPEN_SCAN, new OpenScan("own/x", "Ada"), CallOptions.DEFAULT))
                .isEqualTo(new OpenPage("Ada"));
    }

    @Test
    void aPlanShowsWhatGuardsWouldFindAndNoContent() {
        ModelRouter router = router(
                fake().echo().build(),
                Guards.builder()
                        .input(Words.blocking("secret"))
                        .input(Words.blocking("secret").of(Guard.Effort.REMOTE).named("remote"))
                        .build());

        assertThat(router.explain(ask("a secret")).steps().get(0).verdicts())
                .containsExactly(new Route.Verdict("words", "word", GuardAction.BLOCK, 0.9, true, true, 1));
        assertThat(router.explain(ask("a secret")).toString())
                .contains("guard words: word, BLOCK")
                .doesNotContain("secret");
    }

    @Test
    void noTwoTextsAreMaskedByTheSameReplacement() {
        Guard colliding = new Guard() {
            @Override
            public GuardVerdict check(Inspection inspection) {
                return GuardVerdict.of(
                        GuardFinding.mask(0, 0, 3, "name", 1, "Bob"), GuardFinding.mask(0, 8, 11, "name", 1, "Bob"));
            }

            @Override
            public Effort effort() {
                return Effort.MEMORY;
            }
        };
        FakeProvider fake = fake().echo().build();
        ModelRouter router = router(fake, input(colliding));

        assertThat(router.chat(ask("Ada and Eve")).text()).isEqualTo("Ada and Eve");
        assertThat(((ChatRequest) fake.attempts().get(0).request()).lastUserText())
                .isEqualTo("Bob and Bob 2");
    }
}
