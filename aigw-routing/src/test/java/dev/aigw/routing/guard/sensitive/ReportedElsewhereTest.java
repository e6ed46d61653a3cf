package dev.aigw.routing.guard.sensitive;

import static dev.aigw.routing.guard.sensitive.PersonalDataTest.found;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What users of other projects reported as found wrongly or missed. */
class ReportedElsewhereTest {

    private final Random random = new Random(71);

    @Test
    void noPartOfAUuidIsATelephoneOrACard() { // presidio 71, phony 400, Autolinker.js 285, traceAI 195
        for (int i = 0; i < 5_000; i++) {
            String id = new UUID(random.nextLong(), random.nextLong()).toString();
            assertThat(found("request " + id + " failed")).as(id).isEmpty();
            assertThat(found("call " + id)).as(id).isEmpty();
        }
    }

    @Test
    void noPartOfAHashIsPersonal() { // bernstein 3810
        for (int i = 0; i < 2_000; i++) {
            String hash = String.format("%016x%016x", random.nextLong(), random.nextLong());
            assertThat(found("commit " + hash)).as(hash).isEmpty();
            assertThat(found("etag \"" + hash.toUpperCase(Locale.ROOT) + "\""))
                    .as(hash)
                    .isEmpty();
        }
    }

    @Test
    void noTimeInMillisecondsOrSecondsIsACard() { // tinycortex 154, cli-printing-press 1149 and 3173
        for (int i = 0; i < 5_000; i++) {
            long millis = 1_600_000_000_000L + (long) (random.nextDouble() * 300_000_000_000L);
            assertThat(found("{\"at_millis\":" + millis + "}")).isEmpty();
            assertThat(found("--post-at " + millis / 1000 + " ttl 604800")).isEmpty();
        }
    }

    @Test
    void noFractionIsACardOrATelephone() { // redact-pii 39, pii-shield 158
        for (int i = 0; i < 5_000; i++) {
            assertThat(found("male,14,no," + random.nextDouble())).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SOA ns1.example.com. serial 2024050601 refresh 7200", // cli-printing-press 3173
                "lat=48.8583701,lon=2.2944813", // cli-printing-press 1149
                "yes,hiraan,no,RE-HRN-BTW-13,male,age41_59,0.250750683890174", // redact-pii 39
                "123 is here, 45 there", // conservative addresses: prompt-scrubber 28
            })
    void isNotPersonal(String text) {
        assertThat(found(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "I can be reached at 312.714.8142 (cell) | PHONE 312.714.8142", // scrubadub 8
                "773.415.7432 (office) | PHONE 773.415.7432",
                "My number is: 034453334. Reply with my number | PHONE 034453334", // litellm 2034
                "The claimant's d.o.b. is 4 June 1976 | DATE_OF_BIRTH 4 June 1976", // scrubadub 119
                "1985-01-01 is my birthday. | DATE_OF_BIRTH 1985-01-01",
                "GB82 WEST 1234 5698 7654 32 failed | IBAN GB82 WEST 1234 5698 7654 32", // presidio 1795
                "My credit card number is 6011577631711174 | CARD 6011577631711174", // presidio 47
                "My credit card number is 6011-5776-3171-1174 | CARD 6011-5776-3171-1174",
                "SSN 123-45-6789 | US_SSN 123-45-6789", // litellm 30728
                "my number is +44 20 7123 4567 | PHONE +44 20 7123 4567", // scrubadub 31
                "Patient, email john@acme.example, seen | EMAIL john@acme.example",
                "phone_number: \"2028675309\" | PHONE 2028675309", // notifications-api 1721
                "45 Oak Road | ADDRESS 45 Oak Road", // prompt-scrubber 28
            })
    void isPersonal(String text, String expected) {
        assertThat(found(text)).containsExactly(expected);
    }

    @Test
    void cardsSideBySideAreAllFound() { // posthog-js 4783
        assertThat(found("4111 1111 1111 1111 5555 5555 5555 4444"))
                .containsExactly("CARD 4111 1111 1111 1111", "CARD 5555 5555 5555 4444");
    }
}
