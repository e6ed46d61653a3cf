package dev.aigw.providers.ollama;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.Tools;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a chat request. For one call. A field in the request's extras replaces the one written here, except
 * {@code options}, whose fields are added to those written here.
 */
final class ChatEncoder {

    private static final String OPTIONS = "options";

    private final Unsupported unsupported;
    private final ChatRequest request;
    private final AttemptContext attempt;

    ChatEncoder(Unsupported unsupported, ChatRequest request, AttemptContext attempt) {
        this.unsupported = unsupported;
        this.request = request;
        this.attempt = attempt;
    }

    void write(OutputStream out, boolean stream) throws IOException {
        refuse();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            json.writeStringField("model", attempt.model());
            if (free("messages")) {
                json.writeArrayFieldStart("messages");
                new MessageWriter(json, unsupported, request).write(request.messages());
                json.writeEndArray();
            }
            json.writeBooleanField("stream", stream);
            field(json, "tools", tools());
            field(json, "format", format());
            field(json, "think", request.reasoning() == null ? null : think(request.reasoning()));
            if (request.topLogprobs() != null) {
                field(json, "logprobs", true);
                field(json, "top_logprobs", request.topLogprobs());
            }
            Map<String, Object> options = options();
            if (!options.isEmpty()) {
                json.writeFieldName(OPTIONS);
                Json.write(json, options);
            }
            for (Map.Entry<String, ?> entry : Extra.of(request.extra()).entrySet()) {
                if (!entry.getKey().equals(OPTIONS)) {
                    json.writeFieldName(entry.getKey());
                    Json.write(json, entry.getValue());
                }
            }
            json.writeEndObject();
        }
    }

    private boolean free(String name) {
        return !request.extra().containsKey(name);
    }

    private void field(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value != null && free(name)) {
            json.writeFieldName(name);
            Json.write(json, value);
        }
    }

    /** Refuses or drops what the vendor has no field for. */
    private void refuse() {
        ToolChoice choice = request.toolChoice();
        if (choice != null && (choice.mode() == ToolChoice.Mode.REQUIRED || choice.mode() == ToolChoice.Mode.TOOL)) {
            unsupported.drops("a tool choice other than auto and none");
        }
        check("parallelToolCalls", request.parallelToolCalls());
        check("verbosity", request.verbosity());
        check("serviceTier", request.serviceTier());
    }

    private void check(String name, @Nullable Object value) {
        if (value != null) {
            unsupported.drops(name);
        }
    }

    private @Nullable List<Map<String, ?>> tools() {
        ToolChoice choice = request.toolChoice();
        if (choice != null && choice.mode() == ToolChoice.Mode.NONE) {
            return null; // no tool can be required if there is none
        }
        List<Map<String, ?>> tools = new ArrayList<>(request.tools().size());
        for (ToolSpec tool : request.tools()) {
            if (tool.provider() == null) {
                if (Boolean.TRUE.equals(tool.strict())) {
                    unsupported.drops("strict arguments of a tool");
                }
                tools.add(function(tool));
            } else if (tool.provider().equals(unsupported.provider())
                    || !unsupported.drops("the tool \"" + tool.name() + "\", which is " + tool.provider() + "'s own")) {
                tools.add(tool.parameters());
            }
        }
        return tools.isEmpty() ? null : tools;
    }

    private static Map<String, ?> function(ToolSpec tool) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", tool.name());
        if (tool.description() != null) {
            function.put("description", tool.description());
        }
        function.put("parameters", Tools.schema(tool));
        return Map.of("type", "function", "function", function);
    }

    private @Nullable Object format() {
        ResponseFormat format = request.responseFormat();
        return format.type() == ResponseFormat.Type.JSON ? "json" : format.schema();
    }

    /** Only the models of one family take levels; for all others thinking is on or off. */
    private Object think(ReasoningEffort effort) {
        ReasoningEffort.Level level = effort.level();
        Integer budget = effort.budgetTokens();
        if (level == ReasoningEffort.Level.NONE || (budget != null && budget == 0)) {
            return false;
        }
        if (level == null) {
            unsupported.warn("takes no reasoning budget: thinking was turned on");
            return true;
        }
        if (!attempt.model().contains("gpt-oss")) {
            return true;
        }
        return switch (level) {
            case NONE, MINIMAL, LOW -> "low";
            case MEDIUM -> "medium";
            case HIGH, XHIGH, MAX -> "high";
        };
    }

    private Map<String, Object> options() {
        Map<String, Object> options = new LinkedHashMap<>();
        put(options, "temperature", request.sampling().temperature());
        put(options, "top_p", request.sampling().topP());
        put(options, "top_k", request.sampling().topK());
        put(options, "num_predict", request.maxOutputTokens());
        put(options, "stop", request.stop().isEmpty() ? null : request.stop());
        put(options, "seed", request.sampling().seed());
        put(options, "frequency_penalty", request.sampling().frequencyPenalty());
        put(options, "presence_penalty", request.sampling().presencePenalty());
        if (request.extra().get(OPTIONS) instanceof Map<?, ?> more) {
            more.forEach((name, value) -> options.put(String.valueOf(name), value));
        }
        return options;
    }

    private static void put(Map<String, Object> options, String name, @Nullable Object value) {
        if (value != null) {
            options.put(name, value);
        }
    }
}
