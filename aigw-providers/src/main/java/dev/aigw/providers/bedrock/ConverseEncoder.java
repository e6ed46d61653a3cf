package dev.aigw.providers.bedrock;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.CachePlacement;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.Provenance;
import dev.aigw.providers.kit.Tools;
import dev.aigw.providers.kit.Turns;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a Converse request. A field in the request's extras replaces the one written here. */
final class ConverseEncoder {

    private static final String FORMER = "Was used before and is no longer available. Do not call it.";
    private static final String FORMER_NAME = "former_tool";
    private static final String JSON_WISH = "Answer with one JSON object and nothing else.";

    private final ChatRequest request;
    private final Unsupported unsupported;
    private final ModelFields modelFields;
    private final BlockWriter blocks;
    private final CachePlacement caching;
    private ContentPart.@Nullable CacheHint toolMark;

    ConverseEncoder(ChatRequest request, AttemptContext attempt, String reader, Unsupported unsupported) {
        this.request = request;
        this.unsupported = unsupported;
        Provenance provenance = Provenance.of(reader, unsupported, request);
        this.modelFields = new ModelFields(request, attempt, unsupported, provenance);
        Boolean marked = takesMarks(attempt);
        this.blocks = new BlockWriter(unsupported, provenance, !Boolean.FALSE.equals(marked));
        this.caching = CachePlacement.of(
                request, attempt, Boolean.TRUE.equals(marked), EnumSet.allOf(PromptCaching.Part.class));
    }

    /**
     * Returns whether the model takes cache points. Anthropic's models do; others refuse the request. It is unknown for
     * a custom inference profile.
     *
     * @see <a href="https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html">"Prompt caching for
     *     faster model inference" of Amazon Bedrock</a>
     */
    private static @Nullable Boolean takesMarks(AttemptContext attempt) {
        Boolean known = attempt.card().wire().cacheMarks();
        String maker = ModelFields.maker(attempt.model());
        if (maker.equals("openai")) {
            return false; // what its card says is of OpenAI's own API
        }
        if (known != null || maker.equals(attempt.model())) {
            return known;
        }
        return maker.equals("anthropic");
    }

    void write(OutputStream stream) throws IOException {
        dropWhatIsMissing();
        try (JsonGenerator out = Json.generator(stream)) {
            out.writeStartObject();
            writeConversation(out);
            writeTools(out);
            field(out, "inferenceConfig", inference());
            field(out, ModelFields.FIELD, modelFields.fields());
            writeFormat(out);
            field(out, "requestMetadata", request.metadata());
            field(out, "serviceTier", request.serviceTier() == null ? null : Map.of("type", request.serviceTier()));
            for (Map.Entry<String, ?> extra : Extra.of(request.extra()).entrySet()) {
                if (!extra.getKey().equals(ModelFields.FIELD)) {
                    out.writeFieldName(extra.getKey());
                    Json.write(out, extra.getValue());
                }
            }
            out.writeEndObject();
        }
    }

    private void field(JsonGenerator out, String name, @Nullable Map<String, ?> value) throws IOException {
        boolean merged = name.equals(ModelFields.FIELD);
        if (value != null && !value.isEmpty() && (merged || isOurs(name))) {
            out.writeFieldName(name);
            Json.write(out, value);
        }
    }

    private boolean isOurs(String field) {
        return !request.extra().containsKey(field);
    }

    private void dropWhatIsMissing() {
        drop("seed", request.sampling().seed());
        drop("frequencyPenalty", request.sampling().frequencyPenalty());
        drop("presencePenalty", request.sampling().presencePenalty());
        drop("verbosity", request.verbosity());
        drop("topLogprobs", request.topLogprobs());
        if (Boolean.FALSE.equals(request.parallelToolCalls())) {
            unsupported.drops("a ban on parallel tool calls");
        }
    }

    private void drop(String name, @Nullable Object value) {
        if (value != null) {
            unsupported.drops(name);
        }
    }

    private Map<String, Object> inference() {
        Map<String, Object> inference = new LinkedHashMap<>();
        put(inference, "maxTokens", request.maxOutputTokens());
        put(inference, "temperature", request.sampling().temperature());
        put(inference, "topP", request.sampling().topP());
        put(inference, "stopSequences", request.stop().isEmpty() ? null : request.stop());
        return inference;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    private void writeConversation(JsonGenerator out) throws IOException {
        Turns turns = Turns.of(caching.messages(), unsupported, blocks::isSent)
                .fromUser(unsupported)
                .trimmed(unsupported);
        List<ContentPart> system = new ArrayList<>(turns.instructions());
        if (request.responseFormat().type() == ResponseFormat.Type.JSON) {
            system.add(new ContentPart.Text(JSON_WISH));
        }
        ContentPart.CacheHint afterTools = isOurs("toolConfig") ? caching.tools() : null;
        blocks.marks().note(afterTools);
        blocks.note(system);
        turns.turns().forEach(turn -> blocks.note(turn.parts()));
        toolMark = afterTools == null ? null : blocks.marks().take(afterTools);
        if (isOurs("system") && system.stream().anyMatch(blocks::isSent)) {
            out.writeArrayFieldStart("system");
            blocks.writeAll(out, system);
            out.writeEndArray();
        }
        if (isOurs("messages")) {
            out.writeArrayFieldStart("messages");
            for (Turns.Turn turn : turns.turns()) {
                writeTurn(out, turn);
            }
            out.writeEndArray();
        }
    }

    private void writeTurn(JsonGenerator out, Turns.Turn turn) throws IOException {
        out.writeStartObject();
        out.writeStringField("role", turn.byAssistant() ? "assistant" : "user");
        out.writeArrayFieldStart("content");
        blocks.writeAll(out, turn.parts());
        out.writeEndArray();
        out.writeEndObject();
    }

    private void writeTools(JsonGenerator out) throws IOException {
        List<ToolSpec> tools = new ArrayList<>(request.tools().size());
        for (ToolSpec tool : request.tools()) {
            if (tool.provider() == null || tool.provider().equals(unsupported.provider())) {
                tools.add(tool);
            } else {
                unsupported.drops("the tool \"" + tool.name() + "\", which is for " + tool.provider());
            }
        }
        ToolChoice choice = request.toolChoice();
        if (choice != null && choice.mode() == ToolChoice.Mode.NONE) {
            if (!hasToolParts()) {
                return; // no tools at all mean the same to the model
            }
            if (!tools.isEmpty()) {
                unsupported.drops("the choice of no tool in a conversation with tool calls");
            }
            choice = null;
        }
        if (!isOurs("toolConfig")) {
            return;
        }
        if (tools.isEmpty()) {
            tools.addAll(formerTools());
        }
        if (tools.isEmpty()) {
            return;
        }
        out.writeObjectFieldStart("toolConfig");
        out.writeArrayFieldStart("tools");
        for (ToolSpec tool : tools) {
            writeTool(out, tool);
        }
        if (toolMark != null) {
            BlockWriter.writeMark(out, toolMark);
        }
        out.writeEndArray();
        if (choice != null) {
            writeToolChoice(out, choice);
        }
        out.writeEndObject();
    }

    private boolean hasToolParts() {
        return request.messages().stream()
                .flatMap(message -> message.parts().stream())
                .anyMatch(part -> part instanceof ToolCall || part instanceof ContentPart.ToolResult);
    }

    /** Returns the tools that were called before: the vendor refuses calls and results in a request without tools. */
    private List<ToolSpec> formerTools() {
        Map<String, ToolSpec> tools = new LinkedHashMap<>();
        for (Message message : request.messages()) {
            for (ToolCall call : message.toolCalls()) {
                tools.putIfAbsent(call.name(), ToolSpec.function(call.name(), FORMER, Map.of()));
            }
        }
        if (tools.isEmpty() && hasToolParts()) {
            tools.put(FORMER_NAME, ToolSpec.function(FORMER_NAME, FORMER, Map.of()));
        }
        if (!tools.isEmpty()) {
            unsupported.warn(
                    "takes no tool calls in a conversation without tools: was sent the names of the former" + " tools");
        }
        return List.copyOf(tools.values());
    }

    private static void writeTool(JsonGenerator out, ToolSpec tool) throws IOException {
        if (tool.provider() != null) {
            Json.write(out, tool.parameters());
            return;
        }
        out.writeStartObject();
        out.writeObjectFieldStart("toolSpec");
        out.writeStringField("name", tool.name());
        if (tool.description() != null) {
            out.writeStringField("description", tool.description());
        }
        out.writeObjectFieldStart("inputSchema");
        out.writeFieldName("json");
        Json.write(out, Tools.schema(tool));
        out.writeEndObject();
        if (tool.strict() != null) {
            out.writeBooleanField("strict", tool.strict());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private static void writeToolChoice(JsonGenerator out, ToolChoice choice) throws IOException {
        out.writeObjectFieldStart("toolChoice");
        out.writeObjectFieldStart(
                choice.mode() == ToolChoice.Mode.TOOL
                        ? "tool"
                        : choice.mode() == ToolChoice.Mode.REQUIRED ? "any" : "auto");
        if (choice.toolName() != null) {
            out.writeStringField("name", choice.toolName());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    /** The schema is sent as text, as the vendor requires. */
    private void writeFormat(JsonGenerator out) throws IOException {
        ResponseFormat format = request.responseFormat();
        if (format.type() == ResponseFormat.Type.SCHEMA) {
            Map<String, ?> schema = Map.of("name", String.valueOf(format.name()), "schema", Json.text(format.schema()));
            field(
                    out,
                    "outputConfig",
                    Map.of("textFormat", Map.of("type", "json_schema", "structure", Map.of("jsonSchema", schema))));
        }
    }
}
