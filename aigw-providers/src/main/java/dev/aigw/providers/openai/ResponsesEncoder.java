package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.Capability;
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
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a chat request for the Responses API. For one call. A field in the request's extras replaces the one written
 * here.
 *
 * <p>The vendor is asked to store nothing, unless the answer runs in the background or is to be continued by its id, so
 * reasoning that shall survive a turn must come back encrypted. This is requested if the request sets a reasoning
 * effort, the model is known to reason, or the conversation has such reasoning already.
 */
final class ResponsesEncoder {

    private static final String ENCRYPTED = "reasoning.encrypted_content";
    private static final String LOGPROBS = "message.output_text.logprobs";

    private final Unsupported unsupported;
    private final StoredAnswer stored;
    private final ChatRequest request;
    private final AttemptContext attempt;
    private final Map<String, ?> extra;
    private boolean sendsReasoning;
    private final @Nullable PromptCache cache;

    ResponsesEncoder(
            Map<String, ?> defaults,
            Unsupported unsupported,
            StoredAnswer stored,
            @Nullable PromptCache cache,
            AttemptContext attempt) {
        this.unsupported = unsupported;
        this.stored = stored;
        this.request = stored.request();
        this.attempt = attempt;
        this.extra = ChatEncoder.merged(defaults, Extra.of(request.extra()));
        this.cache = cache;
    }

    void write(OutputStream out, boolean stream) throws IOException {
        refuse();
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            field(json, "model", attempt.model());
            if (free("input")) {
                json.writeArrayFieldStart("input");
                sendsReasoning = new ResponsesInput(json, cache, unsupported, request)
                        .write(PromptCache.messages(cache, request));
                json.writeEndArray();
            }
            field(json, "previous_response_id", stored.previous());
            field(json, "store", stored.digest() != null || isTrue(extra, "background"));
            List<String> include = include();
            field(json, "include", include.isEmpty() ? null : include);
            writeTools(json);
            field(json, "text", text());
            if (request.reasoning() != null) {
                field(json, "reasoning", reasoning(request.reasoning()));
            }
            field(json, "temperature", request.sampling().temperature());
            field(json, "top_p", request.sampling().topP());
            field(json, "top_logprobs", request.topLogprobs());
            field(json, "max_output_tokens", request.maxOutputTokens());
            field(json, "service_tier", request.serviceTier());
            field(json, "metadata", request.metadata().isEmpty() ? null : request.metadata());
            field(json, "user", request.user());
            for (Map.Entry<String, Object> entry : PromptCache.fields(cache).entrySet()) {
                field(json, entry.getKey(), entry.getValue());
            }
            field(json, "stream", stream);
            Json.writeFields(json, extra);
            json.writeEndObject();
        }
    }

    /** Returns whether an extra field is true. */
    static boolean isTrue(Map<String, ?> extra, String name) {
        return Boolean.TRUE.equals(extra.get(name));
    }

    private boolean free(String name) {
        return !extra.containsKey(name);
    }

    private void field(JsonGenerator json, String name, @Nullable Object value) throws IOException {
        if (value != null && free(name)) {
            json.writeFieldName(name);
            Json.write(json, value);
        }
    }

    /** Refuses or drops what the Responses API has no field for, although chat completions have one. */
    private void refuse() {
        check("stop", request.stop().isEmpty() ? null : request.stop());
        check("seed", request.sampling().seed());
        check("frequency_penalty", request.sampling().frequencyPenalty());
        check("presence_penalty", request.sampling().presencePenalty());
        check("top_k", request.sampling().topK());
    }

    private void check(String name, @Nullable Object value) {
        if (value != null && free(name)) {
            unsupported.drops(name);
        }
    }

    private List<String> include() {
        List<String> include = new ArrayList<>(2);
        ReasoningEffort effort = request.reasoning();
        boolean reasons = effort == null
                ? attempt.card().has(Capability.REASONING)
                : ChatEncoder.level(effort) != ReasoningEffort.Level.NONE;
        if (reasons || sendsReasoning) {
            include.add(ENCRYPTED);
        }
        if (request.topLogprobs() != null) {
            include.add(LOGPROBS);
        }
        return include;
    }

    private void writeTools(JsonGenerator json) throws IOException {
        List<Map<String, ?>> tools = new ArrayList<>(request.tools().size());
        for (ToolSpec tool : request.tools()) {
            if (tool.provider() == null) {
                tools.add(function(tool));
            } else if (tool.provider().equals(unsupported.provider())
                    || !unsupported.drops("the tool \"" + tool.name() + "\", which is " + tool.provider() + "'s own")) {
                tools.add(tool.parameters());
            }
        }
        field(json, "tools", tools.isEmpty() ? null : tools);
        ToolChoice choice = request.toolChoice();
        if (choice != null && (!tools.isEmpty() || request.tools().isEmpty())) {
            field(
                    json,
                    "tool_choice",
                    choice.toolName() != null
                            ? Map.of("type", "function", "name", choice.toolName())
                            : choice.mode().name().toLowerCase(Locale.ROOT));
        }
        field(json, "parallel_tool_calls", request.parallelToolCalls());
    }

    /** This API is strict by default, chat completions are not: a tool that does not set it is sent as not strict. */
    private static Map<String, ?> function(ToolSpec tool) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("type", "function");
        function.put("name", tool.name());
        if (tool.description() != null) {
            function.put("description", tool.description());
        }
        function.put("parameters", Tools.schema(tool));
        function.put("strict", tool.strict() != null && tool.strict());
        return function;
    }

    private @Nullable Map<String, ?> text() {
        Map<String, Object> text = new LinkedHashMap<>(2);
        ResponseFormat format = request.responseFormat();
        if (format.type() == ResponseFormat.Type.JSON) {
            text.put("format", Map.of("type", "json_object"));
        } else if (format.type() == ResponseFormat.Type.SCHEMA) {
            Map<String, Object> schema = new LinkedHashMap<>();
            schema.put("type", "json_schema");
            schema.put("name", format.name());
            schema.put("strict", format.strict());
            schema.put("schema", format.schema());
            text.put("format", schema);
        }
        if (request.verbosity() != null) {
            text.put("verbosity", request.verbosity());
        }
        return text.isEmpty() ? null : text;
    }

    private Map<String, ?> reasoning(ReasoningEffort effort) {
        String level = ChatEncoder.level(effort).name().toLowerCase(Locale.ROOT);
        if (effort.budgetTokens() != null) {
            unsupported.warn("takes no reasoning budget: was sent the level " + level + " instead");
        }
        return Map.of("effort", level);
    }
}
