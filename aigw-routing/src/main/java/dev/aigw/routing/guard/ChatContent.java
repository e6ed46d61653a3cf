package dev.aigw.routing.guard;

import static dev.aigw.routing.guard.JsonContent.isSame;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.Citation;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.guard.ContentEditor;
import dev.aigw.api.guard.ContentOrigin;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Visits the content of chat requests and responses. What is unchanged is returned as the same object. */
final class ChatContent {

    private ChatContent() {}

    static ChatRequest edited(ChatRequest request, String prefix, ContentEditor editor) {
        List<Message> messages = new ArrayList<>(request.messages().size());
        boolean same = true;
        for (int i = 0; i < request.messages().size(); i++) {
            Message message = request.messages().get(i);
            Message edited = edited(message, prefix + "messages[" + i + "]", editor);
            same &= isSame(edited, message);
            messages.add(edited);
        }
        for (ToolSpec tool : request.tools()) {
            String path = prefix + "tools." + tool.name();
            if (tool.description() != null) {
                editor.fixedText(ContentOrigin.TOOL_DEFINITION, path + ".description", tool.description());
            }
            JsonContent.visit(tool.parameters(), ContentOrigin.TOOL_DEFINITION, path, editor);
        }
        if (request.responseFormat().schema() != null) {
            JsonContent.visit(
                    request.responseFormat().schema(),
                    ContentOrigin.TOOL_DEFINITION,
                    prefix + "responseFormat",
                    editor);
        }
        for (int i = 0; i < request.stop().size(); i++) {
            editor.fixedText(
                    ContentOrigin.DATA,
                    prefix + "stop[" + i + "]",
                    request.stop().get(i));
        }
        String user = request.user();
        String editedUser = user == null ? null : editor.text(ContentOrigin.DATA, prefix + "user", user);
        Map<String, String> metadata = metadata(request.metadata(), prefix, editor);
        Map<String, ?> extra = JsonContent.edited(request.extra(), ContentOrigin.DATA, prefix + "extra", editor);
        ChatRequest changed = request;
        if (!same || !Objects.equals(editedUser, user) || metadata != request.metadata()) {
            ChatRequest.Builder builder = request.toBuilder();
            if (!same) {
                builder.messages(messages);
            }
            if (!Objects.equals(editedUser, user)) {
                builder.userId(editedUser);
            }
            if (metadata != request.metadata()) {
                builder.metadata(metadata);
            }
            changed = builder.build();
        }
        return extra == request.extra() ? changed : changed.withExtra(extra);
    }

    private static Map<String, String> metadata(Map<String, String> metadata, String prefix, ContentEditor editor) {
        Map<String, String> changed = null;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            String value = entry.getValue();
            String edited = editor.text(ContentOrigin.DATA, prefix + "metadata." + entry.getKey(), value);
            if (!edited.equals(value)) {
                if (changed == null) {
                    changed = new LinkedHashMap<>(metadata);
                }
                changed.put(entry.getKey(), edited);
            }
        }
        return changed == null ? metadata : changed;
    }

    private static Message edited(Message message, String path, ContentEditor editor) {
        ContentOrigin origin = origin(message.role());
        List<ContentPart> parts = edited(message.parts(), origin, path + ".parts", editor);
        Message changed = parts == message.parts() ? message : message.withParts(parts);
        String name = message.name();
        if (name != null) {
            String edited = editor.text(origin, path + ".name", name);
            if (!edited.equals(name)) {
                changed = changed.withName(edited);
            }
        }
        return changed;
    }

    private static ContentOrigin origin(Message.Role role) {
        return switch (role) {
            case SYSTEM -> ContentOrigin.SYSTEM;
            case USER -> ContentOrigin.USER;
            case ASSISTANT -> ContentOrigin.MODEL;
            case TOOL -> ContentOrigin.TOOL_RESULT;
        };
    }

    static List<ContentPart> edited(List<ContentPart> parts, ContentOrigin origin, String path, ContentEditor editor) {
        List<ContentPart> changed = null;
        for (int i = 0; i < parts.size(); i++) {
            ContentPart part = parts.get(i);
            ContentPart edited = edited(part, origin, path + "[" + i + "]", editor);
            if (edited != part) {
                if (changed == null) {
                    changed = new ArrayList<>(parts);
                }
                changed.set(i, edited);
            }
        }
        return changed == null ? parts : changed;
    }

    static ContentPart edited(ContentPart part, ContentOrigin origin, String path, ContentEditor editor) {
        if (part instanceof ContentPart.Text text) {
            String edited = editor.text(origin, path, text.text());
            List<Citation> citations = citations(text.citations(), path, editor);
            return edited.equals(text.text()) && citations == text.citations()
                    ? part
                    : new ContentPart.Text(edited, citations);
        }
        if (part instanceof ToolCall call) {
            editor.fixedText(ContentOrigin.TOOL_ARGUMENTS, path + ".name", call.name());
            String edited = editor.text(ContentOrigin.TOOL_ARGUMENTS, path + ".arguments", call.arguments());
            return edited.equals(call.arguments())
                    ? part
                    : new ToolCall(call.id(), call.name(), edited, call.signature(), call.origin());
        }
        if (part instanceof ContentPart.ToolResult result) {
            List<ContentPart> content = edited(result.content(), ContentOrigin.TOOL_RESULT, path + ".content", editor);
            return content == result.content()
                    ? part
                    : new ContentPart.ToolResult(result.toolCallId(), content, result.isError());
        }
        if (part instanceof ContentPart.Document document) {
            return document(document, path, editor);
        }
        if (part instanceof ContentPart.Image image) {
            Media media = editor.media(origin, path, image.media());
            return isSame(media, image.media()) ? part : new ContentPart.Image(media, image.detail());
        }
        if (part instanceof ContentPart.Audio audio) {
            Media media = editor.media(origin, path, audio.media());
            return isSame(media, audio.media()) ? part : new ContentPart.Audio(media);
        }
        if (part instanceof ContentPart.Video video) {
            Media media = editor.media(origin, path, video.media());
            return isSame(media, video.media()) ? part : new ContentPart.Video(media);
        }
        if (part instanceof ContentPart.Reasoning reasoning) {
            return reasoning(reasoning, path, editor);
        }
        if (part instanceof ContentPart.Refusal refusal) {
            String edited = editor.text(origin, path, refusal.text());
            return edited.equals(refusal.text()) ? part : new ContentPart.Refusal(edited);
        }
        if (part instanceof ContentPart.Raw raw) {
            Map<String, ?> json = JsonContent.edited(raw.json(), origin, path, editor);
            return json == raw.json() ? part : new ContentPart.Raw(raw.provider(), json);
        }
        return part; // a cache hint
    }

    private static ContentPart document(ContentPart.Document document, String path, ContentEditor editor) {
        String title = document.title();
        String editedTitle = title == null ? null : editor.text(ContentOrigin.DOCUMENT, path + ".title", title);
        Media media = document.media();
        String text = text(media);
        Media edited = media;
        if (text == null) {
            edited = editor.media(ContentOrigin.DOCUMENT, path, media);
        } else {
            String changed = editor.text(ContentOrigin.DOCUMENT, path, text);
            if (!changed.equals(text)) {
                String type = Objects.requireNonNull(media.likelyType());
                edited = Media.ofBytes(type, changed.getBytes(StandardCharsets.UTF_8));
            }
        }
        return isSame(edited, media) && Objects.equals(editedTitle, title)
                ? document
                : new ContentPart.Document(edited, editedTitle, document.citations());
    }

    /** Returns the text of a document that is one, or null. */
    private static @Nullable String text(Media media) {
        String type = media.likelyType();
        byte[] bytes = type != null && isText(type) ? media.bytes() : null;
        if (bytes == null) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null; // of another charset: guards see its bytes
        }
    }

    private static boolean isText(String type) {
        return type.startsWith("text/")
                || type.startsWith("application/json")
                || type.startsWith("application/xml")
                || type.endsWith("+json")
                || type.endsWith("+xml")
                || type.startsWith("application/yaml");
    }

    private static ContentPart reasoning(ContentPart.Reasoning reasoning, String path, ContentEditor editor) {
        if (reasoning.isSigned()) {
            if (reasoning.text() != null) {
                editor.fixedText(ContentOrigin.REASONING, path, reasoning.text());
            }
            if (reasoning.summary() != null) {
                editor.fixedText(ContentOrigin.REASONING, path + ".summary", reasoning.summary());
            }
            return reasoning;
        }
        String text = reasoning.text() == null ? null : editor.text(ContentOrigin.REASONING, path, reasoning.text());
        String summary = reasoning.summary() == null
                ? null
                : editor.text(ContentOrigin.REASONING, path + ".summary", reasoning.summary());
        return Objects.equals(text, reasoning.text()) && Objects.equals(summary, reasoning.summary())
                ? reasoning
                : new ContentPart.Reasoning(text, summary, null, null, reasoning.origin());
    }

    private static List<Citation> citations(List<Citation> citations, String path, ContentEditor editor) {
        List<Citation> changed = null;
        for (int i = 0; i < citations.size(); i++) {
            Citation citation = citations.get(i);
            Citation edited = edited(citation, path + ".citations[" + i + "]", editor);
            if (!isSame(edited, citation)) {
                if (changed == null) {
                    changed = new ArrayList<>(citations);
                }
                changed.set(i, edited);
            }
        }
        return changed == null ? citations : changed;
    }

    /** Visits what a citation quotes. The vendor's raw form repeats it, so that an edited citation has none. */
    static Citation edited(Citation citation, String path, ContentEditor editor) {
        String cited = citation.citedText();
        String editedText = cited == null ? null : editor.text(ContentOrigin.DOCUMENT, path + ".citedText", cited);
        String title = citation.title();
        String editedTitle = title == null ? null : editor.text(ContentOrigin.DOCUMENT, path + ".title", title);
        String url = citation.url();
        String editedUrl = url == null ? null : editor.text(ContentOrigin.DOCUMENT, path + ".url", url);
        if (Objects.equals(editedText, cited) && Objects.equals(editedTitle, title) && Objects.equals(editedUrl, url)) {
            return citation;
        }
        Citation.Builder builder = citation.toBuilder();
        if (editedText != null) {
            builder.citedText(editedText);
        }
        if (editedTitle != null) {
            builder.title(editedTitle);
        }
        if (editedUrl != null) {
            builder.url(editedUrl);
        }
        return builder.raw(Map.of()).build();
    }

    /** Visits an answer. The log probabilities of an edited one are dropped: they repeat its tokens. */
    static ChatResponse edited(ChatResponse response, ContentEditor editor) {
        List<ContentPart> parts = edited(response.message().parts(), ContentOrigin.MODEL, "parts", editor);
        JsonContent.visit(response.extra(), ContentOrigin.DATA, "extra", editor);
        return parts == response.message().parts()
                ? response
                : response.toBuilder().parts(parts).logprobs(null).build();
    }
}
