package dev.aigw.routing.guard.sensitive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.GuardAction;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.Inspection.Direction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SensitiveDataTest {

    private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final EntityType SSN = EntityType.of("US_SSN");

    private static SensitiveData.Builder guard() {
        return SensitiveData.builder().personalData().pseudonymKey(KEY);
    }

    private static Inspection inspection(Direction direction, CallOptions options, String request, String... texts) {
        List<GuardedPart> parts = Arrays.stream(texts)
                .map(text -> GuardedPart.text(
                        direction == Direction.INPUT ? ContentOrigin.USER : ContentOrigin.MODEL, "part", text, true))
                .toList();
        return Inspection.of(
                        direction,
                        parts,
                        ChatRequest.CHAT,
                        ChatRequest.of("m", request),
                        "m",
                        options,
                        Duration.ofSeconds(1))
                .withRequestParts(List.of(GuardedPart.text(ContentOrigin.USER, "request", request, true)));
    }

    private static Inspection input(String... texts) {
        return inspection(Direction.INPUT, CallOptions.DEFAULT, String.join(" ", texts), texts);
    }

    private static Inspection output(String request, String text) {
        return inspection(Direction.OUTPUT, CallOptions.DEFAULT, request, text)
                .withRequestParts(List.of(GuardedPart.text(ContentOrigin.USER, "messages[0]", request, true)));
    }

    private static String edited(SensitiveData guard, String text) {
        return edited(guard.check(input(text)), text);
    }

    private static String edited(GuardVerdict verdict, String text) {
        StringBuilder edited = new StringBuilder(text);
        List<GuardFinding> findings = verdict.findings();
        for (int i = findings.size() - 1; i >= 0; i--) {
            GuardFinding finding = findings.get(i);
            if (finding.replacement() != null) {
                edited.replace(finding.start(), finding.end(), finding.replacement());
            }
        }
        return edited.toString();
    }

    @Test
    void personalDataGetsAPseudonymAndSecretsAMaskByDefault() {
        SensitiveData guard = guard().detector(text -> List.of(new Entity(EntityType.API_KEY, 0, 2, 1)))
                .build();
        GuardVerdict verdict = guard.check(input("sk and ada@example.com"));
        assertThat(edited(verdict, "sk and ada@example.com")).matches("\\[API_KEY] and \\[EMAIL_[A-Z0-9]{8}]");
        assertThat(verdict.findings()).extracting(GuardFinding::isRestorable).containsExactly(false, true);
        assertThat(verdict.findings()).extracting(GuardFinding::rule).containsExactly("API_KEY", "EMAIL");
    }

    @Test
    void eachTypeIsTreatedAsItWasSaid() {
        SensitiveData guard = guard().treat(EntityType.CARD, Treatment.keepLast(4))
                .treat(EntityType.NATIONAL_ID, Treatment.mask())
                .treat(EntityType.of("PL_PESEL"), Treatment.allow())
                .treat(EntityType.PHONE, Treatment.report())
                .treat(EntityType.EMAIL, Treatment.hash(KEY))
                .otherwise(Treatment.block())
                .build();
        assertThat(edited(guard, "card 4111 1111 1111 1111, SSN 536-90-4399, PESEL 93060345013"))
                .isEqualTo("card [CARD *1111], SSN [US_SSN], PESEL 93060345013");
        assertThat(guard.check(input("call +44 20 7946 0958")).action()).isEqualTo(GuardAction.ANNOTATE);
        assertThat(guard.check(input("at 203.0.113.9")).action()).isEqualTo(GuardAction.BLOCK);
        assertThat(edited(guard, "ada@example.com"))
                .matches("\\[EMAIL#[A-Z0-9]{12}]")
                .isEqualTo(edited(guard, "ADA@example.COM"));
    }

    @Test
    void aShortValueIsMaskedCompletely() {
        SensitiveData guard = SensitiveData.builder()
                .detector(text -> List.of(new Entity(EntityType.of("PIN"), 0, text.length(), 1)))
                .otherwise(Treatment.keepLast(4))
                .build();
        assertThat(edited(guard, "1234567")).isEqualTo("[PIN]");
        assertThat(edited(guard, "12-34-56-78")).isEqualTo("[PIN *56-78]");
    }

    @Test
    void pseudonymsKeepSpellingsApartAndTurnsTogether() {
        SensitiveData guard = guard().build();
        String once = edited(guard, "ada@example.com");
        assertThat(edited(guard, "ada@example.com and ada@example.com")).isEqualTo(once + " and " + once);
        assertThat(edited(guard, "Ada@example.com")).isNotEqualTo(once);
        assertThat(edited(guard().build(), "ada@example.com")).isEqualTo(once);
        assertThat(edited(SensitiveData.builder().personalData().build(), "ada@example.com"))
                .isNotEqualTo(once);
    }

    @Test
    void pseudonymsNeverMixBetweenCallersAndSessions() {
        SensitiveData guard = guard().build();
        List<CallOptions> calls = List.of(
                CallOptions.DEFAULT,
                options("acme", "ada", null),
                options("acme", "bob", null),
                options("acmea", "da", null),
                options("acme", "ada", "s1"),
                options("acme", "ada", "s2"));
        assertThat(calls.stream()
                        .map(options -> edited(
                                guard.check(inspection(Direction.INPUT, options, "", "ada@example.com")),
                                "ada@example.com"))
                        .distinct())
                .hasSize(calls.size());
    }

    private static CallOptions options(String tenant, String user, @org.jspecify.annotations.Nullable String session) {
        return CallOptions.builder()
                .caller(Caller.builder().tenant(tenant).user(user).build())
                .sessionKey(session)
                .build();
    }

    @Test
    void typePreservingPseudonymsHaveTheFormAndBelongToNobody() {
        SensitiveData guard = SensitiveData.builder()
                .personalData(PersonalData.builder().givenNames().build())
                .pseudonymKey(KEY)
                .otherwise(Treatment.typePreserving())
                .build();
        String text =
                "Maria Ibarra, ada@example.org, +44 20 7946 0958, 4111 1111 1111 1111, 203.0.113.9, 2001:db8:1::1, "
                        + "00:1A:2B:3C:4D:5E, SSN 536-90-4399";
        String edited = edited(guard, text);
        assertThat(edited)
                .matches(
                        "[A-Z][a-z]+ [A-Z]\\. [A-Z][a-z]+-[A-Z][a-z]+, user\\.[a-z0-9]{8}@example\\.com, \\+1 \\d{3}-555-01\\d\\d, "
                                + "400000\\d{10}, 198\\.1[89]\\.\\d+\\.\\d+, 2001:db8(:[0-9a-f]{1,4}){6}, 02(:[0-9a-f]{2}){5}, "
                                + "SSN \\[US_SSN_[A-Z0-9]{8}]");
        assertThat(edited(guard, text)).isEqualTo(edited);
        assertThat(PersonalDataTest.found(edited)).anyMatch(entity -> entity.startsWith("CARD 400000"));
    }

    @Test
    void twoValuesNeverShareAMadeUpOne() {
        SensitiveData guard = SensitiveData.builder()
                .detector(text -> java.util.stream.IntStream.range(0, text.length() / 4)
                        .mapToObj(i -> new Entity(EntityType.PHONE, i * 4, i * 4 + 4, 1))
                        .toList())
                .pseudonymKey(KEY)
                .otherwise(Treatment.typePreserving())
                .build();
        StringBuilder text = new StringBuilder();
        for (int i = 1000; i < 3000; i++) {
            text.append(i);
        }
        assertThat(guard.check(input(text.toString())).findings().stream()
                        .map(GuardFinding::replacement)
                        .distinct())
                .hasSize(2000);
    }

    @Test
    void aReplyMayRepeatWhatTheRequestHeld() {
        SensitiveData guard = guard().build();
        String request = "my mail is ada@example.com and my card is 4111 1111 1111 1111";
        assertThat(guard.check(output(request, "Noted: ADA@example.com, 4111111111111111"))
                        .findings())
                .isEmpty();
        String other = "It is bob@example.com";
        assertThat(edited(guard.check(output(request, other)), other)).isEqualTo("It is [EMAIL]");
        assertThat(guard().treatRepeated(true)
                        .build()
                        .check(output(request, "ada@example.com"))
                        .action())
                .isEqualTo(GuardAction.REDACT);
    }

    @Test
    void findingsNameTheirPart() {
        GuardVerdict verdict = guard().build().check(input("nothing", "ada@example.com", "bob@example.com"));
        assertThat(verdict.findings()).extracting(GuardFinding::part).containsExactly(1, 2);
    }

    @Test
    void aStreamIsHeldBackFromWhatMayGrow() {
        SensitiveData guard = guard().build();
        GuardVerdict verdict = unfinished(guard, "I wrote to ada@example.com about 4111 1111 11");
        assertThat(verdict.findings()).extracting(GuardFinding::rule).containsExactly("EMAIL");
        assertThat(verdict.undecidedFrom()).isEqualTo("I wrote to ada@example.com about ".length());
        assertThat(unfinished(guard, "I wrote to ada@example.co").findings()).isEmpty();
        assertThat(unfinished(guard, "All is said. ").undecidedFrom()).isEqualTo(13);
    }

    private static GuardVerdict unfinished(SensitiveData guard, String text) {
        return guard.check(output("hello", "").unfinished(GuardedPart.text(ContentOrigin.MODEL, "text", text, true)));
    }

    @Test
    void noTextEndsUpInFindingsOrToString() {
        SensitiveData guard = guard().treat(SSN, Treatment.hash(KEY)).build();
        GuardVerdict verdict = guard.check(input("ada@example.com, SSN 536-90-4399"));
        assertThat(verdict.toString() + guard + Treatment.hash(KEY)).doesNotContain("ada@", "4399", "0123456789");
    }

    @Test
    void lowScoresAreTreatedWhenAsked() {
        assertThat(guard().build().check(input("959399008")).findings()).isEmpty();
        assertThat(guard().minimumScore(0.3).build().check(input("640562241")).findings())
                .hasSize(1);
    }

    @Test
    void listedNamesAreFoundBesideTheRest() {
        SensitiveData guard = guard().names(List.of("Ada Lovelace"))
                .otherwise(Treatment.mask())
                .build();
        assertThat(edited(guard, "ada lovelace <ada@example.com>")).isEqualTo("[PERSON] <[EMAIL]>");
    }

    @Test
    void theBuilderSaysWhatIsWrong() {
        assertThatThrownBy(() -> SensitiveData.builder().build())
                .hasMessage(
                        "this guard looks for nothing: call personalData(), secrets(), names(...) or detector(...)");
        assertThatThrownBy(() -> guard().treat(SSN, Treatment.mask()).treat(SSN, Treatment.block()))
                .hasMessage("treat(US_SSN, …) is set twice: remove one of the two");
        assertThatThrownBy(() -> guard().minimumScore(2)).hasMessage("minimumScore(2.0): a score is from 0 to 1");
        assertThatThrownBy(() -> guard().personalData()).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Treatment.keepLast(0))
                .hasMessage("keepLast(0): keep 1 to 8 characters, or use mask()");
    }
}
