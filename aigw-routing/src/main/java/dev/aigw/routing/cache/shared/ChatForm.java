package dev.aigw.routing.cache.shared;

import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.ToolCall;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The plain form of the parts of chats: message parts, media, probabilities and usage. */
final class ChatForm {

    private ChatForm() {}

    static Object of(ContentPart part) {
        return fields(part).plain();
    }

    private static Fields fields(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return type("text").with("text", text.text()).with("citations", text.citations(), ChatForm::of);
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
                    .with("content", result.content(), ChatForm::of)
                    .with("error", result.isError());
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
            return type("cache_hint")
                    .with("seconds", hint.lifetime().toSeconds())
                    .with("nanos", hint.lifetime().toNanosPart());
        }
        if (part instanceof ContentPart.Raw raw) {
            return type("raw").with("provider", raw.provider()).with("json", raw.json());
        }
        return media(part);
    }

    private static Fields media(ContentPart part) {
        if (part instanceof ContentPart.Image image) {
            return type("image").with("media", of(image.media())).with("detail", image.detail());
        }
        if (part instanceof ContentPart.Audio audio) {
            return type("audio").with("media", of(audio.media()));
        }
        if (part instanceof ContentPart.Video video) {
            return type("video").with("media", of(video.media()));
        }
        if (part instanceof ContentPart.Document document) {
            return type("document")
                    .with("media", of(document.media()))
                    .with("title", document.title())
                    .with("citations", document.citations());
        }
        throw new IllegalStateException("no form for " + part.getClass().getName());
    }

    private static Fields type(String type) {
        return Fields.none().with("type", type);
    }

    static ContentPart part(@Nullable Object form) {
        Fields fields = Fields.of(form);
        String type = fields.needText("type");
        return switch (type) {
            case "text" -> new ContentPart.Text(fields.needText("text"), fields.list("citations", ChatForm::citation));
            case "tool_call" ->
                new ToolCall(
                        fields.needText("id"),
                        fields.needText("name"),
                        fields.needText("arguments"),
                        fields.text("signature"),
                        fields.text("origin"));
            case "tool_result" ->
                new ContentPart.ToolResult(
                        fields.needText("id"),
                        fields.list("content", ChatForm::part),
                        fields.need("error", Boolean.class));
            case "reasoning" ->
                new ContentPart.Reasoning(
                        fields.text("text"),
                        fields.text("summary"),
                        fields.text("signature"),
                        fields.text("encrypted"),
                        fields.text("origin"));
            case "refusal" -> new ContentPart.Refusal(fields.needText("text"));
            case "cache_hint" ->
                new ContentPart.CacheHint(
                        Duration.ofSeconds(fields.need("seconds", Long.class), fields.need("nanos", Integer.class)));
            case "raw" -> new ContentPart.Raw(fields.needText("provider"), fields.map("json"));
            case "image" -> new ContentPart.Image(media(fields), fields.text("detail"));
            case "audio" -> new ContentPart.Audio(media(fields));
            case "video" -> new ContentPart.Video(media(fields));
            case "document" ->
                new ContentPart.Document(media(fields), fields.text("title"), fields.need("citations", Boolean.class));
            default -> throw new IllegalArgumentException("there is no part of type " + type);
        };
    }

    private static Object of(Citation citation) {
        return Fields.none()
                .with("kind", citation.kind())
                .with("url", citation.url())
                .with("title", citation.title())
                .with("cited", citation.citedText())
                .with("document", citation.documentIndex())
                .with("start", citation.start())
                .with("end", citation.end())
                .with("raw", citation.raw())
                .plain();
    }

    private static Citation citation(@Nullable Object form) {
        Fields fields = Fields.of(form);
        return Citation.builder(fields.needText("kind"))
                .url(fields.text("url"))
                .title(fields.text("title"))
                .citedText(fields.text("cited"))
                .documentIndex(fields.get("document", Integer.class))
                .start(fields.get("start", Integer.class))
                .end(fields.get("end", Integer.class))
                .raw(fields.map("raw"))
                .build();
    }

    static Object of(Media media) {
        return Fields.none()
                .with("mime", media.mimeType())
                .with("bytes", media.bytes())
                .with("url", media.url())
                .with("file", media.fileId())
                .plain();
    }

    private static Media media(Fields part) {
        return media(part.need("media", Object.class));
    }

    static Media media(Object form) {
        Fields fields = Fields.of(form);
        if (fields.has("bytes")) {
            return Media.ofBytes(fields.needText("mime"), fields.need("bytes", byte[].class));
        }
        return fields.has("url") ? Media.ofUrl(fields.needText("url")) : Media.ofFileId(fields.needText("file"));
    }

    static Object of(Logprobs.Token token) {
        return Fields.none()
                .with("token", token.token())
                .with("logprob", token.logprob())
                .with("top", token.top(), ChatForm::of)
                .plain();
    }

    static Logprobs.Token token(@Nullable Object form) {
        Fields fields = Fields.of(form);
        return new Logprobs.Token(
                fields.needText("token"), fields.need("logprob", Double.class), fields.list("top", ChatForm::token));
    }

    static @Nullable Object of(TokenUsage usage) {
        if (usage.equals(TokenUsage.NONE)) {
            return null;
        }
        Fields fields = Fields.none().with("provenance", usage.provenance());
        for (TokenUsage.Bucket bucket : TokenUsage.Bucket.values()) {
            if (usage.get(bucket).isPresent()) {
                fields.with(bucket.name(), usage.getOrZero(bucket));
            }
        }
        if (!usage.serverToolUses().isEmpty()) {
            fields.with("serverTools", usage.serverToolUses());
        }
        return fields.plain();
    }

    static TokenUsage usage(@Nullable Object form) {
        if (form == null) {
            return TokenUsage.NONE;
        }
        Fields fields = Fields.of(form);
        TokenUsage.Builder usage =
                TokenUsage.builder().provenance(fields.constant("provenance", TokenUsage.Provenance.class));
        for (String name : List.copyOf(fields.plain().keySet())) {
            if (!name.equals("provenance") && !name.equals("serverTools")) {
                usage.set(TokenUsage.Bucket.valueOf(name), Objects.requireNonNull(fields.get(name, Long.class), name));
            }
        }
        Fields uses = Fields.of(fields.map("serverTools"));
        uses.plain().keySet().forEach(tool -> usage.serverTool(tool, uses.need(tool, Long.class)));
        return usage.build();
    }
}
