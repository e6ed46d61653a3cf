package dev.aigw.providers;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes an answer as the events of a vendor's stream, with texts cut into pieces anywhere. One an answer. */
final class StreamWriter {

    private final Random random;
    private final List<Map.Entry<String, String>> events = new ArrayList<>();

    StreamWriter(Random random) {
        this.random = random;
    }

    /** Returns the events, each with its name, which most vendors leave out. */
    List<Map.Entry<String, String>> write(Vendor vendor, Message answer) {
        int index = 0;
        for (ContentPart part : answer.parts()) {
            switch (vendor) {
                case OPENAI, MISTRAL -> openAi(part, index);
                case RESPONSES -> responses(part, index);
                case ANTHROPIC -> anthropic(part, index);
                case GEMINI, VERTEX -> gemini(part);
                case BEDROCK -> bedrock(part, index);
                case COHERE -> cohere(part, index);
                case OLLAMA -> ollama(part);
            }
            index++;
        }
        switch (vendor) {
            case OPENAI, MISTRAL -> openAi(Map.of(), "stop");
            case RESPONSES ->
                event("type", "response.completed", "response", map("status", "completed", "output", List.of()));
            case ANTHROPIC -> {
                event("type", "message_delta", "delta", map("stop_reason", "end_turn"));
                event("type", "message_stop");
            }
            case GEMINI, VERTEX -> event("candidates", List.of(map("finishReason", "STOP")));
            case BEDROCK -> named("messageStop", "stopReason", "end_turn");
            case COHERE -> event("type", "message-end", "delta", map("finish_reason", "COMPLETE"));
            case OLLAMA -> event("message", map("content", ""), "done", true, "done_reason", "stop");
        }
        return events;
    }

    private void openAi(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text()).forEach(piece -> openAi(map("content", piece), null));
        } else if (part instanceof ContentPart.Refusal refusal) {
            pieces(refusal.text()).forEach(piece -> openAi(map("refusal", piece), null));
        } else if (part instanceof ToolCall call) {
            Map<String, Object> function = map("name", call.name(), "arguments", "");
            openAi(map("tool_calls", List.of(map("index", index, "id", call.id(), "function", function))), null);
            pieces(call.arguments())
                    .forEach(piece -> openAi(
                            map("tool_calls", List.of(map("index", index, "function", map("arguments", piece)))),
                            null));
        }
    }

    private void openAi(Map<String, ?> delta, String reason) {
        event("choices", List.of(map("index", 0, "delta", delta, "finish_reason", reason)));
    }

    private void responses(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text()).forEach(piece -> responses("output_text", index, piece));
        } else if (part instanceof ToolCall call) {
            Map<String, Object> item =
                    map("type", "function_call", "call_id", call.id(), "name", call.name(), "arguments", "");
            event("type", "response.output_item.added", "output_index", index, "item", item);
            pieces(call.arguments()).forEach(piece -> responses("function_call_arguments", index, piece));
            item.put("arguments", call.arguments());
            event("type", "response.output_item.done", "output_index", index, "item", item);
        } else if (part instanceof ContentPart.Reasoning thought) {
            String summary = thought.summary() == null ? "" : thought.summary();
            pieces(summary).forEach(piece -> responses("reasoning_summary_text", index, piece));
            Map<String, Object> item = map("type", "reasoning", "id", thought.signature(), "summary", List.of());
            item.put("encrypted_content", thought.encrypted());
            event("type", "response.output_item.done", "output_index", index, "item", item);
        } else if (part instanceof ContentPart.Raw raw) {
            event("type", "response.output_item.done", "output_index", index, "item", raw.json());
        }
    }

    private void responses(String kind, int index, String piece) {
        event("type", "response." + kind + ".delta", "output_index", index, "content_index", 0, "delta", piece);
    }

    private void anthropic(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            anthropic(index, map("type", "text", "text", ""), "text_delta", "text", text.text());
        } else if (part instanceof ToolCall call) {
            anthropic(
                    index,
                    map("type", "tool_use", "id", call.id(), "name", call.name(), "input", Map.of()),
                    "input_json_delta",
                    "partial_json",
                    call.arguments());
        } else if (part instanceof ContentPart.Reasoning thought && thought.encrypted() != null) {
            event(
                    "type",
                    "content_block_start",
                    "index",
                    index,
                    "content_block",
                    map("type", "redacted_thinking", "data", thought.encrypted()));
        } else if (part instanceof ContentPart.Reasoning thought) {
            anthropic(index, map("type", "thinking", "thinking", ""), "thinking_delta", "thinking", thought.text());
            event(
                    "type",
                    "content_block_delta",
                    "index",
                    index,
                    "delta",
                    map("type", "signature_delta", "signature", thought.signature()));
        } else if (part instanceof ContentPart.Raw raw) {
            Map<String, Object> block = new LinkedHashMap<>(raw.json());
            block.put("input", Map.of());
            anthropic(
                    index,
                    block,
                    "input_json_delta",
                    "partial_json",
                    Json.text(raw.json().get("input")));
        }
        event("type", "content_block_stop", "index", index);
    }

    private void anthropic(int index, Map<String, ?> block, String type, String field, String text) {
        event("type", "content_block_start", "index", index, "content_block", block);
        pieces(text)
                .forEach(piece ->
                        event("type", "content_block_delta", "index", index, "delta", map("type", type, field, piece)));
    }

    private void gemini(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text()).forEach(piece -> gemini(map("text", piece)));
        } else if (part instanceof ToolCall call) {
            Object arguments = Json.plain(Json.parseOrNull(call.arguments()));
            gemini(map("functionCall", map("id", call.id(), "name", call.name(), "args", arguments)));
        } else if (part instanceof ContentPart.Reasoning thought) {
            List<String> pieces = pieces(thought.summary());
            for (int i = 0; i < pieces.size(); i++) {
                Map<String, Object> piece = map("text", pieces.get(i), "thought", true);
                if (i == pieces.size() - 1) {
                    piece.put("thoughtSignature", thought.signature());
                }
                gemini(piece);
            }
        } else if (part instanceof ContentPart.Raw raw) {
            gemini(raw.json());
        }
    }

    private void gemini(Map<String, ?> part) {
        event(
                "candidates",
                List.of(map("content", map("parts", List.of(part), "role", "model"), "index", 0)),
                "usageMetadata",
                map("promptTokenCount", 7, "candidatesTokenCount", events.size()));
    }

    private void bedrock(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text()).forEach(piece -> bedrock(index, map("text", piece)));
        } else if (part instanceof ToolCall call) {
            named(
                    "contentBlockStart",
                    "contentBlockIndex",
                    index,
                    "start",
                    map("toolUse", map("toolUseId", call.id(), "name", call.name())));
            pieces(call.arguments()).forEach(piece -> bedrock(index, map("toolUse", map("input", piece))));
        } else if (part instanceof ContentPart.Reasoning thought && thought.encrypted() != null) {
            bedrock(index, map("reasoningContent", map("redactedContent", thought.encrypted())));
        } else if (part instanceof ContentPart.Reasoning thought) {
            pieces(thought.text()).forEach(piece -> bedrock(index, map("reasoningContent", map("text", piece))));
            bedrock(index, map("reasoningContent", map("signature", thought.signature())));
        }
        named("contentBlockStop", "contentBlockIndex", index);
    }

    private void bedrock(int index, Map<String, ?> delta) {
        named("contentBlockDelta", "contentBlockIndex", index, "delta", delta);
    }

    private void cohere(ContentPart part, int index) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text()).forEach(piece -> cohere("content-delta", index, "content", map("text", piece)));
        } else if (part instanceof ContentPart.Reasoning thought) {
            pieces(thought.text()).forEach(piece -> cohere("content-delta", index, "content", map("thinking", piece)));
        } else if (part instanceof ToolCall call) {
            Map<String, Object> function = map("name", call.name(), "arguments", "");
            cohere("tool-call-start", index, "tool_calls", map("id", call.id(), "function", function));
            pieces(call.arguments())
                    .forEach(piece ->
                            cohere("tool-call-delta", index, "tool_calls", map("function", map("arguments", piece))));
            event("type", "tool-call-end", "index", index);
        }
    }

    private void cohere(String type, int index, String field, Map<String, ?> value) {
        event("type", type, "index", index, "delta", map("message", map(field, value)));
    }

    private void ollama(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            pieces(text.text()).forEach(piece -> ollama(map("content", piece)));
        } else if (part instanceof ContentPart.Reasoning thought) {
            pieces(thought.text()).forEach(piece -> ollama(map("content", "", "thinking", piece)));
        } else if (part instanceof ToolCall call) {
            Object arguments = Json.plain(Json.parseOrNull(call.arguments()));
            Map<String, Object> function = map("name", call.name(), "arguments", arguments);
            ollama(map("content", "", "tool_calls", List.of(map("id", call.id(), "function", function))));
        }
    }

    private void ollama(Map<String, ?> message) {
        event("created_at", "2026-11-26T01:02:03." + events.size() + "Z", "message", message, "done", false);
    }

    /** Returns a text in pieces of one to five characters, none in the middle of a character. */
    private List<String> pieces(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = Math.min(text.length(), from + 1 + random.nextInt(5));
            to += to < text.length() && Character.isLowSurrogate(text.charAt(to)) ? 1 : 0;
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }

    private void event(Object... namesAndValues) {
        named("", namesAndValues);
    }

    private void named(String name, Object... namesAndValues) {
        events.add(Map.entry(name, Json.text(map(namesAndValues))));
    }

    private static Map<String, Object> map(Object... namesAndValues) {
        return new LinkedHashMap<>(Vendor.raw(namesAndValues));
    }
}
