package dev.aigw.providers.bedrock;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.events.ChatEventReader;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TextDeltaTemplate;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a streamed answer.
 *
 * <p>The answer is complete when the body ends after {@code messageStop}; {@code metadata} with the usage comes in
 * between. The vendor pads each event with a string of random length under {@code p}. A tool call without input gets an
 * empty object, as in a whole answer.
 */
final class ConverseStreamReader extends ChatEventReader {

    private final String provider;
    private final String origin;
    private final Set<Integer> callsWithoutInput = new HashSet<>(2);
    private final Set<Integer> reasonings = new HashSet<>(2);

    ConverseStreamReader(String provider, String origin, String model, HttpStream stream) {
        super(stream, new TextDeltaTemplate("text", "p", null));
        this.provider = provider;
        this.origin = origin;
        add(new ChatEvent.Started(stream.header("x-amzn-requestid"), model));
    }

    @Override
    protected void decode(String name, JsonNode event) {
        switch (name) {
            case "messageStart" -> {}
            case "contentBlockStart" -> start(event);
            case "contentBlockDelta" -> delta(event, index(event), Json.at(event, "delta"));
            case "contentBlockStop" -> stop(index(event));
            case "messageStop" -> finish(event);
            case "metadata" -> metadata(event);
            default -> add(new ChatEvent.Raw(provider, Map.of(name, Json.map(event))));
        }
    }

    private static int index(JsonNode event) {
        Integer index = Json.intOf(event, "contentBlockIndex");
        return index == null ? 0 : index;
    }

    private void start(JsonNode event) {
        JsonNode call = Json.at(Json.at(event, "start"), "toolUse");
        if (call.isObject()) {
            int index = index(event);
            callsWithoutInput.add(index);
            add(new ChatEvent.ToolCallStarted(
                    index, ConverseDecoder.text(call, "toolUseId"), ConverseDecoder.text(call, "name")));
        } else if (!Json.at(event, "start").isEmpty()) {
            add(new ChatEvent.Raw(provider, Map.of("contentBlockStart", Json.map(event))));
        }
    }

    private void delta(JsonNode event, int index, JsonNode delta) {
        String text = Json.textOf(delta, "text");
        JsonNode call = Json.at(delta, "toolUse");
        JsonNode reasoning = Json.at(delta, "reasoningContent");
        JsonNode citation = Json.at(delta, "citation");
        if (text != null) {
            if (!text.isEmpty()) {
                add(new ChatEvent.TextDelta(index, text));
            }
        } else if (call.isObject()) {
            String input = ConverseDecoder.text(call, "input");
            if (!input.isEmpty()) {
                callsWithoutInput.remove(index);
                add(new ChatEvent.ToolArgumentsDelta(index, input));
            }
        } else if (reasoning.isObject()) {
            reasoning(index, reasoning);
        } else if (citation.isObject()) {
            add(new ChatEvent.CitationAdded(index, ConverseDecoder.citation(citation)));
        } else {
            add(new ChatEvent.Raw(provider, Map.of("contentBlockDelta", Json.map(event))));
        }
    }

    private void reasoning(int index, JsonNode reasoning) {
        String text = ConverseDecoder.text(reasoning, "text");
        if (!text.isEmpty()) {
            add(new ChatEvent.ReasoningDelta(index, text, false));
        }
        String signature = Json.textOf(reasoning, "signature");
        String redacted = Json.textOf(reasoning, "redactedContent");
        if (reasonings.add(index) || signature != null || redacted != null) {
            add(new ChatEvent.ReasoningSignature(index, signature, redacted, origin));
        }
    }

    private void stop(int index) {
        if (callsWithoutInput.remove(index)) {
            add(new ChatEvent.ToolArgumentsDelta(index, "{}"));
        }
        add(new ChatEvent.PartEnded(index));
    }

    private void finish(JsonNode event) {
        Map<String, @Nullable Object> extra = ConverseDecoder.extra(event);
        if (!extra.isEmpty()) {
            add(new ChatEvent.Details(null, extra));
        }
        add(new ChatEvent.Finished(ConverseDecoder.finishReason(Json.textOf(event, "stopReason"))));
    }

    private void metadata(JsonNode event) {
        Map<String, @Nullable Object> extra = ConverseDecoder.extra(event);
        String tier = Json.textOf(Json.at(event, "serviceTier"), "type");
        if (tier != null || !extra.isEmpty()) {
            add(new ChatEvent.Details(tier, extra));
        }
        JsonNode usage = Json.at(event, "usage");
        if (usage.isObject()) {
            add(new ChatEvent.UsageReported(ConverseDecoder.usage(usage, counts())));
        }
    }
}
