package dev.aigw.providers.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.aigw.providers.json.TreeBounds;
import java.io.IOException;
import okio.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UnreadTest {

    /** Sizes around okio's segments of 8,192 bytes. */
    @ParameterizedTest
    @ValueSource(ints = {2, 100, 8_191, 8_192, 8_193, 16_384, 16_385, 100_000})
    void parsesTextsOfOneAndOfSeveralSegmentsAndLeavesThem(int size) throws IOException {
        String text = '"' + "x".repeat(size - 2) + '"';
        Buffer buffer = new Buffer().writeUtf8(text);

        assertThat(Unread.parse(buffer, TreeBounds.DEFAULT).textValue()).hasSize(size - 2);
        assertThat(buffer.readUtf8()).isEqualTo(text);
    }

    @Test
    void readsASegmentThatDoesNotBeginAtItsStart() throws IOException {
        Buffer buffer = new Buffer().writeUtf8("skipped{\"a\":\"" + "ü".repeat(6_000) + "\"}");
        buffer.skip(7);

        assertThat(Unread.parse(buffer, TreeBounds.DEFAULT).get("a").textValue())
                .isEqualTo("ü".repeat(6_000));
    }

    @Test
    void givesAMissingNodeForAnEmptyBuffer() throws IOException {
        assertThat(Unread.parse(new Buffer(), TreeBounds.DEFAULT).isMissingNode())
                .isTrue();
    }

    @Test
    void leavesWhatIsNoJsonForTheMessageThatQuotesIt() {
        Buffer buffer = new Buffer().writeUtf8("<html>");

        assertThatThrownBy(() -> Unread.parse(buffer, TreeBounds.DEFAULT)).isInstanceOf(JsonProcessingException.class);
        assertThat(buffer.readUtf8()).isEqualTo("<html>");
    }

    /** The pool may be in use by another thread at any moment, but not a hundred times. */
    @Test
    void leavesTheSegmentsFitForUseAgain() throws IOException {
        boolean usedAgain = false;
        for (int i = 0; i < 100 && !usedAgain; i++) {
            Buffer buffer = new Buffer().writeUtf8("{\"a\":1}");
            byte[] segment = segmentOf(buffer);
            Unread.parse(buffer, TreeBounds.DEFAULT);
            buffer.clear();
            Buffer next = new Buffer().writeUtf8("{}");
            usedAgain = segmentOf(next) == segment;
            next.clear();
        }

        assertThat(usedAgain).isTrue();
    }

    private static byte[] segmentOf(Buffer buffer) {
        try (Buffer.UnsafeCursor cursor = buffer.readUnsafe()) {
            cursor.next();
            return cursor.data;
        }
    }
}
