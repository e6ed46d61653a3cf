package dev.aigw.providers.ollama;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.http.HttpStream;
import dev.aigw.providers.http.events.ChatEventReader;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.json.TextDeltaTemplate;
import java.util.Map;

/**
 * Reads a streamed answer: lines of JSON, each with a piece of the message. Tool calls come in one piece. The answer is
 * complete at the line with {@code done}. One thread reads; any thread may close.
 */
final class OllamaStreamReader extends ChatEventReader {

    private static final int THINKING = 0;
    private static final int TEXT = 1;
    private static final int FIRST_TOOL = 2;
    private static final int FIRST_IMAGE = 1_000_000;

    private final String provider;
    private boolean started;
    private int calls;
    private int images;

    OllamaStreamReader(String provider, HttpStream stream) {
        super(stream, new TextDeltaTemplate("content", null, "created_at"));
        this.provider = provider;
    }

    @Override
    protected void decode(String name, JsonNode line) {
        JsonNode message = Json.at(line, "message");
        boolean done = line.path("done").asBoolean();
        if (!message.isObject() && !done) {
            add(new ChatEvent.Raw(provider, Json.map(line)));
            return;
        }
        if (!started) {
            started = true;
            add(new ChatEvent.Started(null, Json.textOf(line, "model")));
        }
        String thinking = ChatDecoder.text(message, "thinking");
        if (!thinking.isEmpty()) {
            add(new ChatEvent.ReasoningDelta(THINKING, thinking, false));
        }
        String text = ChatDecoder.content(message);
        if (!text.isEmpty()) {
            add(new ChatEvent.TextDelta(TEXT, text));
        }
        for (ContentPart image : ChatDecoder.images(message)) {
            add(new ChatEvent.PartStarted(FIRST_IMAGE + images++, image));
        }
        for (JsonNode given : Json.at(message, "tool_calls")) {
            ToolCall call = ChatDecoder.toolCall(given, calls);
            int index = FIRST_TOOL + calls++;
            add(new ChatEvent.ToolCallStarted(index, call.id(), call.name()));
            add(new ChatEvent.ToolArgumentsDelta(index, call.arguments()));
        }
        Logprobs logprobs = ChatDecoder.logprobs(line);
        if (logprobs != null) {
            add(new ChatEvent.LogprobsAdded(logprobs));
        }
        if (done) {
            finish(line);
        }
    }

    private void finish(JsonNode line) {
        Map<String, Object> durations = ChatDecoder.durations(line);
        if (!durations.isEmpty()) {
            add(new ChatEvent.Details(null, durations));
        }
        TokenUsage usage = ChatDecoder.usage(line, counts());
        if (!usage.isEmpty()) {
            add(new ChatEvent.UsageReported(usage));
        }
        add(new ChatEvent.Finished(ChatDecoder.finishReason(line, calls > 0)));
        end("the answer ended without a reason");
    }
}
