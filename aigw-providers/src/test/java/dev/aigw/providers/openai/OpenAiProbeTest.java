package dev.aigw.providers.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Timeouts;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import java.time.Duration;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OpenAiProbeTest {

    private final MockWebServer server = new MockWebServer();

    @BeforeEach
    void start() throws Exception {
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private ProviderAdapter adapter() {
        return OpenAiAdapter.builder()
                .baseUrl(server.url("/v1").toString())
                .apiKey("sk-secret")
                .build();
    }

    private static AttemptContext attempt() {
        return attempt(Duration.ofMinutes(1));
    }

    private static AttemptContext attempt(Duration limit) {
        return AttemptContext.builder("m")
                .timeouts(Timeouts.builder().attempt(limit).build())
                .build();
    }

    private static GatewayException failure(ProviderAdapter adapter, String path) {
        return catchThrowableOfType(GatewayException.class, () -> adapter.probe(path, attempt()));
    }

    @Test
    void getsAPathOfTheHostOrBelowTheBaseUrlWithTheCredential() throws Exception {
        try (ProviderAdapter adapter = adapter()) {
            server.enqueue(new MockResponse.Builder().code(200).build());
            adapter.probe("/health", attempt());
            RecordedRequest root = server.takeRequest();
            assertThat(root.getMethod()).isEqualTo("GET");
            assertThat(root.getUrl().encodedPath()).isEqualTo("/health");
            assertThat(root.getHeaders().get("Authorization")).isEqualTo("Bearer sk-secret");

            server.enqueue(new MockResponse.Builder().code(204).build());
            adapter.probe("models?limit=1", attempt());
            assertThat(server.takeRequest().getTarget()).isEqualTo("/v1/models?limit=1");

            server.enqueue(new MockResponse.Builder().code(200).build());
            assertThatCode(() -> adapter.probe(
                            "/ping",
                            AttemptContext.builder("m")
                                    .baseUrl(server.url("/other/v1/").toString())
                                    .build()))
                    .doesNotThrowAnyException();
            assertThat(server.takeRequest().getTarget()).isEqualTo("/ping");
        }
    }

    @Test
    void failsByWhatTheServerAnswers() {
        try (ProviderAdapter adapter = adapter()) {
            server.enqueue(new MockResponse.Builder().code(503).build());
            assertThat(failure(adapter, "/health").kind()).isEqualTo(ErrorKind.OVERLOADED);
            server.enqueue(new MockResponse.Builder().code(404).build());
            assertThat(failure(adapter, "/health").kind()).isEqualTo(ErrorKind.NOT_FOUND);
            server.enqueue(new MockResponse.Builder()
                    .onResponseStart(SocketEffect.Stall.INSTANCE)
                    .build());
            GatewayException silent = catchThrowableOfType(
                    GatewayException.class, () -> adapter.probe("/health", attempt(Duration.ofMillis(100))));
            assertThat(silent.kind()).isEqualTo(ErrorKind.TIMEOUT);
        }
    }

    @Test
    void takesTheCredentialToNoOtherHost() {
        try (ProviderAdapter adapter = adapter()) {
            for (String path : new String[] {"https://example.com/health", "//example.com/health"}) {
                assertThat(failure(adapter, path))
                        .hasMessageContaining("another host")
                        .hasMessageNotContaining("sk-secret");
            }
            assertThat(server.getRequestCount()).isZero();
        }
    }
}
