package dev.aigw.routing.guard.screening;

import static dev.aigw.routing.guard.Inspections.input;
import static dev.aigw.routing.guard.Inspections.unfinished;
import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DenyStreamTest {

    private static DenyList of(GuardAction action, DenyEntry... entries) {
        return DenyList.builder("list")
                .entries(List.of(entries))
                .action(action)
                .replacement("*")
                .build();
    }

    private static int undecidedFrom(DenyList list, String text) {
        GuardVerdict verdict = list.check(unfinished(text));
        assertThat(verdict.action()).isEqualTo(GuardAction.ALLOW);
        return verdict.undecidedFrom();
    }

    @Test
    void onlyWhatMayBecomeAnEntryIsHeldBack() {
        DenyList list = of(GuardAction.BLOCK, DenyEntry.text("blue heron"));

        assertThat(undecidedFrom(list, "what a blue h")).isEqualTo(7);
        assertThat(undecidedFrom(list, "what a blue ")).isEqualTo(7);
        assertThat(undecidedFrom(list, "what a blue he")).isEqualTo(7);
        assertThat(undecidedFrom(list, "what a bluebird ")).isEqualTo(16);
        assertThat(undecidedFrom(list, "what a b")).isEqualTo(7);
        assertThat(undecidedFrom(list, "")).isLessThanOrEqualTo(0);
    }

    @Test
    void aWordSplitOverTokensIsNotTakenForAnother() {
        DenyList list = of(GuardAction.BLOCK, DenyEntry.word("ass"));

        assertThat(undecidedFrom(list, "I am ass")).isEqualTo(5);
        assertThat(undecidedFrom(list, "I am assisting ")).isEqualTo(15);
        assertThat(list.check(unfinished("I am ass ")).action()).isEqualTo(GuardAction.BLOCK);
        assertThat(list.check(input("I am ass")).action()).isEqualTo(GuardAction.BLOCK);
    }

    @Test
    void aMarkThatArrivesLateChangesTheLetter() {
        DenyList list = of(GuardAction.BLOCK, DenyEntry.text("cafe\u0301"));

        assertThat(undecidedFrom(list, "the cafe")).isEqualTo(4);
        assertThat(list.check(unfinished("the cafe\u0301 is")).action()).isEqualTo(GuardAction.BLOCK);
        assertThat(undecidedFrom(list, "the cafes ")).isEqualTo(10);
    }

    @Test
    void anEntryWithAHashNeedsTheWholeReply() {
        assertThat(of(GuardAction.BLOCK, DenyEntry.sha256(DenyEntry.hashOf("x")))
                        .streaming()
                        .isWhole())
                .isTrue();
        assertThat(of(GuardAction.BLOCK, DenyEntry.word("x")).streaming().isWhole())
                .isFalse();
    }

    @Test
    void aPatternHoldsBackAsMuchAsItMayReach() {
        DenyList list = of(GuardAction.BLOCK, DenyEntry.pattern("id-[0-9]+x"));

        assertThat(undecidedFrom(list, "y".repeat(200))).isEqualTo(200 - 64);
        assertThat(list.check(unfinished("see id-12x")).action()).isEqualTo(GuardAction.BLOCK);
    }

    /** However a reply arrives, the caller gets what a check of the whole would have left. */
    @Test
    void chunksGiveTheSameAsTheWhole() {
        Random random = new Random(11);
        DenyList list = of(
                GuardAction.REDACT,
                DenyEntry.word("ab"),
                DenyEntry.text("b\u00e9c"),
                DenyEntry.text("ca a"),
                DenyEntry.word("c"),
                DenyEntry.text("bcb"));
        for (int round = 0; round < 2_000; round++) {
            String text = text(random);
            assertThat(streamed(list, text, random)).as("\"%s\"", text).isEqualTo(whole(list, text));
        }
    }

    private static String text(Random random) {
        String alphabet = "aabbbccce\u0301\u00e9  \u200b.";
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 30; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static String whole(DenyList list, String text) {
        return apply(list.check(input(text)).findings(), text, 0, text.length());
    }

    /** As a router does it: shows what was let through with the window before it, and lets through what is decided. */
    private static String streamed(DenyList list, String text, Random random) {
        StringBuilder out = new StringBuilder();
        int passed = 0;
        int behind = list.streaming().lookBehind();
        for (int arrived = 0; arrived < text.length(); ) {
            arrived = Math.min(text.length(), arrived + 1 + random.nextInt(4));
            boolean last = arrived == text.length();
            int from = Math.max(0, passed - behind);
            String window = text.substring(from, arrived);
            GuardVerdict verdict = list.check(last ? input(window) : unfinished(window));
            int decided = last || verdict.undecidedFrom() < 0 ? arrived : from + verdict.undecidedFrom();
            if (decided > passed) {
                out.append(apply(verdict.findings(), window, passed - from, decided - from));
                passed = decided;
            }
        }
        return out.toString();
    }

    private static String apply(List<GuardFinding> findings, String text, int from, int to) {
        StringBuilder out = new StringBuilder();
        int at = from;
        for (GuardFinding finding : findings) {
            if (finding.start() >= from && finding.end() <= to) {
                out.append(text, at, finding.start()).append(finding.replacement());
                at = finding.end();
            }
        }
        return out.append(text, at, to).toString();
    }
}
