package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.events.ChatEventReader;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TextDeltaTemplate;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a streamed answer of the Responses API.
 *
 * <p>The answer is complete when the vendor says so ({@code response.completed} or {@code response.incomplete}).
 * Vendor-specific items are added whole when they are complete. One thread reads; any thread may close.
 */
final class ResponsesStreamReader extends ChatEventReader {

    /** Events that repeat other events, or contain nothing of the answer. */
    private static final Set<String> REPEATED = Set.of(
            "response.in_progress",
            "response.queued",
            "response.content_part.added",
            "response.content_part.done",
            "response.output_text.done",
            "response.refusal.done",
            "response.function_call_arguments.done",
            "response.custom_tool_call_input.done",
            "response.reasoning_summary_part.done",
            "response.reasoning_summary_text.done",
            "response.reasoning_text.done");

    private static final int CONTENTS = 1000;

    private final String provider;
    private final ResponsesCodec codec;
    private final Set<Integer> begun = new HashSet<>(4);
    private boolean calls;

    ResponsesStreamReader(String provider, ResponsesCodec codec, HttpStream stream) {
        super(provider, stream, new TextDeltaTemplate("delta", "obfuscation", "sequence_number"));
        this.provider = provider;
        this.codec = codec;
    }

    @Override
    protected void decode(String name, JsonNode event) {
        String type = ResponsesCodec.text(event, "type");
        switch (type) {
            case "response.output_text.delta" -> textDelta(event);
            case "response.refusal.delta" -> {
                String text = ResponsesCodec.text(event, "delta");
                if (!text.isEmpty()) {
                    add(new ChatEvent.RefusalDelta(content(event), text));
                }
            }
            case "response.function_call_arguments.delta", "response.custom_tool_call_input.delta" ->
                argumentsDelta(event);
            case "response.reasoning_summary_text.delta" -> reasoningDelta(event, true);
            case "response.reasoning_text.delta" -> reasoningDelta(event, false);
            case "response.reasoning_summary_part.added" -> {
                Integer part = Json.intOf(event, "summary_index");
                if (part != null && part > 0) {
                    add(new ChatEvent.ReasoningDelta(item(event), ResponsesCodec.PARAGRAPH, true));
                }
            }
            case "response.output_text.annotation.added" -> {
                JsonNode annotation = Json.at(event, "annotation");
                add(new ChatEvent.CitationAdded(content(event), ChatCodec.citation(annotation, annotation)));
            }
            case "response.output_item.added" -> startItem(item(event), Json.at(event, "item"));
            case "response.output_item.done" -> endItem(item(event), Json.at(event, "item"));
            case "response.created" -> {
                JsonNode response = Json.at(event, "response");
                add(new ChatEvent.Started(Json.textOf(response, "id"), Json.textOf(response, "model")));
            }
            case "response.completed", "response.incomplete" -> finish(Json.at(event, "response"));
            default -> {
                if (!REPEATED.contains(type)) {
                    add(new ChatEvent.Raw(provider, Json.map(event)));
                }
            }
        }
    }

    /** Returns the part of an event's item. */
    private static int item(JsonNode event) {
        Integer index = Json.intOf(event, "output_index");
        return index == null ? 0 : index * CONTENTS;
    }

    /** Returns the part of an event's piece of content within its item. */
    private static int content(JsonNode event) {
        Integer index = Json.intOf(event, "content_index");
        return item(event) + (index == null ? 0 : index);
    }

    private void textDelta(JsonNode event) {
        String text = ResponsesCodec.text(event, "delta");
        if (!text.isEmpty()) {
            add(new ChatEvent.TextDelta(content(event), text));
        }
        List<Logprobs.Token> logprobs = ChatCodec.tokens(Json.at(event, "logprobs"), true);
        if (!logprobs.isEmpty()) {
            add(new ChatEvent.LogprobsAdded(new Logprobs(logprobs)));
        }
    }

    private void argumentsDelta(JsonNode event) {
        String more = ResponsesCodec.text(event, "delta");
        if (!more.isEmpty()) {
            begun.add(item(event));
            add(new ChatEvent.ToolArgumentsDelta(item(event), more));
        }
    }

    private void reasoningDelta(JsonNode event, boolean summary) {
        String text = ResponsesCodec.text(event, "delta");
        if (!text.isEmpty()) {
            add(new ChatEvent.ReasoningDelta(item(event), text, summary));
        }
    }

    private void startItem(int index, JsonNode item) {
        if (ResponsesCodec.isCall(item)) {
            calls = true;
            add(new ChatEvent.ToolCallStarted(
                    index, ResponsesCodec.text(item, "call_id"), ResponsesCodec.text(item, "name")));
        }
    }

    private void endItem(int index, JsonNode item) {
        if ("message".equals(Json.textOf(item, "type"))) {
            return;
        }
        ContentPart part = codec.part(item);
        if (part instanceof ToolCall call
                && !begun.contains(index)
                && !call.arguments().isEmpty()) {
            add(new ChatEvent.ToolArgumentsDelta(index, call.arguments()));
        } else if (part instanceof ContentPart.Reasoning reasoning && reasoning.isSigned()) {
            add(new ChatEvent.ReasoningSignature(
                    index, reasoning.signature(), reasoning.encrypted(), reasoning.origin()));
        } else if (part instanceof ContentPart.Raw raw) {
            add(new ChatEvent.RawPart(index, raw));
        }
    }

    private void finish(JsonNode response) {
        String tier = Json.textOf(response, "service_tier");
        if (tier != null) {
            add(new ChatEvent.Details(tier, Map.of()));
        }
        if (Json.at(response, "usage").isObject()) {
            add(new ChatEvent.UsageReported(codec.usage(response)));
        }
        add(new ChatEvent.Finished(ResponsesCodec.finishReason(response, calls)));
        end("the answer ended without a finish reason");
    }
}
