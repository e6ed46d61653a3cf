package dev.aigw.routing.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names with stars. */
class PatternsTest {

    @ParameterizedTest
    @CsvSource({
        "*, assistant, true",
        "*, openai/gpt, false",
        "assist*, assistant, true",
        "assist*, assist, true",
        "assist*, Assistant, false",
        "*ant, assistant, true",
        "a*s*t, assistant, true",
        "a*x*t, assistant, false",
        "assistant, assistant-2, false",
        "openai/*, openai/gpt-6, true",
        "openai/*, openai/org/gpt-6, true",
        "openai/*, openai2/gpt-6, false",
        "openai/*, OPENAI/gpt-6, false",
        "*/gpt-6, openai/gpt-6, true",
        "*/gpt-6, a/b/gpt-6, false",
        "openai/gpt-*-mini, openai/gpt-6/x-mini, false",
        "openai/gpt-*-mini, openai/gpt-6-mini, true"
    })
    void aPatternThatAllowsMatchesANameAsItStands(String pattern, String name, boolean matches) {
        assertThat(Patterns.allowing(List.of(pattern)).matches(name)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "gpt-6, GPT-6, true",
        "gpt-6, \uff47\uff50\uff54-6, true",
        "gpt-6, gpt-\u2465, true",
        "*, openai/gpt, true",
        "*gpt*, openai/GPT-6, true",
        "tenant-\u00e9, tenant-e\u0301, true",
        "acme, acme2, false"
    })
    void aPatternThatDeniesAlsoMatchesWhatLooksAlike(String pattern, String name, boolean matches) {
        assertThat(Patterns.denying(List.of(pattern)).matches(name)).isEqualTo(matches);
    }

    @ParameterizedTest
    @CsvSource({
        "assistant, assistant@2.1.0, true",
        "assistant@2*, assistant@2.1.0, true",
        "assistant@2*, assistant@3.0.0, false",
        "assistant@2*, assistant, false",
        "vertex/claude, vertex/claude@20260101, false"
    })
    void aModelMatchesWithAndWithoutItsVersion(String pattern, String model, boolean matches) {
        assertThat(Patterns.allowing(List.of(pattern)).matchesModel(model)).isEqualTo(matches);
    }

    @Property
    void aStarStandsForWhatARegularExpressionWouldTake(
            @ForAll @StringLength(max = 8) @CharRange(from = 'a', to = 'b') @Chars({'*', '/'}) String pattern,
            @ForAll @StringLength(max = 12) @CharRange(from = 'a', to = 'b') @Chars('/') String name) {
        boolean crosses = pattern.endsWith("*") && pattern.indexOf('/') >= 0;
        String body = crosses ? pattern.substring(0, pattern.length() - 1) : pattern;
        String expression = body.replace("*", "[^/]*") + (crosses ? ".*" : "");

        assertThat(Patterns.allowing(List.of(pattern)).matches(name)).isEqualTo(name.matches(expression));
        assertThat(Patterns.denying(List.of(pattern)).matches(name)).isEqualTo(name.matches(pattern.replace("*", ".*")));
    }
}
