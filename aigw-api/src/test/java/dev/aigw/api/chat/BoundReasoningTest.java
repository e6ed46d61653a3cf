package dev.aigw.api.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.Credential;
import dev.aigw.api.WireFacts;
import dev.aigw.api.WireFacts.Binding;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BoundReasoningTest {

    private static final WireFacts BY_MODEL = WireFacts.builder()
            .reasoningBoundTo(Binding.MODEL)
            .readsReasoningOf("claude-opus-5", "gpt-6.1-*")
            .build();

    private static ContentPart.Reasoning signed(@Nullable String origin) {
        return new ContentPart.Reasoning(null, null, "sig", null, origin);
    }

    private static ReasoningOrigin at(String reader, @Nullable String model, @Nullable String account) {
        return new ReasoningOrigin(reader, model, account, null);
    }

    private static Message said(ContentPart... parts) {
        return Message.of(Message.Role.ASSISTANT, List.of(parts));
    }

    @Test
    void anOriginIsReadAsItIsWritten() {
        ReasoningOrigin origin = new ReasoningOrigin(
                "a%b?c", "arn:aws:bedrock:eu:1:x/eu.anthropic.claude?&%26", "acme & sons = 100%", "9f");
        assertThat(ReasoningOrigin.parse(origin.toString())).isEqualTo(origin);
        assertThat(at("openai", "gpt-6.2-sol", null)).hasToString("openai?model=gpt-6.2-sol");
        assertThat(ReasoningOrigin.parse("bedrock/anthropic")).isEqualTo(at("bedrock/anthropic", null, null));
        assertThat(ReasoningOrigin.parse("x?later=1&model=m&&account")).isEqualTo(at("x", "m", null));
    }

    @Test
    void oneModelHasManyIds() {
        for (String made :
                List.of("eu.anthropic.claude-opus-5-5-v1:0", "claude-opus-5-5@20260922", "claude-opus-5-5")) {
            for (String asked :
                    List.of("claude-opus-5-5", "us.anthropic.claude-opus-5-5-v1:0", "claude-opus-5-5-20260922")) {
                assertThat(at("a", made, null).mismatch(at("a", asked, null), BY_MODEL))
                        .as("%s at %s", made, asked)
                        .isNull();
            }
        }
        assertThat(at("a", "claude-opus-5", null).mismatch(at("a", "claude-fable-5-1", null), BY_MODEL))
                .isNull();
        assertThat(at("a", "gpt-6.1-terra", null).mismatch(at("a", "gpt-6.2-sol", null), BY_MODEL))
                .isNull();
        assertThat(at("a", "claude-opus-5-5", null).mismatch(at("a", "claude-opus-5", null), BY_MODEL))
                .isEqualTo(ReasoningOrigin.Mismatch.MODEL);
        assertThat(at("a", "gpt-6.2-sol", null).mismatch(at("a", "gpt-6-sol", null), BY_MODEL))
                .isEqualTo(ReasoningOrigin.Mismatch.MODEL);
    }

    @Test
    void anUnknownModelReadsAnotherModelsReasoningButNotAnotherAccounts() {
        ReasoningOrigin made = at("a", "m", "one");
        assertThat(made.mismatch(at("a", "n", "one"), WireFacts.UNKNOWN)).isNull();
        assertThat(made.mismatch(at("a", "m", "two"), WireFacts.UNKNOWN)).isEqualTo(ReasoningOrigin.Mismatch.ACCOUNT);
        assertThat(made.mismatch(at("a", "m", null), WireFacts.UNKNOWN)).isEqualTo(ReasoningOrigin.Mismatch.ACCOUNT);
        assertThat(made.mismatch(at("a", "m", "two"), BY_MODEL)).isNull();
        assertThat(made.mismatch(at("b", "m", "one"), BY_MODEL)).isEqualTo(ReasoningOrigin.Mismatch.MAKER);
        assertThat(ReasoningOrigin.parse("a").mismatch(at("a", "m", "two"), WireFacts.UNKNOWN))
                .as("written before origins had accounts")
                .isNull();
    }

    @Test
    void whatIsLostIsListedByOriginWithItsMessages() {
        ChatRequest request = ChatRequest.builder("m")
                .user("x")
                .message(said(signed("a?model=m"), new ToolCall("1", "f", "{}", "sig", "a?model=m")))
                .user("y")
                .message(said(signed("b?model=n")))
                .message(said(signed("a?model=m"), signed(null), new ContentPart.Raw("c", Map.of())))
                .build();
        BoundReasoning bound = request.boundReasoning();
        assertThat(request.boundReasoning()).isSameAs(bound);
        assertThat(bound.lostAt(at("b", "n", null), WireFacts.UNKNOWN))
                .containsExactly(
                        "the signed reasoning of another model (a, model m), in messages 2 and 5",
                        "the signed reasoning of another model (unknown origin), in message 5",
                        "a part that only c knows, in message 5");
        assertThat(bound.lostAt(at("a", "m", null), WireFacts.UNKNOWN)).hasSize(3);
    }

    @Test
    void aConversationIsAtHomeWhereItLastWas() {
        ChatRequest request = ChatRequest.builder("m")
                .user("x")
                .message(said(signed("a?model=m")))
                .user("y")
                .message(said(signed("b?model=n")))
                .user("z")
                .build();
        assertThat(request.boundReasoning().isAtHome(at("a", "m", null), WireFacts.UNKNOWN))
                .isFalse();
        assertThat(request.boundReasoning().isAtHome(at("b", "n", null), WireFacts.UNKNOWN))
                .isTrue();
        ChatRequest plain = ChatRequest.builder("m")
                .user("x")
                .message(said(new ContentPart.Reasoning("hm", "s", null, null, "a"), new ContentPart.Text("y")))
                .user("z")
                .build();
        assertThat(plain.boundReasoning().isEmpty()).isTrue();
        assertThat(plain.boundReasoning().isAtHome(at("b", "n", null), WireFacts.UNKNOWN))
                .isTrue();
    }

    @Test
    void theHashOfABeginningLeavesOutReasoningAndCacheHints() {
        ChatRequest plain = ChatRequest.builder("m").system("s").user("x").build();
        ChatRequest hinted = ChatRequest.builder("n")
                .system("s")
                .message(Message.user("x", ContentPart.CacheHint.SHORT))
                .temperature(1.0)
                .build();
        assertThat(hinted.prefixHash()).isEqualTo(plain.prefixHash()).isEqualTo("22765147465e6c45");
        assertThat(plain.toBuilder().message(said(signed("a"))).build().prefixHash())
                .isNotEqualTo(plain.prefixHash());
        ToolSpec tool = ToolSpec.function("f", "d", Map.of("type", "object"));
        assertThat(plain.toBuilder().tool(tool).build().prefixHash()).isNotEqualTo(plain.prefixHash());
    }

    @Test
    void anAnswerThatTheApplicationSplitHasTheSamePrefix() {
        WireFacts bound = WireFacts.builder().reasoningBoundTo(Binding.PREFIX).build();
        ChatRequest first = ChatRequest.builder("m").system("s").user("x").build();
        ContentPart made = signed(new ReasoningOrigin("a", "m", null, first.prefixHash()).toString());
        ContentPart text = new ContentPart.Text("I look.");
        ChatRequest whole =
                first.toBuilder().message(said(text, made)).user("y").build();
        ChatRequest split = first.toBuilder()
                .message(said(text))
                .message(said(made))
                .user("y")
                .build();
        ChatRequest edited = ChatRequest.builder("m")
                .system("s!")
                .user("x")
                .message(said(text))
                .message(said(made))
                .build();
        assertThat(whole.boundReasoning().changedBefore(at("a", "m", null), bound))
                .isEmpty();
        assertThat(split.boundReasoning().changedBefore(at("a", "m", null), bound))
                .isEmpty();
        assertThat(edited.boundReasoning().changedBefore(at("a", "m", null), bound))
                .containsExactly(
                        "may leave out the reasoning in message 4: the conversation before it has changed since"
                                + " it was made");
        assertThat(edited.boundReasoning().changedBefore(at("a", "m", null), WireFacts.UNKNOWN))
                .isEmpty();
    }

    @Test
    void anAccountsMarkRevealsNoSecretAndCanBeNamed() {
        String secret = "sk-0123456789-0123456789-abcdefghij";
        String mark = Credential.of(secret).account();
        assertThat(mark).isEqualTo(Credential.of(secret).account()).matches("key-[0-9a-f]{8}");
        assertThat(Credential.of(secret + "x").account()).isNotEqualTo(mark);
        assertThat(Credential.of("short").account()).isNull();
        Credential named = Credential.of(secret).account("acme");
        assertThat(named.account()).isEqualTo("acme");
        assertThat(named.secret()).isEqualTo(secret);
        assertThat(named).isEqualTo(Credential.of(secret));
        assertThat(Credential.of("vault", () -> secret).account()).isEqualTo("vault");
    }
}
