package dev.aigw.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.openai.OpenAiAdapter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BaseUrlTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://a.example/v1|/chat|https://a.example/v1/chat",
                "https://a.example/v1///|/chat|https://a.example/v1/chat",
                "HTTPS://A.example|/chat|https://a.example/chat",
                "https://a.example:8443|/chat|https://a.example:8443/chat",
                "http://[::1]:80/v1|/chat|http://[::1]/v1/chat",
                "https://a.example/v1?api-version=1|/chat|https://a.example/v1/chat?api-version=1",
                "https://a.example/v1/?api-version=1|/chat|https://a.example/v1/chat?api-version=1",
                "https://a.example?k=a%2Fb&x|/chat|https://a.example/chat?k=a%2Fb&x",
                "https://a.example/v1?a=1|/chat?alt=sse|https://a.example/v1/chat?alt=sse&a=1",
                "https://a.example/v1?|/chat|https://a.example/v1/chat",
            })
    void aPathGoesBeforeTheQuery(String base, String path, String url) {
        assertThat(BaseUrl.of(base).at(path)).isEqualTo(url);
    }

    @Test
    void blanksAroundItDoNotCount() {
        for (String blank : new String[] {" ", "\n", "\t", "\r\n", "\u00a0", "\ufeff", "\u200b"}) {
            assertThat(BaseUrl.of(blank + "https://a.example/v1" + blank).at("/x"))
                    .isEqualTo("https://a.example/v1/x");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.example/v1|has no scheme: write https://a.example/v1",
                "localhost:8080|has no scheme: write https://localhost:8080",
                "a.example/go?to=https://b.example|has no scheme",
                "ftp://a.example|has the scheme ftp: use https://",
                "https://|not well-formed",
                "https://a.example:port/v1|not well-formed",
                "https://a b.example|not well-formed",
                "https://a.example/v1#top|holds a #",
                "https://a.example/v1#|holds a #",
                "https://user@a.example/v1|user name or password",
                "https://:hunter22@a.example/v1|user name or password",
            })
    void whatIsNoBaseUrlIsRefusedWhenTheAdapterIsBuilt(String base, String message) {
        assertThatThrownBy(
                        () -> OpenAiAdapter.builder().name("ours").baseUrl(base).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("adapter \"ours\": the base URL")
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://user:hunter22@a.example/v1",
                "user:hunter22@a.example/v1",
                "ftp://user:hunter22@a.example",
                "https://user:hunter22@a b.example",
                "a.example?key=hunter22",
                "https://a.example:port?sig=hunter22",
                "https://a.example/#hunter22",
            })
    void noMessageShowsASecret(String base) {
        assertThat(catchThrowableOfType(IllegalArgumentException.class, () -> BaseUrl.of(base)))
                .message()
                .doesNotContain("hunter22");
    }

    @Test
    void aQueryDoesNotShowInItsText() {
        assertThat(BaseUrl.of("https://a.example/v1?sig=hunter22")).hasToString("https://a.example/v1");
        assertThatThrownBy(() -> BaseUrl.of("  ")).hasMessageContaining("blank");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "https://a.example/v1|/health|https://a.example/health",
                "https://a.example/v1/|health|https://a.example/v1/health",
                "https://a.example/v1?a=1|health?b=2|https://a.example/v1/health?b=2&a=1",
                "https://a.example/v1?a=1|/health|https://a.example/health?a=1",
            })
    void aProbesPathIsResolvedLikeALink(String base, String path, String url) {
        assertThat(BaseUrl.of(base).resolve(path)).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//b.example/health",
                "https://b.example/health",
                "http://a.example/health",
                "https://a.example:1/x"
            })
    void aProbesPathToAnotherHostIsRefused(String path) {
        assertThatThrownBy(() -> BaseUrl.of("https://a.example/v1").resolve(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another host");
    }

    @Test
    void aDeploymentsBaseUrlThatIsNoneFailsBeforeAnythingIsSent() {
        try (HttpEndpoint endpoint = HttpEndpoint.builder("ours").build("https://a.example", (status, body) -> null)) {
            AttemptContext attempt =
                    AttemptContext.builder("m").baseUrl("b.example/v1").build();
            assertThat(catchThrowableOfType(GatewayException.class, () -> endpoint.call("POST", "/x", attempt)))
                    .returns(ErrorKind.INVALID_REQUEST, GatewayException::kind)
                    .hasMessageContaining("has no scheme: write https://b.example/v1");
            AttemptContext other = AttemptContext.builder("m")
                    .baseUrl(" https://b.example/v1/?a=1 ")
                    .build();
            assertThat(endpoint.url("/x", other)).isEqualTo("https://b.example/v1/x?a=1");
        }
    }

    @Test
    void aSecretInTheQueryIsMaskedLikeACredential() {
        HttpCall call = HttpCall.post("https://a.example/x?sig=a%2Bsecret%2Fvalue&api-version=2024-10-21");
        assertThat(call.secrets().mask("got a+secret/value and a%2Bsecret%2Fvalue at 2024-10-21"))
                .isEqualTo("got *** and *** at 2024-10-21");
    }
}
