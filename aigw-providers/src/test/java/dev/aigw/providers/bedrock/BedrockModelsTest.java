package dev.aigw.providers.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.embedding.EmbeddingResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.rerank.RerankResponse;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.RecordingAttempt;
import dev.aigw.providers.json.Json;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Embeddings by InvokeModel and ranking by Rerank. */
class BedrockModelsTest {

    private static final String TITAN = "amazon.titan-embed-text-v2:0";

    private final MockWebServer server = new MockWebServer();
    private BedrockAdapter adapter;

    @BeforeEach
    void start() throws IOException {
        server.start();
        adapter = builder().region("eu-central-1").build();
    }

    private BedrockAdapter.Builder builder() {
        return BedrockAdapter.builder()
                .apiKey("bedrock-api-key-test")
                .baseUrl(server.url("/").toString());
    }

    @AfterEach
    void stop() {
        adapter.close();
        server.close();
    }

    private void enqueue(String body) {
        server.enqueue(new MockResponse.Builder()
                .setHeader("Content-Type", "application/json")
                .setHeader("x-amzn-bedrock-input-token-count", "9")
                .body(body)
                .build());
    }

    private EmbeddingResponse embed(String model, EmbeddingRequest request) {
        return adapter.call(
                EmbeddingRequest.EMBED, request, AttemptContext.builder(model).build());
    }

    private static JsonNode body(RecordedRequest request) {
        return json(Objects.requireNonNull(request.getBody()).utf8());
    }

    private static JsonNode json(String text) {
        return Objects.requireNonNull(Json.parseOrNull(text));
    }

    @Test
    void titanIsAskedOnceForEachText() throws Exception {
        enqueue("{\"embedding\":[0.5,1],\"inputTextTokenCount\":3,\"embeddingsByType\":{\"float\":[0.5,1]}}");
        enqueue("{\"embedding\":[0.25,0],\"inputTextTokenCount\":4}");

        EmbeddingResponse response = embed(
                TITAN,
                EmbeddingRequest.builder("any")
                        .inputs(List.of("one", "two"))
                        .dimensions(2)
                        .extra("normalize", false)
                        .build());

        assertThat(response.embeddings()).containsExactly(new float[] {0.5f, 1}, new float[] {0.25f, 0});
        assertThat(response.usage()).isEqualTo(TokenUsage.builder().input(7).build());
        RecordedRequest first = server.takeRequest();
        assertThat(first.getTarget()).isEqualTo("/model/amazon.titan-embed-text-v2%3A0/invoke");
        assertThat(first.getHeaders().get("Authorization")).isEqualTo("Bearer bedrock-api-key-test");
        assertThat(body(first)).isEqualTo(json("{\"inputText\":\"one\",\"dimensions\":2,\"normalize\":false}"));
        assertThat(body(server.takeRequest()).path("inputText").asText()).isEqualTo("two");
    }

    @Test
    void cohereEmbedsManyTextsAtOnce() throws Exception {
        enqueue("{\"id\":\"1\",\"embeddings\":{\"float\":[[1,2],[3,4]]},\"response_type\":\"embeddings_by_type\"}");

        EmbeddingResponse response = embed(
                "eu.cohere.embed-v4:0",
                EmbeddingRequest.builder("any")
                        .inputs(List.of("one", "two"))
                        .dimensions(2)
                        .extra("input_type", "search_query")
                        .build());

        assertThat(response.embeddings()).containsExactly(new float[] {1, 2}, new float[] {3, 4});
        assertThat(response.usage()).isEqualTo(TokenUsage.builder().input(9).build());
        assertThat(body(server.takeRequest()))
                .isEqualTo(json("{\"texts\":[\"one\",\"two\"],\"input_type\":\"search_query\","
                        + "\"embedding_types\":[\"float\"],\"output_dimension\":2}"));
    }

    @Test
    void anOlderCohereModelAnswersWithABareList() {
        enqueue("{\"id\":\"1\",\"embeddings\":[[1,2]],\"response_type\":\"embeddings_floats\",\"texts\":[\"one\"]}");

        assertThat(embed("cohere.embed-english-v3", EmbeddingRequest.of("any", "one"))
                        .embeddings())
                .containsExactly(new float[] {1, 2});
    }

    @ParameterizedTest
    @CsvSource({
        "cohere.embed-multilingual-v3, does not take a number of dimensions",
        "amazon.titan-embed-text-v1, does not take a number of dimensions",
        "amazon.nova-2-multimodal-embeddings-v1:0, has embeddings of Amazon's Titan and Cohere's models only",
        "twelvelabs.marengo-embed-2-7-v1:0, has embeddings of Amazon's Titan and Cohere's models only",
    })
    void whatAModelDoesNotTakeIsRefused(String model, String message) {
        EmbeddingRequest request =
                EmbeddingRequest.builder("any").input("one").dimensions(256).build();

        assertThatThrownBy(() -> embed(model, request))
                .hasMessageContaining(message)
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.UNSUPPORTED, GatewayException::kind);
        assertThat(server.getRequestCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "amazon.titan-embed-text-v2:0|{\"message\":\"?\"}",
                "amazon.titan-embed-text-v2:0|{\"embedding\":[\"a\"]}",
                "cohere.embed-v4:0|{\"embeddings\":{\"float\":[]}}",
            })
    void aReplyWithoutVectorsIsMalformed(String model, String reply) {
        enqueue(reply);

        assertThatThrownBy(() -> embed(model, EmbeddingRequest.of("any", "one")))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorKind.MALFORMED_RESPONSE, GatewayException::kind);
    }

    @Test
    void documentsAreRankedByTheModelsArn() throws Exception {
        enqueue("{\"results\":[{\"index\":1,\"relevanceScore\":0.9},{\"index\":0,\"relevanceScore\":0.1}]}");

        RerankResponse response = adapter.call(
                RerankRequest.RERANK,
                RerankRequest.builder("any")
                        .query("q")
                        .documents(List.of("a", "b"))
                        .extra("return_documents", false)
                        .build(),
                AttemptContext.builder("cohere.rerank-v3-5:0").build());

        assertThat(response.results())
                .containsExactly(new RerankResponse.Result(1, 0.9), new RerankResponse.Result(0, 0.1));
        RecordedRequest request = server.takeRequest();
        assertThat(request.getTarget()).isEqualTo("/rerank");
        assertThat(body(request)).isEqualTo(json("""
                {"queries":[{"type":"TEXT","textQuery":{"text":"q"}}],
                 "sources":[
                   {"type":"INLINE","inlineDocumentSource":{"type":"TEXT","textDocument":{"text":"a"}}},
                   {"type":"INLINE","inlineDocumentSource":{"type":"TEXT","textDocument":{"text":"b"}}}],
                 "rerankingConfiguration":{"type":"BEDROCK_RERANKING_MODEL","bedrockRerankingConfiguration":{
                   "modelConfiguration":{
                     "modelArn":"arn:aws:bedrock:eu-central-1::foundation-model/cohere.rerank-v3-5:0",
                     "additionalModelRequestFields":{"return_documents":false}},
                   "numberOfResults":2}}}"""));
    }

    @Test
    void aRankingThatWasCutIsReported() {
        enqueue("{\"results\":[{\"index\":0,\"relevanceScore\":0.9}],\"nextToken\":\"more\"}");
        RecordingAttempt attempt = new RecordingAttempt("arn:aws:bedrock:eu-central-1::foundation-model/a.rerank");

        adapter.call(
                RerankRequest.RERANK,
                RerankRequest.builder("any")
                        .query("q")
                        .documents(List.of("a", "b"))
                        .build(),
                attempt);

        assertThat(attempt.warnings).singleElement().asString().contains("ranked more documents");
    }

    @Test
    void withoutARegionARankingWantsAnArn() {
        RerankRequest request =
                RerankRequest.builder("any").query("q").documents(List.of("a")).build();
        try (BedrockAdapter nowhere = builder().build()) {
            assertThatThrownBy(() -> nowhere.call(
                            RerankRequest.RERANK,
                            request,
                            AttemptContext.builder("amazon.rerank-v1:0").build()))
                    .hasMessageContaining("set the region");
        }
    }

    @Test
    void theServerForRankingIsBesideTheOneForModels() {
        assertThat(Reranking.server("https://bedrock-runtime.eu-central-1.amazonaws.com/rerank"))
                .isEqualTo("https://bedrock-agent-runtime.eu-central-1.amazonaws.com/rerank");
        assertThat(Reranking.server("https://gateway.example.org/rerank"))
                .isEqualTo("https://gateway.example.org/rerank");
        assertThat(Reranking.arn("m", "us-gov-west-1")).startsWith("arn:aws-us-gov:bedrock:us-gov-west-1::");
        assertThat(Reranking.arn("m", "cn-north-1")).startsWith("arn:aws-cn:");
    }

    @Test
    void theExtraOfATitanRequestIsTheModelsOwn() throws Exception {
        enqueue("{\"embedding\":[1],\"inputTextTokenCount\":1}");
        embed(
                TITAN,
                EmbeddingRequest.builder("any")
                        .input("x")
                        .extra("embeddingTypes", List.of("float"))
                        .build());
        assertThat(body(server.takeRequest())).isEqualTo(json("{\"inputText\":\"x\",\"embeddingTypes\":[\"float\"]}"));
    }
}
