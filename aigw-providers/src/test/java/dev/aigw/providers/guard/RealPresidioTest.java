package dev.aigw.providers.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Asks a real Presidio analyzer, whose address is in the environment variable {@code AIGW_PRESIDIO_URL}, for example
 * {@code http://localhost:5002}. Without it the test is skipped and says so.
 */
class RealPresidioTest {

    private static final String TEXT = "\uD83D\uDE00\uD83D\uDE00 Write to jane.doe@example.org,"
            + " or pay with 4111 1111 1111 1111 \uD83D\uDC4D from DE89 3704 0044 0532 0130 00.";

    private static String address() {
        String url = System.getenv("AIGW_PRESIDIO_URL");
        assumeThat(url)
                .as("AIGW_PRESIDIO_URL is not set: start Presidio's analyzer and set it to run this test")
                .isNotBlank();
        return url;
    }

    @Test
    void aRealAnalyzerFindsAndReplacesPersonalData() {
        try (HttpGuard guard = HttpGuard.builder(HttpGuardMapping.presidio())
                .baseUrl(address())
                .build()) {
            GuardVerdict verdict = guard.check(GuardService.input(
                    GuardService.part(ContentOrigin.SYSTEM, "Answer in one line."),
                    GuardService.part(ContentOrigin.USER, TEXT)));

            assertThat(GuardService.redacted(verdict, 1, TEXT))
                    .startsWith("\uD83D\uDE00\uD83D\uDE00 Write to <EMAIL_ADDRESS>, or pay with <CREDIT_CARD>"
                            + " \uD83D\uDC4D from")
                    .doesNotContain("3704");
        }
    }

    @Test
    void aRealAnalyzerTakesEntitiesAndThresholds() {
        try (HttpGuard guard = HttpGuard.builder(HttpGuardMapping.presidio())
                .baseUrl(address())
                .setting("entities", List.of("CREDIT_CARD"))
                .action("CREDIT_CARD", GuardAction.BLOCK)
                .build()) {
            GuardVerdict verdict = guard.check(GuardService.user(TEXT));

            assertThat(verdict.action()).isEqualTo(GuardAction.BLOCK);
            assertThat(verdict.findings()).extracting(GuardFinding::rule).containsExactly("CREDIT_CARD");
        }
    }
}
