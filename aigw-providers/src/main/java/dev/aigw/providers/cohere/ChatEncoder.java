package dev.aigw.providers.cohere;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.Tools;
import dev.aigw.providers.kit.Unsupported;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the body of a chat ("Chat" in Cohere's reference). For one attempt. */
final class ChatEncoder {

    private final ChatRequest request;
    private final String model;
    private final Unsupported unsupported;
    private final Map<String, @Nullable Object> body = new LinkedHashMap<>();

    ChatEncoder(ChatRequest request, String model, Unsupported unsupported) {
        this.request = request;
        this.model = model;
        this.unsupported = unsupported;
    }

    Map<String, @Nullable Object> encode(boolean streamed) {
        refuse();
        MessageEncoder messages = new MessageEncoder(unsupported, request);
        body.put("model", model);
        body.put("messages", messages.encode(request.messages()));
        if (!messages.documents().isEmpty()) {
            body.put("documents", messages.documents());
        }
        putTools();
        putResponseFormat();
        putReasoning();
        put("temperature", request.sampling().temperature());
        put("p", request.sampling().topP());
        put("k", request.sampling().topK());
        put("max_tokens", request.maxOutputTokens());
        put("stop_sequences", request.stop().isEmpty() ? null : request.stop());
        put("seed", request.sampling().seed());
        put("frequency_penalty", request.sampling().frequencyPenalty());
        put("presence_penalty", request.sampling().presencePenalty());
        body.putAll(Extra.of(request.extra()));
        body.put("model", model);
        body.put("stream", streamed);
        return body;
    }

    private void refuse() {
        if (request.topLogprobs() != null) {
            unsupported.drops("a wish for log probabilities");
        }
        if (request.verbosity() != null) {
            unsupported.drops("a verbosity");
        }
        if (request.serviceTier() != null) {
            unsupported.drops("a service tier");
        }
        if (Boolean.FALSE.equals(request.parallelToolCalls())) {
            unsupported.drops("a ban on parallel tool calls");
        }
        if (!request.metadata().isEmpty()) {
            unsupported.warn("does not take metadata: it was left out");
        }
    }

    private void put(String field, @Nullable Object value) {
        if (value != null) {
            body.put(field, value);
        }
    }

    private void putTools() {
        ToolChoice choice = request.toolChoice();
        List<Map<String, ?>> tools = new ArrayList<>();
        boolean strict = false;
        for (ToolSpec tool : request.tools()) {
            if (choice != null
                    && choice.toolName() != null
                    && !choice.toolName().equals(tool.name())) {
                continue; // the required tool is sent alone
            }
            if (tool.provider() == null) {
                tools.add(function(tool));
                strict |= Boolean.TRUE.equals(tool.strict());
            } else if (tool.provider().equals(unsupported.provider())) {
                tools.add(tool.parameters());
            } else {
                unsupported.drops("the tool \"" + tool.name() + "\", which runs at " + tool.provider());
            }
        }
        put("tools", tools.isEmpty() ? null : tools);
        put("strict_tools", strict ? true : null);
        if (choice != null && choice.mode() != ToolChoice.Mode.AUTO) {
            body.put("tool_choice", choice.mode() == ToolChoice.Mode.NONE ? "NONE" : "REQUIRED");
        }
    }

    private static Map<String, ?> function(ToolSpec tool) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", tool.name());
        if (tool.description() != null) {
            function.put("description", tool.description());
        }
        function.put("parameters", Tools.schema(tool));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("type", "function");
        entry.put("function", function);
        return entry;
    }

    private void putResponseFormat() {
        ResponseFormat format = request.responseFormat();
        if (format.type() == ResponseFormat.Type.TEXT) {
            return;
        }
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("type", "json_object");
        if (format.schema() != null) {
            entry.put("json_schema", format.schema());
        }
        body.put("response_format", entry);
    }

    private void putReasoning() {
        ReasoningEffort effort = request.reasoning();
        if (effort == null) {
            return;
        }
        Integer budget = effort.budgetTokens();
        Map<String, Object> thinking = new LinkedHashMap<>();
        if (effort.level() == ReasoningEffort.Level.NONE || (budget != null && budget == 0)) {
            thinking.put("type", "disabled");
        } else {
            thinking.put("type", "enabled");
            if (budget != null) {
                thinking.put("token_budget", budget);
            } else {
                unsupported.warn("has no levels of reasoning: thinking was turned on");
            }
        }
        body.put("thinking", thinking);
    }
}
