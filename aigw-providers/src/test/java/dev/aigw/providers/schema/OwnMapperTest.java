package dev.aigw.providers.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.jsonhttp.JsonHttpAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.time.LocalDate;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.junit.jupiter.api.Test;

/** An adapter with the mapper of the application. */
class OwnMapperTest {

    private record Person(String fullName, LocalDate bornOn) {}

    private static final JsonMapper SNAKES =
            JacksonMapper.of(new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
    private static final String JSON = "{\"full_name\":\"Ann\",\"born_on\":\"2001-02-03\"}";
    private static final Person ANN = new Person("Ann", LocalDate.of(2001, 2, 3));
    private static final AttemptContext ATTEMPT = AttemptContext.builder("m").build();

    @Test
    void chatsAndStreamsAreReadByIt() {
        ChatRequest request = ChatRequest.builder("m")
                .user("who?")
                .responseFormat(ResponseFormat.schema(Person.class, SNAKES))
                .build();
        try (FaultServer server = FaultServer.builder()
                        .answer(asked -> ChatResponse.of(JSON))
                        .start();
                ProviderAdapter adapter = OpenAiAdapter.builder()
                        .baseUrl(server.baseUrl())
                        .apiKey("k")
                        .jsonMapper(SNAKES)
                        .build()) {
            assertThat(adapter.call(ChatRequest.CHAT, request, ATTEMPT).as(Person.class))
                    .isEqualTo(ANN);
            try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, request, ATTEMPT)) {
                assertThat(stream.as(Person.class)).isEqualTo(ANN);
            }
            assertThat(server.requests().get(0).body())
                    .contains("\"born_on\":{\"type\":\"string\",\"format\":\"date\"}");
        }
    }

    @Test
    void payloadsAreWrittenByItAndAnswersReadByIt() throws Exception {
        try (MockWebServer server = new MockWebServer()) {
            server.start();
            server.enqueue(new MockResponse.Builder()
                    .addHeader("Content-Type", "application/json")
                    .body(JSON)
                    .build());
            try (ProviderAdapter adapter = JsonHttpAdapter.builder("people")
                    .baseUrl(server.url("/").toString())
                    .jsonMapper(SNAKES)
                    .build()) {
                assertThat(adapter.call(PredictRequest.PREDICT, PredictRequest.of("m", ANN), ATTEMPT)
                                .as(Person.class))
                        .isEqualTo(ANN);
            }
            assertThat(server.takeRequest().getBody().utf8()).isEqualTo(JSON);
        }
    }
}
