package dev.aigw.routing.cache.shared;

import dev.aigw.api.JsonMapper;
import dev.aigw.api.spi.ResultCache;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32C;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Encodes cached replies as bytes and decodes them, for stores outside this JVM: replies of all cacheable operations of
 * {@code dev.aigw.api}. Immutable, safe for use by many threads.
 *
 * <pre>{@code
 * ReplyCodec codec = ReplyCodec.standard();
 * byte[] bytes = codec.encode(entry);
 * ResultCache.Entry same = codec.decode(bytes);
 * }</pre>
 *
 * <p>A decoded reply equals the original, except for its mapper, which is this codec's. The bytes begin with a version
 * and a checksum (CRC-32C): bytes of another version, or damaged ones, decode to no reply and never to a wrong one.
 */
public final class ReplyCodec {

    /** Larger replies are neither encoded nor decoded. */
    static final int MOST_BYTES = 64 << 20;

    /** The version of the format: increment it when an older reader would misread a change. */
    private static final byte VERSION = 2;

    private static final byte MAGIC = (byte) 0xa1;
    private static final byte AS_IS = 0;
    private static final byte DEFLATED = 1;

    /** The most bytes that one byte of deflated data can stand for. */
    private static final int MOST_INFLATED = 1032;

    private static final int CHECKSUM_AT = 2;
    private static final int HEAD_BYTES = CHECKSUM_AT + Integer.BYTES + 1 + Integer.BYTES;

    private static final ReplyCodec STANDARD = new ReplyCodec(JsonMapper.installed(), 1024);

    private final JsonMapper mapper;
    private final int compressAboveBytes;

    private ReplyCodec(JsonMapper mapper, int compressAboveBytes) {
        this.mapper = mapper;
        this.compressAboveBytes = compressAboveBytes;
    }

    /** Returns the codec that compresses replies longer than 1,024 bytes and reads them as types with Jackson. */
    public static ReplyCodec standard() {
        return STANDARD;
    }

    /**
     * Returns this codec with another mapper that reads replies as types; {@link JsonMapper#installed()} by default.
     */
    public ReplyCodec mapper(JsonMapper mapper) {
        return new ReplyCodec(Objects.requireNonNull(mapper, "mapper"), compressAboveBytes);
    }

    /**
     * Returns this codec, compressing replies longer than {@code bytes}; {@link Integer#MAX_VALUE} for no compression.
     */
    public ReplyCodec compressAbove(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("compressAbove is " + bytes + ": use 0 or more");
        }
        return new ReplyCodec(mapper, bytes);
    }

    /**
     * Returns the entry as bytes.
     *
     * @return null if it cannot be encoded: a reply of a custom operation, one that contains objects that are not plain
     *     JSON values, or one of more than 64 MiB
     */
    public byte @Nullable [] encode(ResultCache.Entry entry) {
        try {
            return write(entry);
        } catch (Unwritable e) {
            return null;
        }
    }

    /**
     * Returns the entry as bytes.
     *
     * @throws Unwritable if it cannot be encoded
     */
    byte[] write(ResultCache.Entry entry) throws Unwritable {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        Instant storedAt = entry.storedAt();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            new PlainWriter(out)
                    .write(List.of(storedAt.getEpochSecond(), storedAt.getNano(), ReplyForm.of(entry.reply())));
        } catch (Unwritable e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a stream in memory does not fail
        }
        byte[] body = bytes.toByteArray();
        if (body.length > MOST_BYTES) {
            throw new Unwritable("a reply of more than " + MOST_BYTES + " bytes");
        }
        byte[] packed = body.length > compressAboveBytes ? deflate(body) : body;
        boolean smaller = packed.length < body.length;
        byte[] kept = smaller ? packed : body;
        ByteBuffer packet = ByteBuffer.allocate(HEAD_BYTES + kept.length)
                .put(MAGIC)
                .put(VERSION)
                .putInt(0)
                .put(smaller ? DEFLATED : AS_IS)
                .putInt(body.length)
                .put(kept);
        return packet.putInt(CHECKSUM_AT, checksum(packet.duplicate().position(CHECKSUM_AT + Integer.BYTES)))
                .array();
    }

    /**
     * Returns the entry that was encoded as {@code bytes}.
     *
     * @return null if they are of another version, damaged, or something else
     */
    public ResultCache.@Nullable Entry decode(byte[] bytes) {
        try {
            return read(ByteBuffer.wrap(bytes));
        } catch (RuntimeException e) { // whatever the reader or the builders of replies throw: it is not a reply
            return null;
        }
    }

    private ResultCache.@Nullable Entry read(ByteBuffer in) {
        if (in.get() != MAGIC || in.get() != VERSION) {
            return null;
        }
        int checksum = in.getInt();
        if (checksum != checksum(in.duplicate())) {
            return null;
        }
        byte packing = in.get();
        int length = in.getInt();
        if (length < 0 || length > MOST_BYTES) {
            return null;
        }
        ByteBuffer body = packing == DEFLATED ? inflate(in, length) : in;
        if (body == null || body.remaining() != length) {
            return null;
        }
        List<?> entry = (List<?>) Objects.requireNonNull(new PlainReader(body).read());
        Instant storedAt = Instant.ofEpochSecond((Long) entry.get(0), (Integer) entry.get(1));
        return new ResultCache.Entry(ReplyForm.reply(entry.get(2), mapper), storedAt);
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }

    private static byte[] deflate(byte[] body) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(body);
            deflater.finish();
            byte[] packed = new byte[body.length]; // used only if it is smaller
            int length = deflater.deflate(packed);
            return deflater.finished() ? Arrays.copyOf(packed, length) : body;
        } finally {
            deflater.end();
        }
    }

    private static @Nullable ByteBuffer inflate(ByteBuffer packed, int length) {
        if (length > (packed.remaining() + 1L) * MOST_INFLATED) {
            return null; // it cannot be so long: allocate nothing for it
        }
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(packed);
            byte[] body = new byte[length];
            int read = inflater.inflate(body);
            return read == length ? ByteBuffer.wrap(body) : null;
        } catch (DataFormatException e) {
            return null;
        } finally {
            inflater.end();
        }
    }
}
