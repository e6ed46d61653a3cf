package dev.aigw.routing.tools.mcp;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.aigw.routing.tools.ToolOutput;
import io.modelcontextprotocol.spec.McpSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the result of a server's tool into what a model reads. */
final class McpContent {

    /** What vendors take as an image; any other would make them refuse the whole conversation, for ever. */
    private static final Set<String> IMAGES = Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

    private McpContent() {}

    static ToolOutput of(McpSchema.CallToolResult result) {
        List<ContentPart> parts = new ArrayList<>();
        List<McpSchema.Content> contents = result.content() == null ? List.of() : result.content();
        for (McpSchema.Content content : contents) {
            add(parts, content);
        }
        boolean hasText = parts.stream()
                .anyMatch(part ->
                        part instanceof ContentPart.Text text && !text.text().isBlank());
        if (!hasText && result.structuredContent() != null) {
            parts.add(new ContentPart.Text(JsonMapper.installed().write(result.structuredContent())));
        } else if (parts.isEmpty()) {
            parts.add(new ContentPart.Text("(no content)"));
        }
        return Boolean.TRUE.equals(result.isError()) ? ToolOutput.error(parts) : ToolOutput.of(parts);
    }

    private static void add(List<ContentPart> parts, McpSchema.Content content) {
        if (content instanceof McpSchema.TextContent text) {
            if (text.text() != null && !text.text().isEmpty()) {
                parts.add(new ContentPart.Text(text.text()));
            }
        } else if (content instanceof McpSchema.ImageContent image) {
            addBlob(parts, "", image.mimeType(), image.data());
        } else if (content instanceof McpSchema.AudioContent audio) {
            addBlob(parts, "", audio.mimeType(), audio.data());
        } else if (content instanceof McpSchema.EmbeddedResource embedded) {
            addResource(parts, embedded.resource());
        } else if (content instanceof McpSchema.ResourceLink link) {
            parts.add(note("resource " + link.uri() + named(link.name()) + named(link.description())));
        } else {
            parts.add(note("content of type " + content.type()));
        }
    }

    private static void addResource(List<ContentPart> parts, McpSchema.@Nullable ResourceContents resource) {
        if (resource instanceof McpSchema.TextResourceContents text) {
            parts.add(note("resource " + text.uri()));
            parts.add(new ContentPart.Text(text.text() == null ? "" : text.text()));
        } else if (resource instanceof McpSchema.BlobResourceContents blob) {
            addBlob(parts, "resource " + blob.uri() + ", ", blob.mimeType(), blob.blob());
        }
    }

    private static String named(@Nullable String text) {
        return text == null || text.isBlank() ? "" : ", " + text;
    }

    /** Adds an image that vendors take, a text that is sent as bytes, and of anything else what it is. */
    private static void addBlob(
            List<ContentPart> parts, String name, @Nullable String mimeType, @Nullable String base64) {
        String type = mimeType == null ? "" : mimeType.toLowerCase(Locale.ROOT).strip();
        byte[] bytes;
        try {
            bytes = Base64.getMimeDecoder().decode(base64 == null ? "" : base64);
        } catch (IllegalArgumentException notBase64) {
            parts.add(note(name + type + " that cannot be read"));
            return;
        }
        parts.add(note(name + (type.isEmpty() ? "data" : type) + ", " + bytes.length + " bytes"));
        if (IMAGES.contains(type) && bytes.length > 0) {
            parts.add(new ContentPart.Image(Media.ofBytes(type, bytes)));
        } else if (isText(type)) {
            parts.add(new ContentPart.Text(new String(bytes, StandardCharsets.UTF_8)));
        }
    }

    private static boolean isText(String type) {
        return type.startsWith("text/")
                || type.startsWith("application/json")
                || type.endsWith("+json")
                || type.endsWith("+xml")
                || type.startsWith("application/xml");
    }

    private static ContentPart note(String text) {
        return new ContentPart.Text("[" + text + "]\n");
    }
}
