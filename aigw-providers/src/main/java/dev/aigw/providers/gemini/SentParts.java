package dev.aigw.providers.gemini;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.providers.kit.CacheMarks;
import dev.aigw.providers.kit.Provenance;
import dev.aigw.providers.kit.Unsupported;
import java.util.HashMap;
import java.util.Map;

/** Decides which parts of a conversation are sent, for both of the vendor's APIs. For one attempt. */
final class SentParts {

    private final Unsupported unsupported;
    private final Provenance provenance;
    private final boolean steps;
    private final Map<String, String> toolNames = new HashMap<>(4);

    /**
     * Creates it for one attempt.
     *
     * @param steps whether raw parts are steps of an interaction, which have a type, and not parts of a content
     */
    SentParts(Unsupported unsupported, ChatRequest request, boolean steps) {
        this.unsupported = unsupported;
        this.provenance = Provenance.of(unsupported.provider(), unsupported, request);
        this.steps = steps;
    }

    Provenance provenance() {
        return provenance;
    }

    /** Returns whether a part is written, and warns if one with content is left out. */
    boolean isSent(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return !text.text().isEmpty();
        } else if (part instanceof ContentPart.Refusal refusal) {
            return !refusal.text().isEmpty();
        } else if (part instanceof ContentPart.Reasoning reasoning) {
            return provenance.takesBack(reasoning); // summaries of thoughts are for people to read
        } else if (part instanceof ContentPart.Raw raw) {
            return provenance.takesBack(raw) && isOfThisApi(raw);
        }
        if (part instanceof ContentPart.CacheHint hint) { // the vendor caches by itself
            if (CacheMarks.isLong(hint)) {
                unsupported.warn("caches prompts for a time of its own: the lifetime of a cache hint was not sent");
            }
            return false;
        }
        return true;
    }

    private boolean isOfThisApi(ContentPart.Raw raw) {
        if (raw.json().get("type") instanceof String == steps) {
            return true;
        }
        unsupported.warn("was not sent a part of an earlier answer, which came from the vendor's other API");
        return false;
    }

    /** Remembers the tool of a call, which its result has to name. */
    void called(ToolCall call) {
        toolNames.put(call.id(), call.name());
    }

    /**
     * Returns the tool that a result is of.
     *
     * @throws GatewayException if no call of its id came before
     */
    String toolName(ContentPart.ToolResult result) {
        String name = toolNames.get(result.toolCallId());
        if (name == null) {
            throw GatewayException.builder(
                            ErrorKind.INVALID_REQUEST,
                            "the result of the tool call \"" + result.toolCallId()
                                    + "\" comes before any call of that id: put the assistant's message with the call"
                                    + " before it, because " + unsupported.provider() + " requires the tool's name")
                    .provider(unsupported.provider())
                    .build();
        }
        return name;
    }

    /** Returns the media of a part, and warns of what has no field. */
    Media media(ContentPart part) {
        if (part instanceof ContentPart.Image image) {
            return image.media();
        } else if (part instanceof ContentPart.Audio audio) {
            return audio.media();
        } else if (part instanceof ContentPart.Video video) {
            return video.media();
        } else if (part instanceof ContentPart.Document document) {
            if (document.citations()) {
                unsupported.warn("has no option to cite a document");
            }
            return document.media();
        }
        throw unsupported.refusal("takes no part of type " + part.getClass().getSimpleName());
    }

    /** Returns the URI of media without bytes. Uploaded files are named by their full URI; a short name is accepted. */
    static String uri(Media media) {
        if (media.url() != null) {
            return media.url();
        }
        String fileId = String.valueOf(media.fileId());
        return fileId.startsWith("files/") ? Service.GEMINI_API.baseUrl() + "/" + fileId : fileId;
    }
}
