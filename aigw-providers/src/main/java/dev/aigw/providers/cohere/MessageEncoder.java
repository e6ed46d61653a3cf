package dev.aigw.providers.cohere;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.kit.Provenance;
import dev.aigw.providers.kit.ToolIds;
import dev.aigw.providers.kit.Tools;
import dev.aigw.providers.kit.Unsupported;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds the messages of a chat, and the documents that are sent beside them. For one attempt. */
final class MessageEncoder {

    /** The prefix of the ids of the documents that we send; a document's number follows, from 0. */
    static final String DOCUMENT_ID = "doc:";

    private final Unsupported unsupported;
    private final Provenance provenance;
    private final ToolIds toolIds = new ToolIds(id -> id); // of any form, but unique
    private final List<Map<String, ?>> messages = new ArrayList<>();
    private final List<Map<String, ?>> documents = new ArrayList<>();

    MessageEncoder(Unsupported unsupported, ChatRequest request) {
        this.unsupported = unsupported;
        this.provenance = Provenance.unsigned(unsupported, request);
    }

    List<Map<String, ?>> encode(List<Message> conversation) {
        for (Message message : Tools.resultsFirst(conversation)) {
            if (message.name() != null) {
                unsupported.drops("the speaker's name in a message");
            }
            if (message.role() == Message.Role.ASSISTANT) {
                addAssistant(message);
            } else {
                addTurn(message);
            }
        }
        return messages;
    }

    /** Returns the documents of all messages encoded so far. */
    List<Map<String, ?>> documents() {
        return documents;
    }

    /** Tool results are separate messages, before the rest of the turn. */
    private void addTurn(Message message) {
        List<Map<String, ?>> content = new ArrayList<>();
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.ToolResult result) {
                addResult(result);
            } else {
                Map<String, ?> block = block(part);
                if (block != null) {
                    content.add(block);
                }
            }
        }
        if (!content.isEmpty()) {
            Map<String, Object> entry = entry(message.role() == Message.Role.SYSTEM ? "system" : "user");
            entry.put("content", plain(content));
            messages.add(entry);
        }
    }

    private void addResult(ContentPart.ToolResult result) {
        for (ContentPart part : result.content()) {
            if (!(part instanceof ContentPart.Text)) {
                unsupported.drops("anything but text from a tool");
            }
        }
        Map<String, Object> entry = entry("tool");
        entry.put("tool_call_id", toolIds.result(result.toolCallId()));
        entry.put("content", Tools.resultText(result));
        messages.add(entry);
    }

    private void addAssistant(Message message) {
        List<Map<String, ?>> content = new ArrayList<>();
        List<Map<String, ?>> calls = new ArrayList<>();
        StringBuilder plan = new StringBuilder();
        for (ContentPart part : message.parts()) {
            if (part instanceof ToolCall call) {
                calls.add(call(call));
            } else if (part instanceof ContentPart.Reasoning reasoning) {
                addReasoning(reasoning, content, plan);
            } else {
                Map<String, ?> block = block(part);
                if (block != null) {
                    content.add(block);
                }
            }
        }
        if (content.isEmpty() && calls.isEmpty()) {
            return;
        }
        Map<String, Object> entry = entry("assistant");
        if (!content.isEmpty()) {
            entry.put("content", plain(content));
        }
        if (!calls.isEmpty()) {
            if (plan.length() > 0) {
                entry.put("tool_plan", plan.toString());
            }
            entry.put("tool_calls", calls);
        }
        messages.add(entry);
    }

    /** Only the vendor's own reasoning is sent back; that of others causes a warning. */
    private void addReasoning(ContentPart.Reasoning reasoning, List<Map<String, ?>> content, StringBuilder plan) {
        if (!unsupported.provider().equals(reasoning.origin())) {
            provenance.leavesOut(reasoning);
            return;
        }
        if (reasoning.text() != null && !reasoning.text().isEmpty()) {
            content.add(typed("thinking", "thinking", reasoning.text()));
        }
        if (reasoning.summary() != null) {
            plan.append(reasoning.summary());
        }
    }

    private Map<String, ?> call(ToolCall call) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", call.name());
        function.put("arguments", Tools.arguments(call, unsupported));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", toolIds.call(call.id()));
        entry.put("type", "function");
        entry.put("function", function);
        return entry;
    }

    /** Returns a part as a content block; null if it is not one or is left out. */
    private @Nullable Map<String, ?> block(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return text.text().isBlank() ? null : typed("text", "text", text.text());
        }
        if (part instanceof ContentPart.Refusal refusal) {
            return refusal.text().isBlank() ? null : typed("text", "text", refusal.text());
        }
        if (part instanceof ContentPart.Image image) {
            return image(image);
        }
        if (part instanceof ContentPart.Document document) {
            addDocument(document);
        } else if (part instanceof ContentPart.Raw raw) {
            return provenance.takesBack(raw) ? raw.json() : null;
        } else if (part instanceof ContentPart.CacheHint) {
            unsupported.warn("has no prompt cache: a cache hint was left out");
        } else {
            unsupported.drops("a part of type " + part.getClass().getSimpleName());
        }
        return null;
    }

    private @Nullable Map<String, ?> image(ContentPart.Image image) {
        Media media = image.media();
        String base64 = media.base64();
        String url = base64 == null ? media.url() : "data:" + media.mimeType() + ";base64," + base64;
        if (url == null) {
            unsupported.drops("an image by file id");
            return null;
        }
        Map<String, Object> source = new LinkedHashMap<>();
        source.put("url", url);
        if (image.detail() != null) {
            source.put("detail", image.detail());
        }
        return typed("image_url", "image_url", source);
    }

    private void addDocument(ContentPart.Document document) {
        byte[] bytes = document.media().bytes();
        String type = document.media().mimeType();
        if (bytes == null || type == null || !type.startsWith("text/")) {
            unsupported.drops("a document that is not text sent as bytes");
            return;
        }
        Map<String, Object> data = new LinkedHashMap<>();
        if (document.title() != null) {
            data.put("title", document.title());
        }
        data.put("text", new String(bytes, StandardCharsets.UTF_8));
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("id", DOCUMENT_ID + documents.size());
        entry.put("data", data);
        documents.add(entry);
    }

    /** Content of one text is sent as a string, which every model takes. */
    private static Object plain(List<Map<String, ?>> content) {
        Map<String, ?> only = content.get(0);
        return content.size() == 1 && "text".equals(only.get("type")) && only.get("text") != null
                ? only.get("text")
                : content;
    }

    private static Map<String, Object> entry(String role) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("role", role);
        return entry;
    }

    private static Map<String, Object> typed(String type, String field, Object value) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("type", type);
        entry.put(field, value);
        return entry;
    }
}
