package dev.aigw.providers.http.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SseReaderTest {

    @Test
    void eventsHaveNamesAndData() throws IOException {
        assertThat(read("event: a\ndata: 1\n\ndata:2\n\nevent:b\ndata\n\n")).containsExactly("a|1", "|2", "b|");
    }

    @Test
    void linesEndInLfCrOrCrlf() throws IOException {
        assertThat(read("data: 1\n\ndata: 2\r\rdata: 3\r\n\r\ndata: 4\r\n\n")).containsExactly("|1", "|2", "|3", "|4");
    }

    @Test
    void linesOfDataAreJoined() throws IOException {
        assertThat(read("data: a\ndata:  b\n: between\ndata\ndata: c\n\n")).containsExactly("|a\n b\n\nc");
    }

    @Test
    void commentsUnknownFieldsAndEventsWithoutDataAreSkipped() throws IOException {
        assertThat(read(": hi\n\nid: 1\nretry: 5\ndatax: 3\nevent: lost\n\n\n\ndata: 1\n\n"))
                .containsExactly("|1");
    }

    @Test
    void aByteOrderMarkIsSkipped() throws IOException {
        assertThat(read("\uFEFFdata: 1\n\n")).containsExactly("|1");
        assertThat(read("data: \uFEFF\n\n")).containsExactly("|\uFEFF");
    }

    @Test
    void theEndOfInputEndsAnEvent() throws IOException {
        assertThat(read("data: 1")).containsExactly("|1");
        assertThat(read("data: 1\n")).containsExactly("|1");
        assertThat(read("")).isEmpty();
        SseReader reader = reader("data: 1\n\ndata: 2".getBytes(StandardCharsets.UTF_8), 100, 1 << 20);
        assertThat(reader.next()).isTrue();
        assertThat(reader.isComplete()).isTrue();
        assertThat(reader.next()).isTrue();
        assertThat(reader.isComplete()).isFalse();
        assertThat(reader.next()).isFalse();
        assertThat(reader.next()).isFalse();
    }

    @Test
    void anEventMayBeMuchLargerThanTheBufferButNotThanTheBound() throws IOException {
        String big = "x".repeat(300_000);
        assertThat(read("data: 1\n\ndata: " + big + "\n\n")).containsExactly("|1", "|" + big);
        byte[] bytes = ("data: " + big).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> reader(bytes, 1000, 100_000).next())
                .isInstanceOf(EventReader.MalformedException.class);
        byte[] lines = "data: 0123456789\n".repeat(10_000).getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> reader(lines, 1000, 100_000).next())
                .isInstanceOf(EventReader.MalformedException.class);
    }

    @Test
    void invalidUtf8Passes() throws IOException {
        byte[] bytes = "data: _\n\n".getBytes(StandardCharsets.UTF_8);
        bytes[6] = (byte) 0xFF;
        SseReader reader = reader(bytes, 3, 1000);
        assertThat(reader.next()).isTrue();
        assertThat(reader.length()).isEqualTo(1);
        assertThat(reader.buffer()[reader.offset()]).isEqualTo((byte) 0xFF);
    }

    @Property(tries = 2000)
    void anyChunkingGivesTheSameEvents(@ForAll("streams") String stream, @ForAll long seed) throws IOException {
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(seed);
        List<String> whole = all(reader(bytes, Integer.MAX_VALUE, 1 << 20));
        List<String> single = all(reader(bytes, 1, 1 << 20));
        int[] at = {0};
        List<String> chunked = all(new SseReader(
                (buffer, offset, length) -> {
                    if (at[0] == bytes.length) {
                        return -1;
                    }
                    int count = Math.min(1 + random.nextInt(9), Math.min(length, bytes.length - at[0]));
                    System.arraycopy(bytes, at[0], buffer, offset, count);
                    at[0] += count;
                    return count;
                },
                1 << 20));
        assertThat(single).isEqualTo(whole);
        assertThat(chunked).isEqualTo(whole).isEqualTo(reference(stream));
    }

    @Provide
    Arbitrary<String> streams() {
        return Arbitraries.of(
                        "data: ",
                        "data:",
                        "data",
                        "event: ",
                        "event:x",
                        ": c",
                        "id: 7",
                        "\n",
                        "\n\n",
                        "\r\n",
                        "\r",
                        "\r\n\r\n",
                        "{\"a\":1}",
                        "ü",
                        "\uD83D\uDE00",
                        " ",
                        ":",
                        "\uFEFF",
                        "d",
                        "longer text of some size")
                .list()
                .ofMaxSize(40)
                .map(parts -> String.join("", parts));
    }

    /** The format as the standard words it, slowly, and lines without a field that hold a brace as data. */
    private static List<String> reference(String stream) {
        String text = stream.startsWith("\uFEFF") ? stream.substring(1) : stream;
        List<String> events = new ArrayList<>();
        String data = null;
        String name = "";
        for (String line : (text.replace("\r\n", "\n").replace('\r', '\n') + "\n\n").split("\n", -1)) {
            if (line.isEmpty()) {
                if (data != null) {
                    events.add(name + "|" + data);
                }
                data = null;
                name = "";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            if (field.equals("data")) {
                data = data == null ? value : data + "\n" + value;
            } else if (field.equals("event")) {
                name = value;
            } else if (line.contains("{") && !line.matches("[:ir].*")) {
                data = data == null ? line : data + "\n" + line;
            }
        }
        return events;
    }

    @Test
    void manyShortLinesBehindLongDataAreReadManyAtATime() throws IOException {
        int kib = 1024;
        byte[] bytes = ("data: " + "x".repeat(64 * kib - 30) + "\n" + ":\n".repeat(100 * kib) + "\n")
                .getBytes(StandardCharsets.UTF_8);
        int[] reads = {0};
        int[] at = {0};
        SseReader reader = new SseReader(
                (buffer, offset, length) -> {
                    int count = Math.min(length, bytes.length - at[0]);
                    System.arraycopy(bytes, at[0], buffer, offset, count);
                    at[0] += count;
                    reads[0]++;
                    return count == 0 ? -1 : count;
                },
                64 * kib);
        assertThat(reader.next()).isTrue();
        assertThat(reader.length()).isEqualTo(64 * kib - 30);
        assertThat(reads[0]).as("each read may move the data").isLessThan(50);
    }

    private static List<String> read(String stream) throws IOException {
        return all(reader(stream.getBytes(StandardCharsets.UTF_8), 5, 1 << 20));
    }

    private static List<String> all(SseReader reader) throws IOException {
        List<String> events = new ArrayList<>();
        while (reader.next()) {
            events.add(reader.event() + "|"
                    + new String(reader.buffer(), reader.offset(), reader.length(), StandardCharsets.UTF_8));
        }
        return events;
    }

    private static SseReader reader(byte[] bytes, int chunk, int maxEventBytes) {
        int[] at = {0};
        return new SseReader(
                (buffer, offset, length) -> {
                    if (at[0] == bytes.length) {
                        return -1;
                    }
                    int count = Math.min(chunk, Math.min(length, bytes.length - at[0]));
                    System.arraycopy(bytes, at[0], buffer, offset, count);
                    at[0] += count;
                    return count;
                },
                maxEventBytes);
    }
}
