package dev.aigw.providers.anthropic;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.WireFacts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningEffort;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes a request's body. A field in the request's extras replaces the one written here. */
final class MessagesEncoder {

    /** Newer models leave thinking out of answers unless asked; for the others it is the default. */
    private static final String SHOWN = "summarized";

    private static final String CACHE_CONTROL = "cache_control";
    private static final String FILES_BETA = "files-api-2025-04-14";
    private static final String BINDING_BETA = "thinking-binding-controls-2026-08-01";
    private static final String JSON_WISH = "Answer with one JSON object and nothing else.";

    private final Unsupported unsupported;
    private final int defaultMaxTokens;
    private final boolean unsignedThinking;
    private final @Nullable String bodyVersion;
    private final ChatRequest request;
    private final AttemptContext attempt;
    private final Provenance provenance;
    private final BlockWriter blocks;
    private final List<ToolSpec> tools;
    private final CachePlacement caching;
    private ContentPart.@Nullable CacheHint toolMark;

    MessagesEncoder(
            Unsupported unsupported,
            int defaultMaxTokens,
            boolean unsignedThinking,
            Service service,
            ChatRequest request,
            AttemptContext attempt) {
        this.unsupported = unsupported;
        this.bodyVersion = service.bodyVersion();
        this.defaultMaxTokens = defaultMaxTokens;
        this.request = request;
        this.attempt = attempt;
        this.provenance = Provenance.ofUnsigned(unsupported.provider(), unsupported, request);
        this.unsignedThinking = unsignedThinking || hasUnsignedThinking();
        this.tools = ownTools();
        this.blocks = new BlockWriter(unsupported, provenance, service.place().fetches, otherMarks());
        this.caching = CachePlacement.of(
                request,
                attempt,
                !Boolean.FALSE.equals(attempt.card().wire().cacheMarks()),
                isOurs(CACHE_CONTROL)
                        ? EnumSet.allOf(PromptCaching.Part.class)
                        : Set.of(PromptCaching.Part.TOOLS, PromptCaching.Part.INSTRUCTIONS));
    }

    /** Returns whether the body names an uploaded file; known once it is written. */
    boolean usesFiles() {
        return blocks.usesFiles();
    }

    /**
     * Returns whether the vendor is asked to leave out reasoning that no longer fits the conversation before it, where
     * it would refuse the request otherwise; it reports what it left out.
     */
    boolean dropsMisfits() {
        return provenance.sendsSigned()
                && attempt.card().wire().isReasoningBoundTo(WireFacts.Binding.PREFIX)
                && !isThinkingOff()
                && isOurs("thinking");
    }

    /** Returns the beta features of the vendor that the request needs; known once it is written. */
    Set<String> betas() {
        boolean files = blocks.usesFiles();
        boolean binding = dropsMisfits();
        return files && binding
                ? Set.of(FILES_BETA, BINDING_BETA)
                : files ? Set.of(FILES_BETA) : binding ? Set.of(BINDING_BETA) : Set.of();
    }

    void write(OutputStream stream, boolean streamed) throws IOException {
        refuse();
        try (JsonGenerator out = Json.generator(stream)) {
            out.writeStartObject();
            if (bodyVersion == null) {
                out.writeStringField("model", attempt.model());
            } else if (isOurs("anthropic_version")) {
                out.writeStringField("anthropic_version", bodyVersion);
            }
            out.writeNumberField("max_tokens", maxTokens());
            writeConversation(out);
            writeTools(out);
            writeReasoning(out);
            writeOutputConfig(out);
            writeSampling(out);
            out.writeBooleanField("stream", streamed);
            for (Map.Entry<String, ?> field : Extra.of(request.extra()).entrySet()) {
                out.writeFieldName(field.getKey());
                Json.write(out, field.getValue());
            }
            out.writeEndObject();
        }
    }

    private boolean isOurs(String field) {
        return !request.extra().containsKey(field);
    }

    /** Refuses or drops what the vendor has no field for. */
    private void refuse() {
        check("topLogprobs", request.topLogprobs());
        check("seed", request.sampling().seed());
        check("frequencyPenalty", request.sampling().frequencyPenalty());
        check("presencePenalty", request.sampling().presencePenalty());
        check("verbosity", request.verbosity());
    }

    private void check(String name, @Nullable Object value) {
        if (value != null) {
            unsupported.drops(name);
        }
    }

    /** The vendor requires a maximum number of tokens, and thinking counts towards it. */
    private int maxTokens() {
        Integer asked = request.maxOutputTokens();
        if (asked != null) {
            return asked;
        }
        ReasoningEffort effort = request.reasoning();
        Integer budget = effort == null ? null : effort.budgetTokens();
        return budget == null ? defaultMaxTokens : Math.addExact(budget, defaultMaxTokens);
    }

    private void writeConversation(JsonGenerator out) throws IOException {
        Turns turns = Turns.of(caching.messages(), unsupported, blocks::isSent)
                .fromUser(unsupported)
                .trimmed(unsupported);
        List<ContentPart> system = new ArrayList<>(turns.instructions());
        if (request.responseFormat().type() == ResponseFormat.Type.JSON) {
            system.add(new ContentPart.Text(JSON_WISH));
        }
        ContentPart.CacheHint afterTools = tools.isEmpty() || !isOurs("tools") ? null : caching.tools();
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

    /** Returns whether the conversation has thinking of the server's that it did not sign. */
    private boolean hasUnsignedThinking() {
        for (Message message : request.messages()) {
            for (ContentPart part : message.parts()) {
                if (part instanceof ContentPart.Reasoning reasoning
                        && !reasoning.isSigned()
                        && reasoning.text() != null
                        && provenance.isFromHere(reasoning.origin())) {
                    return true;
                }
            }
        }
        return false;
    }

    private boolean isThinkingOff() {
        ReasoningEffort effort = request.reasoning();
        return effort != null
                && (effort.level() == ReasoningEffort.Level.NONE || Objects.equals(effort.budgetTokens(), 0));
    }

    private boolean lacksThinking(Turns.Turn turn) {
        return unsignedThinking
                && !isThinkingOff()
                && turn.parts().stream().anyMatch(part -> part instanceof ToolCall)
                && turn.parts().stream()
                        .noneMatch(part -> part instanceof ContentPart.Reasoning && blocks.isSent(part));
    }

    private void writeTurn(JsonGenerator out, Turns.Turn turn) throws IOException {
        out.writeStartObject();
        out.writeStringField("role", turn.byAssistant() ? "assistant" : "user");
        out.writeArrayFieldStart("content");
        if (lacksThinking(turn)) {
            BlockWriter.writeEmptyThinking(out);
        }
        blocks.writeAll(out, turn.parts());
        out.writeEndArray();
        out.writeEndObject();
    }

    private List<ToolSpec> ownTools() {
        List<ToolSpec> own = new ArrayList<>(request.tools().size());
        for (ToolSpec tool : request.tools()) {
            if (tool.provider() == null
                    || tool.provider().equals(unsupported.provider())
                    || !unsupported.drops("the tool \"" + tool.name() + "\", which is " + tool.provider() + "'s own")) {
                own.add(tool);
            }
        }
        return own;
    }

    /**
     * Returns the number of marks that come as fields: on the request, which the vendor then marks itself, and on
     * tools.
     */
    private int otherMarks() {
        int marks = isOurs(CACHE_CONTROL) ? 0 : 1;
        for (ToolSpec tool : tools) {
            marks += tool.provider() != null && tool.parameters().containsKey(CACHE_CONTROL) ? 1 : 0;
        }
        return marks;
    }

    private void writeTools(JsonGenerator out) throws IOException {
        if (tools.isEmpty()) {
            return;
        }
        if (isOurs("tools")) {
            out.writeArrayFieldStart("tools");
            for (int i = 0; i < tools.size(); i++) {
                boolean last = i == tools.size() - 1;
                writeTool(out, tools.get(i), last ? toolMark : null);
            }
            out.writeEndArray();
        }
        if (isOurs("tool_choice")) {
            writeToolChoice(out);
        }
    }

    private static void writeTool(JsonGenerator out, ToolSpec tool, ContentPart.@Nullable CacheHint mark)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("name", tool.name());
        if (tool.provider() != null) {
            for (Map.Entry<String, ?> field : tool.parameters().entrySet()) {
                if (!field.getKey().equals("name")) {
                    out.writeFieldName(field.getKey());
                    Json.write(out, field.getValue());
                }
            }
        } else {
            if (tool.description() != null) {
                out.writeStringField("description", tool.description());
            }
            out.writeFieldName("input_schema");
            Json.write(out, Tools.schema(tool));
            if (tool.strict() != null) {
                out.writeBooleanField("strict", tool.strict());
            }
        }
        if (mark != null && !(tool.provider() != null && tool.parameters().containsKey(CACHE_CONTROL))) {
            BlockWriter.writeCacheControl(out, mark);
        }
        out.writeEndObject();
    }

    private void writeToolChoice(JsonGenerator out) throws IOException {
        ToolChoice choice = request.toolChoice();
        Boolean parallel = request.parallelToolCalls();
        if (choice == null && parallel == null) {
            return;
        }
        ToolChoice effective = choice == null ? ToolChoice.AUTO : choice;
        out.writeObjectFieldStart("tool_choice");
        out.writeStringField(
                "type",
                switch (effective.mode()) {
                    case AUTO -> "auto";
                    case NONE -> "none";
                    case REQUIRED -> "any";
                    case TOOL -> "tool";
                });
        if (effective.toolName() != null) {
            out.writeStringField("name", effective.toolName());
        }
        if (parallel != null && effective.mode() != ToolChoice.Mode.NONE) {
            out.writeBooleanField("disable_parallel_tool_use", !parallel);
        }
        out.writeEndObject();
    }

    private void writeReasoning(JsonGenerator out) throws IOException {
        ReasoningEffort effort = request.reasoning();
        if (!isOurs("thinking") || (effort == null && !dropsMisfits())) {
            return;
        }
        Integer budget = effort == null ? null : effort.budgetTokens();
        out.writeObjectFieldStart("thinking");
        if (isThinkingOff()) {
            out.writeStringField("type", off());
        } else if (budget != null && !unsignedThinking && provenance.lacksReasoningOfToolLoop(request.messages())) {
            unsupported.warn(
                    "was asked not to think: it does not continue after another model's tool calls with a budget");
            out.writeStringField("type", off());
        } else if (budget != null) {
            out.writeStringField("type", "enabled");
            out.writeNumberField("budget_tokens", budget);
            out.writeStringField("display", SHOWN);
        } else {
            out.writeStringField("type", "adaptive");
            if (effort != null) {
                out.writeStringField("display", SHOWN);
            }
        }
        if (dropsMisfits()) {
            out.writeObjectFieldStart("block_binding");
            out.writeStringField("prefix_mismatch_behavior", "drop_block");
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    /** Returns what turns thinking off: newer models have a word of their own. */
    private String off() {
        String word = attempt.card().wire().reasoningOff();
        return word == null ? "disabled" : word;
    }

    private void writeOutputConfig(JsonGenerator out) throws IOException {
        String effort =
                request.reasoning() == null ? null : effort(request.reasoning().level());
        ResponseFormat format = request.responseFormat();
        boolean schema = format.type() == ResponseFormat.Type.SCHEMA;
        if ((effort == null && !schema) || !isOurs("output_config")) {
            return;
        }
        out.writeObjectFieldStart("output_config");
        if (effort != null) {
            out.writeStringField("effort", effort);
        }
        if (schema) {
            out.writeObjectFieldStart("format");
            out.writeStringField("type", "json_schema");
            out.writeFieldName("schema");
            Json.write(out, Objects.requireNonNull(format.schema()));
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static @Nullable String effort(ReasoningEffort.@Nullable Level level) {
        if (level == null) {
            return null;
        }
        return switch (level) {
            case NONE -> null;
            case MINIMAL, LOW -> "low";
            case MEDIUM -> "medium";
            case HIGH -> "high";
            case XHIGH -> "xhigh";
            case MAX -> "max";
        };
    }

    private void writeSampling(JsonGenerator out) throws IOException {
        if (request.sampling().temperature() != null && isOurs("temperature")) {
            out.writeNumberField("temperature", request.sampling().temperature());
        }
        if (request.sampling().topP() != null && isOurs("top_p")) {
            out.writeNumberField("top_p", request.sampling().topP());
        }
        if (request.sampling().topK() != null && isOurs("top_k")) {
            out.writeNumberField("top_k", request.sampling().topK());
        }
        if (!request.stop().isEmpty() && isOurs("stop_sequences")) {
            out.writeFieldName("stop_sequences");
            Json.write(out, request.stop());
        }
        if (request.serviceTier() != null && isOurs("service_tier")) {
            out.writeStringField("service_tier", request.serviceTier());
        }
        if (request.user() != null && isOurs("metadata")) {
            out.writeObjectFieldStart("metadata");
            out.writeStringField("user_id", request.user());
            out.writeEndObject();
        }
    }
}
