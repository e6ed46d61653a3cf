package dev.aigw.providers.http.errors;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.StringLength;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Incorrect API key provided: SECRET123. Find yours at example.org",
                "key sk-SECRET123abc is revoked",
                "key sk-proj-SECRET123_abc",
                "Authorization: Bearer SECRET123",
                "{\"x-api-key\":\"SECRET123\"}",
                "{\\\"api_key\\\": \\\"SECRET123\\\"}",
                "https://example.org/v1?api-key=SECRET123&x=1",
                "token eyJSECRET123.SECRET123.SECRET123 expired",
                "client_secret=SECRET123",
                "AIzaSECRET123SECRET123"
            })
    void whatLooksLikeASecretIsMasked(String text) {
        assertThat(Secrets.mask(text, null)).doesNotContain("SECRET123").contains("***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max_tokens: 4096 is too large",
                "This model's maximum context length is 8192 tokens",
                "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}"
            })
    void otherTextStays(String text) {
        assertThat(Secrets.mask(text, null)).isEqualTo(text);
    }

    @Property
    void theCredentialItselfIsMaskedWhateverItsForm(
            @ForAll @AlphaChars @StringLength(min = 12, max = 40) String secret) {
        assertThat(Secrets.mask("a" + secret + "b \"" + secret + "\"", secret)).doesNotContain(secret);
    }

    @Test
    void headersThatCarrySecretsAreLeftOut() {
        Headers headers = Headers.of(
                "Set-Cookie",
                "a=b",
                "X-Api-Key",
                "k",
                "x-ratelimit-remaining-tokens",
                "0",
                "x-echo",
                "my-secret-value");
        assertThat(Secrets.headers(headers, "my-secret-value"))
                .containsOnlyKeys("x-ratelimit-remaining-tokens", "x-echo")
                .containsEntry("x-echo", java.util.List.of("***"));
    }
}
