package dev.aigw.providers.bedrock;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.CacheMarks;
import dev.aigw.providers.kit.Provenance;
import dev.aigw.providers.kit.ToolIds;
import dev.aigw.providers.kit.Tools;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes parts as content blocks. For one attempt. */
final class BlockWriter {

    private static final int MAX_TOOL_ID = 64;
    private static final int MOST_MARKS = 4;

    private final Unsupported unsupported;
    private final Provenance provenance;
    private final CacheMarks marks;
    private final boolean takesMarks;
    private final ToolIds toolIds = new ToolIds(ToolIds.plain(MAX_TOOL_ID));
    private int documents;

    /** Creates a writer; {@code takesMarks} says whether the model may take cache points. */
    BlockWriter(Unsupported unsupported, Provenance provenance, boolean takesMarks) {
        this.unsupported = unsupported;
        this.provenance = provenance;
        this.marks = new CacheMarks(MOST_MARKS, this::isSent, unsupported);
        this.takesMarks = takesMarks;
    }

    /** Returns the marks, for those outside of blocks. */
    CacheMarks marks() {
        return marks;
    }

    /** Notes the cache hints of parts that will be written, before any is written. */
    void note(List<ContentPart> parts) {
        marks.note(parts, false);
    }

    /** Returns whether a part becomes a block, and warns if one with content is left out. */
    boolean isSent(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return !text.text().isBlank(); // the vendor refuses blank text
        } else if (part instanceof ContentPart.Refusal refusal) {
            return !refusal.text().isBlank();
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            return provenance.takesBack(reasoning);
        } else if (part instanceof ContentPart.Raw raw) {
            return provenance.takesBack(raw);
        }
        String missing = missing(part);
        return missing == null ? !(part instanceof ContentPart.CacheHint) : !unsupported.drops(missing);
    }

    /** Returns why the vendor does not take the media of a part; null if it does, or the part has none. */
    private static @Nullable String missing(ContentPart part) {
        if (part instanceof ContentPart.Image image) {
            return missing(Formats.IMAGE, image.media());
        } else if (part instanceof ContentPart.Audio audio) {
            return missing(Formats.AUDIO, audio.media());
        } else if (part instanceof ContentPart.Video video) {
            return missing(Formats.VIDEO, video.media());
        } else if (part instanceof ContentPart.Document document) {
            return missing(Formats.DOCUMENT, document.media());
        }
        return null;
    }

    private static @Nullable String missing(Formats formats, Media media) {
        if (formats.of(media) == null) {
            String type = media.mimeType();
            return formats.field() + " of type " + (type == null ? "that its URL does not show" : type)
                    + " (convert it, or give its bytes with their MIME type)";
        }
        String url = media.url();
        boolean reached = media.mimeType() != null || (url != null && url.startsWith("s3://"));
        return reached ? null : formats.field() + " by web address or file id (send its bytes, or an s3:// address)";
    }

    /** Writes the parts that are sent. A cache hint becomes a mark after the part before it. */
    void writeAll(JsonGenerator out, List<ContentPart> parts) throws IOException {
        ContentPart before = null;
        ContentPart.CacheHint hint = null;
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.CacheHint found) {
                if (!takesMarks) {
                    unsupported.warn("was not sent a cache hint: its model takes no cache points");
                } else if (CacheMarks.carries(before)) {
                    hint = found;
                } else {
                    unsupported.warn("was not sent a cache hint with nothing before it that can carry it");
                }
            } else if (isSent(part)) {
                writeCachePoint(out, hint);
                hint = null;
                write(out, part);
                before = part;
            }
        }
        writeCachePoint(out, hint);
    }

    /** The vendor caches for five minutes or an hour: anything above five minutes becomes an hour. */
    private void writeCachePoint(JsonGenerator out, ContentPart.@Nullable CacheHint hint) throws IOException {
        ContentPart.CacheHint mark = hint == null ? null : marks.take(hint);
        if (mark != null) {
            writeMark(out, mark);
        }
    }

    static void writeMark(JsonGenerator out, ContentPart.CacheHint mark) throws IOException {
        out.writeStartObject();
        out.writeObjectFieldStart("cachePoint");
        out.writeStringField("type", "default");
        if (CacheMarks.isLong(mark)) {
            out.writeStringField("ttl", "1h");
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private void write(JsonGenerator out, ContentPart part) throws IOException {
        if (part instanceof ContentPart.Raw raw) {
            Json.write(out, raw.json());
            return;
        }
        out.writeStartObject();
        if (part instanceof ContentPart.Text text) {
            out.writeStringField("text", text.text());
        } else if (part instanceof ContentPart.Refusal refusal) {
            out.writeStringField("text", refusal.text());
        } else if (part instanceof ToolCall call) {
            writeToolCall(out, call);
        } else if (part instanceof ContentPart.ToolResult result) {
            writeToolResult(out, result);
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            writeReasoning(out, reasoning);
        } else if (part instanceof ContentPart.Image image) {
            if (image.detail() != null) {
                unsupported.warn("has no option for the detail of an image");
            }
            writeMedia(out, Formats.IMAGE, image.media(), null);
        } else if (part instanceof ContentPart.Audio audio) {
            writeMedia(out, Formats.AUDIO, audio.media(), null);
        } else if (part instanceof ContentPart.Video video) {
            writeMedia(out, Formats.VIDEO, video.media(), null);
        } else if (part instanceof ContentPart.Document document) {
            writeMedia(out, Formats.DOCUMENT, document.media(), document);
        }
        out.writeEndObject();
    }

    private void writeToolCall(JsonGenerator out, ToolCall call) throws IOException {
        out.writeObjectFieldStart("toolUse");
        out.writeStringField("toolUseId", toolIds.call(call.id()));
        out.writeStringField("name", call.name());
        out.writeFieldName("input");
        Tools.writeArguments(out, call, unsupported);
        out.writeEndObject();
    }

    private void writeToolResult(JsonGenerator out, ContentPart.ToolResult result) throws IOException {
        out.writeObjectFieldStart("toolResult");
        out.writeStringField("toolUseId", toolIds.result(result.toolCallId()));
        out.writeArrayFieldStart("content");
        for (ContentPart part : result.content()) {
            if (isSent(part)) {
                write(out, part);
            }
        }
        out.writeEndArray();
        if (result.isError()) {
            out.writeStringField("status", "error");
        }
        out.writeEndObject();
    }

    private static void writeReasoning(JsonGenerator out, ContentPart.Reasoning reasoning) throws IOException {
        out.writeObjectFieldStart("reasoningContent");
        if (reasoning.encrypted() != null) {
            out.writeStringField("redactedContent", reasoning.encrypted());
        } else {
            out.writeObjectFieldStart("reasoningText");
            out.writeStringField("text", Objects.requireNonNullElse(reasoning.text(), ""));
            out.writeStringField("signature", reasoning.signature());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private void writeMedia(JsonGenerator out, Formats formats, Media media, ContentPart.@Nullable Document document)
            throws IOException {
        out.writeObjectFieldStart(formats.field());
        out.writeStringField("format", formats.of(media));
        if (document != null) {
            out.writeStringField("name", documentName(document.title()));
        }
        writeSource(out, media);
        if (document != null && document.citations()) {
            out.writeObjectFieldStart("citations");
            out.writeBooleanField("enabled", true);
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    private static void writeSource(JsonGenerator out, Media media) throws IOException {
        String base64 = media.base64();
        out.writeObjectFieldStart("source");
        if (base64 != null) {
            out.writeStringField("bytes", base64);
        } else {
            out.writeObjectFieldStart("s3Location");
            out.writeStringField("uri", media.url());
            out.writeEndObject();
        }
        out.writeEndObject();
    }

    /** The vendor requires a unique name of letters, digits, single spaces, hyphens and brackets. */
    private String documentName(@Nullable String title) {
        documents++;
        byte[] name = (title == null ? "document" : title).getBytes(StandardCharsets.US_ASCII);
        StringBuilder allowed = new StringBuilder(name.length + 4);
        for (byte b : name) {
            char c = (char) b;
            boolean plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            allowed.append(plain || c == '(' || c == ')' || c == '[' || c == ']' ? c : '-');
        }
        return allowed.append(" (").append(documents).append(')').toString();
    }
}
