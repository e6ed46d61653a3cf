package dev.aigw.providers.http.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
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
                "AIzaSECRET123SECRET123",
                "session_token: SECRET123",
                "x-amz-security-token=SECRET123SECRET123",
                "IQoJb3JpZ2luX2VjSECRET123//////////x",
                "{\"token\":\"SECRET123\"}",
                "https://example.org/v1/models?key=SECRET123&alt=sse",
                "https://blob.example.org/f?sv=1&sig=SECRET123%3D&se=2",
                "AccountName=a;AccountKey=SECRET123==;EndpointSuffix=x",
                "-----BEGIN RSA PRIVATE KEY-----\\nMIISECRET123\\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nMIISECRET123 without an end",
                "ya29.a0SECRET123",
                "github_pat_11SECRET123_abc",
                "line\\nsk-SECRET123abc",
                "%22sk-SECRET123abc%22",
                "api_key%3DSECRET123",
                "{\"password\":\"a\\\"SECRET123\"}",
                "{\\\"password\\\": \\\"a\\\\\\\"SECRET123\\\"}",
                "https://user:SECRET123@proxy.example.org",
                "Authorization: Token SECRET123",
                "a JWT that is cut: eyJhbGciSECRET123"
            })
    void whatLooksLikeASecretIsMasked(String text) {
        assertThat(Secrets.mask(text, null)).doesNotContain("SECRET123").contains("***");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max_tokens: 4096 is too large",
                "This model's maximum context length is 8192 tokens",
                "{\"error\":{\"message\":\"no\",\"type\":\"invalid_request_error\"}}",
                "unexpected token: }",
                "\"key\": \"prompt\" is unknown, the primary key: 12345678",
                "a risk-averse task-1234 for the token counter"
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
        assertThat(Secrets.of(List.of("my-secret-value")).headers(headers))
                .containsOnlyKeys("x-ratelimit-remaining-tokens", "x-echo")
                .containsEntry("x-echo", List.of("***"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "e", "EMPTY", "ollama", "not-needed", "lm-studio"})
    void aCredentialThatIsAPlainWordDoesNotShredTexts(String word) {
        String text = "the model does not exist, none of ollama's; EMPTY, not-needed by lm-studio";
        assertThat(Secrets.mask(text, word)).isEqualTo(text);
    }

    @Test
    void aShortCredentialIsMaskedAsAWordOfItsOwn() {
        assertThat(Secrets.mask("your k3yK3y is wrong, see k3yK3yboard", "k3yK3y"))
                .isEqualTo("your *** is wrong, see k3yK3yboard");
    }

    @Test
    void eachFormOfTheCredentialIsMasked() {
        String secret = "p+ss/w\"rd&=\\end-of-it";
        for (String user : List.of("", "u", "us", "user:")) {
            byte[] joined = (user + secret).getBytes(StandardCharsets.UTF_8);
            for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                String encoded = encoder.encodeToString(joined);
                String left = Secrets.mask("<" + encoded + ">", secret);
                // the groups at both ends hold characters of others, too
                assertThat(left.length()).as(left).isLessThanOrEqualTo("<***>".length() + user.length() + 8);
            }
        }
        for (String form : List.of(
                secret,
                URLEncoder.encode(secret, StandardCharsets.UTF_8),
                URLEncoder.encode(secret, StandardCharsets.UTF_8)
                        .replace("%2B", "%2b")
                        .replace("%2F", "%2f")
                        .replace("%3D", "%3d")
                        .replace("%5C", "%5c"),
                secret.replace("\\", "\\\\").replace("\"", "\\\""),
                secret.replace("\\", "\\\\").replace("\"", "\\\"").replace("/", "\\/"))) {
            assertThat(Secrets.mask("x " + form + " y", secret)).isEqualTo("x *** y");
        }
    }

    @Test
    void aCredentialThatIsCutIsMaskedAsFarAsItGoes() {
        String secret = "0123456789abcdefghij";
        assertThat(Secrets.mask("wrong key 0123456789ab...", secret)).isEqualTo("wrong key ***...");
        assertThat(Secrets.mask("wrong key 0123456", secret)).isEqualTo("wrong key ***");
        assertThat(Secrets.of(List.of(secret)).mask("x".repeat(90) + " " + secret, 100))
                .isEqualTo("x".repeat(90) + " ***");
        assertThat(Secrets.of(List.of(secret)).mask("x".repeat(600) + " " + secret, 100))
                .isEqualTo("x".repeat(100) + "…");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eyJ-",
                "eyJaaaaaaaa.",
                "eyJ",
                "sk-",
                "sk-a ",
                "bearer ",
                "bearer  a ",
                "basic+",
                "Basic %20",
                "authorization",
                "secret:",
                "secret: ",
                "secret \\\"",
                "secret=\"",
                "AKIA",
                "ASIA ",
                "AIza",
                "api_key ",
                "a",
                " ",
                "\\\"",
                "\\",
                "client_secret\":\"",
                "token",
                "token:",
                "id_token=",
                "apikey provided",
                "key=",
                "://",
                "://a:",
                ":",
                "-----BEGIN ",
                "-----BEGIN PRIVATE KEY",
                "ya29.",
                "1//",
                "github_pat_",
                "IQoJ",
                "0123456789",
                "012345678",
                "MDEyMzQ1Njc4",
                "%22",
                "&quot;",
                "\\u0022",
                "password%3D"
            })
    void twiceTheTextTakesTwiceTheSteps(String unit) {
        Secrets secrets = Secrets.of(List.of("0123456789abcdefghij", "k3yK3y"));
        long once = steps(secrets, unit.repeat(4096 / unit.length()));
        long twice = steps(secrets, unit.repeat(8192 / unit.length()));
        assertThat((double) twice / once).isLessThan(2.3);
        assertThat(twice / 8192).as("steps a character").isLessThan(2000);
    }

    private static long steps(Secrets secrets, String text) {
        CountedText counted = new CountedText(text);
        secrets.mask(counted);
        return counted.steps;
    }

    /** Counts how often a character is looked at. */
    private static final class CountedText implements CharSequence {
        private final String text;
        private long steps;

        CountedText(String text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            steps++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
