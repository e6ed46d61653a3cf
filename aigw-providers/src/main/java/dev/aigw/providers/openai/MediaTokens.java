package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;

/** Reads how many tokens of a prompt were text, audio and images. */
final class MediaTokens {

    private MediaTokens() {}

    /** Splits {@code input_tokens}, which is their sum, by the details; the rest is text. */
    static void input(JsonNode usage, String detailsField, TokenUsage.Builder tokens, Counts counts) {
        long left = counts.of(usage, "input_tokens");
        if (left == Counts.ABSENT) {
            return;
        }
        JsonNode details = Json.at(usage, detailsField);
        left = Counts.share(tokens, Bucket.INPUT_IMAGE, counts.of(details, "image_tokens"), left);
        left = Counts.share(tokens, Bucket.INPUT_AUDIO, counts.of(details, "audio_tokens"), left);
        tokens.input(left);
    }
}
