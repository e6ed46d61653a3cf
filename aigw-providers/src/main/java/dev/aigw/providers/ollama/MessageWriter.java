package dev.aigw.providers.ollama;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Provenance;
import dev.aigw.providers.kit.Tools;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a conversation: a message is one text with images beside it, and a tool result is a separate message that
 * names the tool. Cache hints are left out (the server caches by itself).
 */
final class MessageWriter {

    private final JsonGenerator json;
    private final Unsupported unsupported;
    private final Provenance provenance;
    private final Map<String, String> toolNames = new HashMap<>(4);

    MessageWriter(JsonGenerator json, Unsupported unsupported, ChatRequest request) {
        this.json = json;
        this.unsupported = unsupported;
        this.provenance = Provenance.unsigned(unsupported, request);
    }

    void write(List<Message> messages) throws IOException {
        for (Message message : Tools.resultsFirst(messages)) {
            if (message.name() != null) {
                unsupported.drops("the speaker's name in a message");
            }
            for (ContentPart part : message.parts()) {
                if (part instanceof ContentPart.ToolResult result) {
                    writeResult(result);
                }
            }
            writeMessage(message);
        }
    }

    private void writeResult(ContentPart.ToolResult result) throws IOException {
        Content content = new Content();
        for (ContentPart part : result.content()) {
            take(part, content);
        }
        json.writeStartObject();
        json.writeStringField("role", "tool");
        json.writeStringField("content", Tools.resultText(result));
        writeImages(content);
        String name = toolNames.get(result.toolCallId());
        if (name != null) {
            json.writeStringField("tool_name", name);
        }
        json.writeStringField("tool_call_id", result.toolCallId());
        json.writeEndObject();
    }

    private void writeMessage(Message message) throws IOException {
        Content content = new Content();
        for (ContentPart part : message.parts()) {
            take(part, content);
        }
        if (content.isEmpty()) {
            return;
        }
        json.writeStartObject();
        json.writeStringField("role", message.role().name().toLowerCase(Locale.ROOT));
        json.writeStringField("content", content.text.toString());
        if (content.thinking.length() > 0) {
            json.writeStringField("thinking", content.thinking.toString());
        }
        writeImages(content);
        if (!content.calls.isEmpty()) {
            json.writeArrayFieldStart("tool_calls");
            for (ToolCall call : content.calls) {
                writeCall(call);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void writeImages(Content content) throws IOException {
        if (!content.images.isEmpty()) {
            json.writeFieldName("images");
            Json.write(json, content.images);
        }
    }

    private void take(ContentPart part, Content content) {
        if (part instanceof ContentPart.Text text) {
            content.text.append(text.text());
        } else if (part instanceof ContentPart.Refusal refusal) {
            content.text.append(refusal.text());
        } else if (part instanceof ContentPart.Image image) {
            String data = image.media().base64();
            if (image.detail() != null) {
                unsupported.warn("has no option for the detail of an image");
            }
            if (data != null) {
                content.images.add(data);
            } else {
                unsupported.drops("an image by URL or file id; send its bytes");
            }
        } else if (part instanceof ToolCall call) {
            toolNames.put(call.id(), call.name());
            content.calls.add(call);
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            if (!reasoning.isSigned() && reasoning.text() != null) {
                content.thinking.append(reasoning.text());
            } else {
                provenance.leavesOut(reasoning);
            }
        } else if (part instanceof ContentPart.Raw raw) {
            if (provenance.takesBack(raw)) {
                unsupported.drops("a raw part");
            }
        } else if (!(part instanceof ContentPart.ToolResult) && !(part instanceof ContentPart.CacheHint)) {
            unsupported.drops("a part " + part.getClass().getSimpleName());
        }
    }

    private void writeCall(ToolCall call) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", call.id());
        json.writeObjectFieldStart("function");
        json.writeStringField("name", call.name());
        json.writeFieldName("arguments");
        Tools.writeArguments(json, call, unsupported);
        json.writeEndObject();
        json.writeEndObject();
    }

    /** The content of one message. */
    private static final class Content {
        final StringBuilder text = new StringBuilder();
        final StringBuilder thinking = new StringBuilder(0);
        final List<String> images = new ArrayList<>(0);
        final List<ToolCall> calls = new ArrayList<>(0);

        boolean isEmpty() {
            return text.length() == 0 && images.isEmpty() && calls.isEmpty();
        }
    }
}
