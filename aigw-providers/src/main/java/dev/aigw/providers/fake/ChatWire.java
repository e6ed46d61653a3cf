package dev.aigw.providers.fake;

import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An answer in OpenAI's chat shape ("The chat completion object" and "The chat completion chunk object" of its API
 * reference): one JSON object, or the events of a stream.
 */
final class ChatWire {

    /** The sentinel that ends a stream. */
    static final byte[] DONE = bytes("data: [DONE]\n\n");

    private static final int PIECE_CHARS = 8;

    private final SeenRequest request;
    private final ChatResponse answer;
    private final String finishReason;

    ChatWire(SeenRequest request, ChatResponse answer) {
        this.request = request;
        this.answer = answer;
        this.finishReason =
                answer.toolCalls().isEmpty() || answer.finishReason().kind() != FinishReason.Kind.STOP
                        ? answer.finishReason().raw()
                        : "tool_calls";
    }

    /** Returns the whole answer. */
    byte[] whole() {
        List<Object> calls = new ArrayList<>();
        for (ToolCall call : answer.toolCalls()) {
            calls.add(call(call.id(), call.name(), call.arguments()));
        }
        Map<String, Object> message = fields("role", "assistant", "content", answer.text());
        if (!calls.isEmpty()) {
            message.put("tool_calls", calls);
        }
        Map<String, Object> whole = head("chat.completion");
        whole.put("choices", List.of(fields("index", 0, "message", message, "finish_reason", finishReason)));
        whole.put("usage", usage());
        return bytes(Json.text(whole));
    }

    /** Returns the events that carry content; the first carries only the role. */
    List<byte[]> content() {
        List<byte[]> events = new ArrayList<>();
        events.add(chunk(fields("role", "assistant", "content", ""), null));
        for (String piece : pieces(answer.text())) {
            events.add(chunk(fields("content", piece), null));
        }
        List<ToolCall> calls = answer.toolCalls();
        for (int i = 0; i < calls.size(); i++) {
            ToolCall call = calls.get(i);
            events.add(toolChunk(i, call(call.id(), call.name(), "")));
            for (String piece : pieces(call.arguments())) {
                events.add(toolChunk(i, fields("function", fields("arguments", piece))));
            }
        }
        return events;
    }

    /** Returns the event that says why the answer ends. */
    byte[] finish() {
        return chunk(fields(), finishReason);
    }

    /** Returns the event with the usage, or null when it was not asked for. */
    byte @Nullable [] usageEvent() {
        if (!request.wantsUsage()) {
            return null;
        }
        Map<String, Object> chunk = head("chat.completion.chunk");
        chunk.put("choices", List.of());
        chunk.put("usage", usage());
        return event(chunk);
    }

    /** Returns an error object, as a whole body. */
    static byte[] error(String type, @Nullable String code) {
        return bytes(errorText(type, code));
    }

    /** Returns an error object, as an event of a stream. */
    static byte[] errorEvent(String type, @Nullable String code) {
        return bytes("data: " + errorText(type, code) + "\n\n");
    }

    private static String errorText(String type, @Nullable String code) {
        Map<String, Object> error = fields("message", "the fault server fails on purpose", "type", type);
        error.put("code", code == null ? type : code);
        return Json.text(fields("error", error));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] toolChunk(int index, Map<String, Object> call) {
        Map<String, Object> numbered = fields("index", index);
        numbered.putAll(call);
        return chunk(fields("tool_calls", List.of(numbered)), null);
    }

    private byte[] chunk(Map<String, Object> delta, @Nullable String reason) {
        Map<String, Object> choice = fields("index", 0, "delta", delta);
        if (reason != null) {
            choice.put("finish_reason", reason);
        }
        Map<String, Object> chunk = head("chat.completion.chunk");
        chunk.put("choices", List.of(choice));
        return event(chunk);
    }

    private static byte[] event(Map<String, Object> json) {
        return bytes("data: " + Json.text(json) + "\n\n");
    }

    private Map<String, Object> head(String object) {
        return fields(
                "id",
                Objects.requireNonNullElse(answer.id(), "chatcmpl-" + request.number()),
                "object",
                object,
                "created",
                1_700_000_000,
                "model",
                request.model());
    }

    private Map<String, Object> usage() {
        long input = answer.usage().inputTokens();
        long output = answer.usage().outputTokens();
        return fields("prompt_tokens", input, "completion_tokens", output, "total_tokens", input + output);
    }

    private static Map<String, Object> call(String id, String name, String arguments) {
        return fields("id", id, "type", "function", "function", fields("name", name, "arguments", arguments));
    }

    /** Splits a text into pieces of a few characters, never in the middle of a character. */
    private static List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + PIECE_CHARS);
            if (to < text.length() && Character.isLowSurrogate(text.charAt(to))) {
                to++;
            }
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }

    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
        }
        return fields;
    }
}
