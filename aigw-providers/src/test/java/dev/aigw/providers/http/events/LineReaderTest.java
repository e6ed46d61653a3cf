package dev.aigw.providers.http.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class LineReaderTest {

    @Test
    void linesAreEventsWithoutTheWhiteSpaceAroundThem() throws IOException {
        assertThat(read("{\"a\":1}\r\n\n  \n\t{\"b\":\"ü\"} \n", 3, 1000))
                .containsExactly("{\"a\":1}", "{\"b\":\"ü\"}");
    }

    @Test
    void aLineThatTheEndCutsOffIsHandedOutAsIncomplete() throws IOException {
        LineReader reader = reader("one\ntwo", 2, 1000);
        assertThat(reader.next()).isTrue();
        assertThat(reader.isComplete()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.isComplete()).isFalse();
        assertThat(text(reader)).isEqualTo("two");
        assertThat(reader.next()).isFalse();
        assertThat(reader.next()).isFalse();
    }

    @Test
    void anEmptyInputHasNoEvent() throws IOException {
        assertThat(read("", 10, 1000)).isEmpty();
        assertThat(read("\n\n \n ", 10, 1000)).isEmpty();
    }

    @Test
    void aLineLongerThanTheBoundIsAnErrorAndOneWithinItIsNot() throws IOException {
        assertThat(read("a".repeat(99) + "\n" + "b".repeat(99) + "\n", 1000, 100))
                .hasSize(2);
        assertThatThrownBy(() -> read("a".repeat(101) + "\n", 7, 100))
                .isInstanceOf(EventReader.MalformedException.class)
                .hasMessageContaining("maxEventBytes");
    }

    @Property(tries = 300)
    void anyChunkingGivesTheSameLines(
            @ForAll List<@IntRange(min = 0, max = 20_000) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 10_000) int chunk)
            throws IOException {
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int length : lengths) {
            String line = "x".repeat(length);
            text.append(line).append('\n');
            if (length > 0) {
                expected.add(line);
            }
        }
        assertThat(read(text.toString(), chunk, 30_000)).isEqualTo(expected);
    }

    private static List<String> read(String text, int chunk, int bound) throws IOException {
        LineReader reader = reader(text, chunk, bound);
        List<String> events = new ArrayList<>();
        while (reader.next()) {
            events.add(text(reader));
        }
        return events;
    }

    private static String text(LineReader reader) {
        return new String(reader.buffer(), reader.offset(), reader.length(), StandardCharsets.UTF_8);
    }

    private static LineReader reader(String text, int chunk, int bound) {
        ByteArrayInputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return new LineReader((buffer, offset, length) -> in.read(buffer, offset, Math.min(chunk, length)), bound);
    }
}
