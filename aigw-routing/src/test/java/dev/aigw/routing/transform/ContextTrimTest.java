package dev.aigw.routing.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.spi.TokenMeter;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.access.Access;
import dev.aigw.routing.access.Permissions;
import dev.aigw.routing.guard.Guards;
import dev.aigw.routing.metering.Meters;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContextTrimTest extends RouterHarness {

    /** A token for each word of a text, and nothing for what stands around it. */
    private static final TokenCounter WORDS = new TokenCounter() {
        @Override
        public long count(CharSequence text, String model) {
            return text.toString().isBlank() ? 0 : text.toString().strip().split("\\s+").length;
        }
    };

    private final FakeProvider fake = fake().reply("fine")
            .model(
                    "summarizer",
                    script -> script.answer(request -> ChatResponse.of(
                            "summary of " + request.lastUserText().split("\n").length + " lines")))
            .build();
    private final TokenMeter meter = Meters.builder().tag("side").build();

    ContextTrimTest() {
        super(9);
    }

    private ModelRouter.Builder builder(ContextTrim trim) {
        return builder(fake)
                .model("assistant", model -> model.deployment("fake/one"))
                .model("summarizer", model -> model.deployment("fake/summarizer"))
                .tokenCounter(WORDS)
                .meter(meter)
                .transforms(Transforms.builder()
                        .rule("fit", rule -> rule.operation(ChatRequest.CHAT).trim(trim))
                        .rule("other", rule -> rule.model("summarizer").appendSystem("never for a summary"))
                        .build());
    }

    private static List<Message> turns(int turns) {
        List<Message> messages = new ArrayList<>();
        messages.add(Message.system("be brief"));
        for (int i = 1; i <= turns; i++) {
            messages.add(Message.user("question number " + i + " of the user, with some words"));
            messages.add(Message.assistant("answer number " + i + " of the model, with some words"));
        }
        messages.add(Message.user("last question"));
        return messages;
    }

    private static ChatRequest request(int turns) {
        return ChatRequest.builder("assistant").messages(turns(turns)).build();
    }

    private List<ChatRequest> sent(String model) {
        return fake.attempts(model).stream()
                .map(each -> (ChatRequest) each.request())
                .toList();
    }

    private ChatRequest lastSent() {
        List<ChatRequest> all = sent("one");
        return all.get(all.size() - 1);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theOldestExchangesAreLeftOutWithAWarning(Way way) {
        try (ModelRouter router =
                builder(ContextTrim.to(200).answerTokens(40).step(0).build()).build()) {
            ChatResponse reply = way.chat(router, request(20), CallOptions.DEFAULT);

            List<Message> sent = lastSent().messages();
            assertThat(WORDS.countPrompt(lastSent(), "assistant")).isLessThanOrEqualTo(160);
            assertThat(sent.get(0)).isEqualTo(Message.system("be brief"));
            assertThat(sent.get(sent.size() - 1)).isEqualTo(Message.user("last question"));
            assertThat(turns(20)).containsSubsequence(sent);
            assertThat(sent.get(1).role()).isEqualTo(Message.Role.USER);
            assertThat(reply.route().warnings())
                    .singleElement()
                    .asString()
                    .matches("rule \"fit\": left out \\d+ messages of the conversation");
            settled(router, fake);
        }
    }

    @Test
    void whatFitsStaysAsItIs() {
        try (ModelRouter router =
                builder(ContextTrim.to(2_000).answerTokens(40).build()).build()) {
            ChatResponse reply = router.chat(request(3));

            assertThat(lastSent().messages()).isEqualTo(turns(3));
            assertThat(reply.route().warnings()).isEmpty();
        }
    }

    @Test
    void whatCannotFitIsTooLong() {
        try (ModelRouter router =
                builder(ContextTrim.to(10).answerTokens(9).build()).build()) {
            assertThat(failure(() -> router.chat(request(3))).kind()).isEqualTo(ErrorKind.CONTEXT_TOO_LONG);
            assertThat(fake.attempts()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void aSummaryIsMadeByTheRouterInTheCallersAccountAndKept(Way way) {
        CallOptions options = CallOptions.builder()
                .caller(Caller.builder().tenant("acme").user("ann").build())
                .build();
        ContextTrim trim = ContextTrim.to(400)
                .answerTokens(40)
                .summary("summarizer")
                .summaryTokens(20)
                .build();
        try (ModelRouter router = builder(trim).build()) {
            ChatResponse reply = way.chat(router, request(25), options);
            Message summary = lastSent().messages().get(1);

            assertThat(summary.role()).isEqualTo(Message.Role.SYSTEM);
            assertThat(summary.text()).startsWith("Summary of the conversation so far:\nsummary of ");
            assertThat(reply.route().warnings()).singleElement().asString().contains("summarized");
            assertThat(sent("summarizer")).hasSize(1);
            assertThat(sent("summarizer").get(0).messages())
                    .noneMatch(message -> message.text().contains("never for a summary"));
            assertThat(meter.ledger().byTag("side").keySet()).containsExactlyInAnyOrder("", "summary");
            assertThat(meter.ledger().byCaller().keySet()).containsExactly(options.caller());

            for (int turns = 26; turns < 30; turns++) {
                way.chat(router, request(turns), options);
            }
            assertThat(sent("summarizer")).hasSizeBetween(1, 2);
            settled(router, fake);
        }
    }

    @Test
    void aConversationWithTheSameSummaryBeginsTheSame() {
        ContextTrim trim = ContextTrim.to(400)
                .answerTokens(40)
                .summary("summarizer")
                .summaryTokens(20)
                .build();
        try (ModelRouter router = builder(trim).build()) {
            int same = 0;
            List<Message> before = List.of(Message.user(""), Message.user(""));
            for (int turns = 25; turns < 40; turns++) {
                int summaries = sent("summarizer").size();
                router.chat(request(turns));
                List<Message> now = lastSent().messages();
                if (sent("summarizer").size() == summaries) {
                    assertThat(now.subList(0, before.size() - 1)).isEqualTo(before.subList(0, before.size() - 1));
                    same++;
                }
                before = now;
            }
            assertThat(same).isGreaterThan(9);
        }
    }

    @Test
    void aLongerSummaryIsMadeOfTheLastOne() {
        ContextTrim trim = ContextTrim.to(400)
                .answerTokens(40)
                .summary("summarizer")
                .summaryTokens(20)
                .build();
        try (ModelRouter router = builder(trim).build()) {
            for (int turns = 10; turns < 60; turns++) {
                router.chat(request(turns));
            }

            List<ChatRequest> summaries = sent("summarizer");
            assertThat(summaries).hasSizeBetween(5, 15);
            assertThat(summaries.subList(1, summaries.size()))
                    .allMatch(
                            request -> request.lastUserText().startsWith("system: Summary of the conversation so far"))
                    .allMatch(request -> request.lastUserText().split("\n").length < 30);
        }
    }

    @Test
    void aSummaryThatCannotBeMadeIsLeftOut() {
        FakeProvider broken = fake().model("summarizer", script -> script.fail(ErrorKind.SERVER_ERROR))
                .reply("fine")
                .build();
        ContextTrim trim =
                ContextTrim.to(300).answerTokens(40).summary("summarizer").build();
        try (ModelRouter router = builder(broken)
                .model("assistant", model -> model.deployment("fake/one"))
                .model("summarizer", model -> model.deployment("fake/summarizer"))
                .tokenCounter(WORDS)
                .transforms(Transforms.builder()
                        .rule("fit", rule -> rule.trim(trim))
                        .build())
                .build()) {
            ChatResponse reply = router.chat(request(25));

            assertThat(reply.text()).isEqualTo("fine");
            assertThat(reply.route().warnings())
                    .singleElement()
                    .asString()
                    .contains("made no summary (its model failed with SERVER_ERROR), left out");
            assertThat(broken.attempts("one")).hasSize(1);
        }
    }

    @Test
    void aCallersConversationGoesToNoModelThatItMayNotUse() {
        Access access = Access.builder()
                .permissions(Permissions.builder()
                        .allow("one", rule -> rule.anyone().model("assistant"))
                        .build())
                .build();
        ContextTrim trim =
                ContextTrim.to(300).answerTokens(40).summary("summarizer").build();
        try (ModelRouter router = builder(trim).access(access).build()) {
            assertThat(router.chat(request(25)).route().warnings())
                    .singleElement()
                    .asString()
                    .contains("the caller may not use model \"summarizer\"");
            assertThat(sent("summarizer")).isEmpty();
        }
    }

    /** Replaces one word wherever it stands. */
    private static final class WordGuard implements Guard {

        @Override
        public GuardVerdict check(Inspection inspection) {
            List<GuardFinding> findings = new ArrayList<>();
            for (int part = 0; part < inspection.parts().size(); part++) {
                String text = String.valueOf(inspection.parts().get(part).text());
                for (int at = text.indexOf("number"); at >= 0; at = text.indexOf("number", at + 1)) {
                    findings.add(GuardFinding.redact(part, at, at + 6, "word", 1, "[x]"));
                }
            }
            return GuardVerdict.of(findings.toArray(GuardFinding[]::new));
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void theModelThatSummarizesGetsWhatGuardsLetThrough(Way way) {
        ContextTrim trim = ContextTrim.to(400)
                .answerTokens(40)
                .summary("summarizer")
                .summaryTokens(20)
                .build();
        try (ModelRouter router = builder(trim)
                .guards(Guards.builder().input(new WordGuard()).build())
                .build()) {
            way.chat(router, request(25), CallOptions.DEFAULT);

            assertThat(sent("summarizer"))
                    .singleElement()
                    .satisfies(request -> assertThat(request.lastUserText())
                            .contains("question [x] 1 of the user")
                            .doesNotContain("number"));
        }
    }

    @Test
    void callersShareNoSummary() {
        ContextTrim trim =
                ContextTrim.to(400).answerTokens(40).summary("summarizer").build();
        try (ModelRouter router = builder(trim).build()) {
            for (String tenant : List.of("acme", "umbra")) {
                router.chat(
                        request(25),
                        CallOptions.builder().caller(Caller.ofTenant(tenant)).build());
            }
            assertThat(sent("summarizer")).hasSize(2);
        }
    }

    /** Turns with tools: a call, its result, both signed reasoning and an answer. */
    private static List<Message> withTools(List<Integer> rounds, boolean underWay) {
        List<Message> messages = new ArrayList<>();
        messages.add(Message.system("be brief"));
        int id = 0;
        for (int calls : rounds) {
            messages.add(Message.user("please look at number " + id));
            for (int i = 0; i < calls; i++) {
                ToolCall call = new ToolCall("c" + id++, "look", "{}");
                messages.add(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(new ContentPart.Reasoning("think", null, "signature", null, "fake/one"), call)));
                messages.add(Message.toolResult(call, "a long result of some ten words or even more than that"));
            }
            messages.add(Message.assistant("done with it"));
        }
        if (underWay && messages.get(messages.size() - 2).role() == Message.Role.TOOL) {
            messages.remove(messages.size() - 1); // the last round's result is there, and no answer yet
        } else {
            messages.add(Message.user("last question"));
        }
        return messages;
    }

    @Property(tries = 200)
    void aTrimmedConversationFitsAndKeepsCallsWithResults(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 4) Integer> rounds,
            @ForAll @IntRange(min = 120, max = 400) int tokens,
            @ForAll @IntRange(min = 0, max = 2) int quarters,
            @ForAll boolean underWay) {
        ChatRequest request = ChatRequest.builder("assistant")
                .messages(withTools(rounds, underWay))
                .build();
        ContextTrim trim =
                ContextTrim.to(tokens).answerTokens(20).step(quarters / 4.0).build();
        Trimming trimming = new Trimming(WORDS, new Summaries(environment));

        ChatRequest once = trimming.trimmed(null, request, trim, new HashSet<>(), false);

        assertThat(WORDS.countPrompt(once, "assistant")).isLessThanOrEqualTo(tokens - 20);
        assertThat(request.messages()).containsSubsequence(once.messages());
        Set<String> calls = new HashSet<>();
        Set<String> results = new HashSet<>();
        for (Message message : once.messages()) {
            message.toolCalls().forEach(call -> calls.add(call.id()));
            for (ContentPart part : message.parts()) {
                if (part instanceof ContentPart.ToolResult result) {
                    results.add(result.toolCallId());
                }
            }
        }
        assertThat(calls).isEqualTo(results);
        assertThat(trimming.trimmed(null, once, trim, new HashSet<>(), false)).isEqualTo(once);
    }
}
