package dev.aigw.providers;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.Chats.Feature;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.cohere.CohereAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.mistral.Mistral;
import dev.aigw.providers.ollama.OllamaAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import okhttp3.OkHttpClient;

/** The adapters for chat: how to make one that sends to a {@link Wire}, and what is its vendor's own. */
enum Vendor {
    OPENAI("openai", "openai", "CreateChatCompletionRequest", "gpt-5-mini", """
            {"choices":[{"message":{"content":"ok"},"finish_reason":"stop"}]}""") {
        @Override
        ProviderAdapter adapter(OkHttpClient client, boolean drop) {
            return OpenAiAdapter.builder()
                    .httpClient(client)
                    .dropUnsupported(drop)
                    .build();
        }

        @Override
        RequestReader reader(Function<String, List<ContentPart>> answers) {
            return new OpenAiReader(answers, ownTool(), false);
        }

        @Override
        Map<Feature, Arbitrary<?>> own() {
            return own(
                    List.of(new ContentPart.Reasoning("hm", null, null, null, null)),
                    raw("type", "text", "text", "as it came"),
                    ToolSpec.raw("openai", "grammar", custom()),
                    "flex");
        }

        private Map<String, ?> custom() {
            return Map.of("type", "custom", "custom", Map.of("name", "grammar", "format", Map.of("type", "text")));
        }
    },
    RESPONSES("openai", "openai", "CreateResponse", "gpt-5-mini", """
            {"status":"completed","output":[]}""") {
        @Override
        ProviderAdapter adapter(OkHttpClient client, boolean drop) {
            return OpenAiAdapter.builder()
                    .responsesApi(true)
                    .httpClient(client)
                    .dropUnsupported(drop)
                    .build();
        }

        @Override
        RequestReader reader(Function<String, List<ContentPart>> answers) {
            return new ResponsesReader(answers, ownTool());
        }

        @Override
        Map<Feature, Arbitrary<?>> own() {
            return own(
                    List.of(
                            new ContentPart.Reasoning(null, "hm", "rs_1", "SEALED", "openai"),
                            new ContentPart.Reasoning(null, null, "rs_2", "SEALED", "openai")),
                    raw("type", "web_search_call", "id", "ws_1", "status", "completed", "action", search()),
                    ToolSpec.raw("openai", "web_search", Map.of("type", "web_search")),
                    "flex");
        }

        private Map<String, ?> search() {
            return Map.of("type", "search", "query", "x");
        }
    },
    MISTRAL("mistral", "mistral", "ChatCompletionRequest", "mistral-medium-latest", OPENAI.reply) {
        @Override
        ProviderAdapter adapter(OkHttpClient client, boolean drop) {
            return Mistral.builder().httpClient(client).dropUnsupported(drop).build();
        }

        @Override
        RequestReader reader(Function<String, List<ContentPart>> answers) {
            return new OpenAiReader(answers, ownTool(), true);
        }

        @Override
        Map<Feature, Arbitrary<?>> own() {
            return own(
                    List.of(new ContentPart.Reasoning("hm", null, null, null, null)),
                    raw("type", "text", "text", "as it came"),
                    ToolSpec.raw("mistral", "theirs", function()),
                    "default");
        }
    },
    ANTHROPIC("anthropic", "anthropic", "MessageCreateParams", "claude-haiku-4-5", """
            {"type":"message","role":"assistant","stop_reason":"end_turn","content":[]}""") {
        @Override
        ProviderAdapter adapter(OkHttpClient client, boolean drop) {
            return AnthropicAdapter.builder()
                    .httpClient(client)
                    .dropUnsupported(drop)
                    .build();
        }

        @Override
        RequestReader reader(Function<String, List<ContentPart>> answers) {
            return new AnthropicReader(answers, ownTool());
        }

        @Override
        Map<Feature, Arbitrary<?>> own() {
            return own(
                    List.of(
                            new ContentPart.Reasoning("hm", null, "SIGNED", null, "anthropic"),
                            new ContentPart.Reasoning(null, null, null, "SEALED", "anthropic")),
                    raw("type", "server_tool_use", "id", "srvtoolu_1", "name", "web_search", "input", Map.of("q", "x")),
                    ToolSpec.raw("anthropic", "web_search", Map.of("type", "web_search_20250305", "max_uses", 2)),
                    "standard_only");
        }
    },
    GEMINI("gemini", "gemini", "GenerateContentRequest", "gemini-3-flash", """
            {"candidates":[{"content":{"parts":[{"text":"ok"}]},"finishReason":"STOP"}]}""") {
        @Override
        ProviderAdapter adapter(OkHttpClient client, boolean drop) {
            return GeminiAdapter.builder()
                    .httpClient(client)
                    .dropUnsupported(drop)
                    .build();
        }

        @Override
        RequestReader reader(Function<String, List<ContentPart>> answers) {
            return new GeminiReader(answers, ownTool());
        }

        @Override
        Map<Feature, Arbitrary<?>> own() {
            return google("gemini");
        }
    },
    VERTEX("vertex", "vertex", "GenerateContentRequest", "gemini-2.5-flash", GEMINI.reply) {
        @Override
        ProviderAdapter adapter(OkHttpClient client, boolean drop) {
            return GeminiAdapter.vertex("project", "europe-west1")
                    .name("vertex")
                    .httpClient(client)
                    .dropUnsupported(drop)
                    .build();
        }

        @Override
        RequestReader reader(Function<String, List<ContentPart>> answers) {
            return new GeminiReader(answers, ownTool());
        }

        @Override
        Map<Feature, Arbitrary<?>> own() {
            return google("vertex");
        }
    },
    BEDROCK("bedrock", "bedrock", "ConverseRequest", "eu.anthropic.claude-haiku-4-5", """
            {"stopReason":"end_turn","output":{"message":{"role":"assistant","content":[{"text":"ok"}]}}}""") {
        @Override
        ProviderAdapter adapter(OkHttpClient client, boolean drop) {
            return BedrockAdapter.builder()
                    .region("eu-west-1")
                    .httpClient(client)
                    .dropUnsupported(drop)
                    .build();
        }

        @Override
        RequestReader reader(Function<String, List<ContentPart>> answers) {
            return new BedrockReader(answers, ownTool());
        }

        @Override
        Map<Feature, Arbitrary<?>> own() {
            return own(
                    List.of(
                            new ContentPart.Reasoning("hm", null, "SIGNED", null, "bedrock/anthropic"),
                            new ContentPart.Reasoning(null, null, null, "U0VBTEVE", "bedrock/anthropic")),
                    raw("guardContent", Map.of("text", Map.of("text", "as it came"))),
                    ToolSpec.raw("bedrock", "grounding", Map.of("systemTool", Map.of("name", "nova_grounding"))),
                    "flex");
        }
    },
    COHERE("cohere", "cohere", "chat", "command-a-03-2025", """
            {"message":{"role":"assistant","content":[{"type":"text","text":"ok"}]},"finish_reason":"COMPLETE"}""") {
        @Override
        ProviderAdapter adapter(OkHttpClient client, boolean drop) {
            return CohereAdapter.builder()
                    .httpClient(client)
                    .dropUnsupported(drop)
                    .build();
        }

        @Override
        RequestReader reader(Function<String, List<ContentPart>> answers) {
            return new CohereReader(answers, ownTool());
        }

        @Override
        Map<Feature, Arbitrary<?>> own() {
            return own(
                    List.of(new ContentPart.Reasoning("hm", null, null, null, "cohere")),
                    raw("type", "text", "text", "as it came"),
                    ToolSpec.raw("cohere", "theirs", function()),
                    "default");
        }
    },
    OLLAMA("ollama", "ollama", "ChatRequest", "gpt-oss:20b", """
            {"message":{"role":"assistant","content":"ok"},"done":true,"done_reason":"stop"}""") {
        @Override
        ProviderAdapter adapter(OkHttpClient client, boolean drop) {
            return OllamaAdapter.builder()
                    .httpClient(client)
                    .dropUnsupported(drop)
                    .build();
        }

        @Override
        RequestReader reader(Function<String, List<ContentPart>> answers) {
            return new OllamaReader(answers, ownTool());
        }

        @Override
        Map<Feature, Arbitrary<?>> own() {
            return own(
                    List.of(new ContentPart.Reasoning("hm", null, null, null, "ollama")),
                    raw("type", "any"),
                    ToolSpec.raw("ollama", "theirs", function()),
                    "default");
        }
    };

    final String adapterName;
    final String model;
    final String reply;
    private final String description;
    private final String definition;

    Vendor(String adapterName, String description, String definition, String model, String reply) {
        this.adapterName = adapterName;
        this.description = description;
        this.definition = definition;
        this.model = model;
        this.reply = reply;
    }

    /** Returns an adapter without a credential. */
    abstract ProviderAdapter adapter(OkHttpClient client, boolean drop);

    /** Returns what only this vendor makes or takes. */
    abstract Map<Feature, Arbitrary<?>> own();

    /** Returns a reader of what is sent. */
    abstract RequestReader reader(Function<String, List<ContentPart>> answers);

    ToolSpec ownTool() {
        return (ToolSpec) own().get(Feature.OWN_TOOL).sample();
    }

    /** Returns a maker of requests that hold any of these features. */
    Chats chats(Set<Feature> features) {
        return new Chats(features, own());
    }

    /** Returns what the vendor says of chat requests. */
    Description described() {
        return Description.of(description, definition);
    }

    /** Returns what the vendor says of requests for streams. */
    Description describedStream() {
        return switch (this) {
            case ANTHROPIC -> Description.of(description, "MessageCreateParamsStreaming");
            case BEDROCK -> Description.of(description, "ConverseStreamRequest");
            case MISTRAL -> Description.of(description, "ChatCompletionStreamRequest");
            default -> described();
        };
    }

    /** Returns the type of the vendor's streams. */
    String streamType() {
        return switch (this) {
            case BEDROCK -> "application/vnd.amazon.eventstream";
            case OLLAMA -> "application/x-ndjson";
            default -> "text/event-stream";
        };
    }

    Map<Feature, Arbitrary<?>> own(
            List<? extends ContentPart> reasoning, Map<String, ?> raw, ToolSpec tool, String serviceTier) {
        return Map.of(
                Feature.REASONING, Arbitraries.of(reasoning),
                Feature.OWN_RAW_PART, Arbitraries.just(new ContentPart.Raw(adapterName, raw)),
                Feature.OWN_TOOL, Arbitraries.just(tool),
                Feature.SERVICE_TIER, Arbitraries.just(serviceTier));
    }

    Map<Feature, Arbitrary<?>> google(String name) {
        return own(
                List.of(new ContentPart.Reasoning(null, "hm", "U0lHTkVE", null, name)),
                raw("executableCode", Map.of("language", "PYTHON", "code", "1+1")),
                ToolSpec.raw(name, "search", Map.of("googleSearch", Map.of())),
                "flex");
    }

    static Map<String, ?> function() {
        return Map.of("type", "function", "function", Map.of("name", "theirs", "parameters", Map.of()));
    }

    static Map<String, ?> raw(Object... namesAndValues) {
        Map<String, Object> json = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            json.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return json;
    }
}
