package dev.aigw.providers.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.Inspection.Direction;
import dev.aigw.api.guard.StreamChecking;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpGuardTest extends GuardService {

    private static final String MARKER = "zebra-7391";
    private static final String KEY = "sk-live-0123456789abcdef0123456789";

    private HttpGuard.Builder presidio() {
        return HttpGuard.builder(HttpGuardMapping.presidio()).baseUrl(url());
    }

    private GatewayException failure(MockResponse response) {
        server.enqueue(response);
        try (HttpGuard guard = presidio().apiKey(KEY).allowInsecure(true).build()) {
            return catchThrowableOfType(GatewayException.class, () -> guard.check(user("I am " + MARKER)));
        }
    }

    private static String everythingOf(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text + (failure instanceof GatewayException e ? e.body() + e.headers() : "");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 413, 429, 500, 502, 503})
    void aStatusOtherThan2xxFailsWithoutContent(int status) {
        GatewayException failure = failure(json(status, "{\"error\":\"bad text: I am " + MARKER + "\"}"));

        assertThat(failure).hasMessageContaining("presidio").hasMessageContaining(String.valueOf(status));
        assertThat(failure.status()).isEqualTo(status);
        assertThat(everythingOf(failure)).doesNotContain(MARKER).doesNotContain(KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[]",
                "[null]",
                "[{}]",
                "[[],[]]",
                "[[{\"entity_type\":\"PERSON\",\"score\":0.9}]]",
                "[[{\"entity_type\":\"PERSON\",\"score\":0.9,\"start\":3,\"end\":999}]]",
                "[[{\"entity_type\":\"PERSON\",\"score\":0.9,\"start\":5,\"end\":5}]]",
                "[[{\"entity_type\":\"PERSON\",\"score\":0.9,\"start\":-1,\"end\":5}]]",
                "[[{\"entity_type\":\"PERSON\",\"score\":\"high\",\"start\":0,\"end\":5}]]",
                "{\"error\":\"I am zebra-7391\"}",
                "{\"message\":\"ok\"}",
                "[[",
                "<html>I am zebra-7391</html>"
            })
    void anAnswerOfAnotherShapeNeverPasses(String body) {
        GatewayException failure = failure(json(200, body));

        assertThat(failure).isNotNull();
        assertThat(everythingOf(failure)).doesNotContain(MARKER);
    }

    @Test
    void aScoreThatIsNoNumberCountsAsTheHighest() {
        server.enqueue(json(200, "[[{\"entity_type\":\"PERSON\",\"score\":NaN,\"start\":0,\"end\":4}]]"));
        try (HttpGuard guard = presidio().build()) {
            assertThat(guard.check(user("Jane")).findings()).hasSize(1);
        }
    }

    @Test
    void aTypeThatIsNoNameIsNotShown() {
        server.enqueue(json(200, "[[{\"entity_type\":\"" + MARKER + "!?\",\"score\":1,\"start\":0,\"end\":4}]]"));
        try (HttpGuard guard = presidio().build()) {
            assertThat(guard.check(user("Jane")).findings().get(0).rule()).isEqualTo("presidio");
        }
    }

    @Test
    void anAnswerThatIsTooLargeFails() {
        server.enqueue(json(200, "[[" + " ".repeat(5000) + "]]"));
        try (HttpGuard guard = presidio().maxBodyBytes(4096).build()) {
            assertThatThrownBy(() -> guard.check(user("Jane")))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE));
        }
    }

    @Test
    void aServiceThatDoesNotAnswerTimesOut() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());
        try (HttpGuard guard = presidio().timeout(Duration.ofMillis(50)).build()) {
            assertThatThrownBy(() -> guard.check(user("Jane")))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT));
        }
    }

    @Test
    void theTimeoutOfTheInspectionCountsToo() {
        server.enqueue(new MockResponse.Builder()
                .onResponseStart(SocketEffect.Stall.INSTANCE)
                .build());
        try (HttpGuard guard = presidio().build()) {
            assertThatThrownBy(() -> guard.check(
                            inspection(Direction.INPUT, Duration.ofMillis(50), part(ContentOrigin.USER, "Jane"))))
                    .isInstanceOfSatisfying(
                            GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.TIMEOUT));
        }
    }

    @Test
    void aServiceThatIsDownFails() {
        HttpGuard guard = presidio().build();
        server.close();
        try (guard) {
            assertThatThrownBy(() -> guard.check(user(MARKER)))
                    .isInstanceOfSatisfying(
                            GatewayException.class,
                            e -> assertThat(everythingOf(e)).doesNotContain(MARKER));
        }
    }

    @Test
    void aRedirectIsNotFollowed() {
        server.enqueue(new MockResponse.Builder()
                .code(307)
                .setHeader("Location", url() + "/elsewhere")
                .build());
        try (HttpGuard guard = presidio().build()) {
            assertThatThrownBy(() -> guard.check(user("Jane"))).isInstanceOf(GatewayException.class);
            assertThat(server.getRequestCount()).isEqualTo(1);
        }
    }

    @Test
    void theKeyGoesOnlyWhereItMay() {
        assertThatThrownBy(() -> HttpGuard.builder(HttpGuardMapping.lakera())
                        .baseUrl("http://guard.example.org")
                        .allowedHosts(AllowedHosts.any().httpsOnly())
                        .build())
                .isInstanceOf(IllegalArgumentException.class);
        try (HttpGuard guard = HttpGuard.builder(HttpGuardMapping.lakera())
                .baseUrl("http://guard.example.org")
                .apiKey(KEY)
                .build()) {
            assertThatThrownBy(() -> guard.check(user("Jane")))
                    .isInstanceOfSatisfying(
                            GatewayException.class,
                            e -> assertThat(everythingOf(e))
                                    .contains("unencrypted")
                                    .doesNotContain(KEY));
            assertThat(guard).asString().doesNotContain(KEY);
        }
    }

    @Test
    void moreTextThanTheRequestsAllowFails() {
        try (HttpGuard guard = presidio().maxRequests(2).build()) {
            assertThatThrownBy(() -> guard.check(user("word ".repeat(60_000))))
                    .isInstanceOf(GatewayException.class)
                    .hasMessageContaining("maxRequests(2)");
            assertThat(server.getRequestCount()).isZero();
        }
    }

    @Test
    void withoutTextsNothingIsSent() {
        try (HttpGuard guard = presidio().build()) {
            assertThat(guard.check(user(" ")).findings()).isEmpty();
            assertThat(server.getRequestCount()).isZero();
        }
    }

    @Test
    void aSettingThatTheMappingRequiresIsAskedFor() {
        assertThatThrownBy(() -> HttpGuard.builder(HttpGuardMapping.modelArmor())
                        .setting("project", "p")
                        .setting("location", "europe-west4")
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("setting(\"template\", ...)");
        assertThatThrownBy(() -> HttpGuard.builder(HttpGuardMapping.bedrockGuardrails())
                        .setting("guardrail", "abc")
                        .setting("version", "1")
                        .build())
                .hasMessageContaining("setting(\"region\", ...)");
        assertThatThrownBy(() -> presidio().setting("lang", "de")).hasMessageContaining("language");
        assertThatThrownBy(() -> HttpGuard.builder(HttpGuardMapping.modelArmor())
                        .setting("project", "p")
                        .setting("location", "evil.example/#")
                        .setting("template", "t")
                        .build())
                .hasMessageContaining("host name");
    }

    @Test
    void aSettingTwiceIsRefused() {
        assertThatThrownBy(() -> presidio().setting("language", "en").setting("language", "de"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> presidio().threshold("X", 1).threshold("X", 2))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void itCallsItselfRemoteAndChecksStreamsInStepsByChoice() {
        try (HttpGuard whole = presidio().build();
                HttpGuard steps = presidio().name("pii").streamStep(400).build()) {
            assertThat(whole.effort()).isEqualTo(Guard.Effort.REMOTE);
            assertThat(whole.streaming()).isSameAs(StreamChecking.whole());
            assertThat(steps.streaming().step()).isEqualTo(400);
            assertThat(steps.name()).isEqualTo("pii");
        }
    }
}
