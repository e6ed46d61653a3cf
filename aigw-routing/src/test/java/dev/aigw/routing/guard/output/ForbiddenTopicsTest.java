package dev.aigw.routing.guard.output;

import static dev.aigw.routing.guard.output.Answers.changed;
import static dev.aigw.routing.guard.output.Answers.inspection;
import static dev.aigw.routing.guard.output.Answers.stream;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.spi.Embedder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ForbiddenTopicsTest {

    private final Guard guard = ForbiddenTopics.builder()
            .phrases("rivals", "Acme Corp", "Globex", "Acme Corporation")
            .phrases("lawsuit", "you should sue", "Sie sollten klagen", "\u8d77\u8bc9\u4ed6\u4eec")
            .build();

    private final Guard redacting = ForbiddenTopics.builder()
            .phrases("rivals", "Acme Corp", "Globex", "Corp one")
            .action(GuardAction.REDACT)
            .replacement("***")
            .build();

    private List<String> rules(String text) {
        return guard.check(inspection(text)).findings().stream()
                .map(GuardFinding::rule)
                .toList();
    }

    @Test
    void phrasesAreFoundInAnyForm() {
        for (String text : new String[] {
            "Ask Acme Corp.",
            "ask ACME   corp",
            "Ask Acme\n- Corp!",
            "Ask A\u200bcm\u00e9 Corp",
            "Ask \uff21\uff43\uff4d\uff45 Corp",
            "Ask \ud835\udc00cme Corp",
            "globex"
        }) {
            assertThat(rules(text)).as(text).containsExactly("rivals");
        }
        assertThat(rules("Then sie SOLLTEN klagen.")).containsExactly("lawsuit");
        assertThat(rules("\u60a8\u5e94\u8be5\u8d77\u8bc9\u4ed6\u4eec\u3002")).containsExactly("lawsuit");
    }

    @Test
    void partsOfWordsAreNotPhrases() {
        assertThat(rules("The acme corporal and the globexes: you should suede."))
                .isEmpty();
    }

    @Test
    void phrasesThatOverlapAreReplacedOnce() {
        assertThat(changed(redacting, "Go to Acme Corp one, or Globex.")).isEqualTo("Go to ***, or ***.");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 100})
    void aStreamShowsNoPartOfAPhrase(int chunk) {
        assertThat(stream(redacting, "Ask Acme Corp or globex, not acmes.", chunk)
                        .shown())
                .isEqualTo("Ask *** or ***, not acmes.");
        assertThat(stream(redacting, "It ends in globex", chunk).shown()).isEqualTo("It ends in ***");
        Answers.Shown blocked = stream(guard, "Well, you should sue them.", chunk);
        assertThat(blocked.blockedBy()).isEqualTo("lawsuit");
        assertThat(blocked.shown()).doesNotContain("you");
    }

    @Test
    void aStreamIsHardlyDelayed() {
        String text = "A quite normal sentence about apples and cars, and some more of the kind. ".repeat(8);

        Answers.Shown shown = stream(guard, text, 4);

        assertThat(shown.shown()).isEqualTo(text);
        assertThat(shown.median()).isZero();
    }

    @Test
    void thousandsOfPhrasesAreFoundInOnePass() {
        List<String> phrases = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            phrases.add("term" + i);
        }
        Guard many = ForbiddenTopics.builder()
                .phrases("terms", phrases.toArray(String[]::new))
                .build();

        assertThat(many.check(inspection("See term4711 and term12345, term 3.")).findings())
                .hasSize(1);
    }

    /** Counts letters; close enough for texts of the same words. */
    private static final Embedder LETTERS = texts -> texts.stream()
            .map(text -> {
                float[] vector = new float[26];
                text.toLowerCase(Locale.ROOT)
                        .chars()
                        .filter(c -> c >= 'a' && c <= 'z')
                        .forEach(c -> vector[c - 'a']++);
                return vector;
            })
            .toList();

    @Test
    void sentencesLikeAnExampleAreFoundByMeaning() {
        Guard similar = ForbiddenTopics.builder()
                .examples("medicine", "Take two pills of this drug each day.")
                .embedder(LETTERS)
                .threshold(0.95)
                .build();
        String text = "The sky is blue. Each day take two pills of this drug. Zebras jump.";

        List<GuardFinding> findings = similar.check(inspection(text)).findings();

        assertThat(findings).singleElement().satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo("medicine");
            assertThat(text.substring(finding.start(), finding.end()))
                    .isEqualTo(" Each day take two pills of this drug.");
        });
        assertThat(similar.effort()).isEqualTo(Guard.Effort.REMOTE);
        assertThat(similar.streaming().step()).isEqualTo(400);
    }

    @Test
    void anEmbedderThatFailsFailsTheCheck() {
        Guard lacking = ForbiddenTopics.builder()
                .examples("x", "An example.")
                .embedder(texts -> List.of())
                .build();
        Guard broken = ForbiddenTopics.builder()
                .examples("x", "An example.")
                .embedder(texts ->
                        texts.stream().map(text -> new float[text.length()]).toList())
                .build();

        assertThatThrownBy(() -> lacking.check(inspection("Hello."))).isInstanceOf(GatewayException.class);
        assertThatThrownBy(() -> broken.check(inspection("Hello."))).isInstanceOf(GatewayException.class);
    }

    @Test
    void aVectorWithoutLengthIsNoPass() {
        Guard zero = ForbiddenTopics.builder()
                .examples("x", "An example.")
                .embedder(texts -> texts.stream().map(text -> new float[3]).toList())
                .build();

        assertThat(zero.check(inspection("Hello.")).action()).isEqualTo(GuardAction.BLOCK);
    }

    @Test
    void optionsAreChecked() {
        assertThatThrownBy(() -> ForbiddenTopics.builder().build()).hasMessageContaining("phrases(...)");
        assertThatThrownBy(() -> ForbiddenTopics.builder().phrases("x", "!!")).hasMessageContaining("letters");
        assertThatThrownBy(() -> ForbiddenTopics.builder().examples("x", "y").build())
                .hasMessageContaining("embedder(...)");
    }
}
