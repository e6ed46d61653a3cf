package dev.aigw.api.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Hashes of long texts and of bytes, for {@code hashCode} of requests. They differ between JDKs; equality never depends
 * on them alone.
 *
 * <p>From JDK 21 on {@link String#hashCode()} is vectorized, and a string caches it. Before, it reads one character
 * after the other, and the lanes here are about seven times as fast.
 *
 * <p>Four lanes take eight bytes each at a time by the step of MurmurHash3's finalizer (multiply, fold the upper half
 * in), which keeps a processor's multiplier busy; what is left is padded with zeros, and the length counts too.
 *
 * <p>Of a text, the lower half of each UTF-16 unit is hashed. That is all of a Latin text, and in any other script the
 * part in which the letters of an alphabet differ. For strings that Java stores with one byte per character it is a
 * plain memory copy.
 */
public final class ContentHash {

    private static final boolean MANY_AT_ONCE = Runtime.version().feature() >= 21;

    /** Up to this length {@link String#hashCode()} is as fast. */
    private static final int SHORT_CHARS = 256;

    private static final int CHUNK_BYTES = 1024;
    private static final int ROUND_BYTES = 4 * Long.BYTES;
    private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private long a;
    private long b = 1;
    private long c = 2;
    private long d = 3;

    private ContentHash(int length) {
        a = length;
    }

    /** Returns a hash of the text. */
    public static int of(String text) {
        return MANY_AT_ONCE || text.length() < SHORT_CHARS ? text.hashCode() : inLanes(text);
    }

    @SuppressWarnings("deprecation") // copies a text's bytes without encoding it
    static int inLanes(String text) {
        int length = text.length();
        ContentHash hash = new ContentHash(length);
        byte[] chunk = new byte[CHUNK_BYTES];
        int whole = length / CHUNK_BYTES * CHUNK_BYTES;
        for (int at = 0; at < whole; at += CHUNK_BYTES) {
            text.getBytes(at, at + CHUNK_BYTES, chunk, 0);
            hash.add(chunk, CHUNK_BYTES);
        }
        text.getBytes(whole, length, chunk, 0);
        hash.addLast(chunk, 0, length - whole);
        return hash.toInt();
    }

    /** Returns a hash of the bytes. */
    public static int of(byte[] bytes) {
        ContentHash hash = new ContentHash(bytes.length);
        int whole = bytes.length / ROUND_BYTES * ROUND_BYTES;
        hash.add(bytes, whole);
        hash.addLast(bytes, whole, bytes.length - whole);
        return hash.toInt();
    }

    /** Returns a hash of the texts in their order. */
    public static int of(List<String> texts) {
        int hash = texts.size();
        for (String text : texts) {
            hash = 31 * hash + of(text);
        }
        return hash;
    }

    private void addLast(byte[] bytes, int from, int length) {
        byte[] padded = new byte[(length + ROUND_BYTES - 1) / ROUND_BYTES * ROUND_BYTES];
        System.arraycopy(bytes, from, padded, 0, length);
        add(padded, padded.length);
    }

    private void add(byte[] bytes, int length) {
        long first = a;
        long second = b;
        long third = c;
        long fourth = d;
        for (int i = 0; i < length; i += ROUND_BYTES) {
            first = step(first, (long) LONGS.get(bytes, i));
            second = step(second, (long) LONGS.get(bytes, i + Long.BYTES));
            third = step(third, (long) LONGS.get(bytes, i + 2 * Long.BYTES));
            fourth = step(fourth, (long) LONGS.get(bytes, i + 3 * Long.BYTES));
        }
        a = first;
        b = second;
        c = third;
        d = fourth;
    }

    private static long step(long hash, long word) {
        long mixed = (hash ^ word) * MULTIPLIER;
        return mixed ^ (mixed >>> 32);
    }

    private int toInt() {
        long hash = step(step(step(a, b), c), d);
        return (int) (hash ^ (hash >>> 32));
    }
}
