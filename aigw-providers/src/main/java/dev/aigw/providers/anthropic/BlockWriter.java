package dev.aigw.providers.anthropic;

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
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes parts as content blocks. For one attempt. */
final class BlockWriter {

    private static final int MAX_TOOL_ID = 64;
    private static final int MOST_MARKS = 4;

    private final Unsupported unsupported;
    private final Provenance provenance;
    private final boolean fetches;
    private final CacheMarks marks;
    private final ToolIds toolIds = new ToolIds(ToolIds.plain(MAX_TOOL_ID));
    private boolean usesFiles;

    /**
     * Creates a writer.
     *
     * @param fetches whether the service takes media by URL and file id, besides its bytes
     * @param others the number of cache marks that the request has already
     */
    BlockWriter(Unsupported unsupported, Provenance provenance, boolean fetches, int others) {
        this.unsupported = unsupported;
        this.provenance = provenance;
        this.fetches = fetches;
        this.marks = new CacheMarks(MOST_MARKS - others, this::isSent, unsupported);
    }

    /** Returns the marks, for those outside of blocks. */
    CacheMarks marks() {
        return marks;
    }

    /** Notes the cache hints of parts that will be written, before any is written. */
    void note(List<ContentPart> parts) {
        marks.note(parts, true);
    }

    /** Returns whether a block written so far names an uploaded file. */
    boolean usesFiles() {
        return usesFiles;
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
        } else if (part instanceof ContentPart.Audio || part instanceof ContentPart.Video) {
            return !unsupported.drops("a part " + part.getClass().getSimpleName());
        } else if (part instanceof ContentPart.Image image) {
            return isTaken(image.media());
        } else if (part instanceof ContentPart.Document document) {
            return isTaken(document.media());
        }
        return !(part instanceof ContentPart.CacheHint);
    }

    private boolean isTaken(Media media) {
        return fetches
                || media.bytes() != null
                || !unsupported.drops(
                        media.url() == null ? "an uploaded file, only bytes" : "media by URL, only bytes");
    }

    /** Writes the parts that are sent, each with the mark of the cache hint after it. */
    void writeAll(JsonGenerator out, List<ContentPart> parts) throws IOException {
        ContentPart waiting = null;
        ContentPart.CacheHint hint = null;
        for (ContentPart part : parts) {
            if (part instanceof ContentPart.CacheHint found) {
                if (!CacheMarks.carries(waiting)) {
                    unsupported.warn("was not sent a cache hint with nothing before it that can carry it");
                } else {
                    hint = found;
                }
            } else if (isSent(part)) {
                if (waiting != null) {
                    write(out, waiting, hint);
                }
                waiting = part;
                hint = null;
            }
        }
        if (waiting != null) {
            write(out, waiting, hint);
        }
    }

    private void write(JsonGenerator out, ContentPart part, ContentPart.@Nullable CacheHint hint) throws IOException {
        ContentPart.CacheHint mark = hint == null ? null : marks.take(hint);
        out.writeStartObject();
        if (part instanceof ContentPart.Text text) {
            writeText(out, text.text());
        } else if (part instanceof ContentPart.Refusal refusal) {
            writeText(out, refusal.text());
        } else if (part instanceof ToolCall call) {
            writeToolCall(out, call);
        } else if (part instanceof ContentPart.ToolResult result) {
            writeToolResult(out, result);
        } else if (part instanceof ContentPart.Image image) {
            if (image.detail() != null) {
                unsupported.warn("has no option for the detail of an image");
            }
            out.writeStringField("type", "image");
            writeSource(out, image.media());
        } else if (part instanceof ContentPart.Document document) {
            writeDocument(out, document);
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            writeReasoning(out, reasoning);
        } else if (part instanceof ContentPart.Raw raw) {
            for (Map.Entry<String, ?> field : raw.json().entrySet()) {
                out.writeFieldName(field.getKey());
                Json.write(out, field.getValue());
            }
        }
        if (mark != null) {
            writeCacheControl(out, mark);
        }
        out.writeEndObject();
    }

    private static void writeText(JsonGenerator out, String text) throws IOException {
        out.writeStringField("type", "text");
        out.writeStringField("text", text);
    }

    /** The vendor caches for five minutes or an hour: anything above five minutes becomes an hour. */
    static void writeCacheControl(JsonGenerator out, ContentPart.CacheHint hint) throws IOException {
        out.writeObjectFieldStart("cache_control");
        out.writeStringField("type", "ephemeral");
        if (CacheMarks.isLong(hint)) {
            out.writeStringField("ttl", "1h");
        }
        out.writeEndObject();
    }

    private void writeToolCall(JsonGenerator out, ToolCall call) throws IOException {
        out.writeStringField("type", "tool_use");
        out.writeStringField("id", toolIds.call(call.id()));
        out.writeStringField("name", call.name());
        out.writeFieldName("input");
        Tools.writeArguments(out, call, unsupported);
    }

    private void writeToolResult(JsonGenerator out, ContentPart.ToolResult result) throws IOException {
        out.writeStringField("type", "tool_result");
        out.writeStringField("tool_use_id", toolIds.result(result.toolCallId()));
        if (result.isError()) {
            out.writeBooleanField("is_error", true);
        }
        if (result.content().stream().anyMatch(this::isSent)) {
            out.writeArrayFieldStart("content");
            writeAll(out, result.content());
            out.writeEndArray();
        }
    }

    /** Writes a block for an answer without thinking, for servers that refuse one. */
    static void writeEmptyThinking(JsonGenerator out) throws IOException {
        out.writeStartObject();
        writeReasoning(out, new ContentPart.Reasoning("", null, null, null, null));
        out.writeEndObject();
    }

    private static void writeReasoning(JsonGenerator out, ContentPart.Reasoning reasoning) throws IOException {
        if (reasoning.encrypted() != null) {
            out.writeStringField("type", "redacted_thinking");
            out.writeStringField("data", reasoning.encrypted());
        } else {
            out.writeStringField("type", "thinking");
            out.writeStringField("thinking", Objects.requireNonNullElse(reasoning.text(), ""));
            out.writeStringField("signature", Objects.requireNonNullElse(reasoning.signature(), ""));
        }
    }

    private void writeDocument(JsonGenerator out, ContentPart.Document document) throws IOException {
        out.writeStringField("type", "document");
        writeSource(out, document.media());
        if (document.title() != null) {
            out.writeStringField("title", document.title());
        }
        if (document.citations()) {
            out.writeObjectFieldStart("citations");
            out.writeBooleanField("enabled", true);
            out.writeEndObject();
        }
    }

    private void writeSource(JsonGenerator out, Media media) throws IOException {
        out.writeObjectFieldStart("source");
        String mimeType = media.mimeType();
        if (media.url() != null) {
            out.writeStringField("type", "url");
            out.writeStringField("url", media.url());
        } else if (media.fileId() != null) {
            usesFiles = true;
            out.writeStringField("type", "file");
            out.writeStringField("file_id", media.fileId());
        } else if (mimeType != null && mimeType.startsWith("text/")) {
            out.writeStringField("type", "text");
            out.writeStringField("media_type", "text/plain");
            out.writeStringField("data", new String(Objects.requireNonNull(media.bytes()), StandardCharsets.UTF_8));
        } else {
            out.writeStringField("type", "base64");
            out.writeStringField("media_type", mimeType);
            out.writeStringField("data", media.base64());
        }
        out.writeEndObject();
    }
}
