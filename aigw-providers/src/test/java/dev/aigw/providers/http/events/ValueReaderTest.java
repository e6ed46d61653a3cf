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

class ValueReaderTest {

    @Test
    void objectsAreEventsWhateverStandsBetweenThem() throws IOException {
        assertThat(read("{\"a\":1}\r\n\n  \n\t{\"b\":\"ü\"} , [{}]{\"c\":2}words{}", 3, 1000))
                .containsExactly("{\"a\":1}", "{\"b\":\"ü\"}", "[{}]", "{\"c\":2}", "{}");
    }

    @Test
    void anObjectPrintedOverManyLinesIsOneEvent() throws IOException {
        assertThat(read("{\n  \"a\": [\n    1\n  ]\n}\n", 2, 1000)).containsExactly("{\n  \"a\": [\n    1\n  ]\n}");
    }

    @Test
    void bracesAndQuotesInStringsCountForNothing() throws IOException {
        assertThat(read("{\"a\":\"}{\\\"]\\\\\"}\n{\"b\":1}", 1, 1000))
                .containsExactly("{\"a\":\"}{\\\"]\\\\\"}", "{\"b\":1}");
    }

    @Test
    void anObjectThatTheEndCutsOffIsHandedOutAsIncomplete() throws IOException {
        ValueReader reader = reader("{}\n{\"a\":", 2, 1000);
        assertThat(reader.next()).isTrue();
        assertThat(reader.isComplete()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.isComplete()).isFalse();
        assertThat(text(reader)).isEqualTo("{\"a\":");
        assertThat(reader.next()).isFalse();
        assertThat(reader.next()).isFalse();
    }

    @Test
    void anInputWithoutObjectsHasNoEvent() throws IOException {
        assertThat(read("", 10, 1000)).isEmpty();
        assertThat(read("\n\n words \n ", 10, 1000)).isEmpty();
    }

    @Test
    void anObjectLongerThanTheBoundIsAnErrorAndOneWithinItIsNot() throws IOException {
        String within = "{\"a\":\"" + "x".repeat(90) + "\"}";
        assertThat(read(within + "\n" + within, 1000, 100)).hasSize(2);
        assertThatThrownBy(() -> read("{\"a\":\"" + "x".repeat(100) + "\"}", 7, 100))
                .isInstanceOf(EventReader.MalformedException.class)
                .hasMessageContaining("maxEventBytes");
    }

    @Property(tries = 300)
    void anyChunkingGivesTheSameObjects(
            @ForAll List<@IntRange(min = 0, max = 20_000) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 10_000) int chunk)
            throws IOException {
        StringBuilder text = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (int length : lengths) {
            String object = "{\"a\":\"" + "x".repeat(length) + "\"}";
            text.append(object).append('\n');
            expected.add(object);
        }
        assertThat(read(text.toString(), chunk, 30_000)).isEqualTo(expected);
    }

    private static List<String> read(String text, int chunk, int bound) throws IOException {
        ValueReader reader = reader(text, chunk, bound);
        List<String> events = new ArrayList<>();
        while (reader.next()) {
            events.add(text(reader));
        }
        return events;
    }

    private static String text(ValueReader reader) {
        return new String(reader.buffer(), reader.offset(), reader.length(), StandardCharsets.UTF_8);
    }

    private static ValueReader reader(String text, int chunk, int bound) {
        ByteArrayInputStream in = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        return new ValueReader(
                (buffer, offset, length) -> in.read(buffer, offset, Math.min(chunk, length)),
                bound,
                new byte[Math.min(64, bound)],
                0);
    }
}
