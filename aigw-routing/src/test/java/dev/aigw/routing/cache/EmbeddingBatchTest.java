package dev.aigw.routing.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CacheDirective;
import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.VirtualEnvironment;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddingBatchTest {

    private final VirtualEnvironment environment = new VirtualEnvironment(5);

    /** Embeds a text to its length and a number that identifies the provider. */
    private static FakeProvider fake(String name, float mark) {
        return FakeProvider.builder(name)
                .embed(request -> {
                    EmbeddingResponse.Builder response = EmbeddingResponse.builder();
                    request.inputs().forEach(text -> response.embedding(new float[] {text.length(), mark}));
                    return response.usage(TokenUsage.builder()
                                    .input(request.inputs().size())
                                    .build())
                            .build();
                })
                .build();
    }

    private final FakeProvider fake = fake("fake", 1);

    private ModelRouter router() {
        return ModelRouter.builder()
                .environment(environment)
                .provider(fake)
                .model("m", model -> model.deployment("fake/a"))
                .cache(Caches.inMemory().maximumEntries(100).build())
                .build();
    }

    private static List<Float> lengths(EmbeddingResponse response) {
        return response.embeddings().stream().map(vector -> vector[0]).toList();
    }

    private List<List<String>> asked() {
        return fake.attempts().stream()
                .map(seen -> ((EmbeddingRequest) seen.request()).inputs())
                .toList();
    }

    @Test
    void onlyTextsThatAreNotStoredAreAskedForAndTheOrderIsKept() {
        try (ModelRouter router = router()) {
            router.embed(EmbeddingRequest.of("m", "a", "bb"));
            EmbeddingResponse mixed = router.embed(EmbeddingRequest.of("m", "ccc", "a", "dddd", "bb"));
            assertThat(lengths(mixed)).containsExactly(3f, 1f, 4f, 2f);
            assertThat(asked()).containsExactly(List.of("a", "bb"), List.of("ccc", "dddd"));
            assertThat(mixed.usage().inputTokens()).as("of what was asked for").isEqualTo(2);
            assertThat(mixed.route().source()).isEqualTo(Route.Source.MODEL);
        }
    }

    @Test
    void aBatchAndASingleTextShareTheirEntries() {
        try (ModelRouter router = router()) {
            router.embed(EmbeddingRequest.of("m", "a", "bb"));
            EmbeddingResponse single = router.embed(EmbeddingRequest.of("m", "bb"));
            assertThat(lengths(single)).containsExactly(2f);
            assertThat(single.route().source()).isEqualTo(Route.Source.CACHE);
            router.embed(EmbeddingRequest.of("m", "ccc"));
            EmbeddingResponse all = router.embed(EmbeddingRequest.of("m", "ccc", "a"));
            assertThat(lengths(all)).containsExactly(3f, 1f);
            assertThat(all.route().source()).isEqualTo(Route.Source.CACHE);
            assertThat(asked()).hasSize(2);
        }
    }

    @Test
    void aTextThatComesTwiceIsAskedForOnce() {
        try (ModelRouter router = router()) {
            EmbeddingResponse response = router.embed(EmbeddingRequest.of("m", "a", "bb", "a"));
            assertThat(lengths(response)).containsExactly(1f, 2f, 1f);
            assertThat(asked()).containsExactly(List.of("a", "bb"));
        }
    }

    @Test
    void directivesApplyToBatchesToo() {
        try (ModelRouter router = router()) {
            EmbeddingRequest batch = EmbeddingRequest.of("m", "a", "bb");
            router.embed(
                    batch, CallOptions.builder().cache(CacheDirective.NO_STORE).build());
            router.embed(
                    batch, CallOptions.builder().cache(CacheDirective.REFRESH).build());
            router.embed(batch);
            router.embed(
                    batch, CallOptions.builder().cache(CacheDirective.BYPASS).build());
            assertThat(asked()).hasSize(3);
        }
    }

    @Test
    void vectorsOfTwoModelsAreNeverMixed() {
        FakeProvider spare = fake("spare", 2);
        FakeProvider failing = FakeProvider.builder("failing")
                .embed(request -> {
                    if (request.inputs().contains("new")) {
                        throw GatewayException.of(ErrorKind.OVERLOADED, "full");
                    }
                    return EmbeddingResponse.builder()
                            .embeddings(request.inputs().stream()
                                    .map(text -> new float[] {text.length(), 1})
                                    .toList())
                            .build();
                })
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .environment(environment)
                .provider(failing)
                .provider(spare)
                .model("m", model -> model.deployment("failing/a").fallback("n"))
                .model("n", model -> model.deployment("spare/b"))
                .cache(Caches.inMemory().maximumEntries(100).build())
                .build()) {
            router.embed(EmbeddingRequest.of("m", "a", "bb"));
            EmbeddingResponse mixed = router.embed(EmbeddingRequest.of("m", "a", "new"));
            assertThat(mixed.embeddings()).extracting(vector -> vector[1]).containsExactly(2f, 2f);
            assertThat(router.embed(EmbeddingRequest.of("m", "a", "bb")).embeddings())
                    .as("the substitute's are not stored as the primary's")
                    .extracting(vector -> vector[1])
                    .containsExactly(1f, 1f);
        }
    }

    @Test
    void aModelThatLeavesTextsOutFailsTheBatch() {
        FakeProvider lazy = FakeProvider.builder("lazy")
                .embed(request ->
                        EmbeddingResponse.builder().embedding(new float[] {1}).build())
                .build();
        try (ModelRouter router = ModelRouter.builder()
                .environment(environment)
                .provider(lazy)
                .cache(Caches.inMemory().maximumEntries(100).build())
                .build()) {
            assertThat(catchThrowableOfType(
                                    GatewayException.class,
                                    () -> router.embed(EmbeddingRequest.of("lazy/a", "a", "bb")))
                            .kind())
                    .isEqualTo(ErrorKind.MALFORMED_RESPONSE);
        }
    }
}
