package dev.aigw.api.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.TokenUsage;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ChatAccumulatorTest {

    private static final Citation CITATION = Citation.builder("url_citation")
            .url("https://example.org")
            .title("Example")
            .start(0)
            .end(5)
            .build();

    private final ChatAccumulator accumulator = new ChatAccumulator();

    private ChatResponse assemble(ChatEvent... events) {
        for (ChatEvent event : events) {
            accumulator.add(event);
        }
        return accumulator.toResponse();
    }

    @Test
    void aStreamAssemblesToTheResponseThatACallWouldHaveReturned() {
        ChatResponse response = assemble(
                new ChatEvent.Started("id-1", "gpt"),
                new ChatEvent.TextDelta(0, "Hel"),
                new ChatEvent.TextDelta(0, "lo"),
                new ChatEvent.TextDelta(0, "!"),
                new ChatEvent.PartEnded(0),
                new ChatEvent.Finished(FinishReason.STOP),
                new ChatEvent.UsageReported(TokenUsage.of(3, 2)));

        assertThat(response)
                .isEqualTo(ChatResponse.builder()
                        .id("id-1")
                        .model("gpt")
                        .text("Hello!")
                        .usage(TokenUsage.of(3, 2))
                        .build());
    }

    @Test
    void interleavedPartsKeepTheOrderOfTheirFirstMention() {
        ChatResponse response = assemble(
                new ChatEvent.ReasoningDelta(7, "hm", false),
                new ChatEvent.TextDelta(3, "a"),
                new ChatEvent.ToolCallStarted(5, "c1", "find"),
                new ChatEvent.TextDelta(3, "b"),
                new ChatEvent.ToolArgumentsDelta(5, "{}"),
                new ChatEvent.ReasoningDelta(7, "m", false),
                new ChatEvent.TextDelta(1, "c"));

        assertThat(response.message().parts())
                .containsExactly(
                        new ContentPart.Reasoning("hmm", null, null, null, null),
                        new ContentPart.Text("ab"),
                        new ToolCall("c1", "find", "{}"),
                        new ContentPart.Text("c"));
        assertThat(response.text()).isEqualTo("abc");
        assertThat(response.reasoning()).isEqualTo("hmm");
    }

    @Test
    void argumentsOfParallelToolCallsDoNotMix() {
        ChatResponse response = assemble(
                new ChatEvent.ToolCallStarted(0, "c1", "find", "sig", "gemini"),
                new ChatEvent.ToolCallStarted(1, "c2", "read"),
                new ChatEvent.ToolArgumentsDelta(0, "{\"q\":"),
                new ChatEvent.ToolArgumentsDelta(1, "{\"f\":"),
                new ChatEvent.ToolArgumentsDelta(1, "2}"),
                new ChatEvent.ToolArgumentsDelta(0, "1}"));

        assertThat(response.toolCalls())
                .containsExactly(
                        new ToolCall("c1", "find", "{\"q\":1}", "sig", "gemini"),
                        new ToolCall("c2", "read", "{\"f\":2}"));
    }

    @Test
    void aRepeatedStartOfTheSameToolCallKeepsItsArguments() {
        ChatResponse response = assemble(
                new ChatEvent.PartStarted(0, new ToolCall("c1", "find", "")),
                new ChatEvent.ToolArgumentsDelta(0, "{"),
                new ChatEvent.ToolCallStarted(0, "c1", "find"),
                new ChatEvent.ToolArgumentsDelta(0, "}"));

        assertThat(response.toolCalls()).containsExactly(new ToolCall("c1", "find", "{}"));
    }

    @Test
    void anotherToolCallUnderTheSameIndexIsASeparatePart() {
        ChatResponse response = assemble(
                new ChatEvent.ToolCallStarted(0, "c1", "find"),
                new ChatEvent.ToolArgumentsDelta(0, "1"),
                new ChatEvent.ToolCallStarted(0, "c2", "find"),
                new ChatEvent.ToolArgumentsDelta(0, "2"));

        assertThat(response.toolCalls())
                .containsExactly(new ToolCall("c1", "find", "1"), new ToolCall("c2", "find", "2"));
    }

    @Test
    void citationsBelongToTheTextOfTheirIndex() {
        ChatResponse response = assemble(
                new ChatEvent.TextDelta(0, "plain"),
                new ChatEvent.TextDelta(1, "cited"),
                new ChatEvent.CitationAdded(1, CITATION));

        assertThat(response.message().parts())
                .containsExactly(new ContentPart.Text("plain"), new ContentPart.Text("cited", List.of(CITATION)));
    }

    @Test
    void aPartMayBeginWithWhatItsStartSays() {
        ChatResponse response = assemble(
                new ChatEvent.PartStarted(0, new ContentPart.Text("Hel", List.of(CITATION))),
                new ChatEvent.TextDelta(0, "lo"),
                new ChatEvent.PartStarted(1, new ContentPart.Image(Media.ofUrl("https://example.org/cat.png"))));

        assertThat(response.message().parts())
                .containsExactly(
                        new ContentPart.Text("Hello", List.of(CITATION)),
                        new ContentPart.Image(Media.ofUrl("https://example.org/cat.png")));
    }

    @Test
    void reasoningGathersTextSummaryAndProof() {
        ChatResponse response = assemble(
                new ChatEvent.ReasoningDelta(0, "because", false),
                new ChatEvent.ReasoningDelta(0, "in ", true),
                new ChatEvent.ReasoningDelta(0, "short", true),
                new ChatEvent.ReasoningSignature(0, "sig", null, "anthropic"),
                new ChatEvent.ReasoningSignature(0, null, "enc", null));

        assertThat(response.message().parts())
                .containsExactly(new ContentPart.Reasoning("because", "in short", "sig", "enc", "anthropic"));
    }

    @Test
    void aRestartDiscardsEverythingBefore() {
        ChatResponse response = assemble(
                new ChatEvent.Started("id-1", "gpt"),
                new ChatEvent.TextDelta(0, "wrong"),
                new ChatEvent.UsageReported(TokenUsage.of(9, 9)),
                new ChatEvent.Details("flex", Map.of("x", 1)),
                new ChatEvent.Restarted("connection reset"),
                new ChatEvent.Started("id-2", "claude"),
                new ChatEvent.TextDelta(0, "right"),
                new ChatEvent.Finished(FinishReason.STOP));

        assertThat(response)
                .isEqualTo(ChatResponse.builder()
                        .id("id-2")
                        .model("claude")
                        .text("right")
                        .build());
    }

    @Test
    void aRestartForgetsThatThereWasContent() {
        assemble(new ChatEvent.TextDelta(0, "x"));
        assertThat(accumulator.hasContent()).isTrue();

        assemble(new ChatEvent.Restarted("again"));
        assertThat(accumulator.hasContent()).isFalse();
    }

    @Test
    void eventsThatCarryNothingOfTheAnswerAreNotContent() {
        assemble(
                new ChatEvent.Started("id", "gpt"),
                new ChatEvent.PartStarted(0, new ContentPart.Text("")),
                new ChatEvent.TextDelta(0, ""),
                new ChatEvent.Raw("openai", Map.of("type", "ping")),
                new ChatEvent.UsageReported(TokenUsage.of(1, 0)));

        assertThat(accumulator.hasContent()).isFalse();
        assertThat(new ChatEvent.ToolCallStarted(0, "c", "f").isContent()).isTrue();
        assertThat(new ChatEvent.RefusalDelta(0, "no").isContent()).isTrue();
        assertThat(new ChatEvent.ReasoningDelta(0, "hm", true).isContent()).isTrue();
        assertThat(new ChatEvent.ToolArgumentsDelta(0, "{").isContent()).isTrue();
    }

    @Test
    void laterUsageReplacesEarlier() {
        ChatResponse response = assemble(
                new ChatEvent.UsageReported(TokenUsage.of(3, 1)), new ChatEvent.UsageReported(TokenUsage.of(3, 7)));

        assertThat(response.usage()).isEqualTo(TokenUsage.of(3, 7));
    }

    @Test
    void anUnfinishedAnswerHasAnUnknownFinishReason() {
        assertThat(assemble(new ChatEvent.TextDelta(0, "so f")).finishReason().kind())
                .isEqualTo(FinishReason.Kind.UNKNOWN);
    }

    @Test
    void warningsLogprobsAndRefusalsAreKept() {
        Logprobs.Token token = new Logprobs.Token("no", -0.1, List.of());
        ChatResponse response = assemble(
                new ChatEvent.RefusalDelta(0, "I "),
                new ChatEvent.RefusalDelta(0, "won't"),
                new ChatEvent.Warning("skipped an event"),
                new ChatEvent.LogprobsAdded(new Logprobs(List.of(token))),
                new ChatEvent.LogprobsAdded(new Logprobs(List.of(token))));

        assertThat(response.refusal()).isEqualTo("I won't");
        assertThat(response.warnings()).containsExactly("skipped an event");
        assertThat(response.logprobs()).isEqualTo(new Logprobs(List.of(token, token)));
    }

    @Property
    void howATextIsCutDoesNotMatter(@ForAll @Size(max = 20) List<String> pieces) {
        ChatAccumulator cut = new ChatAccumulator();
        for (String piece : pieces) {
            cut.add(new ChatEvent.TextDelta(0, piece));
        }

        assertThat(cut.text()).isEqualTo(String.join("", pieces));
        assertThat(cut.toResponse().text()).isEqualTo(String.join("", pieces));
    }

    @Test
    void eventsKeepContentOutOfTheirText() {
        assertThat(List.of(
                        new ChatEvent.TextDelta(0, "secret"),
                        new ChatEvent.RefusalDelta(0, "secret"),
                        new ChatEvent.ReasoningDelta(0, "secret", false),
                        new ChatEvent.ReasoningSignature(0, "secret", "secret", null),
                        new ChatEvent.ToolArgumentsDelta(0, "secret"),
                        new ChatEvent.PartStarted(0, new ContentPart.Text("secret")),
                        new ChatEvent.RawPart(0, new ContentPart.Raw("x", Map.of("a", "secret"))),
                        new ChatEvent.Raw("x", Map.of("a", "secret"))))
                .allSatisfy(event -> assertThat(event.toString()).doesNotContain("secret"));
    }
}
