package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.azure.AzureOpenAi;
import dev.aigw.providers.cohere.CohereAdapter;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.kit.HttpOptions;
import dev.aigw.providers.ollama.OllamaAdapter;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an adapter's calls, and with them its secrets, may go. */
class HostsTest {

    private static final String HOME = "https://models.example/v1";
    private static final String SECRET = "KEYforTHEhome4711";

    private final List<Request> sent = new ArrayList<>();
    private final OkHttpClient client = new OkHttpClient.Builder()
            .addInterceptor(chain -> {
                sent.add(chain.request());
                return new Response.Builder()
                        .request(chain.request())
                        .protocol(Protocol.HTTP_1_1)
                        .code(200)
                        .message("OK")
                        .body(ResponseBody.create("{}", MediaType.get("application/json")))
                        .build();
            })
            .build();

    /** Adapters with a secret of their own, by how it is sent. */
    private static Map<String, Function<OkHttpClient, ProviderAdapter>> keepers() {
        return Map.of(
                "a bearer token",
                client -> at(OpenAiAdapter.builder().apiKey(SECRET), client).build(),
                "a header of the vendor",
                client -> at(AnthropicAdapter.builder().apiKey(SECRET), client).build(),
                "Gemini's header",
                client -> at(GeminiAdapter.builder().apiKey(SECRET), client).build(),
                "Azure's header",
                client -> AzureOpenAi.v1("https://models.example")
                        .apiKey(SECRET)
                        .httpClient(client)
                        .build(),
                "a supplied token",
                client -> at(CohereAdapter.builder().credential(Credential.of("vault", () -> SECRET)), client)
                        .build(),
                "a header that the application adds",
                client -> at(OllamaAdapter.builder().header("X-Gateway-Key", SECRET), client)
                        .build(),
                "a header whose value is a secret",
                client -> at(OllamaAdapter.builder().header("X-Gateway", "Bearer " + SECRET), client)
                        .build(),
                "a signature",
                client -> at(
                                OpenAiAdapter.builder()
                                        .signer((method, url, body) -> Map.of("Authorization", "Sig " + SECRET)),
                                client)
                        .build());
    }

    private static <B extends HttpOptions<B>> B at(B options, OkHttpClient client) {
        return options.baseUrl(HOME).httpClient(client);
    }

    static Set<String> ways() {
        return new TreeSet<>(keepers().keySet());
    }

    private static AttemptContext.Builder attempt() {
        return AttemptContext.builder("m");
    }

    private static GatewayException refused(ProviderAdapter adapter, AttemptContext.Builder how) {
        AttemptContext attempt = how.build();
        GatewayException plain = failure(() -> adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "hi"), attempt));
        GatewayException streamed = failure(() -> {
            try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, ChatRequest.of("m", "hi"), attempt)) {
                return stream.response();
            }
        });
        GatewayException probe = failure(() -> {
            adapter.probe("/health", attempt);
            return "healthy";
        });
        assertThat(streamed).hasMessage(plain.getMessage());
        if (probe.kind() != ErrorKind.UNSUPPORTED) { // of adapters of model servers
            assertThat(probe).hasMessage(plain.getMessage());
        }
        assertThat(plain.kind()).isEqualTo(ErrorKind.INVALID_REQUEST);
        assertThat(plain.getMessage()).doesNotContain(SECRET);
        return plain;
    }

    /** OkHttp's own text of headers masks some. */
    private static String headers(Request request) {
        return request.headers().toMultimap().toString();
    }

    private static GatewayException failure(Supplier<?> call) {
        return Objects.requireNonNull(catchThrowableOfType(GatewayException.class, call::get));
    }

    /** Makes a call whose answer does not matter. */
    private static void send(ProviderAdapter adapter, AttemptContext.Builder attempt) {
        GatewayException e = catchThrowableOfType(
                GatewayException.class,
                () -> adapter.call(ChatRequest.CHAT, ChatRequest.of("m", "hi"), attempt.build()));
        assertThat(e.kind()).as("%s", e).isEqualTo(ErrorKind.MALFORMED_RESPONSE);
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aSecretGoesToNoOtherHostOrSchemeThanThatOfTheAdapter(String way) {
        try (ProviderAdapter adapter = keepers().get(way).apply(client)) {
            for (String other : List.of(
                    "https://evil.example/v1",
                    "https://models.example.evil.example/v1",
                    "https://sub.models.example/v1",
                    "http://models.example/v1",
                    "http://localhost:8000/v1",
                    "http://169.254.169.254/latest")) {
                assertThat(refused(adapter, attempt().baseUrl(other)))
                        .hasMessageContaining("is for https://models.example")
                        .hasMessageContaining("allowedHosts(AllowedHosts.only(...))");
            }
            assertThat(sent).isEmpty();
            send(adapter, attempt().baseUrl("https://models.example:8443/other"));
            assertThat(headers(sent.get(0))).contains(SECRET);
        }
    }

    @Test
    void aDeploymentsOwnCredentialGoesToItsOwnHost() {
        try (ProviderAdapter adapter =
                at(OpenAiAdapter.builder().apiKey(SECRET), client).build()) {
            send(adapter, attempt().baseUrl("https://other.example/v1").credential(Credential.of("the-others-key")));
            assertThat(sent.get(0).url().host()).isEqualTo("other.example");
            assertThat(headers(sent.get(0))).contains("the-others-key").doesNotContain(SECRET);
        }
    }

    @Test
    void aHostThatTheAdapterNamesGetsItsSecretAndOthersGetNoCallAtAll() {
        try (ProviderAdapter adapter = at(OpenAiAdapter.builder().apiKey(SECRET), client)
                .allowedHosts(AllowedHosts.only("*.models.example", "10.20.0.0/16"))
                .build()) {
            send(adapter, attempt());
            send(adapter, attempt().baseUrl("https://eu.models.example/v1"));
            assertThat(sent).hasSize(2).allMatch(each -> headers(each).contains(SECRET));
            assertThat(refused(
                            adapter,
                            attempt().baseUrl("https://evil.example/v1").credential(Credential.of("the-others-key"))))
                    .hasMessageContaining("the host evil.example is not one of allowedHosts(...)");
            assertThat(refused(adapter, attempt().baseUrl("http://10.20.0.7:8000/v1")))
                    .hasMessageContaining("the credential would travel unencrypted to 10.20.0.7");
            assertThat(sent).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Api-Key", "Authorization", "api-key", "Cookie", "X-Goog-Api-Key", "X-Auth-Token"})
    void aSecretHeaderIsNotSentOverPlainHttp(String header) {
        try (ProviderAdapter adapter = OllamaAdapter.builder()
                .baseUrl("http://models.example:11434")
                .header(header, SECRET)
                .httpClient(client)
                .build()) {
            assertThat(refused(adapter, attempt()))
                    .hasMessageContaining("the header \"" + header + "\" would travel unencrypted to models.example");
            assertThat(sent).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "api_key", "sig", "access_token", "code", "X-Amz-Signature"})
    void aSecretOfTheUrlIsNotSentOverPlainHttp(String parameter) {
        try (ProviderAdapter adapter = OllamaAdapter.builder()
                .baseUrl("http://models.example:11434?version=1&" + parameter + "=" + SECRET)
                .httpClient(client)
                .build()) {
            assertThat(refused(adapter, attempt()))
                    .hasMessageContaining("the parameter \"" + parameter + "\" of the URL would travel unencrypted");
            assertThat(adapter.toString()).doesNotContain(SECRET);
            assertThat(sent).isEmpty();
        }
    }

    @Test
    void plainHttpWithoutASecretIsSentUnlessItIsRefused() {
        OllamaAdapter.Builder open =
                OllamaAdapter.builder().baseUrl("http://models.example:11434").header("X-Tenant", "acme");
        try (ProviderAdapter adapter = open.httpClient(client).build()) {
            send(adapter, attempt());
            assertThat(refused(
                            adapter, attempt().allowedHosts(AllowedHosts.any().httpsOnly())))
                    .hasMessageContaining("allows no plain HTTP, as to models.example");
            assertThat(refused(adapter, attempt().allowedHosts(AllowedHosts.only("api.openai.com"))))
                    .hasMessageContaining("models.example is not one of allowedHosts(...)");
            assertThat(sent).hasSize(1);
        }
        assertThatThrownBy(() -> OllamaAdapter.builder()
                        .baseUrl("http://models.example:11434")
                        .allowedHosts(AllowedHosts.any().httpsOnly())
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("adapter \"ollama\": allowedHosts(...) allows no plain HTTP");
        try (ProviderAdapter adapter = OllamaAdapter.builder()
                .baseUrl("http://localhost:11434")
                .allowedHosts(AllowedHosts.any().httpsOnly())
                .httpClient(client)
                .build()) {
            send(adapter, attempt());
            assertThat(refused(adapter, attempt().baseUrl("http://models.example")))
                    .hasMessageContaining("no plain HTTP");
        }
    }
}
