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
 * Writes the messages of a chat request.
 *
 * <p>A part that the protocol cannot carry is unsupported, except cache hints, which become marks where the vendor
 * takes them, and reasoning and raw parts of other vendors, which are left out with a warning.
 */
final class MessageEncoder {

    /** What stands for the reasoning of an answer that has none; an empty text counts as missing. */
    private static final String NO_REASONING = " ";

    private final JsonGenerator json;
    private final Dialect dialect;
    private final boolean thinks;
    private final @Nullable PromptCache cache;
    private final Unsupported unsupported;
    private final ChatRequest request;
    private @Nullable Provenance provenance; // made when first needed, like the ids
    private @Nullable ToolIds toolIds;

    /** Creates an encoder; {@code thinks} says whether the model may reason, which is so unless it is turned off. */
    MessageEncoder(
            JsonGenerator json,
            Dialect dialect,
            boolean thinks,
            @Nullable PromptCache cache,
            Unsupported unsupported,
            ChatRequest request) {
        this.json = json;
        this.dialect = dialect;
        this.thinks = thinks;
        this.cache = cache;
        this.unsupported = unsupported;
        this.request = request;
    }

    private Provenance provenance() {
        Provenance known = provenance;
        if (known == null) {
            known = Provenance.unsigned(unsupported, request);
            provenance = known;
        }
        return known;
    }

    private ToolIds toolIds() {
        ToolIds known = toolIds;
        if (known == null) {
            known = new ToolIds(dialect.toolCallId);
            toolIds = known;
        }
        return known;
    }

    private boolean takesMark(Message message, int index) {
        return cache != null && cache.takesMark(message, index);
    }

    void write(List<Message> messages) throws IOException {
        List<Message> ordered = Tools.resultsFirst(messages);
        if (dialect.alternating) {
            ordered = Tools.alternating(ordered);
        }
        int last = ordered.size() - 1;
        for (int i = 0; i <= last; i++) {
            Message message = ordered.get(i);
            writeToolResults(message);
            if (message.role() == Message.Role.ASSISTANT) {
                writeAssistant(message, i == last);
            } else if (message.role() != Message.Role.TOOL) {
                writeAsking(message);
            }
        }
    }

    private void writeToolResults(Message message) throws IOException {
        for (int i = 0; i < message.parts().size(); i++) {
            ContentPart part = message.parts().get(i);
            if (part instanceof ContentPart.ToolResult result) {
                for (ContentPart content : result.content()) {
                    if (!(content instanceof ContentPart.Text)) {
                        drop(content, "in the result of a tool");
                    }
                }
                json.writeStartObject();
                json.writeStringField("role", "tool");
                json.writeStringField("tool_call_id", toolIds().result(result.toolCallId()));
                if (takesMark(message, i)) {
                    json.writeArrayFieldStart("content");
                    writePart(new ContentPart.Text(Tools.resultText(result)), true);
                    json.writeEndArray();
                } else {
                    json.writeStringField("content", Tools.resultText(result));
                }
                json.writeEndObject();
            } else if (message.role() == Message.Role.TOOL && !(part instanceof ContentPart.CacheHint)) {
                drop(part, "in a message of role TOOL");
            }
        }
    }

    private void writeAsking(Message message) throws IOException {
        if (message.parts().size() == 1 && message.parts().get(0) instanceof ContentPart.Text text) {
            beginAsking(message);
            json.writeStringField("content", text.text());
            json.writeEndObject();
            return;
        }
        List<ContentPart> parts = new ArrayList<>(message.parts().size());
        BitSet marked = new BitSet(0);
        for (int i = 0; i < message.parts().size(); i++) {
            ContentPart part = message.parts().get(i);
            if (isSent(part)) {
                marked.set(parts.size(), takesMark(message, i));
                parts.add(part);
            }
        }
        if (parts.isEmpty()) {
            return;
        }
        beginAsking(message);
        if (parts.size() == 1 && marked.isEmpty() && parts.get(0) instanceof ContentPart.Text text) {
            json.writeStringField("content", text.text());
        } else {
            json.writeArrayFieldStart("content");
            for (int i = 0; i < parts.size(); i++) {
                writePart(parts.get(i), marked.get(i));
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private boolean isSent(ContentPart part) {
        if (part instanceof ContentPart.Raw raw) {
            return provenance().takesBack(raw);
        }
        if (part instanceof ContentPart.ToolResult || part instanceof ContentPart.CacheHint) {
            return false;
        }
        String missing = missing(part);
        if (missing != null) {
            drop(part, missing);
        }
        return missing == null;
    }

    /** Returns why the protocol cannot carry a part of a user's turn; null if it can. */
    private @Nullable String missing(ContentPart part) {
        if (part instanceof ContentPart.Text) {
            return null;
        } else if (part instanceof ContentPart.Image image) {
            return image.media().fileId() == null ? null : "by file id; send its bytes or a URL";
        } else if (part instanceof ContentPart.Audio audio) {
            Media media = audio.media();
            if (dialect.plainAudio) {
                return media.fileId() == null ? null : "by file id; send its bytes or a URL";
            }
            return media.url() == null && media.fileId() == null ? null : "by URL or file id; send its bytes";
        } else if (part instanceof ContentPart.Document document) {
            Media media = document.media();
            if (dialect.documentUrl) {
                return media.fileId() == null ? null : "by file id; send its bytes or a URL";
            }
            return media.url() == null ? null : "by URL; send its bytes or a file id";
        }
        return "in a user's turn";
    }

    private void beginAsking(Message message) throws IOException {
        begin(message.role() == Message.Role.SYSTEM ? "system" : "user", message.name());
    }

    private void begin(String role, @Nullable String name) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", role);
        if (name != null && !(dialect.hasNo("name") && unsupported.drops("the speaker's name in a message"))) {
            json.writeStringField("name", name);
        }
    }

    private void writePart(ContentPart part, boolean marked) throws IOException {
        if (part instanceof ContentPart.Raw raw) {
            Json.write(json, raw.json());
            return;
        }
        json.writeStartObject();
        if (part instanceof ContentPart.Text text) {
            json.writeStringField("type", "text");
            json.writeStringField("text", text.text());
        } else if (part instanceof ContentPart.Image image) {
            writeImage(image);
        } else if (part instanceof ContentPart.Audio audio) {
            writeAudio(audio);
        } else if (part instanceof ContentPart.Document document) {
            writeDocument(document);
        }
        if (marked) {
            Objects.requireNonNull(cache, "cache").writeMark(json);
        }
        json.writeEndObject();
    }

    private void writeImage(ContentPart.Image image) throws IOException {
        Media media = image.media();
        String url = media.url() != null ? media.url() : dataUrl(media);
        json.writeStringField("type", "image_url");
        json.writeObjectFieldStart("image_url");
        json.writeStringField("url", url);
        if (image.detail() != null) {
            json.writeStringField("detail", image.detail());
        }
        json.writeEndObject();
    }

    private void writeAudio(ContentPart.Audio audio) throws IOException {
        Media media = audio.media();
        json.writeStringField("type", "input_audio");
        if (dialect.plainAudio) {
            json.writeStringField("input_audio", media.url() != null ? media.url() : media.base64());
            return;
        }
        json.writeObjectFieldStart("input_audio");
        json.writeStringField("data", media.base64());
        json.writeStringField("format", audioFormat(String.valueOf(media.mimeType())));
        json.writeEndObject();
    }

    private static String audioFormat(String mimeType) {
        String subtype = mimeType.substring(mimeType.indexOf('/') + 1).toLowerCase(Locale.ROOT);
        return switch (subtype) {
            case "mpeg", "mp3" -> "mp3";
            case "wav", "x-wav", "wave" -> "wav";
            default -> subtype;
        };
    }

    private void writeDocument(ContentPart.Document document) throws IOException {
        Media media = document.media();
        String data = dataUrl(media);
        if (document.citations()) {
            unsupported.warn("has no option to cite a document");
        }
        if (dialect.documentUrl) {
            json.writeStringField("type", "document_url");
            json.writeStringField("document_url", media.url() != null ? media.url() : data);
            if (document.title() != null) {
                json.writeStringField("document_name", document.title());
            }
            return;
        }
        json.writeStringField("type", "file");
        json.writeObjectFieldStart("file");
        if (data != null) {
            json.writeStringField("filename", document.title() == null ? "document" : document.title());
            json.writeStringField("file_data", data);
        } else {
            json.writeStringField("file_id", media.fileId());
        }
        json.writeEndObject();
    }

    static @Nullable String dataUrl(Media media) {
        String base64 = media.base64();
        return base64 == null ? null : "data:" + media.mimeType() + ";base64," + base64;
    }

    private void writeAssistant(Message message, boolean last) throws IOException {
        Provenance origins = provenance(); // first: it warns of what is bound to another model
        StringBuilder refusal = null;
        StringBuilder reasoning = null;
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.Refusal some) {
                refusal = (refusal == null ? new StringBuilder() : refusal).append(some.text());
            } else if (part instanceof ContentPart.Reasoning thought) {
                if (dialect.reasoningField == null || thought.isSigned() || thought.text() == null) {
                    if (!hasReasoningDetails(message)) {
                        origins.leavesOut(thought);
                    }
                } else {
                    reasoning = (reasoning == null ? new StringBuilder() : reasoning).append(thought.text());
                }
            } else if (part instanceof ContentPart.Raw raw) {
                if (!isReasoning(raw) && origins.takesBack(raw)) { // of other vendors' parts is a warning already
                    unsupported.warn("was not sent a part that only " + raw.provider() + " knows");
                }
            } else if (!(part instanceof ContentPart.Text)
                    && !(part instanceof ToolCall)
                    && !(part instanceof ContentPart.ToolResult)
                    && !(part instanceof ContentPart.CacheHint)) {
                drop(part, "in a message of role ASSISTANT");
            }
        }
        List<ToolCall> calls = message.toolCalls();
        String text = message.text();
        if (refusal != null && dialect.hasNo("refusal")) {
            text = text + refusal;
            refusal = null;
        }
        if (text.isEmpty() && calls.isEmpty() && refusal == null) {
            return;
        }
        begin("assistant", message.name());
        json.writeStringField("content", text); // some servers refuse null, where OpenAI takes both
        if (refusal != null) {
            json.writeStringField("refusal", refusal.toString());
        }
        if (!writeReasoningDetails(message) && dialect.reasoningField != null) {
            if (reasoning != null) {
                json.writeStringField(dialect.reasoningField, reasoning.toString());
            } else if (dialect.reasoningRequired && thinks && !calls.isEmpty()) {
                json.writeStringField(dialect.reasoningField, NO_REASONING);
            }
        }
        if (last && calls.isEmpty() && dialect.prefixField != null) {
            json.writeBooleanField(dialect.prefixField, true);
        }
        if (!calls.isEmpty()) {
            json.writeArrayFieldStart("tool_calls");
            for (ToolCall call : calls) {
                writeToolCall(call);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    /** Returns whether a part is reasoning that this server listed in pieces. */
    private boolean isReasoning(ContentPart.Raw raw) {
        return dialect.reasoningDetails != null
                && raw.provider().equals(unsupported.provider())
                && raw.json().containsKey(dialect.reasoningDetails);
    }

    private boolean hasReasoningDetails(Message message) {
        return message.parts().stream().anyMatch(part -> part instanceof ContentPart.Raw raw && isReasoning(raw));
    }

    private boolean writeReasoningDetails(Message message) throws IOException {
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.Raw raw && isReasoning(raw)) {
                json.writeFieldName(dialect.reasoningDetails);
                Json.write(json, raw.json().get(dialect.reasoningDetails));
                return true;
            }
        }
        return false;
    }

    private void writeToolCall(ToolCall call) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", toolIds().call(call.id()));
        json.writeStringField("type", "function");
        json.writeObjectFieldStart("function");
        json.writeStringField("name", call.name());
        json.writeStringField("arguments", Tools.arguments(call, unsupported));
        json.writeEndObject();
        json.writeEndObject();
    }

    private void drop(ContentPart part, String where) {
        unsupported.drops("a part " + part.getClass().getSimpleName() + " " + where);
    }
}
