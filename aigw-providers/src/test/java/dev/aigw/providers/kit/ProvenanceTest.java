package dev.aigw.providers.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.RecordingAttempt;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvenanceTest {

    private static final ContentPart.Reasoning OWN = new ContentPart.Reasoning("hm", null, "sig", null, "mine");
    private static final ContentPart.Reasoning FOREIGN = new ContentPart.Reasoning("hm", null, "sig", null, "other");
    private static final ToolCall CALL = new ToolCall("a", "f", "{}");

    private final RecordingAttempt attempt = new RecordingAttempt("m");
    private final Provenance provenance = new Provenance("mine", new Unsupported("mine", false, attempt));

    @Test
    void onlyOwnSignedReasoningGoesBack() {
        assertThat(provenance.takesBack(OWN)).isTrue();
        assertThat(provenance.takesBack(new ContentPart.Reasoning("hm", null, null, null, "mine")))
                .isFalse();
        assertThat(attempt.warnings).singleElement().asString().contains("does not take back");
        attempt.warnings.clear();
        assertThat(provenance.takesBack(FOREIGN)).isFalse();
        assertThat(provenance.takesBack(new ContentPart.Reasoning(null, null, null, "enc", null)))
                .isFalse();
        assertThat(attempt.warnings).singleElement().asString().contains("signed reasoning of another model");
    }

    @Test
    void aCallsSignatureGoesBackToItsMaker() {
        assertThat(provenance.signature(new ToolCall("a", "f", "{}", "sig", "mine")))
                .isEqualTo("sig");
        assertThat(provenance.signature(CALL)).isNull();
        assertThat(attempt.warnings).isEmpty();
        assertThat(provenance.signature(new ToolCall("a", "f", "{}", "sig", "other")))
                .isNull();
        assertThat(attempt.warnings).hasSize(1);
    }

    @Test
    void rawPartsGoBackToTheirMaker() {
        assertThat(provenance.takesBack(new ContentPart.Raw("mine", Map.of()))).isTrue();
        assertThat(provenance.takesBack(new ContentPart.Raw("other", Map.of()))).isFalse();
        assertThat(attempt.warnings).singleElement().asString().contains("other");
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
        return provenance.lacksReasoningOfToolLoop(List.of(
                Message.user("x"), Message.of(Message.Role.ASSISTANT, List.of(turn)), Message.toolResult(CALL, "1")));
    }

    @Test
    void aConversationOutsideOfAToolLoopLacksNone() {
        assertThat(provenance.lacksReasoningOfToolLoop(List.of(Message.user("x"))))
                .isFalse();
        assertThat(provenance.lacksReasoningOfToolLoop(
                        List.of(Message.user("x"), Message.assistant("y"), Message.user("z"))))
                .isFalse();
    }
}
