package dev.aigw.providers.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.Tools;
import dev.aigw.providers.kit.Turns;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a request of the Interactions API, with the whole conversation. A field in the request's extras replaces the
 * one written here.
 */
final class InteractionsEncoder {

    private static final String CONFIG = "generation_config";

    private final ChatRequest request;
    private final AttemptContext attempt;
    private final Unsupported unsupported;
    private final StepWriter steps;
    private final Map<String, ?> extra;

    InteractionsEncoder(ChatRequest request, AttemptContext attempt, Unsupported unsupported) {
        this.request = request;
        this.attempt = attempt;
        this.unsupported = unsupported;
        this.steps = new StepWriter(unsupported, request);
        this.extra = Extra.of(request.extra());
        if (Boolean.TRUE.equals(extra.get("background"))) {
            throw unsupported.refusal("answers nothing in the background here: leave background out");
        }
    }

    void write(OutputStream stream, boolean streamed) throws IOException {
        refuse();
        try (JsonGenerator out = Json.generator(stream)) {
            out.writeStartObject();
            out.writeStringField("model", attempt.model());
            Turns turns =
                    Turns.of(request.messages(), unsupported, steps::isSent).fromUser(unsupported);
            out.writeArrayFieldStart("input");
            for (Turns.Turn turn : turns.turns()) {
                steps.write(out, turn);
            }
            out.writeEndArray();
            field(out, "system_instruction", instruction());
            List<Map<String, ?>> tools = tools();
            field(out, "tools", tools.isEmpty() ? null : tools);
            field(out, "response_format", format());
            Map<String, Object> config = config();
            if (!config.isEmpty()) {
                out.writeFieldName(CONFIG);
                Json.write(out, config);
            }
            field(out, "service_tier", request.serviceTier());
            field(out, "store", false);
            field(out, "stream", streamed);
            for (Map.Entry<String, ?> field : extra.entrySet()) {
                if (!field.getKey().equals(CONFIG)) {
                    out.writeFieldName(field.getKey());
                    Json.write(out, field.getValue());
                }
            }
            out.writeEndObject();
        }
    }

    private void field(JsonGenerator out, String name, @Nullable Object value) throws IOException {
        if (value != null && !extra.containsKey(name)) {
            out.writeFieldName(name);
            Json.write(out, value);
        }
    }

    /** Refuses or drops what this API has no field for. */
    private void refuse() {
        check("top_k", request.sampling().topK());
        check("frequency_penalty", request.sampling().frequencyPenalty());
        check("presence_penalty", request.sampling().presencePenalty());
        check("top_logprobs", request.topLogprobs());
        check("a verbosity", request.verbosity());
        if (Boolean.FALSE.equals(request.parallelToolCalls())
                && request.tools().stream().anyMatch(tool -> tool.provider() == null)) {
            unsupported.drops("a ban on parallel tool calls");
        }
        if (!request.metadata().isEmpty()) {
            unsupported.warn("was not sent the metadata: only Vertex AI takes labels");
        }
    }

    private void check(String name, @Nullable Object value) {
        if (value != null) {
            unsupported.drops(name);
        }
    }

    /**
     * Returns the instructions, which are one text: those of one message as they are, those of several as paragraphs.
     */
    private @Nullable String instruction() {
        List<String> messages = new ArrayList<>(1);
        for (Message message : request.messages()) {
            if (message.role() == Message.Role.SYSTEM) {
                StringBuilder text = new StringBuilder();
                for (ContentPart part : message.parts()) {
                    if (part instanceof ContentPart.Text said) {
                        text.append(said.text());
                    } else if (steps.isSent(part)) {
                        unsupported.drops("instructions other than text");
                    }
                }
                if (text.length() > 0) {
                    messages.add(text.toString());
                }
            }
        }
        return messages.isEmpty() ? null : String.join("\n\n", messages);
    }

    private List<Map<String, ?>> tools() {
        List<Map<String, ?>> tools = new ArrayList<>(request.tools().size());
        for (ToolSpec tool : request.tools()) {
            if (tool.provider() == null) {
                tools.add(function(tool));
            } else if (tool.provider().equals(unsupported.provider())
                    || !unsupported.drops("the tool \"" + tool.name() + "\", which is for " + tool.provider())) {
                tools.add(tool.parameters());
            }
        }
        return tools;
    }

    private static Map<String, ?> function(ToolSpec tool) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("type", "function");
        function.put("name", tool.name());
        put(function, "description", tool.description());
        function.put("parameters", Tools.schema(tool));
        return function;
    }

    private @Nullable Map<String, ?> format() {
        ResponseFormat format = request.responseFormat();
        if (format.type() == ResponseFormat.Type.TEXT) {
            return null;
        }
        Map<String, Object> text = new LinkedHashMap<>();
        text.put("type", "text");
        text.put("mime_type", "application/json");
        put(text, "schema", format.schema());
        return text;
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        put(config, "temperature", request.sampling().temperature());
        put(config, "top_p", request.sampling().topP());
        put(config, "max_output_tokens", request.maxOutputTokens());
        put(config, "stop_sequences", request.stop().isEmpty() ? null : request.stop());
        put(config, "seed", request.sampling().seed());
        put(config, "tool_choice", toolChoice());
        if (request.reasoning() != null) {
            think(config, request.reasoning());
        }
        if (extra.get(CONFIG) instanceof Map<?, ?> own) {
            own.forEach((name, value) -> put(config, String.valueOf(name), value));
        }
        return config;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    /** Strict arguments are a mode of the whole request: {@code validated} instead of {@code auto}. */
    private @Nullable Object toolChoice() {
        List<ToolSpec> functions =
                request.tools().stream().filter(tool -> tool.provider() == null).toList();
        if (functions.isEmpty()) {
            return null;
        }
        boolean strict = functions.stream().anyMatch(tool -> Boolean.TRUE.equals(tool.strict()));
        ToolChoice choice = request.toolChoice();
        if (choice == null) {
            return strict ? "validated" : null;
        } else if (choice.toolName() != null) {
            return Map.of("allowed_tools", Map.of("mode", "any", "tools", List.of(choice.toolName())));
        }
        return switch (choice.mode()) {
            case AUTO -> strict ? "validated" : "auto";
            case NONE -> "none";
            case REQUIRED, TOOL -> "any";
        };
    }

    private void think(Map<String, Object> config, ReasoningEffort effort) {
        ReasoningEffort.Level level = effort.level();
        Integer budget = effort.budgetTokens();
        String word;
        if (level != null && !attempt.card().wire().efforts().isEmpty()) {
            word = level.name().toLowerCase(Locale.ROOT);
        } else {
            word = level == null ? nearest(budget == null ? 0 : budget) : known(level);
        }
        if (level == null) {
            unsupported.warn("takes no reasoning budget: was sent the level " + word + " instead");
        } else if (level == ReasoningEffort.Level.NONE) {
            unsupported.warn("cannot turn thinking off: it was asked for as little as possible");
        }
        config.put("thinking_level", word);
        if (level == null ? budget != null && budget > 0 : level != ReasoningEffort.Level.NONE) {
            config.put("thinking_summaries", "auto");
        }
    }

    private static String known(ReasoningEffort.Level level) {
        return switch (level) {
            case NONE, MINIMAL -> "minimal";
            case LOW -> "low";
            case MEDIUM -> "medium";
            case HIGH, XHIGH, MAX -> "high";
        };
    }

    /** Returns the level for a budget, by the vendor's own budgets for levels. */
    private static String nearest(int budget) {
        return budget == 0 ? "minimal" : budget <= 1024 ? "low" : budget <= 8192 ? "medium" : "high";
    }
}
