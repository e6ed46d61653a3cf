package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.providers.json.Json;

/** Reads how many tokens of a prompt were text, audio and images. */
final class MediaTokens {

    private MediaTokens() {}

    /** Splits {@code input_tokens}, which is their sum, by the details; the rest is text. */
    static void input(JsonNode usage, String detailsField, TokenUsage.Builder tokens) {
        Integer input = Json.intOf(usage, "input_tokens");
        if (input == null) {
            return;
        }
        JsonNode details = Json.at(usage, detailsField);
        Integer image = Json.intOf(details, "image_tokens");
        Integer audio = Json.intOf(details, "audio_tokens");
        tokens.input(input - (image == null ? 0 : image) - (audio == null ? 0 : audio));
        if (image != null) {
            tokens.set(Bucket.INPUT_IMAGE, image);
        }
        if (audio != null) {
            tokens.set(Bucket.INPUT_AUDIO, audio);
        }
    }
}
