package dev.aigw.providers.langchain4j;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Media;
import dev.langchain4j.data.audio.Audio;
import dev.langchain4j.data.image.Image;
import dev.langchain4j.data.message.AudioContent;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.PdfFileContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.VideoContent;
import dev.langchain4j.data.pdf.PdfFile;
import dev.langchain4j.data.video.Video;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Turns the parts of a user's turn or of a tool's result into LangChain4j contents. */
final class ContentEncoder {

    private final Failures failures;

    ContentEncoder(Failures failures) {
        this.failures = failures;
    }

    List<Content> encode(List<ContentPart> parts) {
        List<Content> contents = new ArrayList<>(parts.size());
        for (ContentPart part : parts) {
            Content content = encode(part);
            if (content != null) {
                contents.add(content);
            }
        }
        return contents;
    }

    private @Nullable Content encode(ContentPart part) {
        if (part instanceof ContentPart.Text text) {
            return text.text().isBlank() ? null : TextContent.from(text.text()); // blank text is refused
        } else if (part instanceof ContentPart.Image image) {
            Media media = known(image.media());
            return ImageContent.from(
                    Image.builder()
                            .url(uri(media))
                            .base64Data(media.base64())
                            .mimeType(media.mimeType())
                            .build(),
                    detail(image.detail()));
        } else if (part instanceof ContentPart.Audio audio) {
            Media media = known(audio.media());
            return AudioContent.from(Audio.builder()
                    .url(uri(media))
                    .base64Data(media.base64())
                    .mimeType(media.mimeType())
                    .build());
        } else if (part instanceof ContentPart.Video video) {
            Media media = known(video.media());
            return VideoContent.from(Video.builder()
                    .url(uri(media))
                    .base64Data(media.base64())
                    .mimeType(media.mimeType())
                    .build());
        } else if (part instanceof ContentPart.Document document) {
            return document(document);
        } else if (part instanceof ContentPart.CacheHint) {
            return null;
        }
        throw failures.failure(
                ErrorKind.UNSUPPORTED,
                "a " + part.getClass().getSimpleName() + " cannot be sent to a LangChain4j model: remove it");
    }

    private @Nullable Content document(ContentPart.Document document) {
        Media media = known(document.media());
        String mimeType = media.mimeType();
        byte[] bytes = media.bytes();
        if (bytes != null && mimeType != null && mimeType.startsWith("text/")) {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return text.isBlank() ? null : TextContent.from(text);
        }
        return PdfFileContent.from(PdfFile.builder()
                .url(uri(media))
                .base64Data(media.base64())
                .mimeType(mimeType)
                .build());
    }

    private Media known(Media media) {
        if (media.fileId() != null) {
            throw failures.failure(
                    ErrorKind.UNSUPPORTED, "LangChain4j models do not take file ids: give the bytes or a URL");
        }
        return media;
    }

    private @Nullable URI uri(Media media) {
        String url = media.url();
        if (url == null) {
            return null;
        }
        try {
            return new URI(url);
        } catch (URISyntaxException e) {
            throw failures.failure(ErrorKind.INVALID_REQUEST, "the URL of a part is not valid: correct it");
        }
    }

    private static ImageContent.DetailLevel detail(@Nullable String detail) {
        return switch (detail == null ? "" : detail.toLowerCase(Locale.ROOT)) {
            case "low" -> ImageContent.DetailLevel.LOW;
            case "medium" -> ImageContent.DetailLevel.MEDIUM;
            case "high" -> ImageContent.DetailLevel.HIGH;
            case "ultra_high" -> ImageContent.DetailLevel.ULTRA_HIGH;
            default -> ImageContent.DetailLevel.AUTO;
        };
    }
}
