package dev.aigw.routing.guard.sensitive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever has arrived of a text, no part of a secret is let through before the secret is known. */
class SecretStreamTest {

    private final SecretDetector detector = SecretDetector.create();
    private final SecretTokens tokens = new SecretTokens(11);

    @Test
    void noSecretIsLetThroughInParts() {
        for (String text : List.of(
                "Use the key " + tokens.github("ghp_") + " for that.",
                "Here it is:\n" + tokens.pem("RSA PRIVATE KEY", "\n") + "\nand that was all of it.",
                "one line: " + tokens.pem("OPENSSH PRIVATE KEY", "\\n") + " done",
                "with blanks: " + tokens.pem("PRIVATE KEY", " ") + " done",
                "Authorization: Bearer " + tokens.jwt() + " is sent.",
                "Then connect to postgres://app:Xk9mQ2vLp@db:5432/x and go on.",
                "password: \"Xk9 mQ2v Lp7\" is what I use",
                "the password is Xk9mQ2vLp, do not tell",
                "PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 2\n" + tokens.base64(48) + "\n" + tokens.base64(48)
                        + "\nPrivate-MAC: " + tokens.hex(64) + "\nend")) {
            assertThat(detector.find(text)).as(text).isNotEmpty();
            for (Entity secret : detector.find(text)) {
                for (int arrived = 0; arrived <= text.length(); arrived++) {
                    String part = text.substring(0, arrived);
                    int free = arrived == text.length() ? arrived : detector.undecidedFrom(part);
                    assertThat(free).isBetween(0, arrived);
                    if (free > secret.start()) {
                        int upTo = Math.min(free, secret.end());
                        assertThat(detector.find(part))
                                .as("after %s of %s", arrived, text)
                                .anySatisfy(known -> {
                                    assertThat(known.start()).isLessThanOrEqualTo(secret.start());
                                    assertThat(known.end()).isGreaterThanOrEqualTo(upTo);
                                });
                    }
                }
            }
        }
    }

    @Test
    void plainTextIsHeldBackByAWordAlone() {
        String text = "The quick brown fox said: \"jump over the lazy dog and run to the end of the world\" and";

        assertThat(detector.undecidedFrom(text)).isEqualTo(text.length() - 3);
        assertThat(detector.undecidedFrom(text + " ")).isEqualTo(text.length() + 1);
    }

    @Test
    void whatIsHeldBackHasABound() {
        String run = "a".repeat(100_000);
        String key = "-----BEGIN RSA PRIVATE KEY-----\n" + (tokens.base64(48) + "\n").repeat(1000);

        assertThat(run.length() - detector.undecidedFrom(run)).isEqualTo(4096);
        assertThat(key.length() - detector.undecidedFrom(key)).isLessThanOrEqualTo(8192);
    }
}
