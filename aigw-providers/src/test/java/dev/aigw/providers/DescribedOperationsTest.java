package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.chat.Media;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.cohere.CohereVendor;
import dev.aigw.providers.contract.Vendor;
import dev.aigw.providers.gemini.GeminiVendor;
import dev.aigw.providers.mistral.MistralVendor;
import dev.aigw.providers.ollama.OllamaVendor;
import dev.aigw.providers.openai.OpenAiVendor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Requests of operations other than chat, with everything set, match the vendors' descriptions. */
class DescribedOperationsTest {

    private static final Media PNG = Media.ofBytes("image/png", new byte[] {1, 2, 3});

    private static <Q extends ModelRequest, R extends ModelReply> Wire.Sent sent(
            Vendor vendor, Operation<Q, R> operation, Q request, String type, String answer) {
        Wire wire = new Wire().answer(type, answer.getBytes(StandardCharsets.UTF_8));
        try (ProviderAdapter adapter = vendor.adapter(wire.client(), false)) {
            return wire.sent(() -> adapter.call(operation, request, new RecordingAttempt(vendor.model())));
        }
    }

    private static <Q extends ModelRequest, R extends ModelReply> JsonNode sent(
            Vendor vendor, Operation<Q, R> operation, Q request, String answer) {
        return sent(vendor, operation, request, "application/json", answer).json();
    }

    private static void described(String vendor, String definition, JsonNode body) {
        assertThat(Description.of(vendor, definition).problems(body))
                .as(body.toString())
                .isEmpty();
    }

    @Test
    void embeddingsAreSentAsDescribed() {
        EmbeddingRequest request = EmbeddingRequest.builder("any")
                .inputs(List.of("a", "b"))
                .dimensions(1)
                .build();
        String numbers = "{\"data\":[{\"index\":0,\"embedding\":[1]},{\"index\":1,\"embedding\":[2]}]}";
        EmbeddingRequest byUser = request.toBuilder().user("me").build();
        described(
                "openai", "CreateEmbeddingRequest", sent(new OpenAiVendor(), EmbeddingRequest.EMBED, byUser, numbers));
        described("mistral", "EmbeddingRequest", sent(new MistralVendor(), EmbeddingRequest.EMBED, request, numbers));
        described(
                "cohere",
                "embed",
                sent(
                        new CohereVendor(),
                        EmbeddingRequest.EMBED,
                        request.toBuilder().extra("input_type", "search_query").build(),
                        "{\"embeddings\":{\"float\":[[1],[2]]}}"));
        described(
                "ollama",
                "EmbedRequest",
                sent(new OllamaVendor(), EmbeddingRequest.EMBED, request, "{\"embeddings\":[[1],[2]]}"));
        described(
                "gemini",
                "BatchEmbedContentsRequest",
                sent(
                        new GeminiVendor(false),
                        EmbeddingRequest.EMBED,
                        request,
                        "{\"embeddings\":[{\"values\":[1]},{\"values\":[2]}]}"));
    }

    @Test
    void moderationIsAskedForAsDescribed() {
        ModerationRequest request = ModerationRequest.builder("any")
                .text("a")
                .image(Media.ofUrl("https://example.org/a.png"))
                .image(PNG)
                .build();
        String answer = "{\"results\":[{\"flagged\":false,\"categories\":{},\"category_scores\":{}}]}";
        described(
                "openai",
                "CreateModerationRequest",
                sent(new OpenAiVendor(), ModerationRequest.MODERATE, ModerationRequest.of("any", "a"), answer));
        described(
                "openai",
                "CreateModerationRequest",
                sent(new OpenAiVendor(), ModerationRequest.MODERATE, request, answer));
    }

    @Test
    void imagesNewAndEditedAreAskedForAsDescribed() {
        ImageRequest request = ImageRequest.builder("any")
                .prompt("a cat")
                .count(2)
                .size("1024x1024")
                .quality("high")
                .background("transparent")
                .format("webp")
                .user("me")
                .build();
        String answer = "{\"data\":[{\"b64_json\":\"AQ==\"},{\"b64_json\":\"AQ==\"}]}";
        described(
                "openai", "CreateImageRequest", sent(new OpenAiVendor(), ImageRequest.GENERATE_IMAGE, request, answer));
        for (List<Media> pictures : List.of(List.of(PNG), List.of(PNG, PNG))) {
            ImageRequest edit = request.toBuilder().images(pictures).mask(PNG).build();
            described(
                    "openai",
                    "CreateImageEditRequest",
                    sent(new OpenAiVendor(), ImageRequest.GENERATE_IMAGE, edit, "application/json", answer)
                            .form());
        }
    }

    @Test
    void transcriptionIsAskedForAsDescribed() {
        TranscriptionRequest request = TranscriptionRequest.builder("any")
                .audio(Media.ofBytes("audio/mpeg", new byte[] {4}))
                .language("de")
                .prompt("names")
                .temperature(0.5)
                .timestamps(Set.of(TranscriptionRequest.Timestamps.WORD, TranscriptionRequest.Timestamps.SEGMENT))
                .build();
        described(
                "openai",
                "CreateTranscriptionRequest",
                sent(
                                new OpenAiVendor(),
                                TranscriptionRequest.TRANSCRIBE,
                                request,
                                "application/json",
                                "{\"text\":\"hm\"}")
                        .form());
    }

    @Test
    void speechIsAskedForAsDescribed() {
        SpeechRequest request = SpeechRequest.builder("any")
                .text("hello")
                .voice("alloy")
                .instructions("slowly")
                .format("wav")
                .speed(1.5)
                .build();
        described(
                "openai",
                "CreateSpeechRequest",
                sent(new OpenAiVendor(), SpeechRequest.SPEAK, request, "audio/wav", "RIFF")
                        .json());
    }

    @Test
    void rankingIsAskedForAsDescribed() {
        RerankRequest request = RerankRequest.of("any", "q", List.of("a", "b")).toBuilder()
                .topN(1)
                .build();
        described(
                "cohere",
                "rerank",
                sent(
                        new CohereVendor(),
                        RerankRequest.RERANK,
                        request,
                        "{\"results\":[{\"index\":0,\"relevance_score\":0.5}]}"));
    }
}
