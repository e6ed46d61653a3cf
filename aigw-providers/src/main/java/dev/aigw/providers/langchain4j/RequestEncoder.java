package dev.aigw.providers.langchain4j;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.kit.CachePlacement;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.Provenance;
import dev.aigw.providers.kit.Tools;
import dev.aigw.providers.kit.Unsupported;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns requests into LangChain4j's. For one attempt. */
final class RequestEncoder {

    private final boolean sendModelName;
    private final AttemptContext attempt;
    private final ContentEncoder contents;
    private final Unsupported unsupported;
    private final Map<String, String> toolNames = new HashMap<>();

    RequestEncoder(String provider, boolean sendModelName, AttemptContext attempt, Failures failures) {
        this.sendModelName = sendModelName;
        this.attempt = attempt;
        this.contents = new ContentEncoder(failures);
        this.unsupported = new Unsupported(provider, true, attempt);
    }

    dev.langchain4j.model.embedding.request.EmbeddingRequest encode(EmbeddingRequest request) {
        if (!request.extra().isEmpty()) {
            attempt.warn("vendor fields " + Extra.of(request.extra()).keySet()
                    + " were left out: LangChain4j has no place for" + " them");
        }
        var theirs = dev.langchain4j.model.embedding.request.EmbeddingRequest.builder()
                .inputs(request.inputs().toArray(String[]::new));
        if (request.dimensions() != null) {
            theirs.dimensions(request.dimensions());
        }
        return theirs.build();
    }

    dev.langchain4j.model.chat.request.ChatRequest encode(ChatRequest request) {
        List<ChatMessage> messages = new ArrayList<>();
        Provenance provenance = Provenance.unsigned(unsupported, request);
        for (Message message : Tools.resultsFirst(request.messages())) {
            addMessage(messages, message, provenance);
        }
        var theirs = dev.langchain4j.model.chat.request.ChatRequest.builder()
                .messages(messages)
                .temperature(request.sampling().temperature())
                .topP(request.sampling().topP())
                .topK(request.sampling().topK())
                .frequencyPenalty(request.sampling().frequencyPenalty())
                .presencePenalty(request.sampling().presencePenalty())
                .maxOutputTokens(request.maxOutputTokens());
        if (sendModelName) {
            theirs.modelName(attempt.model());
        }
        if (!request.stop().isEmpty()) {
            theirs.stopSequences(request.stop());
        }
        List<ToolSpecification> tools = tools(request);
        if (!tools.isEmpty()) {
            theirs.toolSpecifications(tools);
        }
        if (request.toolChoice() != null) {
            theirs.toolChoice(toolChoice(request.toolChoice()));
        }
        if (request.responseFormat().type() != ResponseFormat.Type.TEXT) {
            theirs.responseFormat(responseFormat(request.responseFormat()));
        }
        warnOfWhatIsLeftOut(request);
        return theirs.build();
    }

    private void addMessage(List<ChatMessage> messages, Message message, Provenance provenance) {
        switch (message.role()) {
            case SYSTEM -> {
                if (!message.text().isBlank()) { // blank instructions are refused
                    messages.add(SystemMessage.from(message.text()));
                }
            }
            case USER -> addUser(messages, message);
            case ASSISTANT -> messages.add(assistant(message, provenance));
            case TOOL -> addUser(messages, message);
        }
    }

    /** Tool results are separate messages in LangChain4j; the parts around them keep their order. */
    private void addUser(List<ChatMessage> messages, Message message) {
        List<ContentPart> pending = new ArrayList<>();
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.ToolResult result) {
                flush(messages, pending, message.name());
                messages.add(ToolExecutionResultMessage.builder()
                        .id(result.toolCallId())
                        .toolName(toolNames.getOrDefault(result.toolCallId(), "unknown"))
                        .contents(contentsOf(result))
                        .isError(result.isError())
                        .build());
            } else {
                pending.add(part);
            }
        }
        flush(messages, pending, message.name());
    }

    private List<Content> contentsOf(ContentPart.ToolResult result) {
        List<Content> encoded = contents.encode(result.content());
        return encoded.isEmpty() ? contents.encode(List.of(new ContentPart.Text("(no content)"))) : encoded;
    }

    private void flush(List<ChatMessage> messages, List<ContentPart> pending, @Nullable String name) {
        List<Content> encoded = contents.encode(pending);
        pending.clear();
        if (!encoded.isEmpty()) {
            messages.add(name == null ? UserMessage.from(encoded) : UserMessage.from(name, encoded));
        }
    }

    private AiMessage assistant(Message message, Provenance provenance) {
        StringBuilder thinking = new StringBuilder();
        Map<String, Object> attributes = new LinkedHashMap<>();
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.Reasoning reasoning) {
                if (reasoning.text() != null && !reasoning.isSigned()) {
                    thinking.append(reasoning.text());
                } else {
                    provenance.leavesOut(reasoning);
                }
            } else if (part instanceof ContentPart.Raw raw && provenance.takesBack(raw)) {
                attributes.putAll(raw.json());
            }
        }
        List<ToolExecutionRequest> calls = new ArrayList<>();
        for (ToolCall call : message.toolCalls()) {
            toolNames.put(call.id(), call.name());
            calls.add(ToolExecutionRequest.builder()
                    .id(call.id())
                    .name(call.name())
                    .arguments(Tools.arguments(call, unsupported))
                    .build());
        }
        AiMessage.Builder theirs = AiMessage.builder();
        if (!message.text().isEmpty()) {
            theirs.text(message.text());
        }
        if (thinking.length() > 0) {
            theirs.thinking(thinking.toString());
        }
        return theirs.toolExecutionRequests(calls).attributes(attributes).build();
    }

    private List<ToolSpecification> tools(ChatRequest request) {
        List<ToolSpecification> tools = new ArrayList<>();
        for (ToolSpec tool : request.tools()) {
            if (tool.provider() != null) {
                attempt.warn("tool \"" + tool.name() + "\" was left out: it belongs to provider \"" + tool.provider()
                        + "\"");
                continue;
            }
            tools.add(ToolSpecification.builder()
                    .name(tool.name())
                    .description(tool.description())
                    .parameters(SchemaEncoder.object(Tools.schema(tool)))
                    .strict(tool.strict())
                    .build());
        }
        return tools;
    }

    private ToolChoice toolChoice(dev.aigw.api.chat.ToolChoice choice) {
        return switch (choice.mode()) {
            case AUTO -> ToolChoice.AUTO;
            case NONE -> ToolChoice.NONE;
            case REQUIRED -> ToolChoice.REQUIRED;
            case TOOL -> {
                attempt.warn("LangChain4j cannot require one tool by name: any tool was required in its place");
                yield ToolChoice.REQUIRED;
            }
        };
    }

    private static dev.langchain4j.model.chat.request.ResponseFormat responseFormat(ResponseFormat format) {
        var theirs = dev.langchain4j.model.chat.request.ResponseFormat.builder().type(ResponseFormatType.JSON);
        if (format.type() == ResponseFormat.Type.SCHEMA) {
            theirs.jsonSchema(JsonSchema.builder()
                    .name(Objects.requireNonNull(format.name()))
                    .rootElement(SchemaEncoder.raw(Objects.requireNonNull(format.schema())))
                    .build());
        }
        return theirs.build();
    }

    private void warnOfWhatIsLeftOut(ChatRequest request) {
        List<String> leftOut = new ArrayList<>();
        note(leftOut, "parallelToolCalls", request.parallelToolCalls());
        note(leftOut, "reasoning", request.reasoning());
        note(leftOut, "verbosity", request.verbosity());
        note(leftOut, "seed", request.sampling().seed());
        note(leftOut, "topLogprobs", request.topLogprobs());
        note(leftOut, "serviceTier", request.serviceTier());
        note(leftOut, "cache hints", CachePlacement.hasHints(request.messages()) ? true : null);
        leftOut.addAll(Extra.of(request.extra()).keySet());
        if (!leftOut.isEmpty()) {
            attempt.warn(leftOut + " were left out: LangChain4j has no place for them");
        }
    }

    private static void note(List<String> leftOut, String name, @Nullable Object value) {
        if (value != null) {
            leftOut.add(name);
        }
    }
}
