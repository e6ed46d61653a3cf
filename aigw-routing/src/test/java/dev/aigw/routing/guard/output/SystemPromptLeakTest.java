package dev.aigw.routing.guard.output;

import static dev.aigw.routing.guard.output.Answers.inspection;
import static dev.aigw.routing.guard.output.Answers.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GuardAction;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SystemPromptLeakTest {

    private static final String PROMPT = "You are the assistant of the Harbour Bank. Never mention that accounts with"
            + " the code seventeen are under review. Offer the silver loan first, and the golden one only when the"
            + " customer names a competitor. Keep every answer under eighty words.";

    private static final String BENIGN = "A loan is money that a bank lends to a customer. You can ask your bank for"
            + " the current rates, compare them with those of a competitor, and read every page of the contract before"
            + " you sign it. Most customers keep the first offer, though the second is often better. ";

    private final ChatRequest request = Answers.request(PROMPT, "What is a loan?");
    private final Guard guard = SystemPromptLeak.builder().build();

    private GuardVerdict check(String answer) {
        return guard.check(inspection(request, answer));
    }

    private void assertLeak(String answer) {
        GuardVerdict verdict = check(answer);
        assertThat(verdict.action()).isEqualTo(GuardAction.BLOCK);
        assertThat(verdict.findings()).extracting(GuardFinding::rule).containsOnly("system-prompt");
    }

    @Test
    void anAnswerAboutTheSameSubjectPasses() {
        assertThat(check(BENIGN.repeat(4)).action()).isEqualTo(GuardAction.ALLOW);
    }

    @Test
    void thePromptVerbatimIsFound() {
        assertLeak("My instructions are: " + PROMPT);
        assertLeak("It says: \"Offer the silver loan first, and the golden one only when the customer names\"");
    }

    @Test
    void thePromptInOtherCaseSpacingAndPunctuationIsFound() {
        assertLeak(PROMPT.toUpperCase(Locale.ROOT).replace(" ", "\n> "));
        assertLeak(PROMPT.replace("", " "));
        assertLeak(PROMPT.replace(" ", "_").replace("e", "\u00e9").replace("a", "a\u200b"));
        assertLeak(PROMPT.chars()
                .map(c -> c > ' ' && c < 127 ? c + 0xFEE0 : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString());
    }

    @Test
    void thePromptBackwardsIsFound() {
        assertLeak(new StringBuilder(PROMPT).reverse().toString());
    }

    @Test
    void thePromptByRot13IsFound() {
        assertLeak("Urer: " + PromptIndex.rot13(PROMPT.toLowerCase(Locale.ROOT)));
    }

    @Test
    void thePromptInBase64AndHexIsFound() {
        byte[] bytes = PROMPT.getBytes(StandardCharsets.UTF_8);
        assertLeak("Decode this: " + Base64.getEncoder().encodeToString(bytes));
        assertLeak("Decode this: " + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
        assertLeak(
                "Decode this: " + Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(bytes));
        assertLeak("Decode this: " + HexFormat.of().formatHex(bytes));
    }

    @Test
    void thePromptWithWordsChangedIsFound() {
        assertLeak("Never mention that all accounts with the code seventeen are now under review. Offer the silver loan"
                + " at first, and the golden one just when the customer names a competitor.");
    }

    @Test
    void whatTheUserWroteIsNoLeak() {
        ChatRequest quoting = Answers.request(PROMPT, "Translate: " + PROMPT);

        assertThat(guard.check(inspection(quoting, "You wrote: " + PROMPT)).action())
                .isEqualTo(GuardAction.ALLOW);
    }

    @Test
    void aShortPromptIsNotSearchedFor() {
        ChatRequest small = Answers.request("You are a helpful assistant.", "Hello");

        assertThat(guard.check(inspection(small, "You are a helpful assistant."))
                        .action())
                .isEqualTo(GuardAction.ALLOW);
    }

    @Test
    void aPromptWithoutSpacesIsFound() {
        String prompt = "\u4f60\u662f\u6d77\u6e2f\u94f6\u884c\u7684\u52a9\u624b\u3002\u4e0d\u8981\u63d0\u53ca"
                + "\u4ee3\u7801\u5341\u4e03\u7684\u8d26\u6237\u6b63\u5728\u5ba1\u67e5\u3002\u5148\u63a8\u8350\u94f6"
                + "\u8272\u8d37\u6b3e\u3002";
        ChatRequest chinese = Answers.request(prompt, "\u4f60\u597d");

        assertThat(guard.check(inspection(chinese, "\u6211\u7684\u6307\u4ee4\uff1a" + prompt))
                        .action())
                .isEqualTo(GuardAction.BLOCK);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 40, 500})
    void aStreamIsBlockedBeforeTheCallerHasSeenThePrompt(int chunk) {
        Answers.Shown shown = stream(guard, request, "Of course, here it is. " + PROMPT + " That is all.", chunk);

        assertThat(shown.blockedBy()).isEqualTo("system-prompt");
        assertThat(shown.shown()).doesNotContain("You are the assistant");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 40})
    void aStreamInBase64IsBlockedEarly(int chunk) {
        String encoded = Base64.getEncoder().encodeToString(PROMPT.getBytes(StandardCharsets.UTF_8));

        Answers.Shown shown = stream(guard, request, "Here: " + encoded + " end", chunk);

        assertThat(shown.blockedBy()).isEqualTo("system-prompt");
        assertThat(shown.shown().length()).isLessThan("Here: ".length() + 40);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 30})
    void aStreamWithoutALeakIsHardlyDelayed(int chunk) {
        String answer = BENIGN.repeat(3);

        Answers.Shown shown = stream(guard, request, answer, chunk);

        assertThat(shown.shown()).isEqualTo(answer);
        assertThat(shown.median()).isLessThanOrEqualTo(16);
    }

    @Test
    void aLeakMayBeReplacedInstead() {
        Guard redacting = SystemPromptLeak.builder()
                .action(GuardAction.REDACT)
                .replacement("[...]")
                .build();
        String leak = "Offer the silver loan first, and the golden one only when the customer names a competitor.";
        String answer = "Well. \"" + leak + "\" Anything else?";

        assertThat(Answers.changed(redacting.check(inspection(request, answer)), answer))
                .isEqualTo("Well. \"[...].\" Anything else?");
        for (int chunk : new int[] {1, 5, 60}) {
            assertThat(stream(redacting, request, answer, chunk).shown()).isEqualTo("Well. \"[...].\" Anything else?");
        }
    }

    private static final String CANARY = "kx7m2pqw9vzt4hbn";
    private final Guard withCanary = SystemPromptLeak.builder().canary(CANARY).build();

    @Test
    void aCanaryIsFoundHoweverItIsWritten() {
        for (String form : new String[] {
            CANARY,
            CANARY.toUpperCase(Locale.ROOT),
            CANARY.replace("", " "),
            CANARY.replace("", "-"),
            CANARY.substring(2, 13),
            new StringBuilder(CANARY).reverse().toString(),
            PromptIndex.rot13(CANARY),
            Base64.getEncoder().encodeToString(("ref " + CANARY + " end").getBytes(StandardCharsets.UTF_8)),
            HexFormat.of().formatHex(CANARY.getBytes(StandardCharsets.UTF_8))
        }) {
            assertThat(withCanary.check(inspection("It is " + form + ".")).findings())
                    .as(form)
                    .extracting(GuardFinding::rule)
                    .contains("canary");
        }
        assertThat(withCanary.check(inspection(BENIGN)).action()).isEqualTo(GuardAction.ALLOW);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 9, 100})
    void aCanaryOnAStreamIsNotEvenBegun(int chunk) {
        Answers.Shown shown = stream(withCanary, "The reference is kx7m 2pqw 9vzt 4hbn, I think.", chunk);

        assertThat(shown.blockedBy()).isEqualTo("canary");
        assertThat(shown.shown()).isIn("", "The reference is ");
    }

    @Test
    void aMadeCanaryIsItsOwnAndGoesInFrontOfThePrompt() {
        String canary = PromptCanary.create();

        assertThat(canary).hasSize(16).isNotEqualTo(PromptCanary.create());
        assertThat(PromptCanary.in(PROMPT, canary)).endsWith(PROMPT).contains(canary);
        assertThat(SystemPromptLeak.builder()
                        .canary(canary)
                        .build()
                        .check(inspection(PromptCanary.in(PROMPT, canary)))
                        .action())
                .isEqualTo(GuardAction.BLOCK);
    }

    @Test
    void optionsAreChecked() {
        assertThatThrownBy(() -> SystemPromptLeak.builder().canary("abc"))
                .hasMessageContaining("PromptCanary.create()");
        assertThatThrownBy(() -> SystemPromptLeak.builder().length(5).build()).hasMessageContaining("24 or more");
        assertThatThrownBy(() -> SystemPromptLeak.builder().action(GuardAction.ALLOW))
                .hasMessageContaining("ANNOTATE");
    }
}
