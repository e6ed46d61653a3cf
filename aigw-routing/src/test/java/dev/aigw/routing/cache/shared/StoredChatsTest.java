package dev.aigw.routing.cache.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.Sampling;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Chats as JSON, by the mapper that adapters bring. */
class StoredChatsTest {

    @Provide
    Arbitrary<ChatResponse> responses() {
        Arbitrary<Route> route = Arbitraries.of(
                Route.NONE,
                Route.builder()
                        .callId("c1")
                        .requestedModel("assistant")
                        .model("small")
                        .attempts(List.of(
                                new Route.Attempt(
                                        "assistant", "a/x#2", Outcome.FAILED, Duration.ofNanos(5), ErrorKind.TIMEOUT),
                                new Route.Attempt("small", "b/y", Outcome.SUCCESS, Duration.ofSeconds(2), null)))
                        .source(Route.Source.CACHE)
                        .warnings(List.of("left out topK"))
                        .build());
        return Combinators.combine(Replies.chats(Replies.json()), route).as(ChatResponse::withRoute);
    }

    @Provide
    Arbitrary<ChatRequest> requests() {
        Arbitrary<Message> message = Combinators.combine(
                        Arbitraries.of(Message.Role.class),
                        Replies.parts(Replies.json()).list().ofMaxSize(3),
                        Replies.texts().injectNull(0.8))
                .as((role, parts, name) -> Message.of(role, parts).withName(name));
        Arbitrary<ToolSpec> tool = Combinators.combine(
                        Replies.texts().injectNull(0.3),
                        Replies.json(),
                        Arbitraries.of(true, false).injectNull(0.5),
                        Replies.texts().injectNull(0.7))
                .as((description, parameters, strict, provider) ->
                        new ToolSpec("t", description, parameters, strict, provider));
        Arbitrary<ResponseFormat> format = Arbitraries.oneOf(
                Arbitraries.of(ResponseFormat.TEXT, ResponseFormat.JSON),
                Replies.json().map(schema -> ResponseFormat.schema("s", schema)));
        Arbitrary<ReasoningEffort> effort = Arbitraries.oneOf(
                Arbitraries.of(ReasoningEffort.Level.class).map(ReasoningEffort::of),
                Arbitraries.integers().greaterOrEqual(0).map(ReasoningEffort::budget));
        Arbitrary<Sampling> sampling = Combinators.combine(
                        Arbitraries.doubles().between(0, 2).injectNull(0.3),
                        Arbitraries.doubles().between(0, 1).injectNull(0.3),
                        Arbitraries.integers().injectNull(0.3),
                        Arbitraries.longs().injectNull(0.3),
                        Arbitraries.doubles().injectNull(0.3))
                .as((temperature, topP, topK, seed, penalty) -> Sampling.builder()
                        .temperature(temperature)
                        .topP(topP)
                        .topK(topK)
                        .seed(seed)
                        .frequencyPenalty(penalty)
                        .presencePenalty(penalty)
                        .build());
        Arbitrary<ChatRequest.Builder> base = Combinators.combine(
                        message.list().ofMinSize(1).ofMaxSize(4),
                        tool.list().ofMaxSize(1),
                        Arbitraries.of(ToolChoice.AUTO, ToolChoice.NONE, ToolChoice.tool("t"))
                                .injectNull(0.3),
                        format,
                        effort.injectNull(0.3),
                        sampling,
                        Replies.json())
                .as((messages, tools, choice, answer, reasoning, sampled, extra) -> ChatRequest.builder("assistant")
                        .messages(messages)
                        .tools(tools)
                        .toolChoice(choice)
                        .responseFormat(answer)
                        .reasoning(reasoning)
                        .sampling(sampled)
                        .extra(extra));
        return Combinators.combine(
                        base,
                        Arbitraries.of(true, false).injectNull(0.3),
                        Replies.texts().injectNull(0.3),
                        Arbitraries.integers().greaterOrEqual(1).injectNull(0.3),
                        Arbitraries.integers().greaterOrEqual(0).injectNull(0.3),
                        Replies.texts().list().ofMaxSize(2))
                .as((builder, parallel, word, most, top, stop) -> {
                    builder.parallelToolCalls(parallel)
                            .verbosity(word)
                            .serviceTier(word)
                            .userId(word)
                            .maxOutputTokens(most)
                            .topLogprobs(top)
                            .stop(stop);
                    stop.forEach(text -> builder.metadata(text, text));
                    return builder.build();
                });
    }

    @Property(tries = 300)
    void everyResponseComesBackEqualFromItsJson(@ForAll("responses") ChatResponse response) {
        ChatResponse back = ChatResponse.fromJson(response.toJson());

        assertThat(back).isEqualTo(response);
        assertThat(back.route()).isEqualTo(response.route());
        assertThat(back.toJson()).isEqualTo(response.toJson());
    }

    @Property(tries = 300)
    void everyRequestComesBackEqualFromItsJson(@ForAll("requests") ChatRequest request) {
        ChatRequest back = ChatRequest.fromJson(request.toJson());

        assertThat(back).isEqualTo(request);
        assertThat(back.toJson()).isEqualTo(request.toJson());
    }

    @Property(tries = 200)
    void aMemberOfAnotherTypeIsNamed(@ForAll("requests") ChatRequest request, @ForAll int place) {
        List<Runnable> damages = new ArrayList<>();
        Map<String, Object> form = request.toMap();
        damages(form, damages);
        damages.get(Math.floorMod(place, damages.size())).run();

        assertThatThrownBy(() -> ChatRequest.fromMap(form)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Collects changes, each of which makes one member of the form's own something that it cannot be. */
    @SuppressWarnings("unchecked")
    private static void damages(Map<String, Object> form, List<Runnable> damages) {
        for (Map.Entry<String, Object> member : form.entrySet()) {
            damages.add(() -> form.put(member.getKey(), new Object()));
            if (member.getKey().equals("messages") || member.getKey().equals("parts")) {
                ((List<Map<String, Object>>) member.getValue()).forEach(element -> damages(element, damages));
            }
        }
    }

    @Test
    void theFormStaysReadable() {
        // What releases have stored must be read for ever: if a change makes this fail, increment the form's version
        // and keep reading this one.
        String request = """
                {"type":"chat_request","version":1,"model":"assistant","messages":[
                  {"role":"system","parts":[{"type":"text","text":"Be brief."},{"type":"cache_hint","lifetime":"PT5M"}]},
                  {"role":"user","name":"Ann","parts":[{"type":"text","text":"Look"},
                    {"type":"image","media":{"mime_type":"image/png","base64":"AQID"},"detail":"low"},
                    {"type":"document","media":{"url":"https://e.org/a.pdf"},"title":"A","citations":true}]},
                  {"role":"assistant","parts":[
                    {"type":"reasoning","text":"hm","signature":"s1","origin":"anthropic/claude"},
                    {"type":"tool_call","id":"c1","name":"clock","arguments":"{}","signature":"s2"}]},
                  {"role":"tool","parts":[{"type":"tool_result","id":"c1","is_error":true,
                    "content":[{"type":"text","text":"broken"}]}]}],
                 "tools":[{"name":"clock","description":"The time","parameters":{"type":"object"},"strict":true}],
                 "tool_choice":{"mode":"tool","tool":"clock"},"parallel_tool_calls":false,
                 "response_format":{"type":"schema","name":"s","schema":{"type":"object"},"strict":true},
                 "reasoning":{"budget_tokens":100},"verbosity":"low","sampling":{"temperature":0.5,"seed":7},
                 "max_output_tokens":9,"stop":["x"],"top_logprobs":2,"service_tier":"flex","metadata":{"a":"b"},
                 "user":"u1","extra":{"anthropic/container":"c"}}""";
        ChatRequest meant = ChatRequest.builder("assistant")
                .message(Message.of(
                        Message.Role.SYSTEM, List.of(new ContentPart.Text("Be brief."), ContentPart.CacheHint.SHORT)))
                .message(Message.user(
                                "Look",
                                new ContentPart.Image(Media.ofBytes("image/png", new byte[] {1, 2, 3}), "low"),
                                new ContentPart.Document(Media.ofUrl("https://e.org/a.pdf"), "A", true))
                        .withName("Ann"))
                .message(Message.of(
                        Message.Role.ASSISTANT,
                        List.of(
                                new ContentPart.Reasoning("hm", null, "s1", null, "anthropic/claude"),
                                new ToolCall("c1", "clock", "{}", "s2", null))))
                .message(Message.of(
                        Message.Role.TOOL,
                        List.of(new ContentPart.ToolResult("c1", List.of(new ContentPart.Text("broken")), true))))
                .tool(new ToolSpec("clock", "The time", Map.of("type", "object"), true, null))
                .toolChoice(ToolChoice.tool("clock"))
                .parallelToolCalls(false)
                .responseFormat(ResponseFormat.schema("s", Map.of("type", "object")))
                .reasoning(ReasoningEffort.budget(100))
                .verbosity("low")
                .temperature(0.5)
                .seed(7)
                .maxOutputTokens(9)
                .stop("x")
                .topLogprobs(2)
                .serviceTier("flex")
                .metadata("a", "b")
                .userId("u1")
                .extra("anthropic", "container", "c")
                .build();

        assertThat(ChatRequest.fromJson(request)).isEqualTo(meant);
        assertThat(ChatRequest.fromJson(meant.toJson())).isEqualTo(meant);
        assertThat(ChatResponse.fromJson("""
                        {"type":"chat_response","version":1,"id":"r1","model":"m","parts":[{"type":"text","text":"Hi"}],
                         "finish_reason":"length","finish_word":"max_tokens",
                         "usage":{"input":7,"output":3,"server_tools":{"web_search":1}},
                         "warnings":["w"],"extra":{"n":1}}"""))
                .isEqualTo(ChatResponse.builder()
                        .id("r1")
                        .model("m")
                        .text("Hi")
                        .finishReason(FinishReason.of(FinishReason.Kind.LENGTH, "max_tokens"))
                        .usage(TokenUsage.builder()
                                .input(7)
                                .output(3)
                                .serverTool("web_search", 1)
                                .build())
                        .warning("w")
                        .extra("n", 1)
                        .build());
    }

    @Test
    void membersOfALaterReleaseAreIgnoredAndWhatItMeansAnewIsRefused() {
        Map<String, Object> form = ChatRequest.of("m", "Hi").toMap();
        form.put("mood", "sunny");
        assertThat(ChatRequest.fromMap(form)).isEqualTo(ChatRequest.of("m", "Hi"));

        form.put("version", 2);
        assertThatThrownBy(() -> ChatRequest.fromMap(form))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("version is 2")
                .hasMessageContaining("newer release");
        assertThatThrownBy(() -> ChatResponse.fromMap(ChatRequest.of("m", "Hi").toMap()))
                .hasMessageContaining("type is \"chat_request\"")
                .hasMessageContaining("\"chat_response\"");
    }

    @Test
    void whatCannotBeReadIsNamedByItsPathWithoutContent() {
        assertRefused("{\"role\":\"user\",\"parts\":[{\"type\":\"text\"}]}", "messages[0].parts[0].text is missing");
        assertRefused(
                "{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"text\":[\"secret\"]}]}",
                "messages[0].parts[0].text is a list instead of a text");
        assertRefused(
                "{\"role\":\"robot\",\"parts\":[]}", "messages[0].role is none of [system, user, assistant, tool]");
        assertRefused(
                "{\"role\":\"user\",\"parts\":[{\"type\":\"hologram\",\"x\":\"secret\"}]}",
                "messages[0].parts[0].type is \"hologram\", which this release does not know");
        assertRefused(
                "{\"role\":\"user\",\"parts\":[{\"type\":\"image\",\"media\":{\"mime_type\":\"image/png\",\"base64\":\"sec?ret\"}}]}",
                "messages[0].parts[0].media.base64 is not base64");
        assertRefused("\"secret\"", "messages[0] is a text instead of an object");
        assertThatThrownBy(() -> ChatRequest.fromJson("{\"secret\": tru"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a JSON object")
                .hasMessageNotContaining("secret")
                .hasNoCause();
    }

    private static void assertRefused(String message, String why) {
        String json = "{\"type\":\"chat_request\",\"version\":1,\"model\":\"m\",\"messages\":[" + message + "]}";
        assertThatThrownBy(() -> ChatRequest.fromJson(json))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("sec?ret");
    }

    @Test
    void aLargeImageComesBack() {
        byte[] bytes = new byte[24 << 20];
        ChatRequest request = ChatRequest.builder("m")
                .user("What is it?", Media.ofBytes("image/png", bytes))
                .build();

        assertThat(ChatRequest.fromJson(request.toJson())).isEqualTo(request);
    }

    @Test
    void aStoredAnswerIsReadAsATypeAgain() {
        record Mood(String color) {}
        ChatResponse stored = ChatResponse.of("{\"color\":\"blue\"}");

        assertThat(ChatResponse.fromJson(stored.toJson()).as(Mood.class)).isEqualTo(new Mood("blue"));
    }

    @Test
    void nullsInFreeFormFieldsStay() {
        Map<String, Object> extra = new LinkedHashMap<>();
        extra.put("reset", null);
        ChatRequest request = ChatRequest.of("m", "Hi").withExtra(extra);

        assertThat(ChatRequest.fromJson(request.toJson()).extra()).isEqualTo(extra);
    }
}
