package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.TypeRef;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.providers.schema.JacksonMapper;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Replies as an application's types, from any adapter. */
class JsonMapperTest {

    private record Person(String fullName, int age) {}

    private static final JsonMapper SNAKES =
            JacksonMapper.of(new ObjectMapper().setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE));
    private static final String SNAKE = "{\"full_name\":\"Ann\",\"age\":3}";
    private static final String CAMEL = "{\"fullName\":\"Ann\",\"age\":3}";
    private static final Person ANN = new Person("Ann", 3);

    @Test
    void theAnswersOfFunctionsAndFakesAreReadAsTypes() {
        ProviderAdapter functions = ProviderAdapter.builder("functions")
                .chat((request, attempt) -> ChatResponse.of("```json\n" + CAMEL + "\n```"))
                .predict((request, attempt) -> PredictResponse.of(Map.of("fullName", "Ann", "age", 3)))
                .build();
        FakeProvider fake =
                FakeProvider.builder("fake").reply("[" + CAMEL + "]").build();
        try (ModelRouter router =
                ModelRouter.builder().provider(functions).provider(fake).build()) {
            assertThat(router.chat("functions/m", "who?").as(Person.class)).isEqualTo(ANN);
            assertThat(router.predict(PredictRequest.of("functions/m", 1)).as(Person.class))
                    .isEqualTo(ANN);
            assertThat(router.chat("fake/m", "who?").as(new TypeRef<List<Person>>() {}))
                    .containsExactly(ANN);
            try (ChatStream stream = router.stream(ChatRequest.of("fake/m", "who?"))) {
                assertThat(stream.as(new TypeRef<List<Person>>() {})).containsExactly(ANN);
            }
        }
    }

    @Test
    void theRoutersMapperReadsTheAnswersOfAllItsProviders() {
        FakeProvider fake = FakeProvider.builder("fake").reply(SNAKE).build();
        ChatRequest request = ChatRequest.builder("fake/m")
                .user("who?")
                .responseFormat(ResponseFormat.schema(Person.class, SNAKES))
                .build();
        assertThat(String.valueOf(request.responseFormat().schema())).contains("full_name");
        try (ModelRouter router =
                ModelRouter.builder().provider(fake).jsonMapper(SNAKES).build()) {
            assertThat(router.chat(request).as(Person.class)).isEqualTo(ANN);
            assertThat(router.chatAsync(request).join().as(Person.class)).isEqualTo(ANN);
            try (ChatStream stream = router.stream(request)) {
                assertThat(stream.as(Person.class)).isEqualTo(ANN);
            }
        }
        try (ModelRouter router = ModelRouter.builder().provider(fake).build()) {
            assertThatThrownBy(() -> router.chat(request).as(Person.class))
                    .hasMessageContaining("fullName is missing")
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE));
        }
    }

    @Test
    void anAdaptersOwnMapperGoesBeforeTheRouters() {
        ProviderAdapter own = ProviderAdapter.builder("own")
                .chat((request, attempt) -> ChatResponse.of(SNAKE).withMapper(SNAKES))
                .build();
        JsonMapper others = JacksonMapper.of(new ObjectMapper());
        try (ModelRouter router =
                ModelRouter.builder().provider(own).jsonMapper(others).build()) {
            assertThat(router.chat("own/m", "who?").as(Person.class)).isEqualTo(ANN);
            try (ChatStream stream = router.stream(ChatRequest.of("own/m", "who?"))) {
                assertThat(stream.as(Person.class)).isEqualTo(ANN);
            }
        }
    }
}
