package dev.aigw.api.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ContentHashTest {

    @Property(tries = 200)
    void equalTextsHaveEqualHashes(@ForAll @StringLength(max = 5_000) String text) {
        String copy = new String(text.toCharArray());
        assertThat(ContentHash.of(copy)).isEqualTo(ContentHash.of(text));
        assertThat(ContentHash.inLanes(copy)).isEqualTo(ContentHash.inLanes(text));
    }

    @Property(tries = 200)
    void equalBytesHaveEqualHashes(@ForAll @Size(max = 5_000) byte[] bytes) {
        assertThat(ContentHash.of(bytes.clone())).isEqualTo(ContentHash.of(bytes));
    }

    @Test
    void everyCharacterCountsAtEveryLength() {
        for (int length : new int[] {1, 255, 256, 257, 1_023, 1_024, 1_025, 1_056, 3_000}) {
            Set<Integer> hashes = new HashSet<>();
            hashes.add(ContentHash.inLanes("a".repeat(length)));
            for (int i = 0; i < length; i++) {
                hashes.add(ContentHash.inLanes("a".repeat(i) + "b" + "a".repeat(length - 1 - i)));
            }
            assertThat(hashes).as("length %d", length).hasSizeGreaterThan(length - 1);
        }
    }

    @Test
    void everyByteCountsAtEveryLength() {
        for (int length : new int[] {1, 8, 31, 32, 33, 2_000}) {
            Set<Integer> hashes = new HashSet<>();
            for (int i = 0; i < length; i++) {
                byte[] bytes = new byte[length];
                bytes[i] = 1;
                hashes.add(ContentHash.of(bytes));
            }
            assertThat(hashes).as("length %d", length).hasSize(length);
        }
    }

    @Test
    void theLengthCountsWhereTheRestIsPadding() {
        assertThat(ContentHash.of(new byte[33])).isNotEqualTo(ContentHash.of(new byte[34]));
        assertThat(ContentHash.inLanes("\0".repeat(300))).isNotEqualTo(ContentHash.inLanes("\0".repeat(301)));
    }

    @Test
    void promptsThatDifferInANumberSpreadLikeRandomOnes() {
        String frame = "The report says: %06d. Sum it up. " + "Words of context. ".repeat(60);
        Set<Integer> hashes = new HashSet<>();
        for (int i = 0; i < 50_000; i++) {
            hashes.add(ContentHash.inLanes(String.format(frame, i)));
        }
        assertThat(hashes).hasSizeGreaterThan(49_990); // one random pair in two billion has the same hash
    }

    @Test
    void scriptsOfTwoBytesACharacterSpreadToo() {
        Random random = new Random(1);
        Set<Integer> hashes = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            char[] text = new char[400];
            for (int k = 0; k < text.length; k++) {
                text[k] = (char) (0x4e00 + random.nextInt(3_000));
            }
            hashes.add(ContentHash.inLanes(new String(text)));
        }
        assertThat(hashes).hasSizeGreaterThan(9_995);
    }

    @Test
    void theOrderOfTextsCounts() {
        assertThat(ContentHash.of(List.of("a", "b"))).isNotEqualTo(ContentHash.of(List.of("b", "a")));
    }

    @Test
    void shortTextsKeepTheHashTheyRemember() {
        assertThat(ContentHash.of("short")).isEqualTo("short".hashCode());
    }
}
