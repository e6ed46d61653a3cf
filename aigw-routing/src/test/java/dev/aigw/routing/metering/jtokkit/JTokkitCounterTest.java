package dev.aigw.routing.metering.jtokkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.token.TokenCounter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JTokkitCounterTest {

    private final TokenCounter counter = JTokkitCounter.create();

    @Test
    void countsAsTheVocabularyDoes() {
        assertThat(counter.count("hello world", "gpt-5-mini")).isEqualTo(2);
        assertThat(counter.count("", "gpt-5-mini")).isZero();
    }

    @Test
    void specialTokensInATextAreText() {
        assertThat(counter.count("<|endoftext|>", "gpt-5-mini")).isGreaterThan(1);
    }

    @Test
    void theLongestPrefixThatFitsChoosesTheEncoding() {
        TokenCounter chosen = JTokkitCounter.builder()
                .encoding("gpt-4", "cl100k_base")
                .encoding("gpt-4o", "o200k_base")
                .build();
        String russian = "Комиссия собралась дождливым днём";
        long older =
                JTokkitCounter.builder().encoding("", "cl100k_base").build().count(russian, "any");
        long newer = counter.count(russian, "any");
        assertThat(older).isGreaterThan(newer);
        assertThat(chosen.count(russian, "gpt-4-turbo")).isEqualTo(older);
        assertThat(chosen.count(russian, "gpt-4o-mini")).isEqualTo(newer);
        assertThat(chosen.count(russian, "claude")).isEqualTo(newer);
    }

    @Test
    void anUnknownEncodingIsRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> JTokkitCounter.builder().encoding("x", "o300k"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("o200k_base");
    }

    @Test
    void aChatCountsItsFrame() {
        assertThat(counter.countPrompt(ChatRequest.of("m", "hello world"), "gpt-5-mini"))
                .isEqualTo(2 + 3 + 3);
    }

    /** Compares the counter without a vocabulary with the one with a vocabulary. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "The committee met on a rainy afternoon to discuss whether the harbour should be widened. Most of its"
                        + " members had never seen a container ship, and yet each of them held a firm opinion.",
                "Der Ausschuss traf sich an einem verregneten Nachmittag, um darüber zu beraten, ob der Hafen"
                        + " verbreitert werden sollte.",
                "Le comité s'est réuni un après-midi pluvieux pour décider si le port devait être élargi.",
                "Комиссия собралась дождливым днём, чтобы решить, следует ли расширять гавань.",
                "委员会在一个下雨的下午开会，讨论港口是否应该拓宽。大多数成员从未见过集装箱船。",
                "委員会は雨の午後に集まり、港を広げるべきかどうかを話し合った。",
                "위원회는 비 오는 오후에 모여 항구를 넓혀야 하는지 논의했다.",
                "اجتمعت اللجنة في ظهيرة ممطرة لتقرر ما إذا كان ينبغي توسيع الميناء.",
                "{\"id\":\"abc123\",\"created\":1741569952,\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\"}}]}",
                "    private static int units(long amount) {\n        return (int) Math.min(amount, 10);\n    }\n",
                "3.14159265358979323846 2026-11-25T23:00:58Z 1234567890 42 192.168.0.1",
            })
    void theCalibratedCounterIsRightOrSomewhatHigh(String text) {
        double exact = counter.count(text, "gpt-5-mini");
        double calibrated = TokenCounter.calibrated().count(text, "gpt-5-mini");
        assertThat(calibrated / exact).isBetween(0.95, 1.4);
    }
}
