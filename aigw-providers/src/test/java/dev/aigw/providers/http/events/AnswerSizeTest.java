package dev.aigw.providers.http.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatEvent.TextDelta;
import dev.aigw.api.chat.ChatEvent.ToolCallStarted;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

class AnswerSizeTest {

    private final AnswerSize size = new AnswerSize();

    private int addUntilTooMany(IntFunction<ChatEvent> event) {
        for (int i = 0; i < 1_000_000; i++) {
            if (size.add(event.apply(i))) {
                return i;
            }
        }
        return Integer.MAX_VALUE;
    }

    @Test
    void manyPartsAreTooMany() {
        assertThat(addUntilTooMany(i -> new ToolCallStarted(i, "c" + i, "f"))).isEqualTo(5_000);
    }

    @Test
    void deltasThatOpenAPartEachAreTooMany() {
        assertThat(addUntilTooMany(i -> new TextDelta(i, "x"))).isEqualTo(5_000);
    }

    @Test
    void warningsWithoutAnEndAreTooMany() {
        assertThat(addUntilTooMany(i -> new ChatEvent.Warning("w"))).isEqualTo(100_000);
    }

    @Test
    void aLongAnswerOfAFewPartsIsNotTooLarge() {
        assertThat(addUntilTooMany(i -> new TextDelta(i % 7, "x"))).isEqualTo(Integer.MAX_VALUE);
    }
}
