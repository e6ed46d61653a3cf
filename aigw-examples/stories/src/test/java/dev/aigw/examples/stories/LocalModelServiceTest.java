package dev.aigw.examples.stories;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aigw.examples.stories.LocalModelService.Fault;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LocalModelServiceTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<Passage> PASSAGES = List.of(
            new Passage("Cats", "pets.md", "A cat sleeps most of the day and hunts at night."),
            new Passage("Volcanoes", "earth.md", "A volcano erupts when molten rock rises through the crust."));

    private static LocalModel model;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<LocalModelService> services = new ArrayList<>();

    @BeforeAll
    static void load() {
        model = LocalModel.load();
    }

    @AfterEach
    void close() {
        services.forEach(LocalModelService::close);
    }

    @Test
    void anAnswerQuotesTheNearestPassage() throws Exception {
        HttpResponse<String> response = post("/chat/completions", chat("Why do volcanoes erupt?", false));

        JsonNode json = JSON.readTree(response.body());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json.at("/object").asText()).isEqualTo("chat.completion");
        assertThat(json.at("/choices/0/message/content").asText())
                .isEqualTo("A volcano erupts when molten rock rises through the crust.\n"
                        + "[from \"Volcanoes\", earth.md]");
        assertThat(json.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
        assertThat(json.at("/usage/completion_tokens").asInt()).isBetween(15, 40);
        assertThat(json.at("/usage/total_tokens").asInt())
                .isEqualTo(json.at("/usage/prompt_tokens").asInt()
                        + json.at("/usage/completion_tokens").asInt());
    }

    @Test
    void aQuestionThatNoPassageAnswersIsToldSo() throws Exception {
        HttpResponse<String> response = post("/chat/completions", chat("What is a good recipe for bread?", false));

        assertThat(response.body()).contains("I found nothing about that");
    }

    @Test
    void aStreamCarriesWordsThenUsageThenItsEnd() throws Exception {
        HttpResponse<String> plain = post("/chat/completions", chat("Why do volcanoes erupt?", false));
        HttpResponse<String> streamed = post("/chat/completions", chat("Why do volcanoes erupt?", true));

        List<String> data =
                streamed.body().lines().filter(line -> !line.isEmpty()).toList();
        assertThat(data).allMatch(line -> line.startsWith("data: ")).last().isEqualTo("data: [DONE]");
        StringBuilder text = new StringBuilder();
        for (String line : data.subList(0, data.size() - 1)) {
            text.append(JSON.readTree(line.substring(6))
                    .at("/choices/0/delta/content")
                    .asText());
        }
        JsonNode expected = JSON.readTree(plain.body());
        assertThat(text.toString())
                .isEqualTo(expected.at("/choices/0/message/content").asText());
        JsonNode last = JSON.readTree(data.get(data.size() - 2).substring(6));
        assertThat(last.at("/choices").size()).isZero();
        assertThat(last.at("/usage")).isEqualTo(expected.at("/usage"));
    }

    @Test
    void embeddingsOfLikeTextsAreNear() throws Exception {
        HttpResponse<String> response = post(
                "/embeddings",
                Map.of("model", "minilm", "input", List.of("a small dog", "a little puppy", "tax law of 1987")));

        JsonNode data = JSON.readTree(response.body()).path("data");
        assertThat(data.size()).isEqualTo(3);
        assertThat(data.at("/0/embedding").size()).isEqualTo(384);
        assertThat(LocalModel.similarity(vector(data.get(0)), vector(data.get(1))))
                .isGreaterThan(0.6)
                .isGreaterThan(LocalModel.similarity(vector(data.get(0)), vector(data.get(2))) + 0.3);
    }

    @Test
    void badRequestsGetErrorsInTheVendorsShape() throws Exception {
        assertError(post("/elsewhere", Map.of()), 404, "not_found");
        assertError(post("/chat/completions", List.of()), 400, "invalid_json");
        assertError(post("/chat/completions", Map.of("messages", List.of())), 400, "missing_model");
        assertError(post("/chat/completions", Map.of("model", "reader")), 400, "invalid_messages");
        assertError(post("/embeddings", Map.of("model", "minilm", "input", List.of())), 400, "invalid_input");
    }

    @Test
    void faultsFollowTheScript() throws Exception {
        LocalModelService service = start(call -> List.of(Fault.values()).get(call));
        Map<String, Object> chat = chat("Why do volcanoes erupt?", false);

        assertError(post(service, "/chat/completions", chat), 503, "overloaded");
        HttpResponse<String> limited = post(service, "/chat/completions", chat);
        assertError(limited, 429, "rate_limit_exceeded");
        assertThat(limited.headers().firstValue("retry-after")).contains("60");
        assertError(post(service, "/chat/completions", chat), 401, "invalid_api_key");
        assertError(post(service, "/chat/completions", chat), 500, "server_error");
        assertThatThrownBy(() -> post(service, "/chat/completions", chat)).isInstanceOf(IOException.class);
        int calls = service.chatCalls();
        assertThat(calls).isGreaterThanOrEqualTo(5);
    }

    @Test
    void aStreamCanBreakMidway() throws Exception {
        LocalModelService service = start(call -> Fault.CUT_MIDWAY);

        assertThat(post(service, "/chat/completions", chat("Why do volcanoes erupt?", true))
                        .body())
                .contains("chat.completion.chunk")
                .doesNotContain("[DONE]")
                .doesNotContain("\"stop\"");
    }

    private static void assertError(HttpResponse<String> response, int status, String code) throws IOException {
        assertThat(response.statusCode()).isEqualTo(status);
        JsonNode error = JSON.readTree(response.body()).path("error");
        assertThat(error.path("code").asText()).isEqualTo(code);
        assertThat(error.path("message").asText()).isNotBlank();
    }

    private static float[] vector(JsonNode item) {
        JsonNode values = item.path("embedding");
        float[] vector = new float[values.size()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) values.get(i).asDouble();
        }
        return vector;
    }

    private static Map<String, Object> chat(String question, boolean stream) {
        return Map.of(
                "model",
                "reader",
                "stream",
                stream,
                "stream_options",
                Map.of("include_usage", true),
                "messages",
                List.of(
                        Map.of("role", "system", "content", "Answer from these.\n\n" + Passage.mark(PASSAGES)),
                        Map.of("role", "user", "content", question)));
    }

    private LocalModelService start(java.util.function.IntFunction<Fault> faults) {
        LocalModelService service = LocalModelService.start("test", model, faults);
        services.add(service);
        return service;
    }

    private HttpResponse<String> post(String path, Object body) throws Exception {
        return post(start(call -> Fault.NONE), path, body);
    }

    private HttpResponse<String> post(LocalModelService service, String path, Object body) throws Exception {
        URI uri = URI.create(service.baseUrl() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
