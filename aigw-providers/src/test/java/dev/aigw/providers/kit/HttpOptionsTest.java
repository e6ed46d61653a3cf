package dev.aigw.providers.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Credential;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.cohere.CohereAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.jsonhttp.JsonHttpAdapter;
import dev.aigw.providers.ollama.OllamaAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.net.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpOptionsTest {

    private static final Map<String, Consumer<HttpOptions<?>>> OPTIONS = Map.of(
            "name", options -> options.name("mine"),
            "baseUrl", options -> options.baseUrl("https://example.org"),
            "the credential", options -> options.credential(Credential.of("key")),
            "the header x-team", options -> options.header("x-team", "blue"),
            "allowInsecure", options -> options.allowInsecure(false),
            "httpClient", options -> options.httpClient(new OkHttpClient()),
            "proxy", options -> options.proxy(Proxy.NO_PROXY),
            "maxBodyBytes", options -> options.maxBodyBytes(1),
            "maxJsonValues", options -> options.maxJsonValues(1));

    private static final Map<String, Consumer<ChatOptions<?>>> CHAT_OPTIONS = Map.of(
            "the credential", options -> options.apiKey("key"),
            "dropUnsupported", options -> options.dropUnsupported(false),
            "maxEventBytes", options -> options.maxEventBytes(1),
            "maxStreamBytes", options -> options.maxStreamBytes(1));

    static List<Supplier<HttpOptions<?>>> builders() {
        return List.of(
                CohereAdapter::builder, GeminiAdapter::builder, OpenAiAdapter::builder, JsonHttpAdapter::builder);
    }

    @ParameterizedTest
    @MethodSource("builders")
    void settingAPropertyTwiceIsRefusedByItsName(Supplier<HttpOptions<?>> builder) {
        OPTIONS.forEach((property, set) -> {
            HttpOptions<?> options = builder.get();
            set.accept(options);
            assertThatThrownBy(() -> set.accept(options))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(property + " is set twice: remove one of the two");
        });
        CHAT_OPTIONS.forEach((property, set) -> {
            if (builder.get() instanceof ChatOptions<?> options) {
                set.accept(options);
                assertThatThrownBy(() -> set.accept(options))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage(property + " is set twice: remove one of the two");
            }
        });
    }

    @Test
    void aKeyIsACredentialToo() {
        CohereAdapter.Builder options = CohereAdapter.builder().apiKey("key");

        assertThatThrownBy(() -> options.credential(Credential.of("other")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("the credential is set twice");
    }

    @Test
    void twoHeadersOfDifferentNamesAreNoSecondTime() {
        ProviderAdapter adapter = CohereAdapter.builder()
                .header("x-team", "blue")
                .header("x-tier", "one")
                .build();

        assertThat(adapter.name()).isEqualTo("cohere");
        adapter.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a/b"})
    void aNameThatCannotBeReferredToIsRefused(String name) {
        assertThatThrownBy(() -> OllamaAdapter.builder().name(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("use a word without /");
    }

    @Test
    void aBoundThatIsNotPositiveIsRefused() {
        OllamaAdapter.Builder options = OllamaAdapter.builder().maxStreamBytes(0);

        assertThatThrownBy(options::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxStreamBytes is 0");
    }
}
