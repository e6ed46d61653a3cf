package dev.aigw.routing.guard.sensitive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class SecretRandomTest {

    private final SecretDetector detector = SecretDetector.create();

    @Provide
    Arbitrary<String> pieces() {
        return Arbitraries.of(
                        "password",
                        "token",
                        "key",
                        "secret",
                        " = ",
                        ":",
                        "=>",
                        "\"",
                        "'",
                        "\\\"",
                        "\\n",
                        "\n",
                        " ",
                        "eyJ",
                        ".",
                        "://",
                        "@",
                        "-----BEGIN ",
                        "-----END ",
                        "PRIVATE KEY-----",
                        "PuTTY-User-Key-File-",
                        "Private-Lines:",
                        "Basic ",
                        "curl -u ",
                        "\"kty\"",
                        "\"d\":",
                        "${",
                        "}}",
                        "{{",
                        "sk-",
                        "AKIA",
                        "ghp_",
                        "Xk9mQ2vLpT7",
                        "0123456789abcdef",
                        "datadog",
                        "oracle:thin:",
                        "/",
                        "&quot;",
                        "[",
                        "(",
                        "пароль",
                        "是",
                        "\uD83D",
                        "\uDE00",
                        "\u0000",
                        "é",
                        "8Q~",
                        ":AA")
                .list()
                .ofMaxSize(40)
                .map(list -> String.join("", list));
    }

    @Property(tries = 3000)
    void spansLieInTheTextInOrderAndNothingIsThrown(@ForAll("pieces") String text) {
        List<Entity> found = detector.find(text);
        int last = -1;
        for (Entity entity : found) {
            assertThat(entity.start()).isGreaterThanOrEqualTo(last);
            assertThat(entity.end()).isBetween(entity.start() + 1, text.length());
            last = entity.start();
        }
        assertThat(detector.undecidedFrom(text)).isBetween(0, text.length());
    }

    @Property(tries = 500)
    void anyTextIsBorne(@ForAll String text) {
        assertThat(detector.find(text))
                .allSatisfy(entity -> assertThat(entity.end()).isLessThanOrEqualTo(text.length()));
        assertThat(detector.undecidedFrom(text)).isBetween(0, text.length());
    }
}
