package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.azure.AzureOpenAi;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.cohere.CohereAdapter;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.mistral.Mistral;
import dev.aigw.providers.ollama.OllamaAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What vendors really answer when they fail, and what each of it is. An error is a file in
 * {@code src/test/resources/errors/<vendor>}; a new vendor is a folder of such files and a line below.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ErrorFixturesTest {

    private static final String KEY = "sk-fixture-0123456789abcdef";

    private static final Map<String, Function<String, ProviderAdapter>> ADAPTERS = Map.of(
            "anthropic",
            url -> AnthropicAdapter.builder().apiKey(KEY).baseUrl(url).build(),
            "azure",
            url -> AzureOpenAi.v1(url).apiKey(KEY).build(),
            "bedrock",
            url -> BedrockAdapter.builder().apiKey(KEY).baseUrl(url).build(),
            "cohere",
            url -> CohereAdapter.builder().apiKey(KEY).baseUrl(url).build(),
            "gemini",
            url -> GeminiAdapter.builder().apiKey(KEY).baseUrl(url).build(),
            "mistral",
            url -> Mistral.builder().apiKey(KEY).baseUrl(url).build(),
            "ollama",
            url -> OllamaAdapter.builder()
                    .credential(Credential.of(KEY))
                    .baseUrl(url)
                    .build(),
            "openai",
            url -> OpenAiAdapter.builder().apiKey(KEY).baseUrl(url).build());

    static Stream<Arguments> fixtures() {
        return ADAPTERS.keySet().stream()
                .sorted()
                .flatMap(vendor ->
                        ErrorFixture.of(vendor).stream().map(error -> Arguments.of(vendor, error.name(), error)));
    }

    @ParameterizedTest(name = "{0}/{1}")
    @MethodSource("fixtures")
    void anErrorIsWhatItsFileSays(String vendor, String name, ErrorFixture error) {
        Fault fault = Fault.reply(error.status(), error.contentType(), error.body());
        for (Map.Entry<String, String> header : error.headersNow()) {
            fault = fault.header(header.getKey(), header.getValue());
        }
        Fault reply = fault;
        try (FaultServer server = FaultServer.builder().plan(request -> reply).start();
                ProviderAdapter adapter = ADAPTERS.get(vendor).apply(server.baseUrl())) {
            for (boolean streamed : new boolean[] {false, true}) {
                GatewayException e = catchThrowableOfType(GatewayException.class, () -> call(adapter, streamed));
                assertThat(e).as("streamed: %s", streamed).isNotNull();
                assertThat(e.kind()).as("streamed: %s, %s", streamed, e).isEqualTo(error.kind());
                assertThat(e.subject()).as("streamed: %s, %s", streamed, e).isEqualTo(error.subject());
                assertThat(e.status()).isEqualTo(error.status());
                if (error.code() != null) {
                    assertThat(e.vendorCode()).isEqualTo(error.code());
                }
                if (error.retryAfter() != null) {
                    assertRetryAfter(e, error.retryAfter());
                }
                assertThat(e.getMessage() + e.body() + e.headers()).doesNotContain(KEY);
            }
        }
    }

    private static void call(ProviderAdapter adapter, boolean streamed) {
        ChatRequest request = ChatRequest.of("m", "hello");
        AttemptContext attempt = AttemptContext.builder("m").build();
        if (!streamed) {
            adapter.call(ChatRequest.CHAT, request, attempt);
            return;
        }
        try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, request, attempt)) {
            stream.response();
        }
    }

    private static void assertRetryAfter(GatewayException e, String expected) {
        if (expected.equals("none")) {
            assertThat(e.retryAfter()).isNull();
        } else if (expected.startsWith("about ")) {
            Duration longest = Duration.parse(expected.substring("about ".length()));
            assertThat(e.retryAfter()).isBetween(longest.minusMinutes(10), longest);
        } else {
            assertThat(e.retryAfter()).isEqualTo(Duration.parse(expected));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"anthropic", "bedrock", "gemini", "openai"})
    void eachKindThatAVendorTellsHasAFile(String vendor) {
        Set<ErrorKind> told = EnumSet.of(
                ErrorKind.RATE_LIMITED,
                ErrorKind.QUOTA_EXHAUSTED,
                ErrorKind.OVERLOADED,
                ErrorKind.SERVER_ERROR,
                ErrorKind.TIMEOUT,
                ErrorKind.AUTHENTICATION,
                ErrorKind.PERMISSION,
                ErrorKind.NOT_FOUND,
                ErrorKind.CONTEXT_TOO_LONG,
                ErrorKind.PAYLOAD_TOO_LARGE,
                ErrorKind.CONTENT_FILTERED,
                ErrorKind.INVALID_REQUEST);
        List<ErrorFixture> files = ErrorFixture.of(vendor);
        assertThat(files).extracting(ErrorFixture::kind).containsAll(told);
    }
}
