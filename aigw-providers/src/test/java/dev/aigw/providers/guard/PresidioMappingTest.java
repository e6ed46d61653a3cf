package dev.aigw.providers.guard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.providers.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PresidioMappingTest extends GuardService {

    private static final Pattern MAIL = Pattern.compile("[a-z.]+@[a-z.]+[a-z]");
    private static final Pattern PHONE = Pattern.compile("555-\\d{4}");

    @BeforeEach
    void answer() {
        answer(body -> {
            fields(
                    body,
                    Set.of("text", "language"),
                    Set.of("entities", "score_threshold", "allow_list", "correlation_id", "context"));
            JsonNode text = body.get("text");
            List<Object> results = new ArrayList<>();
            for (JsonNode one : text.isArray() ? text : List.of(text)) {
                if (one.textValue().isEmpty()) {
                    throw new IllegalArgumentException("No text provided");
                }
                results.add(found(one.textValue()));
            }
            return text.isArray() ? results : results.get(0);
        });
    }

    /** Finds addresses, their hosts as URLs, and phone numbers; counts code points, as Python does. */
    private static List<Object> found(String text) {
        List<Object> found = new ArrayList<>();
        Matcher mail = MAIL.matcher(text);
        while (mail.find()) {
            found.add(entity(text, "EMAIL_ADDRESS", mail.start(), mail.end(), 1.0));
            found.add(entity(text, "URL", mail.start() + mail.group().indexOf('@') + 1, mail.end(), 0.5));
        }
        Matcher phone = PHONE.matcher(text);
        while (phone.find()) {
            found.add(entity(text, "PHONE_NUMBER", phone.start(), phone.end(), 0.4));
        }
        return found;
    }

    private static Map<String, Object> entity(String text, String type, int start, int end, double score) {
        Map<String, Object> entity = new HashMap<>();
        entity.put("entity_type", type);
        entity.put("start", text.codePointCount(0, start));
        entity.put("end", text.codePointCount(0, end));
        entity.put("score", score);
        entity.put("analysis_explanation", null);
        return entity;
    }

    private HttpGuard.Builder presidio() {
        return HttpGuard.builder(HttpGuardMapping.presidio()).baseUrl(url());
    }

    @Test
    void aTextWithoutPersonalDataPasses() {
        try (HttpGuard guard = presidio().build()) {
            assertThat(guard.check(user("Why is the sky blue?"))).isSameAs(GuardVerdict.ALLOW);
        }
    }

    @Test
    void anAddressIsReplacedByItsType() {
        String text = "Write to jane.doe@example.org today";
        try (HttpGuard guard = presidio().build()) {
            GuardVerdict verdict = guard.check(user(text));

            assertThat(verdict.action()).isEqualTo(GuardAction.REDACT);
            assertThat(redacted(verdict, 0, text)).isEqualTo("Write to <EMAIL_ADDRESS> today");
        }
    }

    @Test
    void spansBehindAnEmojiAreCountedInCodePoints() {
        String text = "\uD83D\uDE00\uD83D\uDC4D\uD83C\uDFFD jane@example.org, \uD835\uDC00 555-1234.";
        try (HttpGuard guard = presidio().build()) {
            assertThat(redacted(guard.check(user(text)), 0, text))
                    .isEqualTo("\uD83D\uDE00\uD83D\uDC4D\uD83C\uDFFD <EMAIL_ADDRESS>, \uD835\uDC00 <PHONE_NUMBER>.");
        }
    }

    @Test
    void allTextsGoInOneRequestAndFindingsComeBackToTheirParts() {
        try (HttpGuard guard = presidio().setting("language", "de").build()) {
            GuardVerdict verdict = guard.check(input(
                    part(ContentOrigin.SYSTEM, "Be kind."),
                    part(ContentOrigin.USER, "   "),
                    part(ContentOrigin.USER, "Call 555-1234"),
                    part(ContentOrigin.DOCUMENT, "jane@example.org")));

            assertThat(requests).hasSize(1);
            JsonNode sent = Objects.requireNonNull(Json.parseOrNull(
                    Objects.requireNonNull(requests.get(0).getBody()).utf8()));
            assertThat(sent.get("language").textValue()).isEqualTo("de");
            assertThat(sent.has("entities")).isFalse();
            assertThat(verdict.findings()).extracting(GuardFinding::part).containsExactlyInAnyOrder(2, 3, 3);
            assertThat(redacted(verdict, 3, "jane@example.org")).isEqualTo("<EMAIL_ADDRESS>");
        }
    }

    @Test
    void overlappingEntitiesAreReplacedOnce() {
        String text = "jane@example.org";
        try (HttpGuard guard = presidio().action("URL", GuardAction.REDACT).build()) {
            assertThat(redacted(guard.check(user(text)), 0, text)).isEqualTo("<EMAIL_ADDRESS>");
        }
    }

    @Test
    void thresholdAndActionAreChosenByType() {
        try (HttpGuard guard = presidio()
                .threshold("PHONE_NUMBER", 0.5)
                .action("EMAIL_ADDRESS", GuardAction.BLOCK)
                .build()) {
            assertThat(guard.check(user("Call 555-1234"))).isSameAs(GuardVerdict.ALLOW);
            assertThat(guard.check(user("jane@example.org")).action()).isEqualTo(GuardAction.BLOCK);
        }
    }

    @Test
    void aTextThatIsTooLongIsCutAndAFindingOnTheCutIsStillFound() {
        String filler = "word ".repeat(19_997);
        String text = filler + "mail: jane.doe@example.org and more " + filler;
        try (HttpGuard guard = presidio().build()) {
            GuardVerdict verdict = guard.check(user(text));

            assertThat(requests.size()).isGreaterThan(1);
            assertThat(redacted(verdict, 0, text)).isEqualTo(filler + "mail: <EMAIL_ADDRESS> and more " + filler);
        }
    }
}
