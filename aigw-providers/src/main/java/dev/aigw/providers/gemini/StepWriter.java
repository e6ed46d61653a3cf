package dev.aigw.providers.gemini;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.ToolIds;
import dev.aigw.providers.kit.Tools;
import dev.aigw.providers.kit.Turns;
import dev.aigw.providers.kit.Unsupported;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes a conversation as the steps of an interaction: what was said is in steps of the user and of the model;
 * thoughts, tool calls and their results are steps of their own. For one attempt.
 */
final class StepWriter {

    private static final Set<String> RESOLUTIONS = Set.of("low", "medium", "high", "ultra_high");

    private final Unsupported unsupported;
    private final SentParts sent;
    private final ToolIds toolIds = new ToolIds(UnaryOperator.identity());

    StepWriter(Unsupported unsupported, ChatRequest request) {
        this.unsupported = unsupported;
        this.sent = new SentParts(unsupported, request, true);
    }

    /** Returns whether a part is written, and warns if one with content is left out. */
    boolean isSent(ContentPart part) {
        return sent.isSent(part);
    }

    /** Writes the steps of a turn. */
    void write(JsonGenerator out, Turns.Turn turn) throws IOException {
        boolean open = false;
        for (ContentPart part : turn.parts()) {
            if (!isSent(part)) {
                continue;
            }
            boolean apart = isStep(part);
            if (open && apart) {
                end(out);
            } else if (!open && !apart) {
                out.writeStartObject();
                out.writeStringField("type", turn.byAssistant() ? "model_output" : "user_input");
                out.writeArrayFieldStart("content");
            }
            open = !apart;
            if (apart) {
                writeStep(out, part);
            } else {
                writeContent(out, part);
            }
        }
        if (open) {
            end(out);
        }
    }

    private static void end(JsonGenerator out) throws IOException {
        out.writeEndArray();
        out.writeEndObject();
    }

    private static boolean isStep(ContentPart part) {
        return part instanceof ContentPart.Reasoning
                || part instanceof ToolCall
                || part instanceof ContentPart.ToolResult
                || part instanceof ContentPart.Raw;
    }

    private void writeStep(JsonGenerator out, ContentPart part) throws IOException {
        if (part instanceof ContentPart.Raw raw) {
            Json.write(out, raw.json());
            return;
        }
        out.writeStartObject();
        if (part instanceof ContentPart.Reasoning thought) {
            writeThought(out, thought);
        } else if (part instanceof ToolCall call) {
            writeCall(out, call);
        } else if (part instanceof ContentPart.ToolResult result) {
            writeResult(out, result);
        }
        out.writeEndObject();
    }

    /** Only signed thoughts are sent: the vendor refuses others, also its own. */
    private static void writeThought(JsonGenerator out, ContentPart.Reasoning thought) throws IOException {
        out.writeStringField("type", "thought");
        out.writeStringField("signature", thought.signature());
        String shown = thought.summary() != null ? thought.summary() : thought.text();
        if (shown != null) {
            out.writeArrayFieldStart("summary");
            writeText(out, shown);
            out.writeEndArray();
        }
    }

    private void writeCall(JsonGenerator out, ToolCall call) throws IOException {
        sent.called(call);
        out.writeStringField("type", "function_call");
        out.writeStringField("id", toolIds.call(call.id()));
        out.writeStringField("name", call.name());
        out.writeFieldName("arguments");
        Tools.writeArguments(out, call, unsupported);
        String signature = sent.provenance().signature(call);
        if (signature != null) {
            out.writeStringField("signature", signature);
        }
    }

    private void writeResult(JsonGenerator out, ContentPart.ToolResult result) throws IOException {
        out.writeStringField("type", "function_result");
        out.writeStringField("call_id", toolIds.result(result.toolCallId()));
        out.writeStringField("name", sent.toolName(result)); // the reference calls it optional, the server does not
        if (result.isError()) {
            out.writeBooleanField("is_error", true);
        }
        List<ContentPart> parts = result.content().stream().filter(this::isSent).toList();
        if (parts.stream().allMatch(part -> part instanceof ContentPart.Text)) {
            out.writeStringField("result", result.text());
            return;
        }
        out.writeArrayFieldStart("result");
        for (ContentPart part : parts) {
            writeContent(out, part);
        }
        out.writeEndArray();
    }

    private void writeContent(JsonGenerator out, ContentPart part) throws IOException {
        if (part instanceof ContentPart.Text text) {
            writeText(out, text.text());
            return;
        } else if (part instanceof ContentPart.Refusal refusal) {
            writeText(out, refusal.text());
            return;
        }
        out.writeStartObject();
        Media media = sent.media(part);
        out.writeStringField(
                "type",
                part instanceof ContentPart.Image
                        ? "image"
                        : part instanceof ContentPart.Audio
                                ? "audio"
                                : part instanceof ContentPart.Video ? "video" : "document");
        writeMedia(out, media);
        if (part instanceof ContentPart.Image image) {
            writeResolution(out, image.detail());
        }
        out.writeEndObject();
    }

    private void writeResolution(JsonGenerator out, @Nullable String detail) throws IOException {
        if (detail != null && RESOLUTIONS.contains(detail)) {
            out.writeStringField("resolution", detail);
        } else if (detail != null && !detail.equals("auto")) {
            unsupported.warn("knows no detail \"" + detail + "\" of an image, only "
                    + RESOLUTIONS.stream().sorted().toList());
        }
    }

    private static void writeMedia(JsonGenerator out, Media media) throws IOException {
        String base64 = media.base64();
        String uri = base64 == null ? SentParts.uri(media) : null;
        String type = media.likelyType();
        if (type != null) {
            out.writeStringField("mime_type", type);
        }
        out.writeStringField(uri == null ? "data" : "uri", uri == null ? base64 : uri);
    }

    private static void writeText(JsonGenerator out, String text) throws IOException {
        out.writeStartObject();
        out.writeStringField("type", "text");
        out.writeStringField("text", text);
        out.writeEndObject();
    }
}
