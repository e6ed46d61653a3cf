package dev.aigw.routing.cache.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.JsonMapper;
import dev.aigw.api.ModelReply;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.ToolCall;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.spi.ResultCache;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ReplyCodecTest {

    private static final ReplyCodec CODEC = ReplyCodec.standard();
    private static final Instant NOW = Instant.parse("2026-11-26T01:02:03.004005006Z");

    private record Verdict(String colour, int certainty) {}

    @Provide
    Arbitrary<ModelReply> replies() {
        return Replies.all();
    }

    @Provide
    Arbitrary<byte[]> noise() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    }

    @Property(tries = 400)
    void everyReplyComesBackEqual(@ForAll("replies") ModelReply reply, @ForAll boolean compressed) {
        ResultCache.Entry entry = new ResultCache.Entry(reply, NOW);
        ReplyCodec codec = CODEC.compressAbove(compressed ? 0 : Integer.MAX_VALUE);

        byte[] bytes = codec.encode(entry);

        assertThat(bytes).isNotNull();
        assertThat(CODEC.decode(bytes)).isEqualTo(entry);
    }

    @Property(tries = 100)
    void aReplyWithAnyBitTurnedIsNoReply(
            @ForAll("replies") ModelReply reply, @ForAll boolean compressed, @ForAll int place) {
        byte[] bytes =
                CODEC.compressAbove(compressed ? 0 : Integer.MAX_VALUE).encode(new ResultCache.Entry(reply, NOW));
        int bit = Math.floorMod(place, bytes.length * 8);
        bytes[bit / 8] ^= (byte) (1 << bit % 8);

        assertThat(CODEC.decode(bytes)).isNull();
    }

    @Property(tries = 100)
    void aReplyCutOffIsNoReply(@ForAll("replies") ModelReply reply, @ForAll int place) {
        byte[] bytes = CODEC.encode(new ResultCache.Entry(reply, NOW));

        assertThat(CODEC.decode(Arrays.copyOf(bytes, Math.floorMod(place, bytes.length))))
                .isNull();
    }

    @Property(tries = 1_000)
    void noiseIsNoReply(@ForAll("noise") byte[] noise) {
        assertThat(CODEC.decode(noise)).isNull();
    }

    @Property(tries = 1_000)
    void noiseWithAFittingHeadIsNoReplyEither(@ForAll("noise") byte[] noise) {
        ByteBuffer packet = ByteBuffer.allocate(11 + noise.length)
                .put((byte) 0xa1)
                .put((byte) 2)
                .putInt(0)
                .put((byte) 0)
                .putInt(noise.length)
                .put(noise);
        CRC32C checksum = new CRC32C();
        checksum.update(packet.duplicate().position(6));

        assertThat(CODEC.decode(packet.putInt(2, (int) checksum.getValue()).array()))
                .isNull();
    }

    /** Whoever may write to the store may give any body a fitting checksum. */
    @Property(tries = 2_000)
    void aReplyChangedByWhoeverKnowsTheFormatIsAReplyOrNone(
            @ForAll("replies") ModelReply reply, @ForAll long seed, @ForAll boolean compressed) {
        byte[] bytes =
                CODEC.compressAbove(compressed ? 0 : Integer.MAX_VALUE).encode(new ResultCache.Entry(reply, NOW));
        Random random = new Random(seed);
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = 6 + random.nextInt(bytes.length - 6);
            switch (random.nextInt(4)) {
                case 0 -> bytes[at] = (byte) random.nextInt();
                case 1 -> bytes[at] = bytes[6 + random.nextInt(bytes.length - 6)];
                case 2 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0xff);
                default -> System.arraycopy(bytes, 6, bytes, at, Math.min(8, bytes.length - at));
            }
        }

        ResultCache.Entry read = CODEC.decode(withChecksum(bytes));

        if (read != null) {
            CODEC.encode(read);
            assertThat(read).isEqualTo(read).hasToString(read.toString());
        }
    }

    private static byte[] withChecksum(byte[] bytes) {
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        CRC32C checksum = new CRC32C();
        checksum.update(packet.duplicate().position(6));
        return packet.putInt(2, (int) checksum.getValue()).array();
    }

    @Test
    void aFewBytesDoNotClaimTheMemoryOfMillions() {
        byte[] bomb = withChecksum(ByteBuffer.allocate(20)
                .put((byte) 0xa1)
                .put((byte) 2)
                .putInt(0)
                .put((byte) 1)
                .putInt(64 << 20)
                .array());
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();

        assertThat(CODEC.decode(bomb)).isNull();

        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4 << 20);
    }

    @Test
    void aNumberOfAMillionDigitsIsNotWrittenAndNotRead() {
        assertThat(CODEC.encode(entry(PredictResponse.of(new BigDecimal("1e1000000")))))
                .isNull();
        assertThat(CODEC.encode(entry(PredictResponse.of(new BigDecimal("1e-10000")))))
                .isNotNull();
        byte[] bytes = CODEC.compressAbove(Integer.MAX_VALUE).encode(entry(PredictResponse.of(new BigDecimal("1.5"))));
        int scale = indexOf(bytes, new byte[] {'D', 0, 0, 0, 1, 15, 0, 0, 0, 1}) + 6;
        assertThat(CODEC.decode(withChecksum(bytes))).isNotNull();
        bytes[scale] = 0x7f;
        assertThat(CODEC.decode(withChecksum(bytes))).isNull();
    }

    private static int indexOf(byte[] bytes, byte[] part) {
        for (int i = 0; i + part.length <= bytes.length; i++) {
            if (Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void anotherVersionIsNoReply() {
        byte[] bytes = CODEC.encode(entry(ChatResponse.of("Hello")));
        bytes[1]++;

        assertThat(CODEC.decode(bytes)).isNull();
    }

    @Test
    void whatVersion2WroteStaysReadable() {
        // If a change of the format makes this fail, increment the version, and keep reading this one or drop it.
        byte[] bytes = HexFormat.of()
                .parseHex(
                        "a1027ffcec7b00000001855b000000036c000000006b07850b69003d1c8e7b00000002530000000474797065530000000463"
                                + "6861745300000008726573706f6e73657b00000008530000000474797065530000000d636861745f726573706f6e73655300"
                                + "00000776657273696f6e69000000015300000002696453000000027231530000000570617274735b000000027b0000000253"
                                + "0000000474797065530000000474657874530000000474657874530000000548656c6c6f7b00000004530000000474797065"
                                + "5300000009746f6f6c5f63616c6c530000000269645300000002633153000000046e616d655300000005636c6f636b530000"
                                + "0009617267756d656e747353000000027b7d530000000d66696e6973685f726561736f6e530000000473746f70530000000b"
                                + "66696e6973685f776f7264530000000473746f70530000000575736167657b000000025300000005696e7075746c00000000"
                                + "0000000753000000066f75747075746c0000000000000003530000000565787472617b0000000153000000016e6900000001");

        assertThat(CODEC.decode(bytes))
                .isEqualTo(entry(ChatResponse.builder()
                        .id("r1")
                        .text("Hello")
                        .part(new ToolCall("c1", "clock", "{}"))
                        .usage(TokenUsage.of(7, 3))
                        .extra("n", 1)
                        .build()));
    }

    @Test
    void aLongReplyIsCompressedAndAShortOneIsNot() {
        byte[] longBytes = CODEC.encode(entry(ChatResponse.of("some words of prose, ".repeat(500))));
        byte[] shortBytes = CODEC.encode(entry(ChatResponse.of("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")));
        byte[] plain = CODEC.compressAbove(Integer.MAX_VALUE)
                .encode(entry(ChatResponse.of("some words of prose, ".repeat(500))));

        assertThat(longBytes).hasSizeLessThan(500);
        assertThat(plain).hasSizeGreaterThan(10_000);
        assertThat(new String(shortBytes, StandardCharsets.US_ASCII)).contains("aaaaaaaaaa");
    }

    @Test
    void whatIsNoPlainValueIsNotWritten() {
        assertThat(CODEC.encode(entry(new ModelReply() {}))).isNull();
        assertThat(CODEC.encode(
                        entry(ChatResponse.builder().extra("x", new Object()).build())))
                .isNull();
        assertThat(CODEC.encode(entry(ChatResponse.builder()
                        .part(new ContentPart.Raw("p", Map.of("x", Map.of(1, 2))))
                        .build())))
                .isNull();
    }

    @Test
    void valuesNestedBeyondReasonAreNotWritten() {
        List<Object> nested = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            nested = new ArrayList<>(List.of(nested));
        }

        assertThat(CODEC.encode(entry(PredictResponse.of(nested)))).isNull();
    }

    @Test
    void aReplyReadBackIsReadAsATypeByTheCodecsMapper() {
        ChatResponse chat = (ChatResponse) reread(ChatResponse.of("{\"colour\":\"blue\",\"certainty\":9,\"more\":1}"));
        PredictResponse predict = (PredictResponse)
                reread(PredictResponse.of(Map.of(), "{\"colour\":\"red\",\"certainty\":1}", JsonMapper.installed()));

        assertThat(chat.as(Verdict.class)).isEqualTo(new Verdict("blue", 9));
        assertThat(predict.as(Verdict.class)).isEqualTo(new Verdict("red", 1));
        assertThatThrownBy(() -> ((ChatResponse) reread(ChatResponse.of("no JSON"))).as(Verdict.class))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.MALFORMED_RESPONSE));
    }

    private static ModelReply reread(ModelReply reply) {
        return CODEC.decode(CODEC.encode(entry(reply))).reply();
    }

    private static ResultCache.Entry entry(ModelReply reply) {
        return new ResultCache.Entry(reply, NOW);
    }
}
