package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a chat request. One a call. A field that the request's extra map names is left to the map. */
final class ChatEncoder {

    private final String provider;
    private final boolean legacyMaxTokens;
    private final ChatRequest request;
    private final AttemptContext attempt;
    private final Map<String, ?> extra;

    ChatEncoder(String provider, boolean legacyMaxTokens, ChatRequest request, AttemptContext attempt) {
        this.provider = provider;
        this.legacyMaxTokens = legacyMaxTokens;
        this.request = request;
        this.attempt = attempt;
        this.extra = request.extra();
    }

    void write(OutputStream out, boolean stream) throws IOException {
        try (JsonGenerator json = Json.generator(out)) {
            json.writeStartObject();
            field(json, "model", attempt.model());
            if (free("messages")) {
                json.writeArrayFieldStart("messages");
                new MessageEncoder(json, provider, attempt).write(request.messages());
                json.writeEndArray();
            }
            writeTools(json);
            writeFormat(json);
            writeReasoning(json);
            writeSampling(json);
            field(json, "service_tier", request.serviceTier());
            field(json, "metadata", request.metadata().isEmpty() ? null : request.metadata());
            field(json, "user", request.user());
            if (stream) {
                field(json, "stream", true);
                field(json, "stream_options", Map.of("include_usage", true));
            }
            for (Map.Entry<String, ?> entry : extra.entrySet()) {
                json.writeFieldName(entry.getKey());
                Json.write(json, entry.getValue());
            }
            json.writeEndObject();
        }
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

    private void writeTools(JsonGenerator json) throws IOException {
        if (!request.tools().isEmpty() && free("tools")) {
            json.writeArrayFieldStart("tools");
            for (ToolSpec tool : request.tools()) {
                writeTool(json, tool);
            }
            json.writeEndArray();
        }
        ToolChoice choice = request.toolChoice();
        if (choice != null && free("tool_choice")) {
            json.writeFieldName("tool_choice");
            if (choice.mode() == ToolChoice.Mode.TOOL) {
                Json.write(
                        json,
                        Map.of("type", "function", "function", Map.of("name", String.valueOf(choice.toolName()))));
            } else {
                json.writeString(choice.mode().name().toLowerCase(Locale.ROOT));
            }
        }
        field(json, "parallel_tool_calls", request.parallelToolCalls());
    }

    private void writeTool(JsonGenerator json, ToolSpec tool) throws IOException {
        if (tool.provider() != null) {
            if (!tool.provider().equals(provider)) {
                throw unsupported("the tool \"" + tool.name() + "\" is defined for " + tool.provider() + " only");
            }
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
        Json.write(json, tool.parameters());
        if (tool.strict() != null) {
            json.writeBooleanField("strict", tool.strict());
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private void writeFormat(JsonGenerator json) throws IOException {
        ResponseFormat format = request.responseFormat();
        if (format.type() == ResponseFormat.Type.TEXT || !free("response_format")) {
            return;
        }
        json.writeObjectFieldStart("response_format");
        if (format.type() == ResponseFormat.Type.JSON) {
            json.writeStringField("type", "json_object");
        } else {
            json.writeStringField("type", "json_schema");
            json.writeObjectFieldStart("json_schema");
            json.writeStringField("name", format.name());
            json.writeBooleanField("strict", format.strict());
            json.writeFieldName("schema");
            Json.write(json, format.schema());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void writeReasoning(JsonGenerator json) throws IOException {
        ReasoningEffort effort = request.reasoning();
        if (effort == null) {
            return;
        }
        ReasoningEffort.Level level = effort.level();
        if (level == null) {
            int budget = effort.budgetTokens() == null ? 0 : effort.budgetTokens();
            level = budget == 0
                    ? ReasoningEffort.Level.NONE
                    : budget <= 2048
                            ? ReasoningEffort.Level.LOW
                            : budget <= 8192 ? ReasoningEffort.Level.MEDIUM : ReasoningEffort.Level.HIGH;
            attempt.warn(provider + " takes no reasoning budget: sent the level " + level + " instead");
        }
        field(json, "reasoning_effort", level.name().toLowerCase(Locale.ROOT));
    }

    private void writeSampling(JsonGenerator json) throws IOException {
        field(json, "verbosity", request.verbosity());
        field(json, "temperature", request.temperature());
        field(json, "top_p", request.topP());
        if (request.topK() != null && free("top_k")) {
            attempt.warn("topK was not sent: " + provider + " does not know it; a server that does takes it as the"
                    + " extra field top_k");
        }
        field(json, legacyMaxTokens ? "max_tokens" : "max_completion_tokens", request.maxOutputTokens());
        List<String> stop = request.stop();
        field(json, "stop", stop.isEmpty() ? null : stop);
        field(json, "seed", request.seed());
        field(json, "frequency_penalty", request.frequencyPenalty());
        field(json, "presence_penalty", request.presencePenalty());
        if (request.topLogprobs() != null) {
            field(json, "logprobs", true);
            field(json, "top_logprobs", request.topLogprobs());
        }
    }

    private GatewayException unsupported(String what) {
        return unsupported(provider, attempt, what);
    }

    static GatewayException unsupported(String provider, AttemptContext attempt, String what) {
        return GatewayException.builder(ErrorKind.UNSUPPORTED, what)
                .provider(provider)
                .deployment(attempt.deployment())
                .build();
    }
}
