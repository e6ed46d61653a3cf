package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ModelFit;
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
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes a chat request. For one call. A field in the request's extras replaces the one written here. */
final class ChatEncoder {

    private static final String EFFORT = "reasoning_effort";

    private final Dialect dialect;
    private final Unsupported unsupported;
    private final ChatRequest request;
    private final AttemptContext attempt;
    private final Map<String, ?> extra;
    private final @Nullable PromptCache cache;

    ChatEncoder(
            Dialect dialect,
            Map<String, ?> defaults,
            Unsupported unsupported,
            ChatRequest request,
            @Nullable PromptCache cache,
            AttemptContext attempt) {
        this.dialect = dialect;
        this.unsupported = unsupported;
        this.request = request;
        this.attempt = attempt;
        this.extra = merged(defaults, Extra.of(request.extra()));
        this.cache = cache;
    }

    /** Returns the adapter's extra fields, with those of the request replacing fields of the same name. */
    static Map<String, ?> merged(Map<String, ?> defaults, Map<String, ?> extra) {
        if (defaults.isEmpty() || extra.isEmpty()) {
            return defaults.isEmpty() ? extra : defaults;
        }
        Map<String, Object> merged = new LinkedHashMap<>(defaults);
        merged.putAll(extra);
        return merged;
    }

    void write(OutputStream out, boolean stream) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            field(json, "model", attempt.model());
            if (free("messages")) {
                json.writeArrayFieldStart("messages");
                new MessageEncoder(json, dialect, thinks(), cache, unsupported, request)
                        .write(PromptCache.messages(cache, request));
                json.writeEndArray();
            }
            writeTools(json);
            writeFormat(json);
            writeReasoning(json);
            writeSampling(json);
            field(json, "service_tier", request.serviceTier());
            label(json, "metadata", request.metadata().isEmpty() ? null : request.metadata());
            label(json, "user", request.user());
            for (Map.Entry<String, Object> entry : PromptCache.fields(cache).entrySet()) {
                field(json, entry.getKey(), entry.getValue());
            }
            field(json, "stream", stream); // some servers stream unless told not to
            if (stream && dialect.streamUsage) {
                field(json, "stream_options", Map.of("include_usage", true));
            }
            Json.writeFields(json, extra);
            json.writeEndObject();
        }
    }

    private boolean thinks() {
        return request.reasoning() == null || level(request.reasoning()) != ReasoningEffort.Level.NONE;
    }

    private boolean free(String name) {
        return !extra.containsKey(dialect.nameOf(name));
    }

    /** Returns whether a field is written here: the extras do not have it, and the server takes it. */
    private boolean isSent(String name) {
        return free(name) && !(dialect.hasNo(name) && unsupported.drops(name));
    }

    private void field(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value != null && isSent(name)) {
            json.writeFieldName(dialect.nameOf(name));
            Json.write(json, value);
        }
    }

    /**
     * Writes the fields that do not influence the answer; they are left out silently if the server does not take them.
     */
    private void label(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (!dialect.hasNo(name)) {
            field(json, name, value);
        }
    }

    private void writeTools(JsonGenerator json) throws IOException {
        List<ToolSpec> tools = new ArrayList<>(request.tools().size());
        for (ToolSpec tool : request.tools()) {
            if (tool.provider() == null
                    || tool.provider().equals(unsupported.provider())
                    || !unsupported.drops("the tool \"" + tool.name() + "\", which is " + tool.provider() + "'s own")) {
                tools.add(tool);
            }
        }
        ToolChoice choice = request.toolChoice();
        if (choice != null && dialect.hasNo("tool_choice") && free("tool_choice") && !dialect.hasNo("tools")) {
            if (choice.mode() == ToolChoice.Mode.NONE) {
                return; // the server cannot be told, but no tool is called if there is none
            }
            choice = choice.mode() == ToolChoice.Mode.AUTO ? null : choice;
        }
        boolean any = !tools.isEmpty() && isSent("tools");
        if (any) {
            json.writeArrayFieldStart("tools");
            for (ToolSpec tool : tools) {
                writeTool(json, tool);
            }
            json.writeEndArray();
        }
        if (choice != null && (any || request.tools().isEmpty()) && isSent("tool_choice")) {
            json.writeFieldName("tool_choice");
            if (choice.mode() == ToolChoice.Mode.TOOL) {
                Json.write(
                        json,
                        Map.of("type", "function", "function", Map.of("name", String.valueOf(choice.toolName()))));
            } else if (choice.mode() == ToolChoice.Mode.REQUIRED) {
                json.writeString(dialect.requiredChoice);
            } else {
                json.writeString(choice.mode().name().toLowerCase(Locale.ROOT));
            }
        }
        field(json, "parallel_tool_calls", request.parallelToolCalls());
    }

    private static void writeTool(JsonGenerator json, ToolSpec tool) throws IOException {
        if (tool.provider() != null) {
            Json.write(json, tool.parameters());
            return;
        }
        json.writeStartObject();
        json.writeStringField("type", "function");
        json.writeObjectFieldStart("function");
        json.writeStringField("name", tool.name());
        if (tool.description() != null) {
            json.writeStringField("description", tool.description());
        }
        json.writeFieldName("parameters");
        Json.write(json, Tools.schema(tool));
        if (tool.strict() != null) {
            json.writeBooleanField("strict", tool.strict());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeFormat(JsonGenerator json) throws IOException {
        ResponseFormat format = request.responseFormat();
        if (format.type() == ResponseFormat.Type.TEXT || !isSent("response_format")) {
            return;
        }
        String form = format.type() == ResponseFormat.Type.JSON ? "json_object" : "json_schema";
        if (dialect.hasNo(form) && unsupported.drops("a response format of type " + form)) {
            return;
        }
        json.writeFieldName("response_format");
        Json.write(
                json,
                format.type() == ResponseFormat.Type.JSON
                        ? Map.of("type", "json_object")
                        : dialect.schemaFormat.apply(format));
    }

    static Map<String, ?> jsonSchema(ResponseFormat format) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("name", Objects.requireNonNull(format.name()));
        schema.put("strict", format.strict());
        schema.put("schema", Objects.requireNonNull(format.schema()));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", "json_schema");
        fields.put("json_schema", schema);
        return fields;
    }

    private void writeReasoning(JsonGenerator json) throws IOException {
        ReasoningEffort effort = request.reasoning();
        if (effort == null) {
            return;
        }
        Map<String, ?> fields = dialect.reasoning.apply(effort);
        if (effort.budgetTokens() != null && fields.containsKey(EFFORT)) {
            unsupported.warn("takes no reasoning budget: was sent the level " + fields.get(EFFORT) + " instead");
        }
        for (Map.Entry<String, ?> entry : fields.entrySet()) {
            field(json, entry.getKey(), entry.getValue());
        }
    }

    /** Returns OpenAI's field for the reasoning effort. */
    static Map<String, ?> effort(ReasoningEffort effort) {
        return Map.of(EFFORT, level(effort).name().toLowerCase(Locale.ROOT));
    }

    /** Returns the level, or the one nearest to a budget. */
    static ReasoningEffort.Level level(ReasoningEffort effort) {
        Integer budget = effort.budgetTokens();
        return effort.level() != null ? effort.level() : ModelFit.level(budget == null ? 0 : budget);
    }

    private void writeSampling(JsonGenerator json) throws IOException {
        field(json, "verbosity", request.verbosity());
        field(json, "temperature", request.sampling().temperature());
        field(json, "top_p", request.sampling().topP());
        field(json, "top_k", request.sampling().topK());
        field(json, "max_completion_tokens", request.maxOutputTokens());
        List<String> stop = request.stop();
        field(json, "stop", stop.isEmpty() ? null : stop);
        field(json, "seed", request.sampling().seed());
        field(json, "frequency_penalty", request.sampling().frequencyPenalty());
        field(json, "presence_penalty", request.sampling().presencePenalty());
        if (request.topLogprobs() != null && isSent("logprobs")) {
            json.writeBooleanField("logprobs", true);
            field(json, "top_logprobs", request.topLogprobs());
        }
    }
}
