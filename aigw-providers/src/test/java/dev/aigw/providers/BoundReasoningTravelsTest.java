package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.WireFacts;
import dev.aigw.api.WireFacts.Binding;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ReasoningOrigin;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.cohere.CohereAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.ollama.OllamaAdapter;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reasoning goes where it can be read and nowhere else, whole or not at all, and what is left out is reported. */
@Timeout(180)
class BoundReasoningTravelsTest {

    private static final String CLAUDE_ANSWER = """
            {"type":"message","role":"assistant","content":[{"type":"text","text":"hello"}],"stop_reason":"end_turn"%s}""";
    private static final String RESPONSES_ANSWER = """
            {"id":"r","status":"completed","output":[{"type":"message","role":"assistant",
             "content":[{"type":"output_text","text":"hello"}]}]}""";

    /** An adapter and an answer of its vendor. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    private enum Vendor {
        ANTHROPIC(
                url -> AnthropicAdapter.builder().baseUrl(url).build(),
                "anthropic",
                CLAUDE_ANSWER.formatted(""),
                "messages.1.content.0: Invalid `signature` in `thinking` block"),
        RESPONSES(
                url -> OpenAiAdapter.builder().responsesApi(true).baseUrl(url).build(),
                "openai",
                RESPONSES_ANSWER,
                "The encrypted content gAAA...DQ== could not be verified."),
        GEMINI(
                url -> GeminiAdapter.builder().baseUrl(url).build(),
                "gemini",
                "{\"candidates\":[{\"finishReason\":\"STOP\",\"content\":{\"parts\":[{\"text\":\"hello\"}]}}]}",
                "Corrupted thought signature."),
        BEDROCK(
                url -> BedrockAdapter.builder().baseUrl(url).build(),
                "bedrock/anthropic",
                "{\"stopReason\":\"end_turn\",\"output\":{\"message\":{\"content\":[{\"text\":\"hello\"}]}}}",
                "The model returned the following errors: messages.1.content.0: Invalid `signature` in `thinking`"
                        + " block"),
        CHAT(
                url -> OpenAiAdapter.builder().name("chat").baseUrl(url).build(),
                "nobody",
                "{\"choices\":[{\"message\":{\"content\":\"hello\"},\"finish_reason\":\"stop\"}]}",
                ""),
        OLLAMA(
                url -> OllamaAdapter.builder().baseUrl(url).build(),
                "nobody",
                "{\"message\":{\"content\":\"hello\"},\"done\":true,\"done_reason\":\"stop\"}",
                ""),
        COHERE(
                url -> CohereAdapter.builder().baseUrl(url).build(),
                "nobody",
                "{\"id\":\"1\",\"finish_reason\":\"COMPLETE\",\"message\":{\"content\":[{\"type\":\"text\","
                        + "\"text\":\"hello\"}]}}",
                "");

        private final Function<String, ProviderAdapter> adapter;
        private final String reader;
        private final String answer;
        private final String refusal;

        Vendor(Function<String, ProviderAdapter> adapter, String reader, String answer, String refusal) {
            this.adapter = adapter;
            this.reader = reader;
            this.answer = answer;
            this.refusal = refusal;
        }
    }

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws IOException {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static MockResponse json(int status, String body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", "application/json")
                .body(body)
                .build();
    }

    private static MockResponse refused(String words) {
        return json(
                400,
                "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"" + words
                        + "\"},\"message\":\"" + words + "\"}");
    }

    private ChatResponse ask(Vendor vendor, ChatRequest request, RecordingAttempt attempt) {
        try (ProviderAdapter adapter = vendor.adapter.apply(server.url("/").toString())) {
            return adapter.call(ChatRequest.CHAT, request, attempt);
        }
    }

    private RecordedRequest taken() {
        try {
            return server.takeRequest();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private String sent() {
        return Objects.requireNonNull(taken().getBody()).utf8();
    }

    private static RecordingAttempt attempt(String model, Binding... bindings) {
        RecordingAttempt attempt = new RecordingAttempt(model);
        attempt.card = ModelCard.builder()
                .wire(WireFacts.builder().reasoningBoundTo(bindings).build())
                .build();
        return attempt;
    }

    /** Reasoning in the form of its vendor: Anthropic and Google sign, OpenAI encrypts. */
    private static ContentPart.Reasoning reasoning(String mark, @Nullable String origin) {
        boolean encrypts = origin != null && origin.startsWith("openai");
        return new ContentPart.Reasoning(
                encrypts ? null : "hm", null, encrypts ? "rs_" + mark : mark, encrypts ? mark : null, origin);
    }

    private static ChatRequest turn(ContentPart... parts) {
        return ChatRequest.builder("any")
                .user("Well?")
                .message(Message.of(Message.Role.ASSISTANT, List.of(parts)))
                .user("And?")
                .build();
    }

    // ------------------------------------------------------------------------------------------ whatever the history

    @ParameterizedTest
    @EnumSource(Vendor.class)
    void whateverTheHistoryForeignReasoningStaysAndNoneIsLostSilently(Vendor vendor) {
        Random random = new Random(20261130);
        for (int i = 0; i < 150; i++) {
            randomHistory(vendor, random);
        }
    }

    private void randomHistory(Vendor vendor, Random random) {
        List<Message> messages = new ArrayList<>(List.of(Message.user("Well?")));
        List<String> marks = new ArrayList<>();
        List<@Nullable String> origins = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        int turns = 1 + random.nextInt(4);
        for (int turn = 0; turn < turns; turn++) {
            List<ContentPart> parts = new ArrayList<>();
            for (int i = random.nextInt(3); i > 0; i--) {
                String origin = randomOrigin(random);
                String mark = "MARK" + marks.size() + "x" + random.nextInt(1_000_000);
                marks.add(mark);
                origins.add(origin);
                places.add(messages.size() + 1);
                parts.add(reasoning(mark, origin));
            }
            ToolCall call = new ToolCall("call" + turn, "f", "{}");
            parts.add(random.nextBoolean() ? new ContentPart.Text("I look.") : call);
            parts.add(parts.contains(call) ? new ContentPart.Text("Wait.") : call);
            messages.add(Message.of(Message.Role.ASSISTANT, parts));
            messages.add(Message.toolResult(call, "1"));
        }
        Binding[] bindings = List.of(Binding.values()).stream()
                .filter(binding -> random.nextBoolean())
                .toArray(Binding[]::new);
        RecordingAttempt attempt = attempt(vendor == Vendor.BEDROCK ? "anthropic.m1" : "m1", bindings);
        attempt.account = random.nextBoolean() ? null : "acme";
        server.enqueue(json(200, vendor.answer));

        ask(vendor, ChatRequest.builder("any").messages(messages).build(), attempt);

        String body = sent();
        for (int i = 0; i < marks.size(); i++) {
            boolean readable = isReadable(vendor, origins.get(i), attempt, List.of(bindings));
            assertThat(body.contains(marks.get(i)))
                    .as("%s of %s at %s %s is sent", marks.get(i), origins.get(i), attempt.account, List.of(bindings))
                    .isEqualTo(readable);
            if (!readable) {
                String place = String.valueOf(places.get(i));
                assertThat(attempt.warnings)
                        .as("the loss of %s in message %s", origins.get(i), place)
                        .anySatisfy(warning -> assertThat(warning)
                                .contains("was not sent the signed reasoning")
                                .containsPattern("in messages? [\\d, and]*\\b" + place + "\\b"));
            }
        }
    }

    private static @Nullable String randomOrigin(Random random) {
        String reader = List.of("anthropic", "openai", "gemini", "bedrock/anthropic", "bedrock/amazon", "nobody-else")
                .get(random.nextInt(6));
        return switch (random.nextInt(6)) {
            case 0 -> null;
            case 1 -> reader;
            default ->
                new ReasoningOrigin(
                                reader,
                                (reader.startsWith("bedrock") ? "eu.anthropic.m" : "m") + (1 + random.nextInt(2)),
                                random.nextBoolean() ? null : random.nextBoolean() ? "acme" : "other & co",
                                random.nextBoolean() ? null : "0")
                        .toString();
        };
    }

    /** Says it anew, from the text of the origin. */
    private static boolean isReadable(
            Vendor vendor, @Nullable String origin, RecordingAttempt attempt, List<Binding> bindings) {
        if (origin == null || !(origin + "?").startsWith(vendor.reader + "?")) {
            return false;
        }
        if (!origin.contains("?")) {
            return true;
        }
        boolean ownModel = origin.matches(".*m1(&.*)?");
        String account = origin.contains("account=acme") ? "acme" : origin.contains("account=") ? "other" : null;
        boolean accountMatters = bindings.isEmpty() || bindings.contains(Binding.ACCOUNT);
        return (ownModel || !bindings.contains(Binding.MODEL))
                && (Objects.equals(account, attempt.account) || !accountMatters);
    }

    // ---------------------------------------------------------------------------------------------------- refusals

    @ParameterizedTest
    @EnumSource(
            value = Vendor.class,
            names = {"ANTHROPIC", "RESPONSES", "GEMINI", "BEDROCK"})
    void refusedReasoningIsLeftOutAndTheChatAskedAgain(Vendor vendor) {
        server.enqueue(refused(vendor.refusal));
        server.enqueue(json(200, vendor.answer));
        RecordingAttempt attempt = new RecordingAttempt(vendor == Vendor.BEDROCK ? "anthropic.m1" : "m1");

        ChatResponse answer = ask(vendor, turn(reasoning("MARK", vendor.reader), new ContentPart.Text("So.")), attempt);

        assertThat(answer.text()).isEqualTo("hello");
        assertThat(sent()).contains("MARK");
        assertThat(sent()).doesNotContain("MARK").contains("So.");
        assertThat(attempt.warnings)
                .singleElement()
                .asString()
                .contains("refused the signed reasoning of earlier answers, and was asked again without it");
    }

    @Test
    void aRefusedSignatureOfACallBecomesThePlaceholder() {
        ToolCall call = new ToolCall("a", "f", "{}", "MARK", "gemini?model=gemini-3-flash");
        ChatRequest request = ChatRequest.builder("any")
                .user("Well?")
                .message(Message.of(Message.Role.ASSISTANT, List.of(call)))
                .message(Message.toolResult(call, "1"))
                .build();
        server.enqueue(refused("Unable to submit request because Thought signature is not valid.."));
        server.enqueue(json(200, Vendor.GEMINI.answer));
        ask(Vendor.GEMINI, request, new RecordingAttempt("gemini-3-flash"));
        assertThat(sent()).contains("MARK");
        assertThat(sent()).doesNotContain("MARK").contains("skip_thought_signature_validator");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Item 'rs_0c38' of type 'reasoning' was provided without its required following item.",
                "The encrypted content for item rs_0a could not be verified. Reason: Encrypted content could not be"
                        + " decrypted or parsed."
            })
    void openAisOtherWordsAreKnownToo(String words) {
        server.enqueue(refused(words));
        server.enqueue(json(200, RESPONSES_ANSWER));
        ask(
                Vendor.RESPONSES,
                turn(reasoning("MARK", "openai?model=m0"), new ContentPart.Text("So.")),
                new RecordingAttempt("m1"));
        sent();
        assertThat(sent()).doesNotContain("MARK").contains("So.");
    }

    @Test
    void aRefusalOfSomethingElseStands() {
        server.enqueue(refused("messages.1: something else is wrong"));
        RecordingAttempt attempt = new RecordingAttempt("m1");
        GatewayException refusal = org.assertj.core.api.Assertions.catchThrowableOfType(
                GatewayException.class,
                () -> ask(
                        Vendor.ANTHROPIC, turn(reasoning("MARK", "anthropic"), new ContentPart.Text("So.")), attempt));
        assertThat(refusal.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(server.getRequestCount()).isEqualTo(1);
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void refusedPiecesOfABrokerAreLeftOutToo() {
        String details = "reasoning_details";
        ContentPart.Raw pieces = new ContentPart.Raw(
                "openrouter", Map.of(details, List.of(Map.of("type", "reasoning.text", "signature", "MARK"))));
        server.enqueue(json(
                400,
                "{\"error\":{\"message\":\"Provider returned error\",\"code\":400,\"metadata\":{\"raw\":"
                        + "\"messages.7.content.2: Invalid signature in thinking block\"}}}"));
        server.enqueue(json(200, Vendor.CHAT.answer));
        RecordingAttempt attempt = new RecordingAttempt("m1");
        try (ProviderAdapter adapter = OpenAiAdapter.builder(Dialects.OPENROUTER)
                .baseUrl(server.url("/").toString())
                .build()) {
            adapter.call(ChatRequest.CHAT, turn(pieces, new ContentPart.Text("So.")), attempt);
        }
        assertThat(sent()).contains(details, "MARK");
        assertThat(sent()).doesNotContain("MARK").contains("So.");
        assertThat(attempt.warnings).singleElement().asString().contains("asked again without it");
    }

    @Test
    void encryptedReasoningGoesBackToTheEndpointItCameFrom() {
        try (ProviderAdapter adapter = OpenAiAdapter.builder(Dialects.OPENAI)
                .baseUrl(server.url("/").toString())
                .build()) {
            server.enqueue(json(200, RESPONSES_ANSWER));
            RecordingAttempt attempt = new RecordingAttempt("m1");
            adapter.call(
                    ChatRequest.CHAT, turn(reasoning("MARK", "openai?model=m1"), new ContentPart.Text("So.")), attempt);
            assertThat(sent()).contains("MARK");
            assertThat(attempt.warnings).isEmpty();

            server.enqueue(json(200, Vendor.CHAT.answer));
            attempt.account = "other";
            adapter.call(
                    ChatRequest.CHAT, turn(reasoning("MARK", "openai?model=m1"), new ContentPart.Text("So.")), attempt);
            assertThat(sent()).doesNotContain("MARK").contains("\"messages\"");
            assertThat(attempt.warnings).hasSize(1);
        }
    }

    @Test
    void aProtocolWithoutSignaturesSaysSo() {
        server.enqueue(json(200, Vendor.CHAT.answer));
        RecordingAttempt attempt = new RecordingAttempt("m1");
        ContentPart.Raw foreign = new ContentPart.Raw("other", Map.of("a", 1));
        ask(Vendor.CHAT, turn(reasoning("MARK", "chat?model=m1"), foreign, new ContentPart.Text("So.")), attempt);
        assertThat(sent()).doesNotContain("MARK");
        assertThat(attempt.warnings)
                .containsExactly(
                        "chat was not sent the signed reasoning (chat, model m1), which it has no field for, in"
                                + " message 2",
                        "chat was not sent a part that only other knows, in message 2");
    }

    @Test
    void omittedThinkingGoesBackWithItsSignature() {
        server.enqueue(json(200, """
                {"type":"message","role":"assistant","stop_reason":"end_turn","content":[
                 {"type":"thinking","thinking":"","signature":"MARK"},{"type":"text","text":"So."}]}"""));
        RecordingAttempt attempt = new RecordingAttempt("m1");
        Message answer =
                ask(Vendor.ANTHROPIC, ChatRequest.of("any", "Well?"), attempt).message();
        sent();
        server.enqueue(json(200, Vendor.ANTHROPIC.answer));
        ask(
                Vendor.ANTHROPIC,
                ChatRequest.builder("any")
                        .user("Well?")
                        .message(answer)
                        .user("And?")
                        .build(),
                attempt);
        assertThat(sent()).contains("{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"MARK\"}");
        assertThat(attempt.warnings).isEmpty();
    }

    @Test
    void everySignedCallOfGeminiKeepsItsSignature() {
        server.enqueue(json(200, """
                {"candidates":[{"finishReason":"STOP","content":{"role":"model","parts":[
                 {"functionCall":{"name":"f","args":{}},"thoughtSignature":"MARK1"},
                 {"functionCall":{"name":"g","args":{}}},
                 {"functionCall":{"name":"h","args":{}},"thoughtSignature":"MARK2"},
                 {"text":"So.","thoughtSignature":"MARK3"}]}}]}"""));
        RecordingAttempt attempt = new RecordingAttempt("gemini-3-flash");
        ChatResponse answer = ask(Vendor.GEMINI, ChatRequest.of("any", "Well?"), attempt);
        sent();
        List<Message> messages = new ArrayList<>(List.of(Message.user("Well?"), answer.message()));
        answer.toolCalls().forEach(call -> messages.add(Message.toolResult(call, "1")));
        server.enqueue(json(200, Vendor.GEMINI.answer));
        ask(Vendor.GEMINI, ChatRequest.builder("any").messages(messages).build(), attempt);
        assertThat(sent())
                .containsSubsequence("\"f\"", "MARK1", "\"g\"", "\"h\"", "MARK2", "MARK3")
                .doesNotContain("skip_thought_signature_validator");
        assertThat(attempt.warnings).isEmpty();
    }

    // --------------------------------------------------------------------------------------- Anthropic's own check

    @Test
    void claudeIsAskedToLeaveOutWhatNoLongerFitsAndSaysWhatItWas() {
        String dropped = ",\"input_transformations\":[{\"type\":\"thinking_dropped\",\"path\":\"messages.1.content.0\","
                + "\"reason\":\"prefix_mismatch\"},{\"type\":\"thinking_mismatch_allowed\",\"path\":"
                + "\"messages.3.content.0\",\"reason\":\"prefix_mismatch\"}]";
        server.enqueue(json(200, CLAUDE_ANSWER.formatted(dropped)));
        RecordingAttempt attempt = attempt("m1", Binding.PREFIX);
        ChatRequest request = turn(reasoning("MARK", "anthropic"), new ContentPart.Text("So."));

        ChatResponse answer = ask(Vendor.ANTHROPIC, request, attempt);

        RecordedRequest first = taken();
        assertThat(first.getHeaders().get("anthropic-beta")).isEqualTo("thinking-binding-controls-2026-08-01");
        JsonNode body = Objects.requireNonNull(
                Json.parseOrNull(Objects.requireNonNull(first.getBody()).utf8()));
        assertThat(body.get("thinking").toString())
                .isEqualTo("{\"type\":\"adaptive\",\"block_binding\":{\"prefix_mismatch_behavior\":\"drop_block\"}}");
        assertThat(answer.warnings())
                .containsExactly("anthropic left out the reasoning at messages.1.content.0: prefix_mismatch");

        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "text/event-stream")
                .body("""
                        data: {"type":"message_start","message":{"id":"m"%s}}

                        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hello"}}

                        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"}}

                        data: {"type":"message_stop"}

                        """.formatted(dropped))
                .build());
        try (ProviderAdapter adapter =
                        Vendor.ANTHROPIC.adapter.apply(server.url("/").toString());
                ChatStream stream = adapter.call(
                        ChatRequest.CHAT_STREAM,
                        request.toBuilder()
                                .reasoning(ReasoningEffort.of(ReasoningEffort.Level.LOW))
                                .build(),
                        attempt)) {
            assertThat(stream.response().warnings())
                    .containsExactly("anthropic left out the reasoning at messages.1.content.0: prefix_mismatch");
        }
        assertThat(sent())
                .contains("\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\",\"block_binding\":"
                        + "{\"prefix_mismatch_behavior\":\"drop_block\"}}");
    }

    @Test
    void claudeIsNotAskedWhereThereIsNothingToLeaveOut() {
        for (RecordingAttempt attempt : List.of(attempt("m1", Binding.MODEL), new RecordingAttempt("m1"))) {
            server.enqueue(json(200, Vendor.ANTHROPIC.answer));
            ask(Vendor.ANTHROPIC, turn(reasoning("MARK", "anthropic"), new ContentPart.Text("So.")), attempt);
            RecordedRequest request = taken();
            assertThat(request.getHeaders().get("anthropic-beta")).isNull();
            assertThat(Objects.requireNonNull(request.getBody()).utf8()).doesNotContain("block_binding");
        }
        server.enqueue(json(200, Vendor.ANTHROPIC.answer));
        ask(
                Vendor.ANTHROPIC,
                turn(reasoning("MARK", "openai"), new ContentPart.Text("So.")),
                attempt("m1", Binding.PREFIX));
        assertThat(sent()).doesNotContain("block_binding", "thinking");
    }

    // ------------------------------------------------------------------------------------------------- never half

    @Test
    void reasoningThatNothingFollowsIsNotSentToOpenAi() {
        server.enqueue(json(200, RESPONSES_ANSWER));
        RecordingAttempt attempt = new RecordingAttempt("m1");
        ask(Vendor.RESPONSES, turn(reasoning("CUT", "openai")), attempt);
        assertThat(sent()).doesNotContain("CUT");
        assertThat(attempt.warnings)
                .containsExactly("openai was not sent the reasoning of an answer that ends with it");

        server.enqueue(json(200, RESPONSES_ANSWER));
        RecordingAttempt foreign = new RecordingAttempt("m1");
        ask(Vendor.RESPONSES, turn(new ContentPart.Text("So."), reasoning("SIG", "gemini")), foreign);
        assertThat(sent()).contains("So.");
        assertThat(foreign.warnings).singleElement().asString().contains("another model (gemini)");

        server.enqueue(json(200, RESPONSES_ANSWER));
        ToolCall call = new ToolCall("a", "f", "{}");
        ChatRequest split = ChatRequest.builder("any")
                .user("Well?")
                .message(Message.of(Message.Role.ASSISTANT, List.of(reasoning("MARK", "openai"))))
                .message(Message.of(Message.Role.ASSISTANT, List.of(call)))
                .message(Message.toolResult(call, "1"))
                .build();
        ask(Vendor.RESPONSES, split, attempt);
        assertThat(sent()).contains("MARK");
        assertThat(attempt.warnings).hasSize(1);
    }
}
