package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Provenance;
import dev.aigw.providers.kit.ToolIds;
import dev.aigw.providers.kit.Tools;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a conversation as the items of the Responses API: messages, tool calls, their results and reasoning, each a
 * separate item, in the order of the parts.
 *
 * <p>Reasoning is sent back only if it is encrypted and came from the adapter of the same name. Cache hints become
 * breakpoints where the model takes them.
 */
final class ResponsesInput {

    private static final int MAX_CALL_ID = 64;

    private final JsonGenerator json;
    private final @Nullable PromptCache cache;
    private final Unsupported unsupported;
    private final Provenance provenance;
    private final ToolIds toolIds = new ToolIds(ToolIds.ofLength(MAX_CALL_ID));
    private boolean sendsReasoning;

    ResponsesInput(JsonGenerator json, @Nullable PromptCache cache, Unsupported unsupported, ChatRequest request) {
        this.json = json;
        this.cache = cache;
        this.unsupported = unsupported;
        this.provenance = Provenance.of(unsupported.provider(), unsupported, request);
    }

    private boolean takesMark(Message message, int index) {
        return cache != null && cache.takesMark(message, index);
    }

    /** Writes the items; returns whether one is reasoning. */
    boolean write(List<Message> messages) throws IOException {
        List<Message> ordered = Tools.resultsFirst(messages);
        for (int i = 0; i < ordered.size(); i++) {
            Message message = ordered.get(i);
            if (message.name() != null) {
                unsupported.drops("the speaker's name in a message");
            }
            if (message.role() == Message.Role.ASSISTANT) {
                boolean goesOn = i + 1 < ordered.size() && ordered.get(i + 1).role() == Message.Role.ASSISTANT;
                writeAnswer(goesOn ? message : followed(message));
            } else {
                writeAsked(message);
            }
        }
        return sendsReasoning;
    }

    // -------------------------------------------------------------------------------------------------- user turns

    private void writeAsked(Message message) throws IOException {
        List<ContentPart> content = new ArrayList<>(message.parts().size());
        BitSet marked = new BitSet(0);
        for (int i = 0; i < message.parts().size(); i++) {
            ContentPart part = message.parts().get(i);
            if (part instanceof ContentPart.ToolResult result) {
                writeToolResult(result, takesMark(message, i));
            } else if (part instanceof ContentPart.Raw raw && message.role() == Message.Role.TOOL) {
                writeRawItem(raw);
            } else if (isSent(part)) {
                marked.set(content.size(), takesMark(message, i));
                content.add(part);
            }
        }
        if (!content.isEmpty()) {
            beginMessage(message.role() == Message.Role.SYSTEM ? "system" : "user");
            if (content.size() == 1 && marked.isEmpty() && content.get(0) instanceof ContentPart.Text text) {
                json.writeStringField("content", text.text());
            } else {
                json.writeArrayFieldStart("content");
                writeInputs(content, marked);
                json.writeEndArray();
            }
            json.writeEndObject();
        }
    }

    private void beginMessage(String role) throws IOException {
        json.writeStartObject();
        json.writeStringField("type", "message");
        json.writeStringField("role", role);
    }

    private void writeToolResult(ContentPart.ToolResult result, boolean mark) throws IOException {
        List<ContentPart> content = new ArrayList<>(result.content().size());
        boolean plain = true;
        for (ContentPart part : result.content()) {
            if (isSent(part)) {
                content.add(part);
                plain &= part instanceof ContentPart.Text;
            }
        }
        json.writeStartObject();
        json.writeStringField("type", "function_call_output");
        json.writeStringField("call_id", toolIds.result(result.toolCallId()));
        BitSet marked = new BitSet(0);
        if (plain && mark) {
            marked.set(0);
            json.writeArrayFieldStart("output");
            writeInputs(List.of(new ContentPart.Text(Tools.resultText(result))), marked);
            json.writeEndArray();
        } else if (plain) {
            json.writeStringField("output", Tools.resultText(result));
        } else {
            json.writeArrayFieldStart("output");
            if (result.isError()) {
                writeInputs(List.of(new ContentPart.Text("Error")), marked);
            }
            marked.set(content.size() - 1, mark);
            writeInputs(content, marked);
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private boolean isSent(ContentPart part) {
        if (part instanceof ContentPart.CacheHint) {
            return false;
        } else if (part instanceof ContentPart.Raw raw) {
            return provenance.takesBack(raw);
        }
        return part instanceof ContentPart.Text
                || part instanceof ContentPart.Image
                || part instanceof ContentPart.Document
                || !unsupported.drops("a part " + part.getClass().getSimpleName());
    }

    private void writeInputs(List<ContentPart> content, BitSet marked) throws IOException {
        for (int i = 0; i < content.size(); i++) {
            ContentPart part = content.get(i);
            if (part instanceof ContentPart.Raw raw) {
                Json.write(json, raw.json());
                continue;
            }
            json.writeStartObject();
            if (part instanceof ContentPart.Text text) {
                json.writeStringField("type", "input_text");
                json.writeStringField("text", text.text());
            } else if (part instanceof ContentPart.Image image) {
                writeImage(image);
            } else if (part instanceof ContentPart.Document document) {
                writeDocument(document);
            }
            if (marked.get(i)) {
                Objects.requireNonNull(cache, "cache").writeMark(json);
            }
            json.writeEndObject();
        }
    }

    private void writeImage(ContentPart.Image image) throws IOException {
        Media media = image.media();
        json.writeStringField("type", "input_image");
        if (media.fileId() != null) {
            json.writeStringField("file_id", media.fileId());
        } else {
            json.writeStringField(
                    "image_url", media.url() != null ? media.url() : String.valueOf(MessageEncoder.dataUrl(media)));
        }
        json.writeStringField("detail", image.detail() == null ? "auto" : image.detail());
    }

    private void writeDocument(ContentPart.Document document) throws IOException {
        Media media = document.media();
        if (document.citations()) {
            unsupported.warn("has no option to cite a document");
        }
        json.writeStringField("type", "input_file");
        if (media.fileId() != null) {
            json.writeStringField("file_id", media.fileId());
        } else if (media.url() != null) {
            json.writeStringField("file_url", media.url());
        } else {
            json.writeStringField("filename", document.title() == null ? "document" : document.title());
            json.writeStringField("file_data", MessageEncoder.dataUrl(media));
        }
    }

    // ------------------------------------------------------------------------------------------- assistant turns

    /**
     * Returns an answer without reasoning at its end, as of an answer that was cut: the vendor refuses reasoning that
     * nothing follows.
     */
    private Message followed(Message message) {
        List<ContentPart> parts = message.parts();
        int end = parts.size();
        boolean cut = false;
        for (; end > 0; end--) {
            ContentPart last = parts.get(end - 1);
            if (last instanceof ContentPart.Reasoning reasoning) {
                cut |= reasoning.encrypted() != null && provenance.takesBack(reasoning);
            } else if (!isEmpty(last)) {
                break;
            }
        }
        if (!cut) {
            return message;
        }
        unsupported.warn("was not sent the reasoning of an answer that ends with it");
        return message.withParts(parts.subList(0, end));
    }

    private static boolean isEmpty(ContentPart part) {
        return part instanceof ContentPart.CacheHint
                || (part instanceof ContentPart.Text text && text.text().isEmpty());
    }

    /** Consecutive texts are one message with a string as its content, the only form that needs no id of the vendor. */
    private void writeAnswer(Message message) throws IOException {
        StringBuilder said = new StringBuilder();
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.Text text) {
                said.append(text.text());
            } else if (part instanceof ContentPart.Refusal refusal) {
                said.append(refusal.text());
            } else {
                writeSaid(said);
                writeAnswerItem(part);
            }
        }
        writeSaid(said);
    }

    private void writeSaid(StringBuilder said) throws IOException {
        if (said.length() > 0) {
            beginMessage("assistant");
            json.writeStringField("content", said.toString());
            json.writeEndObject();
            said.setLength(0);
        }
    }

    private void writeAnswerItem(ContentPart part) throws IOException {
        if (part instanceof ToolCall call) {
            json.writeStartObject();
            json.writeStringField("type", "function_call");
            json.writeStringField("call_id", toolIds.call(call.id()));
            json.writeStringField("name", call.name());
            json.writeStringField("arguments", Tools.arguments(call, unsupported));
            json.writeEndObject();
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            writeReasoning(reasoning);
        } else if (part instanceof ContentPart.ToolResult result) {
            writeToolResult(result, false);
        } else if (part instanceof ContentPart.Raw raw) {
            writeRawItem(raw);
        } else if (!(part instanceof ContentPart.CacheHint)) {
            unsupported.drops("a part " + part.getClass().getSimpleName() + " in a message of role "
                    + Message.Role.ASSISTANT.name().toLowerCase(Locale.ROOT));
        }
    }

    private void writeReasoning(ContentPart.Reasoning reasoning) throws IOException {
        String encrypted = reasoning.encrypted();
        if (!provenance.takesBack(reasoning) || encrypted == null) {
            return; // the vendor accepts only what it encrypted
        }
        json.writeStartObject();
        sendsReasoning = true;
        json.writeStringField("type", "reasoning");
        writeIfPresent("id", reasoning.signature());
        json.writeArrayFieldStart("summary");
        if (reasoning.summary() != null) {
            json.writeStartObject();
            json.writeStringField("type", "summary_text");
            json.writeStringField("text", reasoning.summary());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("encrypted_content", encrypted);
        json.writeEndObject();
    }

    private void writeIfPresent(String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    private void writeRawItem(ContentPart.Raw raw) throws IOException {
        if (provenance.takesBack(raw)) {
            Json.write(json, raw.json());
        }
    }
}
