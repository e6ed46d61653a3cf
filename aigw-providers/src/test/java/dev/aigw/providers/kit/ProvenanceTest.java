package dev.aigw.providers.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.ModelCard;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.RecordingAttempt;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ProvenanceTest {

    private static final ContentPart.Reasoning OWN = signed("mine");
    private static final ContentPart.Reasoning FOREIGN = signed("other");
    private static final ToolCall CALL = new ToolCall("a", "f", "{}");

    private final RecordingAttempt attempt = new RecordingAttempt("m");

    private static ContentPart.Reasoning signed(@Nullable String origin) {
        return new ContentPart.Reasoning("hm", null, "sig", null, origin);
    }

    private Provenance provenance(ContentPart... parts) {
        ChatRequest request = ChatRequest.builder("m")
                .user("x")
                .message(Message.of(Message.Role.ASSISTANT, List.of(parts)))
                .build();
        return Provenance.of("mine", new Unsupported("mine", false, attempt), request);
    }

    @Test
    void onlyOwnSignedReasoningGoesBack() {
        assertThat(provenance(OWN).takesBack(OWN)).isTrue();
        assertThat(attempt.warnings).isEmpty();
        ContentPart.Reasoning unsigned = new ContentPart.Reasoning("hm", null, null, null, "mine");
        assertThat(provenance(unsigned).takesBack(unsigned)).isFalse();
        assertThat(attempt.warnings).singleElement().asString().contains("does not take back");
        attempt.warnings.clear();
        assertThat(provenance(FOREIGN).takesBack(FOREIGN)).isFalse();
        assertThat(attempt.warnings)
                .containsExactly("mine was not sent the signed reasoning of another model (other), in message 2");
        attempt.warnings.clear();
        ContentPart.Reasoning ofNobody = signed(null);
        assertThat(provenance(ofNobody).takesBack(ofNobody)).isFalse();
        assertThat(attempt.warnings).singleElement().asString().contains("unknown origin");
    }

    @Test
    void reasoningOfAnotherAccountDoesNotGoBackUnlessItIsKnownToBeReadable() {
        ContentPart.Reasoning other = signed("mine?model=m&account=b");
        attempt.account = "a";
        assertThat(provenance(other).takesBack(other)).isFalse();
        assertThat(attempt.warnings)
                .containsExactly("mine was not sent the signed reasoning of another account (mine, model m, account b),"
                        + " in message 2");
        attempt.warnings.clear();
        attempt.card = card(WireFacts.builder().reasoningBoundTo(WireFacts.Binding.PREFIX));
        assertThat(provenance(other).takesBack(other)).isTrue();
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void reasoningOfAnotherModelGoesBackUnlessItIsBoundToTheModel() {
        ContentPart.Reasoning other = signed("mine?model=n");
        assertThat(provenance(other).takesBack(other)).isTrue();
        attempt.card = card(WireFacts.builder().reasoningBoundTo(WireFacts.Binding.MODEL));
        assertThat(provenance(other).takesBack(other)).isFalse();
        assertThat(attempt.warnings).singleElement().asString().contains("another model (mine, model n)");
        attempt.warnings.clear();
        attempt.card = card(
                WireFacts.builder().reasoningBoundTo(WireFacts.Binding.MODEL).readsReasoningOf("n"));
        assertThat(provenance(other).takesBack(other)).isTrue();
        assertThat(attempt.warnings).isEmpty();
    }

    private static ModelCard card(WireFacts.Builder facts) {
        return ModelCard.builder().wire(facts.build()).build();
    }

    @Test
    void aCallsSignatureGoesBackToItsMaker() {
        ToolCall own = new ToolCall("a", "f", "{}", "sig", "mine");
        ToolCall foreign = new ToolCall("a", "f", "{}", "sig", "other");
        assertThat(provenance(own).signature(own)).isEqualTo("sig");
        assertThat(provenance(CALL).signature(CALL)).isNull();
        assertThat(attempt.warnings).isEmpty();
        assertThat(provenance(foreign).signature(foreign)).isNull();
        assertThat(attempt.warnings).hasSize(1);
    }

    @Test
    void rawPartsGoBackToTheirMaker() {
        ContentPart.Raw own = new ContentPart.Raw("mine", Map.of());
        ContentPart.Raw foreign = new ContentPart.Raw("other", Map.of());
        assertThat(provenance(own).takesBack(own)).isTrue();
        assertThat(attempt.warnings).isEmpty();
        assertThat(provenance(foreign).takesBack(foreign)).isFalse();
        assertThat(attempt.warnings).containsExactly("mine was not sent a part that only other knows, in message 2");
    }

    @Test
    void aChangeBeforeReasoningThatIsBoundToItIsReported() {
        attempt.card = card(WireFacts.builder().reasoningBoundTo(WireFacts.Binding.PREFIX));
        ChatRequest first =
                ChatRequest.builder("m").system("Be brief.").user("x").build();
        ContentPart.Reasoning made = signed(new Origin("mine", attempt, first).text());
        Message answer = Message.of(Message.Role.ASSISTANT, List.of(made, CALL));
        Message result = Message.toolResult(CALL, "1");

        ChatRequest appended = first.toBuilder().message(answer).message(result).build();
        Provenance.of("mine", new Unsupported("mine", false, attempt), appended);
        assertThat(attempt.warnings).isEmpty();

        ChatRequest edited = ChatRequest.builder("m")
                .system("Be brief, it is noon.")
                .user("x")
                .message(answer)
                .message(result)
                .build();
        Provenance provenance = Provenance.of("mine", new Unsupported("mine", false, attempt), edited);
        assertThat(attempt.warnings)
                .containsExactly("mine may leave out the reasoning in message 3: the conversation before it has changed"
                        + " since it was made");
        assertThat(provenance.takesBack(made)).isTrue();
    }

    @Test
    void aToolLoopThatAnotherModelBeganLacksReasoning() {
        assertThat(lacks(OWN, CALL)).isFalse();
        assertThat(lacks(FOREIGN, CALL)).isTrue();
        assertThat(lacks(FOREIGN, OWN, CALL)).isFalse();
        assertThat(lacks(new ContentPart.Text("Let me look."), OWN, CALL)).isTrue();
        assertThat(lacks(CALL)).isTrue();
    }

    private boolean lacks(ContentPart... turn) {
        return provenance(turn)
                .lacksReasoningOfToolLoop(List.of(
                        Message.user("x"),
                        Message.of(Message.Role.ASSISTANT, List.of(turn)),
                        Message.toolResult(CALL, "1")));
    }

    @Test
    void aConversationOutsideOfAToolLoopLacksNone() {
        assertThat(provenance().lacksReasoningOfToolLoop(List.of(Message.user("x"))))
                .isFalse();
        assertThat(provenance()
                        .lacksReasoningOfToolLoop(
                                List.of(Message.user("x"), Message.assistant("y"), Message.user("z"))))
                .isFalse();
    }
}
