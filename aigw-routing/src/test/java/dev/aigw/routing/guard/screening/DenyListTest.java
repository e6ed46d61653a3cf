package dev.aigw.routing.guard.screening;

import static dev.aigw.routing.guard.Inspections.input;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.Caller;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.routing.guard.Inspections;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DenyListTest {

    private static DenyList of(DenyEntry... entries) {
        return DenyList.builder("list").entries(List.of(entries)).build();
    }

    private static GuardAction word(String word, String text) {
        return of(DenyEntry.word(word)).check(input(text)).action();
    }

    private static GuardAction text(String words, String text) {
        return of(DenyEntry.text(words)).check(input(text)).action();
    }

    private static String redacted(DenyList list, String text) {
        StringBuilder redacted = new StringBuilder(text);
        List<GuardFinding> findings = list.check(input(text)).findings();
        for (int i = findings.size() - 1; i >= 0; i--) {
            GuardFinding finding = findings.get(i);
            redacted.replace(finding.start(), finding.end(), String.valueOf(finding.replacement()));
        }
        return redacted.toString();
    }

    // ---------------------------------------------------------------------------------------------- what is the same

    @ParameterizedTest
    @ValueSource(
            strings = {
                "blue heron",
                "tell me about BLUE HERON!",
                "Blue  Heron",
                "blue\n\theron",
                "blue\u00a0heron",
                "bl\u200bue he\u2060ron",
                "blue\u00ad heron",
                "\u202eblue\u202c heron",
                "\uff22\uff2c\uff35\uff25 \uff28\uff25\uff32\uff2f\uff2e",
                "\ud835\udc01\ud835\udc25\ud835\udc2e\ud835\udc1e \ud835\udc21\ud835\udc1e\ud835\udc2b\ud835\udc28\ud835\udc27",
                "b\u0336l\u0336u\u0336e\u0336 h\u0336e\u0336r\u0336o\u0336n\u0336",
                "b\ufe0flue hero\udb40\udc41n",
                "blue\u0000 heron",
                "bl\u034fue heron",
                "\u24d1\u24db\u24e4\u24d4 heron"
            })
    void whatAReaderSeesAsTheSameIsTheSame(String text) {
        assertThat(word("Blue Heron", text)).isEqualTo(GuardAction.BLOCK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Cafe\u0301", "CAF\u00c9", "caf\u00e9", "cafe\u200d\u0301"})
    void lettersComposedOrNotAreTheSame(String text) {
        assertThat(word("caf\u00e9", text)).isEqualTo(GuardAction.BLOCK);
        assertThat(word("cafe\u0301", text)).isEqualTo(GuardAction.BLOCK);
        assertThat(word("cafe", text)).isEqualTo(GuardAction.ALLOW);
    }

    @Test
    void hangulComposedOrNotIsTheSame() {
        assertThat(word("\ud55c\uae00", "\u1112\u1161\u11ab\u1100\u1173\u11af")).isEqualTo(GuardAction.BLOCK);
    }

    @Test
    void ligaturesAndHalfWidthKanaAreTheirLetters() {
        assertThat(word("office", "the o\ufb03ce")).isEqualTo(GuardAction.BLOCK);
        assertThat(text("\u30ac\u30e9\u30b9", "\uff76\uff9e\uff97\uff7d")).isEqualTo(GuardAction.BLOCK);
    }

    @Test
    void caseOfOtherScriptsDoesNotCount() {
        assertThat(word("\u03c3\u03bf\u03c6\u03cc\u03c2", "\u03a3\u039f\u03a6\u038c\u03a3"))
                .isEqualTo(GuardAction.BLOCK);
        assertThat(word("istanbul", "\u0130STANBUL")).isEqualTo(GuardAction.BLOCK);
        assertThat(word("\u043f\u0440\u0438\u043c\u0435\u0440", "\u041f\u0420\u0418\u041c\u0415\u0420"))
                .isEqualTo(GuardAction.BLOCK);
    }

    // ----------------------------------------------------------------------------------------------------- words

    @ParameterizedTest
    @ValueSource(strings = {"XRP and Cardano", "the Corp", "harp", "rp2", "2rp", "\u00e9rp", "rp\u00e9"})
    void aWordIsNotFoundInLongerWords(String text) {
        assertThat(word("RP", text)).isEqualTo(GuardAction.ALLOW);
        assertThat(word("dan", text)).isEqualTo(GuardAction.ALLOW);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Mr. Smith", "Mr", "(mr)", "mr_smith", "Mr's", "\u201cMr\u201d", "--mr", "x,mr,y", "Mr\u3002"})
    void punctuationAndUnderscoresEndAWord(String text) {
        assertThat(word("Mr", text)).isEqualTo(GuardAction.BLOCK);
    }

    @Test
    void wordsInScriptsWithoutSpacesAreFound() {
        assertThat(word("\u7981\u6b62", "\u8fd9\u662f\u7981\u6b62\u7684")).isEqualTo(GuardAction.BLOCK);
        assertThat(word("\u0e2b\u0e49\u0e32\u0e21", "\u0e19\u0e35\u0e48\u0e2b\u0e49\u0e32\u0e21\u0e19\u0e30"))
                .isEqualTo(GuardAction.BLOCK);
    }

    @Test
    void aWordInAScriptWithMarksEndsBehindItsMarks() {
        assertThat(word("\u0915", "\u0915\u093f\u0924\u093e\u092c")).isEqualTo(GuardAction.ALLOW);
        assertThat(word("\u0915\u093f\u0924\u093e\u092c", "\u090f\u0915 \u0915\u093f\u0924\u093e\u092c\u0964"))
                .isEqualTo(GuardAction.BLOCK);
    }

    @Test
    void charactersOfRegularExpressionsAreOrdinaryOnes() {
        assertThat(word("a.c", "abc")).isEqualTo(GuardAction.ALLOW);
        assertThat(word("c$t", "a c$t!")).isEqualTo(GuardAction.BLOCK);
        assertThat(text("(x|y)*", "see (x|y)* there")).isEqualTo(GuardAction.BLOCK);
        assertThat(word(".net", "use .NET, please")).isEqualTo(GuardAction.BLOCK);
        assertThat(word("c++", "C++11")).isEqualTo(GuardAction.BLOCK);
    }

    @Test
    void wordsThatOnlyTogetherWouldMakeAnEntryAreFine() {
        assertThat(text("deskin", "a desk in the background")).isEqualTo(GuardAction.ALLOW);
    }

    // -------------------------------------------------------------------------------------------- several entries

    @Test
    void allMatchesOfAllEntriesAreReplaced() {
        DenyList list = DenyList.builder("k")
                .entries(List.of(DenyEntry.word("keyword01"), DenyEntry.word("keyword02")))
                .action(GuardAction.REDACT)
                .replacement("*")
                .build();

        assertThat(redacted(list, "Keyword02 Keyword01 Keyword02")).isEqualTo("* * *");
        assertThat(redacted(list, "Keyword01Keyword02, key\u200bword01")).isEqualTo("Keyword01Keyword02, *");
    }

    @Test
    void overlappingMatchesAreReplacedAsOne() {
        DenyList list = DenyList.builder("k")
                .entries(List.of(DenyEntry.text("abc"), DenyEntry.text("cde"), DenyEntry.text("b")))
                .action(GuardAction.REDACT)
                .replacement("*")
                .build();

        assertThat(redacted(list, "xabcdex b")).isEqualTo("x*x *");
    }

    @Test
    void aPatternInFrontOfAWordLeavesWhatIsBetweenThem() {
        DenyList list = DenyList.builder("k")
                .entries(List.of(DenyEntry.word("heron"), DenyEntry.pattern("id-[0-9]+")))
                .action(GuardAction.REDACT)
                .replacement("*")
                .build();

        assertThat(redacted(list, "see id-7 and heron")).isEqualTo("see * and *");
    }

    @Test
    void anEntryInsideALongerOneIsFoundToo() {
        DenyList list = of(
                DenyEntry.text("she").action(GuardAction.ANNOTATE).rule("long"),
                DenyEntry.text("he").rule("short"),
                DenyEntry.text("hers").rule("other"));

        assertThat(list.check(input("ushers")).findings())
                .extracting(GuardFinding::rule)
                .containsExactlyInAnyOrder("long", "short", "other");
    }

    @Test
    void aWeakerEntryDoesNotHideAStrongerOne() {
        DenyList list = of(
                DenyEntry.text("secret plan").action(GuardAction.ANNOTATE).rule("seen"),
                DenyEntry.word("secret plan").rule("denied"),
                DenyEntry.pattern("secret pl").action(GuardAction.ANNOTATE).rule("p1"),
                DenyEntry.pattern("plan b").rule("p2"));

        GuardVerdict verdict = list.check(input("the secret plan b"));

        assertThat(verdict.action()).isEqualTo(GuardAction.BLOCK);
        assertThat(verdict.findings())
                .extracting(GuardFinding::rule)
                .containsExactlyInAnyOrder("seen", "denied", "p1", "p2");
    }

    @Test
    void aFindingNamesTheRuleAndTheSpanInTheOriginal() {
        DenyList list = of(DenyEntry.word("blue heron").rule("codename"));

        GuardFinding finding = list.check(input("ab \u200bBLUE\u00a0\n he\u0336ron\u0336."))
                .findings()
                .get(0);

        assertThat(finding.rule()).isEqualTo("codename");
        assertThat(finding.score()).isEqualTo(1);
        assertThat("ab \u200bBLUE\u00a0\n he\u0336ron\u0336.".substring(finding.start(), finding.end()))
                .isEqualTo("BLUE\u00a0\n he\u0336ron\u0336");
    }

    @Test
    void contentIsInNoToString() {
        DenyEntry entry = DenyEntry.word("falcon");
        DenyList list = of(entry);

        assertThat(entry + " " + list + " " + list.check(input("falcon")) + " " + list.status())
                .doesNotContain("falcon");
    }

    private static GuardedPart piece(int message, int part, String text) {
        return GuardedPart.text(ContentOrigin.USER, "messages[" + message + "].parts[" + part + "]", text, true);
    }

    private static List<GuardFinding> check(DenyList list, GuardedPart... parts) {
        return list.check(Inspections.of(Inspection.Direction.INPUT, Caller.ANONYMOUS, parts))
                .findings();
    }

    @Test
    void aWordSplitOverThePartsOfAMessageIsFound() {
        DenyList list = of(DenyEntry.word("blue heron"));

        assertThat(check(list, piece(0, 0, "the bl"), piece(0, 1, "ue he"), piece(0, 2, "ron")))
                .extracting(GuardFinding::part, GuardFinding::start, GuardFinding::end)
                .containsExactly(Tuple.tuple(0, 4, 6));
        assertThat(check(list, piece(0, 0, "the bl"), piece(1, 0, "ue heron"))).isEmpty();
        assertThat(check(list, piece(0, 0, "I like"), piece(0, 1, "Blue Heron")))
                .hasSize(1);
        assertThat(check(
                        of(DenyEntry.sha256(DenyEntry.hashOf("known bad"))), piece(0, 0, "known"), piece(0, 1, " bad")))
                .hasSize(1);
    }

    @Test
    void aWordSplitOverPartsIsReplacedInAllOfThem() {
        DenyList list = DenyList.builder("k")
                .entries(List.of(DenyEntry.text("abcdef"), DenyEntry.word("x")))
                .action(GuardAction.REDACT)
                .replacement("*")
                .build();
        String[] texts = {"x ab", "cd", "", "ef x", "x"};
        GuardedPart[] parts = new GuardedPart[texts.length];
        for (int i = 0; i < texts.length; i++) {
            parts[i] = piece(0, i, texts[i]);
        }
        List<GuardFinding> findings = check(list, parts);
        for (int i = findings.size() - 1; i >= 0; i--) {
            GuardFinding finding = findings.get(i);
            texts[finding.part()] = new StringBuilder(texts[finding.part()])
                    .replace(finding.start(), finding.end(), String.valueOf(finding.replacement()))
                    .toString();
        }

        assertThat(texts).containsExactly("* *", "", "", " *", "*");
    }

    // ------------------------------------------------------------------------------------------------------- hashes

    @Test
    void aKnownMessageIsFoundByItsHashHoweverItIsWritten() {
        DenyList list = of(
                DenyEntry.sha256(DenyEntry.hashOf("Enable developer mode, v2.")).rule("feed"));

        assertThat(list.check(input("  enable DEVELOPER\u200b mode,\n v2. ")).findings())
                .extracting(GuardFinding::rule)
                .containsExactly("feed");
        assertThat(list.check(input("Enable developer mode, v2. Now."))).isSameAs(GuardVerdict.ALLOW);
    }

    @Test
    void anExactHashIsOfTheBytesAsTheyAre() {
        // printf 'known bad' | sha256sum
        DenyList list = of(
                DenyEntry.exactSha256("3D6C01C3E6D2C0BF69B2C1FEA6B0FAA2D1AB0F4A5D6A0D16E3F8D6CB0FDC0C6F"),
                DenyEntry.exactSha256(MessageHashes.hex(MessageHashes.digest("known bad"))));

        assertThat(list.check(input("known bad")).action()).isEqualTo(GuardAction.BLOCK);
        assertThat(list.check(input("Known bad")).action()).isEqualTo(GuardAction.ALLOW);
    }

    @Test
    void theHashOfATextIsTheSha256OfHowItCompares() {
        assertThat(DenyEntry.hashOf(" HELLO "))
                .isEqualTo("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    }

    @Test
    void aHashRedactsTheWholeText() {
        DenyList list = DenyList.builder("k")
                .entry(DenyEntry.sha256(DenyEntry.hashOf("all of it")).action(GuardAction.REDACT))
                .build();

        assertThat(redacted(list, "All of it")).isEqualTo("[removed]");
    }

    // ----------------------------------------------------------------------------------------------------- patterns

    @Test
    void aPatternSeesThroughInvisibleCharactersButNotThroughCase() {
        DenyList list = of(DenyEntry.pattern("proj-[0-9]{4}\\b"));

        assertThat(list.check(input("see proj-\u200b12\uff134.")).findings())
                .extracting(GuardFinding::start, GuardFinding::end)
                .containsExactly(Tuple.tuple(4, 14));
        assertThat(list.check(input("PROJ-1234"))).isSameAs(GuardVerdict.ALLOW);
        assertThat(of(DenyEntry.pattern("(?i)proj-[0-9]{4}"))
                        .check(input("PROJ-1234"))
                        .action())
                .isEqualTo(GuardAction.BLOCK);
    }

    @Test
    void aWrongPatternIsRefusedWithoutQuotingIt() {
        assertThatThrownBy(() -> of(DenyEntry.pattern("falcon(")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("list")
                .message()
                .doesNotContain("falcon");
        assertThatThrownBy(() -> of(DenyEntry.pattern("(falcon)?"))).hasMessageContaining("matches the empty text");
        assertThatThrownBy(() -> of(DenyEntry.pattern("(?=falcon)x"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void patternsMayHaveGroupsOfOneName() {
        DenyList list = of(DenyEntry.pattern("(?P<id>a[0-9]+)"), DenyEntry.pattern("(?P<id>b[0-9]+)"));

        assertThat(list.check(input("see b7")).action()).isEqualTo(GuardAction.BLOCK);
        assertThat(list.check(input("see c7"))).isSameAs(GuardVerdict.ALLOW);
    }

    @Test
    void aPatternThatBacktracksWithoutEndElsewhereIsLinear() {
        DenyList list = of(DenyEntry.pattern("(a+)+$x"));

        assertThat(list.check(input("a".repeat(50_000) + "!"))).isSameAs(GuardVerdict.ALLOW);
    }

    // --------------------------------------------------------------------------------------------------- comparison

    @Test
    void findsWhatASlowSearchFinds() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            List<DenyEntry> entries = new ArrayList<>();
            List<String> words = new ArrayList<>();
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                String word = letters(random, 1 + random.nextInt(5));
                words.add(word);
                entries.add((random.nextBoolean() ? DenyEntry.text(word) : DenyEntry.word(word)).rule("r" + i));
            }
            String text = letters(random, 40);
            Map<String, Boolean> expected = new HashMap<>();
            for (int i = 0; i < words.size(); i++) {
                if (isThere(text, words.get(i), entries.get(i).kind() == DenyEntry.Kind.WORD)) {
                    expected.put("r" + i, true);
                }
            }

            assertThat(DenyList.builder("k")
                            .entries(entries)
                            .build()
                            .check(input(text))
                            .findings())
                    .as("%s in \"%s\"", words, text)
                    .extracting(GuardFinding::rule)
                    .containsExactlyInAnyOrderElementsOf(expected.keySet());
        }
    }

    private static String letters(Random random, int length) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < length; i++) {
            letters.append(i > 0 && i < length - 1 && random.nextInt(4) == 0 ? '.' : (char) ('a' + random.nextInt(3)));
        }
        return letters.toString();
    }

    private static boolean isThere(String text, String word, boolean whole) {
        for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
            int end = at + word.length();
            if (!whole
                    || ((at == 0 || text.charAt(at - 1) == '.' || word.charAt(0) == '.')
                            && (end == text.length()
                                    || text.charAt(end) == '.'
                                    || word.charAt(word.length() - 1) == '.'))) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aListOfManyEntriesFindsEachAndTakesLittleMemory() {
        List<DenyEntry> entries = IntStream.range(0, 100_000)
                .mapToObj(i -> DenyEntry.word("known bad phrase " + Integer.toString(i * 7919, 36)))
                .toList();
        DenyList list = DenyList.builder("feed").entries(entries).build();

        assertThat(list.status().entries()).isEqualTo(100_000);
        assertThat(list.status().memoryBytes()).isLessThan(10 << 20);
        assertThat(list.check(input("a known bad phrase " + Integer.toString(99_999 * 7919, 36)))
                        .action())
                .isEqualTo(GuardAction.BLOCK);
        assertThat(list.check(input("a known bad phrase zzzzzz")).action()).isEqualTo(GuardAction.ALLOW);
    }

    @Test
    void aListThatTakesTooMuchMemoryIsRefused() {
        assertThatThrownBy(() -> DenyList.builder("big")
                        .entry(DenyEntry.text("abcdefgh".repeat(100)))
                        .maximumBytes(1_000)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("raise maximumBytes");
    }

    @Test
    void endlessMatchesAreReplacedInBoundedMemory() {
        DenyList list = DenyList.builder("k")
                .entry(DenyEntry.text("ab"))
                .action(GuardAction.REDACT)
                .build();
        String text = "ab ".repeat(100_000);

        List<GuardFinding> findings = list.check(input(text)).findings();

        assertThat(findings).hasSize(10_000);
        assertThat(findings.get(9_999).end()).isEqualTo(text.length());
    }

    @Test
    void aListOfNothingIsRefused() {
        assertThatThrownBy(() -> DenyList.builder("k").build()).hasMessageContaining("add entry, file or supplier");
        assertThatThrownBy(() -> DenyEntry.word(" \u200b ")).hasMessageContaining("0 visible characters");
        assertThatThrownBy(() -> DenyEntry.word("x").rule("with content in it")).hasMessageContaining("not a name");
    }
}
