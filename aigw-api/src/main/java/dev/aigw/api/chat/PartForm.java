package dev.aigw.api.chat;

import dev.aigw.api.internal.JsonFields;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The plain form of messages, their parts, and media. */
final class PartForm {

    private PartForm() {}

    static Map<String, @Nullable Object> of(Message message) {
        return JsonFields.none()
                .with("role", message.role())
                .with("name", message.name())
                .with("parts", message.parts(), PartForm::of)
                .plain();
    }

    static Message message(@Nullable Object form, String path) {
        JsonFields fields = JsonFields.read(form, path);
        return Message.of(fields.constant("role", Message.Role.class), fields.list("parts", PartForm::part))
                .withName(fields.text("name"));
    }

    static Object of(ContentPart part) {
        return fields(part).plain();
    }

    private static JsonFields fields(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return type("text").with("text", text.text()).with("citations", text.citations(), PartForm::of);
        }
        if (part instanceof ToolCall call) {
            return type("tool_call")
                    .with("id", call.id())
                    .with("name", call.name())
                    .with("arguments", call.arguments())
                    .with("signature", call.signature())
                    .with("origin", call.origin());
        }
        if (part instanceof ContentPart.ToolResult result) {
            return type("tool_result")
                    .with("id", result.toolCallId())
                    .with("content", result.content(), PartForm::of)
                    .with("is_error", result.isError() ? true : null);
        }
        if (part instanceof ContentPart.Reasoning reasoning) {
            return type("reasoning")
                    .with("text", reasoning.text())
                    .with("summary", reasoning.summary())
                    .with("signature", reasoning.signature())
                    .with("encrypted", reasoning.encrypted())
                    .with("origin", reasoning.origin());
        }
        if (part instanceof ContentPart.Refusal refusal) {
            return type("refusal").with("text", refusal.text());
        }
        if (part instanceof ContentPart.CacheHint hint) {
            return type("cache_hint").with("lifetime", hint.lifetime().toString());
        }
        if (part instanceof ContentPart.Raw raw) {
            return type("raw").with("provider", raw.provider()).with("json", (Object) raw.json());
        }
        return media(part);
    }

    private static JsonFields media(ContentPart part) {
        if (part instanceof ContentPart.Image image) {
            return type("image").with("media", (Object) of(image.media())).with("detail", image.detail());
        }
        if (part instanceof ContentPart.Audio audio) {
            return type("audio").with("media", (Object) of(audio.media()));
        }
        if (part instanceof ContentPart.Video video) {
            return type("video").with("media", (Object) of(video.media()));
        }
        if (part instanceof ContentPart.Document document) {
            return type("document")
                    .with("media", (Object) of(document.media()))
                    .with("title", document.title())
                    .with("citations", document.citations() ? true : null);
        }
        throw new IllegalStateException("no form for " + part.getClass().getName());
    }

    private static JsonFields type(String type) {
        return JsonFields.none().with("type", type);
    }

    static ContentPart part(@Nullable Object form, String path) {
        JsonFields fields = JsonFields.read(form, path);
        String type = fields.needText("type");
        return switch (type) {
            case "text" -> new ContentPart.Text(fields.needText("text"), fields.list("citations", PartForm::citation));
            case "tool_call" ->
                new ToolCall(
                        fields.needText("id"),
                        fields.needText("name"),
                        fields.needText("arguments"),
                        fields.text("signature"),
                        fields.text("origin"));
            case "tool_result" ->
                new ContentPart.ToolResult(
                        fields.needText("id"), fields.list("content", PartForm::part), fields.flag("is_error"));
            case "reasoning" ->
                new ContentPart.Reasoning(
                        fields.text("text"),
                        fields.text("summary"),
                        fields.text("signature"),
                        fields.text("encrypted"),
                        fields.text("origin"));
            case "refusal" -> new ContentPart.Refusal(fields.needText("text"));
            case "cache_hint" -> new ContentPart.CacheHint(duration(fields, "lifetime"));
            case "raw" -> new ContentPart.Raw(fields.needText("provider"), fields.map("json"));
            case "image" -> new ContentPart.Image(media(fields), fields.text("detail"));
            case "audio" -> new ContentPart.Audio(media(fields));
            case "video" -> new ContentPart.Video(media(fields));
            case "document" -> new ContentPart.Document(media(fields), fields.text("title"), fields.flag("citations"));
            default ->
                throw new IllegalArgumentException(fields.path("type") + " is \"" + type
                        + "\", which this release does not know: a newer one may have written it");
        };
    }

    private static Duration duration(JsonFields fields, String name) {
        try {
            return Duration.parse(fields.needText(name));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(fields.path(name) + " is no ISO 8601 duration, such as PT5M", e);
        }
    }

    private static Object of(Citation citation) {
        return JsonFields.none()
                .with("kind", citation.kind())
                .with("url", citation.url())
                .with("title", citation.title())
                .with("cited_text", citation.citedText())
                .with("document_index", citation.documentIndex())
                .with("start", citation.start())
                .with("end", citation.end())
                .with("raw", citation.raw())
                .plain();
    }

    private static Citation citation(@Nullable Object form, String path) {
        JsonFields fields = JsonFields.read(form, path);
        return Citation.builder(fields.needText("kind"))
                .url(fields.text("url"))
                .title(fields.text("title"))
                .citedText(fields.text("cited_text"))
                .documentIndex(fields.integer("document_index"))
                .start(fields.integer("start"))
                .end(fields.integer("end"))
                .raw(fields.map("raw"))
                .build();
    }

    static Map<String, @Nullable Object> of(Media media) {
        return JsonFields.none()
                .with("mime_type", media.mimeType())
                .with("base64", media.base64())
                .with("url", media.url())
                .with("file_id", media.fileId())
                .plain();
    }

    private static Media media(JsonFields part) {
        return media(part.need("media", Object.class), part.path("media"));
    }

    static Media media(@Nullable Object form, String path) {
        JsonFields fields = JsonFields.read(form, path);
        if (fields.has("base64")) {
            String type = fields.needText("mime_type");
            try {
                return Media.ofBase64(type, fields.needText("base64"));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(fields.path("base64") + " is not base64", e);
            }
        }
        return fields.has("url") ? Media.ofUrl(fields.needText("url")) : Media.ofFileId(fields.needText("file_id"));
    }
}
