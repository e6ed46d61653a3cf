package dev.aigw.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.http.errors.HttpErrors;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.time.Clock;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A wrong base URL, and a key that cannot be sent: failures that name what to change, and no secret. */
class WrongAddressTest {

    private static final AttemptContext ATTEMPT = AttemptContext.builder("m").build();

    private static GatewayException failure(ProviderAdapter adapter, boolean streamed) {
        return catchThrowableOfType(GatewayException.class, () -> {
            ChatRequest request = ChatRequest.of("m", "hello");
            if (!streamed) {
                adapter.call(ChatRequest.CHAT, request, ATTEMPT);
                return;
            }
            try (ChatStream stream = adapter.call(ChatRequest.CHAT_STREAM, request, ATTEMPT)) {
                stream.response();
            }
        });
    }

    private static void check(
            int status, String type, String body, Function<String, ProviderAdapter> adapter, String... advice) {
        Fault reply = Fault.reply(status, type, body);
        try (FaultServer server = FaultServer.builder().plan(request -> reply).start();
                ProviderAdapter asked = adapter.apply(server.baseUrl())) {
            for (boolean streamed : new boolean[] {false, true}) {
                GatewayException e = failure(asked, streamed);
                assertThat(e.kind()).as("%s", e).isEqualTo(ErrorKind.NOT_FOUND);
                assertThat(e.subject()).isEqualTo(FailureSubject.UNKNOWN);
                assertThat(e).hasMessageContainingAll(advice).hasMessageContaining("POST " + server.baseUrl());
            }
        }
    }

    static Stream<Arguments> answersWhereNothingListens() {
        return Stream.of(
                Arguments.of(404, "text/plain", "404 page not found"),
                Arguments.of(404, "text/html", "<html><head><title>404 Not Found</title></head></html>"),
                Arguments.of(404, "text/plain", ""),
                Arguments.of(404, "application/json", "{}"),
                Arguments.of(404, "application/json", "{\"detail\":\"Not Found\"}"),
                Arguments.of(
                        404, "application/json", "{\"error\":{\"code\":\"404\",\"message\":\"Resource not found\"}}"),
                Arguments.of(
                        404,
                        "application/json",
                        "{\"error\":{\"message\":\"Invalid URL (POST /chat/completions)\","
                                + "\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}"),
                Arguments.of(
                        404,
                        "application/json",
                        "{\"error\":{\"message\":\"Unknown request URL: POST /openai/v1/v1/chat/completions. Please check"
                                + " the URL for typos\",\"type\":\"invalid_request_error\",\"code\":\"unknown_url\"}}"),
                Arguments.of(
                        404,
                        "application/json",
                        "{\"timestamp\":\"x\",\"status\":404,\"error\":\"Not Found\",\"path\":\"/chat/completions\"}"),
                Arguments.of(404, "application/json", "{\"message\":\"no Route matched with those values\"}"),
                Arguments.of(405, "application/json", "{\"detail\":\"Method Not Allowed\"}"),
                Arguments.of(
                        200,
                        "application/json",
                        "{\"error\":\"Unexpected endpoint or method. (POST /v1/v1/chat/completions)\"}"));
    }

    @ParameterizedTest
    @MethodSource("answersWhereNothingListens")
    void aUrlWhereNothingListensIsNamedWithTheUsualEnd(int status, String type, String body) {
        check(
                status,
                type,
                body,
                url -> OpenAiAdapter.builder().baseUrl(url).build(),
                "/chat/completions, which usually ends with /v1, as https://api.openai.com/v1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>not found</html>"})
    void eachVendorNamesItsOwnUsualEnd(String body) {
        check(
                404,
                "text/html",
                body,
                url -> AnthropicAdapter.builder().baseUrl(url).build(),
                "which usually has no path, as https://api.anthropic.com");
        check(
                404,
                "text/html",
                body,
                url -> GeminiAdapter.builder().baseUrl(url).build(),
                "which usually ends with /v1beta, as https://generativelanguage.googleapis.com/v1beta");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"error\":{\"message\":\"The model `x` does not exist\",\"code\":\"model_not_found\"}}",
                "{\"error\":{\"message\":\"No such File object: file-1\",\"param\":\"file\"}}"
            })
    void aModelOrAFileThatIsNotFoundSaysNothingOfTheUrl(String body) {
        Fault reply = Fault.reply(404, "application/json", body);
        try (FaultServer server = FaultServer.builder().plan(request -> reply).start();
                ProviderAdapter adapter =
                        OpenAiAdapter.builder().baseUrl(server.baseUrl()).build()) {
            assertThat(failure(adapter, false).getMessage()).doesNotContain("base URL");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://host/v1?key=abc-123&version=7", "https://host/v1?abc-123"})
    void theValuesOfAQueryAreMasked(String url) {
        HttpErrors errors =
                new CallErrors("acme", ATTEMPT, HttpCall.post(url), null, (status, body) -> null, Clock.systemUTC());
        assertThat(errors.advice()).contains("https://host/v1?").doesNotContain("abc-123");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sk-one\nsk-two", "sk-\r\none", "sk-schl\u00fcssel", "sk-\u201cone\u201d"})
    void aKeyThatIsNoHeaderValueIsAnAuthenticationFailureThatDoesNotQuoteIt(String key) {
        for (ProviderAdapter adapter : new ProviderAdapter[] {
            OpenAiAdapter.builder().credential(Credential.of(key)).build(),
            AnthropicAdapter.builder().credential(Credential.of(key)).build(),
            GeminiAdapter.builder().credential(Credential.of(key)).build()
        }) {
            try (adapter) {
                for (boolean streamed : new boolean[] {false, true}) {
                    GatewayException e = failure(adapter, streamed);
                    assertThat(e.kind()).isEqualTo(ErrorKind.AUTHENTICATION);
                    assertThat(e).hasMessageContaining("on one line").hasNoCause();
                    assertThat(e.toString()).doesNotContain("sk-").doesNotContain("two");
                }
            }
        }
    }
}
