package dev.aigw.providers.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.Turns;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes a {@code GenerateContentRequest}. A field in the request's extras replaces the one written here. */
final class ContentEncoder {

    /** A cache that the caller made and named; the vendor refuses instructions and tools beside it. */
    private static final String CACHED_CONTENT = "cachedContent";

    private final ChatRequest request;
    private final Unsupported unsupported;
    private final boolean vertex;
    private final boolean streamArguments;
    private final GenerationConfig config;
    private final ContentWriter parts;

    /** Creates an encoder; {@code streamArguments} requests the arguments of tool calls in pieces. */
    ContentEncoder(
            ChatRequest request,
            AttemptContext attempt,
            boolean vertex,
            boolean streamArguments,
            Unsupported unsupported) {
        this.request = request;
        this.streamArguments = streamArguments;
        this.vertex = vertex;
        this.unsupported = unsupported;
        this.config = new GenerationConfig(request, attempt, unsupported);
        this.parts = new ContentWriter(unsupported, request, GenerationConfig.isSince3(attempt.model()));
    }

    void write(OutputStream stream) throws IOException {
        try (JsonGenerator out = Json.generator(stream)) {
            out.writeStartObject();
            writeConversation(out);
            writeTools(out);
            Map<String, Object> generation = config.fields();
            if (!generation.isEmpty()) {
                out.writeFieldName("generationConfig");
                Json.write(out, generation);
            }
            if (request.serviceTier() != null && isOurs("serviceTier")) {
                out.writeStringField("serviceTier", request.serviceTier());
            }
            if (!request.metadata().isEmpty() && isOurs("labels")) {
                writeLabels(out);
            }
            for (Map.Entry<String, ?> field : Extra.of(request.extra()).entrySet()) {
                if (!field.getKey().equals(GenerationConfig.FIELD)) {
                    out.writeFieldName(field.getKey());
                    Json.write(out, field.getValue());
                }
            }
            out.writeEndObject();
        }
    }

    private void writeLabels(JsonGenerator out) throws IOException {
        if (!vertex) {
            unsupported.warn("was not sent the metadata: only Vertex AI takes labels");
            return;
        }
        out.writeFieldName("labels");
        Json.write(out, request.metadata());
    }

    private boolean isOurs(String field) {
        return !request.extra().containsKey(field);
    }

    private void writeConversation(JsonGenerator out) throws IOException {
        Turns turns = Turns.of(request.messages(), unsupported, parts::isSent).fromUser(unsupported);
        boolean cached = !isOurs(CACHED_CONTENT);
        if (cached && !turns.instructions().isEmpty()) {
            unsupported.warn("was not sent the instructions: they are part of the cached content that it was given");
        }
        if (!cached
                && isOurs("systemInstruction")
                && turns.instructions().stream().anyMatch(parts::isSent)) {
            out.writeObjectFieldStart("systemInstruction");
            writeParts(out, turns.instructions());
            out.writeEndObject();
        }
        if (isOurs("contents")) {
            out.writeArrayFieldStart("contents");
            for (Turns.Turn turn : turns.turns()) {
                writeTurn(out, turn);
            }
            out.writeEndArray();
        }
    }

    private void writeTurn(JsonGenerator out, Turns.Turn turn) throws IOException {
        out.writeStartObject();
        out.writeStringField("role", turn.byAssistant() ? "model" : "user");
        writeParts(out, turn.parts());
        out.writeEndObject();
    }

    private void writeParts(JsonGenerator out, List<ContentPart> turn) throws IOException {
        out.writeArrayFieldStart("parts");
        parts.writeAll(out, turn);
        out.writeEndArray();
    }

    private void writeTools(JsonGenerator out) throws IOException {
        if (!isOurs(CACHED_CONTENT)) {
            if (!request.tools().isEmpty()) {
                unsupported.warn("was not sent the tools: they are part of the cached content that it was given");
            }
            return;
        }
        List<ToolSpec> functions = new ArrayList<>(request.tools().size());
        List<ToolSpec> own = new ArrayList<>(0);
        for (ToolSpec tool : request.tools()) {
            if (tool.provider() == null) {
                functions.add(tool);
            } else if (tool.provider().equals(unsupported.provider())) {
                own.add(tool);
            } else if (!unsupported.drops("the tool \"" + tool.name() + "\", which is for " + tool.provider())) {
                throw unsupported.refusal("has no tool \"" + tool.name() + "\"");
            }
        }
        if (isOurs("tools") && !(functions.isEmpty() && own.isEmpty())) {
            out.writeArrayFieldStart("tools");
            if (!functions.isEmpty()) {
                out.writeStartObject();
                out.writeArrayFieldStart("functionDeclarations");
                for (ToolSpec tool : functions) {
                    writeFunction(out, tool);
                }
                out.writeEndArray();
                out.writeEndObject();
            }
            for (ToolSpec tool : own) {
                Json.write(out, tool.parameters());
            }
            out.writeEndArray();
        }
        if (!functions.isEmpty() && isOurs("toolConfig")) {
            writeToolChoice(out, functions);
        }
    }

    private static void writeFunction(JsonGenerator out, ToolSpec tool) throws IOException {
        out.writeStartObject();
        out.writeStringField("name", tool.name());
        if (tool.description() != null) {
            out.writeStringField("description", tool.description());
        }
        if (!tool.parameters().isEmpty()) {
            out.writeFieldName("parametersJsonSchema");
            Json.write(out, tool.parameters());
        }
        out.writeEndObject();
    }

    /** Strict arguments are a mode of the whole request: {@code VALIDATED} instead of {@code AUTO}. */
    private void writeToolChoice(JsonGenerator out, List<ToolSpec> functions) throws IOException {
        boolean strict = functions.stream().anyMatch(tool -> Boolean.TRUE.equals(tool.strict()));
        if (Boolean.FALSE.equals(request.parallelToolCalls())) {
            unsupported.drops("a ban on parallel tool calls");
        }
        ToolChoice choice = request.toolChoice();
        if (choice == null && !strict && !streamArguments) {
            return;
        }
        out.writeObjectFieldStart("toolConfig");
        out.writeObjectFieldStart("functionCallingConfig");
        out.writeStringField(
                "mode",
                switch (choice == null ? ToolChoice.Mode.AUTO : choice.mode()) {
                    case AUTO -> strict ? "VALIDATED" : "AUTO";
                    case NONE -> "NONE";
                    case REQUIRED, TOOL -> "ANY";
                });
        if (choice != null && choice.toolName() != null) {
            out.writeArrayFieldStart("allowedFunctionNames");
            out.writeString(choice.toolName());
            out.writeEndArray();
        }
        if (streamArguments) {
            out.writeBooleanField("streamFunctionCallArguments", true);
        }
        out.writeEndObject();
        out.writeEndObject();
    }
}
