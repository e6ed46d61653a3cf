package dev.aigw.providers.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.audio.TranscriptionResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpForm;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.json.Counts;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.Extra;
import dev.aigw.providers.kit.Unsupported;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes requests to the transcriptions endpoint and reads its replies ("Create transcription" in OpenAI's reference).
 *
 * <p>A request for times sets the reply format {@code verbose_json}; {@code extra} may ask for {@code diarized_json},
 * which has speakers. Reply formats other than JSON are refused.
 */
final class TranscriptionCodec {

    private static final String FORMAT = "response_format";
    private static final Set<String> FORMATS = Set.of("json", "verbose_json", "diarized_json");
    private static final double NANOS_A_SECOND = 1e9;

    private TranscriptionCodec() {}

    static HttpForm encode(TranscriptionRequest request, AttemptContext attempt, Unsupported unsupported) {
        boolean timed = !request.timestamps().isEmpty();
        List<String> granularities = request.timestamps().stream()
                .map(timestamps -> timestamps.name().toLowerCase(Locale.ROOT))
                .sorted()
                .toList();
        Fields fields = Fields.of(attempt)
                .put("language", request.language())
                .put("prompt", request.prompt())
                .put("temperature", request.temperature())
                .put(FORMAT, timed ? "verbose_json" : null)
                .put("timestamp_granularities", timed ? granularities : null)
                .extra(Extra.of(request.extra()));
        Object format = fields.get(FORMAT);
        if (format != null && !FORMATS.contains(format)) {
            throw unsupported.refusal(
                    "reads a transcription from JSON: set response_format to one of json, verbose_json and"
                            + " diarized_json, or leave it unset");
        }
        HttpForm form = fields.addTo(new HttpForm());
        if (!MediaFiles.addTo(form, "file", request.audio(), "audio")) {
            throw unsupported.refusal("does not take audio by URL or file id: send its bytes by Media.ofBytes");
        }
        return form;
    }

    static TranscriptionResponse decode(HttpReply reply) {
        JsonNode root = reply.json();
        String text = Json.textOf(root, "text");
        if (text == null) {
            throw reply.malformed("the reply has no text");
        }
        JsonNode usage = Json.at(root, "usage");
        Duration duration = seconds(root, "duration");
        TranscriptionResponse.Builder response = TranscriptionResponse.builder()
                .text(text)
                .language(Json.textOf(root, "language"))
                .duration(duration != null ? duration : seconds(usage, "seconds"))
                .usage(usage(usage, reply.counts()));
        for (JsonNode segment : Json.at(root, "segments")) {
            Duration start = seconds(segment, "start");
            Duration end = seconds(segment, "end");
            String words = Json.textOf(segment, "text");
            if (start == null || end == null || words == null) {
                throw reply.malformed("a segment has no text, start or end");
            }
            response.segment(new TranscriptionResponse.Segment(start, end, words, Json.textOf(segment, "speaker")));
        }
        for (JsonNode word : Json.at(root, "words")) {
            Duration start = seconds(word, "start");
            Duration end = seconds(word, "end");
            String letters = Json.textOf(word, "word");
            if (start == null || end == null || letters == null) {
                throw reply.malformed("a word has no text, start or end");
            }
            response.word(new TranscriptionResponse.Word(start, end, letters));
        }
        if (root.hasNonNull("logprobs")) {
            response.extra("logprobs", Json.plain(root.get("logprobs")));
        }
        return response.build();
    }

    private static @Nullable Duration seconds(JsonNode node, String field) {
        JsonNode value = node.get(field);
        return value == null || !value.isNumber()
                ? null
                : Duration.ofNanos(Math.round(value.doubleValue() * NANOS_A_SECOND));
    }

    private static TokenUsage usage(JsonNode usage, Counts counts) {
        TokenUsage.Builder tokens = TokenUsage.builder();
        MediaTokens.input(usage, "input_token_details", tokens, counts);
        Counts.set(tokens, TokenUsage.Bucket.OUTPUT, counts.of(usage, "output_tokens"));
        return tokens.build();
    }
}
