package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.api.chat.Media;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpForm;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.Unsupported;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes requests to the image endpoints and reads their replies ("Create image" and "Create image edit" in OpenAI's
 * reference).
 */
final class ImageCodec {

    private static final Set<String> READ = Set.of("data", "usage");

    private ImageCodec() {}

    static Fields encode(ImageRequest request, AttemptContext attempt) {
        return Fields.of(attempt)
                .put("prompt", request.prompt())
                .put("n", request.count())
                .put("size", request.size())
                .put("quality", request.quality())
                .put("background", request.background())
                .put("output_format", request.format())
                .put("user", request.user())
                .extra(Extra.of(request.extra()));
    }

    /** Returns the form of an edit: one image is a field {@code image}, several are {@code image[]}. */
    static HttpForm encodeEdit(ImageRequest request, AttemptContext attempt, Unsupported unsupported) {
        HttpForm form = encode(request, attempt).addTo(new HttpForm());
        String field = request.images().size() == 1 ? "image" : "image[]";
        int number = 1;
        for (Media image : request.images()) {
            if (!MediaFiles.addTo(form, field, image, "image-" + number++)) {
                throw notBytes(unsupported);
            }
        }
        if (request.mask() != null && !MediaFiles.addTo(form, "mask", request.mask(), "mask")) {
            throw notBytes(unsupported);
        }
        return form;
    }

    private static GatewayException notBytes(Unsupported unsupported) {
        return unsupported.refusal("does not take an image to edit by URL or file id: send its bytes by Media.ofBytes");
    }

    static ImageResponse decode(HttpReply reply, ImageRequest request) {
        JsonNode root = reply.json();
        ImageResponse.Builder response = ImageResponse.builder();
        String format = Json.textOf(root, "output_format");
        if (format == null) {
            format = request.format();
        }
        String mimeType = "image/" + (format == null ? "png" : format);
        int count = 0;
        for (JsonNode entry : Json.at(root, "data")) {
            Media media = media(entry, mimeType);
            if (media == null) {
                throw reply.malformed("the reply's data[" + count + "] has no image");
            }
            response.image(new ImageResponse.GeneratedImage(media, Json.textOf(entry, "revised_prompt")));
            count++;
        }
        if (count == 0) {
            throw reply.malformed("the reply has no images");
        }
        for (Map.Entry<String, JsonNode> field : root.properties()) {
            if (!READ.contains(field.getKey())) {
                response.extra(field.getKey(), Json.plain(field.getValue()));
            }
        }
        return response.usage(usage(Json.at(root, "usage"), reply.counts())).build();
    }

    private static @Nullable Media media(JsonNode entry, String mimeType) {
        String base64 = Json.textOf(entry, "b64_json");
        if (base64 != null) {
            try {
                return Media.ofBase64(mimeType, base64);
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
        String url = Json.textOf(entry, "url");
        return url == null ? null : Media.ofUrl(url);
    }

    /** The output counts as image tokens, unless the reply says how much of it is text. */
    private static TokenUsage usage(JsonNode usage, Counts counts) {
        TokenUsage.Builder tokens = TokenUsage.builder();
        MediaTokens.input(usage, "input_tokens_details", tokens, counts);
        long output = counts.of(usage, "output_tokens");
        if (output != Counts.ABSENT) {
            long text = counts.of(Json.at(usage, "output_tokens_details"), "text_tokens");
            tokens.set(Bucket.OUTPUT_IMAGE, Counts.share(tokens, Bucket.OUTPUT, text, output));
        }
        return tokens.build();
    }
}
