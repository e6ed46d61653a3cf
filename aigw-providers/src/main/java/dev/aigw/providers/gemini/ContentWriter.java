package dev.aigw.providers.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Provenance;
import dev.aigw.providers.kit.ToolIds;
import dev.aigw.providers.kit.Tools;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes parts. For one attempt. */
final class ContentWriter {

    /** The placeholder that the vendor accepts as a signature for calls of other models. */
    private static final String NO_SIGNATURE = "skip_thought_signature_validator";

    private final Unsupported unsupported;
    private final SentParts sent;
    private final Provenance provenance;
    private final ToolIds toolIds = new ToolIds(UnaryOperator.identity());
    private final boolean callsNeedSignature;

    ContentWriter(Unsupported unsupported, ChatRequest request, boolean callsNeedSignature) {
        this.unsupported = unsupported;
        this.sent = new SentParts(unsupported, request, false);
        this.provenance = sent.provenance();
        this.callsNeedSignature = callsNeedSignature;
    }

    /** Returns whether a part is written, and warns if one with content is left out. */
    boolean isSent(ContentPart part) {
        return sent.isSent(part);
    }

    /** Writes the parts that are sent. */
    void writeAll(JsonGenerator out, List<ContentPart> parts) throws IOException {
        boolean callBefore = false;
        ContentPart before = null;
        for (int i = 0; i < parts.size(); i++) {
            ContentPart part = parts.get(i);
            if (!isSent(part)) {
                continue;
            }
            if (!(part instanceof ContentPart.Reasoning bare && isMedia(before) && isBare(bare))) {
                write(out, part, signature(parts, i, callBefore));
            }
            callBefore |= part instanceof ToolCall;
            before = part;
        }
    }

    /** Returns the signature that is written on the part at {@code i}. */
    private @Nullable String signature(List<ContentPart> parts, int i, boolean callBefore) {
        ContentPart part = parts.get(i);
        if (part instanceof ContentPart.Reasoning reasoning) {
            return reasoning.signature();
        } else if (part instanceof ToolCall call) {
            String own = provenance.signature(call);
            // of calls that were made together, only the first is signed
            return own == null && callsNeedSignature && !callBefore ? NO_SIGNATURE : own;
        } else if (isMedia(part)
                && i + 1 < parts.size()
                && parts.get(i + 1) instanceof ContentPart.Reasoning next
                && isBare(next)
                && isSent(next)) {
            return next.signature(); // the decoder separated it from this part
        }
        return null;
    }

    private static boolean isMedia(@Nullable ContentPart part) {
        return part instanceof ContentPart.Image
                || part instanceof ContentPart.Audio
                || part instanceof ContentPart.Video;
    }

    private static boolean isBare(ContentPart.Reasoning reasoning) {
        return reasoning.text() == null && reasoning.summary() == null;
    }

    private void write(JsonGenerator out, ContentPart part, @Nullable String signature) throws IOException {
        if (part instanceof ContentPart.Raw raw) {
            Json.write(out, raw.json());
            return;
        }
        out.writeStartObject();
        if (part instanceof ContentPart.Text text) {
            out.writeStringField("text", text.text());
        } else if (part instanceof ContentPart.Refusal refusal) {
            out.writeStringField("text", refusal.text());
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            writeReasoning(out, reasoning);
        } else if (part instanceof ToolCall call) {
            writeCall(out, call);
        } else if (part instanceof ContentPart.ToolResult result) {
            writeResult(out, result);
        } else {
            if (part instanceof ContentPart.Image image && image.detail() != null) {
                unsupported.warn("has no option for the detail of an image");
            }
            writeMedia(out, sent.media(part));
        }
        if (signature != null) {
            out.writeStringField("thoughtSignature", signature);
        }
        out.writeEndObject();
    }

    private static void writeReasoning(JsonGenerator out, ContentPart.Reasoning reasoning) throws IOException {
        String shown = reasoning.summary() != null ? reasoning.summary() : reasoning.text();
        out.writeStringField("text", shown == null ? "" : shown);
        if (shown != null) {
            out.writeBooleanField("thought", true);
        }
    }

    private void writeCall(JsonGenerator out, ToolCall call) throws IOException {
        sent.called(call);
        out.writeObjectFieldStart("functionCall");
        out.writeStringField("id", toolIds.call(call.id()));
        out.writeStringField("name", call.name());
        out.writeFieldName("args");
        Tools.writeArguments(out, call, unsupported);
        out.writeEndObject();
    }

    private void writeResult(JsonGenerator out, ContentPart.ToolResult result) throws IOException {
        String name = sent.toolName(result);
        out.writeObjectFieldStart("functionResponse");
        out.writeStringField("id", toolIds.result(result.toolCallId()));
        out.writeStringField("name", name);
        out.writeObjectFieldStart("response");
        out.writeFieldName(result.isError() ? "error" : "output");
        JsonNode output = Json.parseOrNull(result.text());
        if (output != null && output.isContainerNode()) {
            Json.write(out, output);
        } else {
            out.writeString(result.text());
        }
        out.writeEndObject();
        writeResultMedia(out, result);
        out.writeEndObject();
    }

    private void writeResultMedia(JsonGenerator out, ContentPart.ToolResult result) throws IOException {
        List<ContentPart> media = result.content().stream()
                .filter(part -> !(part instanceof ContentPart.Text) && isSent(part))
                .toList();
        if (!media.isEmpty()) {
            out.writeArrayFieldStart("parts");
            for (ContentPart part : media) {
                write(out, part, null);
            }
            out.writeEndArray();
        }
    }

    private static void writeMedia(JsonGenerator out, Media media) throws IOException {
        String base64 = media.base64();
        if (base64 != null) {
            out.writeObjectFieldStart("inlineData");
            out.writeStringField("mimeType", media.mimeType());
            out.writeStringField("data", base64);
        } else {
            String uri = SentParts.uri(media);
            String type = media.likelyType();
            out.writeObjectFieldStart("fileData");
            if (type != null) {
                out.writeStringField("mimeType", type);
            }
            out.writeStringField("fileUri", uri);
        }
        out.writeEndObject();
    }
}
