package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes the messages of a chat request.
 *
 * <p>A part that the protocol cannot carry is an error, unless leaving it out changes nothing for the model that
 * answers: cache hints (the vendor caches by itself), and reasoning and raw parts that belong to another vendor.
 */
final class MessageEncoder {

    private final JsonGenerator json;
    private final String provider;
    private final AttemptContext attempt;

    MessageEncoder(JsonGenerator json, String provider, AttemptContext attempt) {
        this.json = json;
        this.provider = provider;
        this.attempt = attempt;
    }

    void write(List<Message> messages) throws IOException {
        for (Message message : messages) {
            writeToolResults(message);
            if (message.role() == Message.Role.ASSISTANT) {
                writeAssistant(message);
            } else if (message.role() != Message.Role.TOOL) {
                writeAsking(message);
            }
        }
    }

    private void writeToolResults(Message message) throws IOException {
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.ToolResult result) {
                for (ContentPart content : result.content()) {
                    if (!(content instanceof ContentPart.Text)) {
                        throw unsupported(content, "in the result of a tool");
                    }
                }
                json.writeStartObject();
                json.writeStringField("role", "tool");
                json.writeStringField("tool_call_id", result.toolCallId());
                json.writeStringField("content", result.text());
                json.writeEndObject();
            } else if (message.role() == Message.Role.TOOL) {
                throw unsupported(part, "in a message of role TOOL");
            }
        }
    }

    private void writeAsking(Message message) throws IOException {
        List<ContentPart> parts = new ArrayList<>(message.parts().size());
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.Raw raw && !raw.provider().equals(provider)) {
                attempt.warn("a part that only " + raw.provider() + " knows was left out for " + provider);
            } else if (!(part instanceof ContentPart.ToolResult) && !(part instanceof ContentPart.CacheHint)) {
                parts.add(part);
            }
        }
        if (parts.isEmpty()) {
            return;
        }
        begin(message.role().name().toLowerCase(Locale.ROOT), message.name());
        if (parts.size() == 1 && parts.get(0) instanceof ContentPart.Text text) {
            json.writeStringField("content", text.text());
        } else {
            json.writeArrayFieldStart("content");
            for (ContentPart part : parts) {
                writePart(part);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private void begin(String role, @Nullable String name) throws IOException {
        json.writeStartObject();
        json.writeStringField("role", role);
        if (name != null) {
            json.writeStringField("name", name);
        }
    }

    private void writePart(ContentPart part) throws IOException {
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
        } else {
            throw unsupported(part, "in what is asked");
        }
        json.writeEndObject();
    }

    private void writeImage(ContentPart.Image image) throws IOException {
        Media media = image.media();
        String url = media.url() != null ? media.url() : dataUrl(media);
        if (url == null) {
            throw unsupported(image, "by file id; send its bytes or a URL");
        }
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
        String data = media.base64();
        if (data == null) {
            throw unsupported(audio, "by URL or file id; send its bytes");
        }
        json.writeStringField("type", "input_audio");
        json.writeObjectFieldStart("input_audio");
        json.writeStringField("data", data);
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
        if (data == null && media.fileId() == null) {
            throw unsupported(document, "by URL; send its bytes or a file id");
        }
        if (document.citations()) {
            attempt.warn(provider + " cannot be told to cite a document");
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

    private static @Nullable String dataUrl(Media media) {
        String base64 = media.base64();
        return base64 == null ? null : "data:" + media.mimeType() + ";base64," + base64;
    }

    private void writeAssistant(Message message) throws IOException {
        StringBuilder refusal = null;
        for (ContentPart part : message.parts()) {
            if (part instanceof ContentPart.Refusal some) {
                refusal = (refusal == null ? new StringBuilder() : refusal).append(some.text());
            } else if (part instanceof ContentPart.Reasoning reasoning) {
                if (reasoning.isSigned()) {
                    attempt.warn("signed reasoning of another model was left out for " + provider);
                }
            } else if (part instanceof ContentPart.Raw raw) {
                attempt.warn("a part that only " + raw.provider() + " knows was left out for " + provider);
            } else if (!(part instanceof ContentPart.Text)
                    && !(part instanceof ToolCall)
                    && !(part instanceof ContentPart.ToolResult)
                    && !(part instanceof ContentPart.CacheHint)) {
                throw unsupported(part, "in a message of role ASSISTANT");
            }
        }
        List<ToolCall> calls = message.toolCalls();
        String text = message.text();
        if (text.isEmpty() && calls.isEmpty() && refusal == null) {
            return;
        }
        begin("assistant", message.name());
        if (text.isEmpty()) {
            json.writeNullField("content");
        } else {
            json.writeStringField("content", text);
        }
        if (refusal != null) {
            json.writeStringField("refusal", refusal.toString());
        }
        if (!calls.isEmpty()) {
            json.writeArrayFieldStart("tool_calls");
            for (ToolCall call : calls) {
                json.writeStartObject();
                json.writeStringField("id", call.id());
                json.writeStringField("type", "function");
                json.writeObjectFieldStart("function");
                json.writeStringField("name", call.name());
                json.writeStringField("arguments", call.arguments().isEmpty() ? "{}" : call.arguments());
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private GatewayException unsupported(ContentPart part, String where) {
        String what = part.getClass().getSimpleName();
        return ChatEncoder.unsupported(provider, attempt, provider + " takes no " + what + " " + where);
    }
}
