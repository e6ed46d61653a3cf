package dev.aigw.providers;

import dev.aigw.api.Credential;
import dev.aigw.api.chat.ChatAccumulator;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.bedrock.Frames;
import dev.aigw.providers.cohere.CohereAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.mistral.Mistral;
import dev.aigw.providers.ollama.OllamaAdapter;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import okhttp3.OkHttpClient;
import okio.Buffer;

/** What the adapters make of replies that are given as text. */
final class Replies {

    private static final String HERE = "http://localhost/";

    private Replies() {}

    /** Returns an adapter by its short name. */
    static ProviderAdapter adapter(String name, OkHttpClient client) {
        return switch (name) {
            case "openai" ->
                OpenAiAdapter.builder().httpClient(client).baseUrl(HERE).build();
            case "openrouter" ->
                OpenAiAdapter.builder(Dialects.OPENROUTER)
                        .httpClient(client)
                        .baseUrl(HERE)
                        .build();
            case "vllm" ->
                OpenAiAdapter.builder(Dialects.VLLM)
                        .httpClient(client)
                        .baseUrl(HERE)
                        .build();
            case "mistral" -> Mistral.builder().httpClient(client).baseUrl(HERE).build();
            case "responses" ->
                OpenAiAdapter.builder()
                        .responsesApi(true)
                        .httpClient(client)
                        .baseUrl(HERE)
                        .build();
            case "anthropic" ->
                AnthropicAdapter.builder().httpClient(client).baseUrl(HERE).build();
            case "gemini" ->
                GeminiAdapter.builder().httpClient(client).baseUrl(HERE).build();
            case "vertex" ->
                GeminiAdapter.vertex("project", "europe-west1")
                        .httpClient(client)
                        .baseUrl(HERE)
                        .build();
            case "ollama" ->
                OllamaAdapter.builder().httpClient(client).baseUrl(HERE).build();
            case "cohere" ->
                CohereAdapter.builder().httpClient(client).baseUrl(HERE).build();
            case "bedrock" ->
                BedrockAdapter.builder()
                        .region("eu-west-1")
                        .baseUrl(HERE)
                        .httpClient(client)
                        .credential(Credential.of("key"))
                        .build();
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** Returns the answer in a reply of JSON. */
    static ChatResponse whole(String adapter, String json) {
        return whole(adapter, "application/json", json.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the answer in a reply to a call without a stream. */
    static ChatResponse whole(String adapter, String type, byte[] body) {
        Wire wire = new Wire().answer(type, body);
        try (ProviderAdapter opened = adapter(adapter, wire.client())) {
            return opened.call(ChatRequest.CHAT, ChatRequest.of("any", "x"), new RecordingAttempt("model"));
        }
    }

    /** Returns the answer in a stream of events, one a line; Bedrock's begin with their name and a blank. */
    static ChatResponse streamed(String adapter, String... events) {
        return answer(events(adapter, type(adapter), body(adapter, List.of(events))));
    }

    /** Returns the events that the adapter makes of a stream. */
    static List<ChatEvent> events(String adapter, String type, byte[] body) {
        Wire wire = new Wire().answer(type, body);
        List<ChatEvent> events = new ArrayList<>();
        try (ProviderAdapter opened = adapter(adapter, wire.client());
                ChatStream stream = opened.call(
                        ChatRequest.CHAT_STREAM, ChatRequest.of("any", "x"), new RecordingAttempt("model"))) {
            stream.forEach(events::add);
        }
        return events;
    }

    /** Returns the answer that events make. */
    static ChatResponse answer(List<ChatEvent> events) {
        ChatAccumulator answer = new ChatAccumulator();
        events.forEach(answer::add);
        return answer.toResponse();
    }

    /** Returns the media type of an adapter's streams. */
    static String type(String adapter) {
        return switch (adapter) {
            case "ollama" -> "application/x-ndjson";
            case "bedrock" -> "application/vnd.amazon.eventstream";
            default -> "text/event-stream";
        };
    }

    /** Returns the body of a stream with these events. */
    static byte[] body(String adapter, List<String> events) {
        Buffer body = new Buffer();
        for (String event : events) {
            int blank = event.indexOf(' ');
            switch (adapter) {
                case "bedrock" -> body.write(Frames.frame(event.substring(0, blank), event.substring(blank + 1)));
                case "ollama" -> body.writeUtf8(event + "\n");
                default -> body.writeUtf8("data: " + event + "\n\n");
            }
        }
        return body.readByteArray();
    }
}
