package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.aigw.api.Capability;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelCard;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ReasoningEffort.Level;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.catalog.ModelCards;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okio.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Keeps the table of what is sent to each model: {@code aigw-providers/MODELS.md} is made from the built-in cards and
 * the requests that the adapters write. With {@code -Daigw.write=true} the test writes the file anew.
 */
class ModelTableTest {

    private static final Path TABLE = Path.of("../../aigw-providers/MODELS.md");
    private static final Path DESCRIPTIONS = Path.of("../../aigw-providers/src/test/resources/descriptions");
    private static final Map<String, Schema> SCHEMAS = new ConcurrentHashMap<>();
    private static final String CACHE_HINT = "cache hint";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ToolSpec TOOL = ToolSpec.function("f", "does it", Map.of());

    private static final Map<String, Function<Interceptor, ProviderAdapter>> VENDORS = Map.of(
            "openai",
                    seen -> OpenAiAdapter.builder()
                            .apiKey("k")
                            .httpClient(client(seen))
                            .build(),
            "anthropic",
                    seen -> AnthropicAdapter.builder()
                            .apiKey("k")
                            .httpClient(client(seen))
                            .build(),
            "gemini",
                    seen -> GeminiAdapter.builder()
                            .apiKey("k")
                            .httpClient(client(seen))
                            .build());

    /** The columns: a feature, and the request that it is compared with. */
    private static final Map<String, Feature> FEATURES = features();

    private record Feature(ChatRequest without, ChatRequest with) {}

    private static Map<String, Feature> features() {
        ChatRequest plain = request().build();
        ChatRequest tools = request().tool(TOOL).build();
        Map<String, Feature> features = new LinkedHashMap<>();
        features.put(
                "forced tool",
                new Feature(
                        tools, tools.toBuilder().toolChoice(ToolChoice.REQUIRED).build()));
        features.put(
                "schema",
                new Feature(
                        plain,
                        plain.toBuilder()
                                .responseFormat(ResponseFormat.schema("s", Map.of("type", "object")))
                                .build()));
        features.put("reasoning off", new Feature(plain, reasoning(ReasoningEffort.of(Level.NONE))));
        features.put("effort high", new Feature(plain, reasoning(ReasoningEffort.of(Level.HIGH))));
        features.put("budget 4096", new Feature(plain, reasoning(ReasoningEffort.budget(4096))));
        features.put(
                "temperature 0.5",
                new Feature(plain, plain.toBuilder().temperature(0.5).build()));
        features.put("prefill", new Feature(plain, request().assistant("It is").build()));
        List<ContentPart> hinted = List.of(new ContentPart.Text("hi"), ContentPart.CacheHint.SHORT);
        features.put(
                CACHE_HINT,
                new Feature(
                        plain,
                        ChatRequest.builder("m")
                                .message(Message.of(Message.Role.USER, hinted))
                                .build()));
        return features;
    }

    private static ChatRequest.Builder request() {
        return ChatRequest.builder("m").user("hi");
    }

    private static ChatRequest reasoning(ReasoningEffort effort) {
        return request().reasoning(effort).build();
    }

    private static OkHttpClient client(Interceptor seen) {
        return new OkHttpClient.Builder().addInterceptor(seen).build();
    }

    @Test
    void theTableSaysWhatIsSentToEachModel() throws IOException {
        String table = table();
        if (Boolean.getBoolean("aigw.write")) {
            Files.writeString(TABLE, table);
        }
        assertThat(Files.readString(TABLE))
                .as("MODELS.md is old: run this test with -Daigw.write=true")
                .isEqualTo(table);
    }

    @Test
    void whatIsSentKeepsToTheDescriptionThatTheVendorPublished() {
        for (String name : ModelCards.builtIn().names()) {
            String vendor = name.substring(0, name.indexOf('/'));
            ModelCard card = ModelCards.builtIn().find(name);
            if (!VENDORS.containsKey(vendor) || card.lacks(Capability.CHAT)) {
                continue;
            }
            for (Map.Entry<String, Feature> feature : FEATURES.entrySet()) {
                if (vendor.equals("openai") && feature.getKey().equals(CACHE_HINT)) {
                    continue; // breakpoints are newer than OpenAI's description of May 2026
                }
                Sent sent = send(
                        vendor,
                        name.substring(name.indexOf('/') + 1),
                        card,
                        feature.getValue().with());
                if (sent != null) {
                    assertThat(described(vendor, sent.path()).validate(sent.body()))
                            .as("%s: %s", name, sent.body())
                            .isEmpty();
                }
            }
        }
    }

    /** Returns the schema of the vendor's requests to a path, of those that its adapter is tested against. */
    private static Schema described(String vendor, String path) {
        String definition = path.endsWith("/responses")
                ? "CreateResponse"
                : path.endsWith("/chat/completions")
                        ? "CreateChatCompletionRequest"
                        : path.endsWith("/messages") ? "MessageCreateParams" : "GenerateContentRequest";
        return SCHEMAS.computeIfAbsent(definition, added -> {
            try {
                ObjectNode root = (ObjectNode)
                        JSON.readTree(DESCRIPTIONS.resolve(vendor + ".json").toFile());
                assertThat(root.path("$defs").has(definition)).isTrue();
                return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                        .getSchema(root.put("$ref", "#/$defs/" + definition));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static String table() {
        StringBuilder table = new StringBuilder("""
                # What is sent to each model

                This page is made by a test from the built-in model cards and from the requests that the adapters write, so
                it stays true. A cell has the fields that the feature adds to a plain request; "left out" means with a
                warning, "refused" that the call fails with `UNSUPPORTED` before anything is sent, so that a fallback is
                asked. "Sent" stands for messages. Another card, by `ModelCards.with` or your own file, changes what is sent.

                """);
        Map<String, List<String>> rows = new TreeMap<>();
        for (String name : ModelCards.builtIn().names()) {
            String vendor = name.substring(0, name.indexOf('/'));
            ModelCard card = ModelCards.builtIn().find(name);
            if (VENDORS.containsKey(vendor) && !card.lacks(Capability.CHAT)) {
                rows.computeIfAbsent(vendor, added -> new ArrayList<>()).add(row(vendor, name, card));
            }
        }
        rows.forEach((vendor, lines) -> {
            table.append("## ").append(vendor).append("\n\n| model | images | tools go to |");
            FEATURES.keySet()
                    .forEach(feature -> table.append(' ').append(feature).append(" |"));
            table.append("\n| --- | --- | --- |")
                    .append(" --- |".repeat(FEATURES.size()))
                    .append('\n');
            lines.forEach(line -> table.append(line).append('\n'));
            table.append('\n');
        });
        return table.toString().stripTrailing() + "\n";
    }

    private static String row(String vendor, String name, ModelCard card) {
        String model = name.substring(name.indexOf('/') + 1);
        StringBuilder row = new StringBuilder("| ").append(model);
        if (card.shutdown() != null) {
            row.append(" (until ").append(card.shutdown()).append(')');
        }
        Sent tools = Objects.requireNonNull(
                send(vendor, model, card, request().tool(TOOL).build()));
        boolean sees = card.capabilities().contains(Capability.VISION);
        row.append(sees ? " | yes" : card.lacks(Capability.VISION) ? " | no" : " | ?");
        row.append(" | `").append(tools.path()).append("` |");
        for (Feature feature : FEATURES.values()) {
            row.append(' ').append(cell(vendor, model, card, feature)).append(" |");
        }
        return row.toString();
    }

    private static String cell(String vendor, String model, ModelCard card, Feature feature) {
        Sent without = Objects.requireNonNull(send(vendor, model, card, feature.without()));
        Sent with = send(vendor, model, card, feature.with());
        if (with == null) {
            return "refused";
        }
        ObjectNode added = added(without.body(), with.body());
        if (added.has("messages") || added.has("contents") || added.has("input")) {
            return "sent";
        }
        return added.isEmpty() ? "left out" : "`" + added.toString().replace("|", "\\|") + "`";
    }

    /** Returns the fields of {@code with} that {@code without} does not have, or has otherwise. */
    private static ObjectNode added(JsonNode without, JsonNode with) {
        ObjectNode added = JSON.createObjectNode();
        for (Map.Entry<String, JsonNode> field : with.properties()) {
            JsonNode before = without.path(field.getKey());
            if (before.isObject() && field.getValue().isObject()) {
                ObjectNode inside = added(before, field.getValue());
                if (!inside.isEmpty()) {
                    added.set(field.getKey(), inside);
                }
            } else if (!before.equals(field.getValue())) {
                added.set(field.getKey(), field.getValue());
            }
        }
        return added;
    }

    private record Sent(String path, JsonNode body) {}

    /** Returns what is sent, or null if the adapter refuses the request. */
    private static @Nullable Sent send(String vendor, String model, ModelCard card, ChatRequest request) {
        AtomicReference<Sent> sent = new AtomicReference<>();
        Interceptor stop = chain -> {
            sent.set(read(chain.request()));
            throw new IOException("seen");
        };
        Function<Interceptor, ProviderAdapter> factory = Objects.requireNonNull(VENDORS.get(vendor));
        try (ProviderAdapter adapter = factory.apply(stop)) {
            assertThatThrownBy(() -> adapter.call(
                            ChatRequest.CHAT,
                            request,
                            AttemptContext.builder(model).card(card).build()))
                    .isInstanceOf(GatewayException.class);
        }
        return sent.get();
    }

    private static Sent read(Request request) throws IOException {
        Buffer body = new Buffer();
        Objects.requireNonNull(request.body()).writeTo(body);
        return new Sent(request.url().encodedPath(), JSON.readTree(body.readByteArray()));
    }
}
