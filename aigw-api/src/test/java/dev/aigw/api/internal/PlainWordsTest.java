package dev.aigw.api.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlainWordsTest {

    @Test
    void anOrdinaryTextStaysTheSameObject() {
        String text = new String("the model \"größer\" нет 模型 ا 👩‍👧 can't: {\"a\": [1]}");

        assertThat(PlainWords.line(text, 100)).isEqualTo(text);
        assertThat(PlainWords.line("plain", 5)).isSameAs("plain");
        assertThat(PlainWords.lines("two\n\tlines", 100)).isEqualTo("two\n\tlines");
    }

    @Test
    void aLineCannotBreakOrForgeOne() {
        assertThat(PlainWords.line("a\r\nb\tc\u000bd\fe\u0085f\u2028g\u2029h", 100))
                .isEqualTo("a  b c d e\\u0085f\\u2028g\\u2029h");
        assertThat(PlainWords.lines("a\r\nb\u2028c", 100)).isEqualTo("a \nb\\u2028c");
    }

    @Test
    void terminalColorsMarksOfDirectionAndInvisibleCharactersAreShown() {
        assertThat(PlainWords.line("\u001b[31mred\u0000\u007f\u009b", 100))
                .isEqualTo("\\u001b[31mred\\u0000\\u007f\\u009b");
        assertThat(PlainWords.line("a\u202egnp\u2066\u200f\u061c\ufeff\u00ad\u200b", 100))
                .isEqualTo("a\\u202egnp\\u2066\\u200f\\u061c\\ufeff\\u00ad\\u200b");
        assertThat(PlainWords.line("x\ud800y", 100)).isEqualTo("x\\ud800y");
        assertThat(PlainWords.line(Character.toString(0xE0041), 100)).isEqualTo("\\udb40\\udc41");
    }

    @Test
    void aLongTextIsCutAndNoCharacterIsHalved() {
        assertThat(PlainWords.line("abcdef", 3)).isEqualTo("abc…");
        assertThat(PlainWords.line("abcdef", 6)).isEqualTo("abcdef");
        assertThat(PlainWords.line("\u0000abc", 6)).isEqualTo("\\u0000…");
        assertThat(PlainWords.line("ab👧👧", 3)).isEqualTo("ab…");
        assertThat(PlainWords.line("\u0000".repeat(1_000_000), 100)).hasSize(101);
    }
}
