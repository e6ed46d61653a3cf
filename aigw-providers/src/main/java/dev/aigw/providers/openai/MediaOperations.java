package dev.aigw.providers.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.SpeechResponse;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.audio.TranscriptionResponse;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.image.ImageResponse;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.moderation.ModerationResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.http.HttpCall;
import dev.aigw.providers.http.HttpReply;
import dev.aigw.providers.http.HttpTransport;
import dev.aigw.providers.json.Json;
import dev.aigw.providers.kit.RerankCodec;
import dev.aigw.providers.kit.Unsupported;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Reranking, moderation, images, transcription and speech, each with its own endpoint. Safe for use by many threads.
 */
final class MediaOperations {

    private static final Set<Operation<?, ?>> OPERATIONS = Set.of(
            RerankRequest.RERANK,
            ModerationRequest.MODERATE,
            ImageRequest.GENERATE_IMAGE,
            TranscriptionRequest.TRANSCRIBE,
            SpeechRequest.SPEAK);

    private final HttpTransport transport;
    private final BiFunction<String, AttemptContext, HttpCall> begin;
    private final Function<AttemptContext, Unsupported> unsupported;

    /**
     * Creates the operations.
     *
     * @param begin starts a call to a path, with headers and credential
     * @param unsupported handles what the server cannot take
     */
    MediaOperations(
            HttpTransport transport,
            BiFunction<String, AttemptContext, HttpCall> begin,
            Function<AttemptContext, Unsupported> unsupported) {
        this.transport = transport;
        this.begin = begin;
        this.unsupported = unsupported;
    }

    static boolean include(Operation<?, ?> operation) {
        return OPERATIONS.contains(operation);
    }

    /** Returns the reply to a request of one of these operations. */
    ModelReply call(ModelRequest request, AttemptContext attempt) {
        if (request instanceof RerankRequest rerank) {
            return rerank(rerank, attempt);
        }
        if (request instanceof ModerationRequest moderation) {
            return moderate(moderation, attempt);
        }
        if (request instanceof ImageRequest image) {
            return image(image, attempt);
        }
        if (request instanceof TranscriptionRequest transcription) {
            return transcribe(transcription, attempt);
        }
        return speak((SpeechRequest) request, attempt);
    }

    private RerankResponse rerank(RerankRequest request, AttemptContext attempt) {
        HttpCall call = begin.apply("/rerank", attempt).body(out -> {
            try (JsonGenerator json = Json.generator(out)) {
                Json.write(json, RerankCodec.encode(request, attempt.model()));
            }
        });
        return RerankCodec.decode(
                transport.send(call, attempt), request.documents().size());
    }

    private ModerationResponse moderate(ModerationRequest request, AttemptContext attempt) {
        Fields fields = ModerationCodec.encode(request, attempt, unsupported.apply(attempt));
        HttpCall call = begin.apply("/moderations", attempt).body(fields::writeTo);
        return ModerationCodec.decode(transport.send(call, attempt), request.items());
    }

    private ImageResponse image(ImageRequest request, AttemptContext attempt) {
        HttpCall call = request.images().isEmpty()
                ? begin.apply("/images/generations", attempt).body(ImageCodec.encode(request, attempt)::writeTo)
                : begin.apply("/images/edits", attempt)
                        .form(ImageCodec.encodeEdit(request, attempt, unsupported.apply(attempt)));
        return ImageCodec.decode(transport.send(call, attempt), request);
    }

    private TranscriptionResponse transcribe(TranscriptionRequest request, AttemptContext attempt) {
        HttpCall call = begin.apply("/audio/transcriptions", attempt)
                .form(TranscriptionCodec.encode(request, attempt, unsupported.apply(attempt)));
        HttpReply reply = transport.send(call, attempt);
        return TranscriptionCodec.decode(reply);
    }

    private SpeechResponse speak(SpeechRequest request, AttemptContext attempt) {
        Fields fields = SpeechCodec.encode(unsupported.apply(attempt).provider(), request, attempt);
        HttpCall call = begin.apply("/audio/speech", attempt).body(fields::writeTo);
        return SpeechCodec.decode(transport.fetch(call, attempt), request);
    }
}
