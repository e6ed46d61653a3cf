package dev.aigw.routing.guard.screening;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** A set of SHA-256 hashes in two arrays, each with the number of its entry. Immutable. */
final class MessageHashes {

    private static final int BYTES = 32;

    private final byte[] hashes;
    private final int[] entries;
    private final int mask;

    /**
     * Makes a set; of equal hashes the first counts.
     *
     * @param hashes the hashes in hexadecimal digits
     * @param numbers the numbers of their entries
     */
    MessageHashes(List<String> hashes, int[] numbers) {
        int slots = Integer.highestOneBit(Math.max(1, hashes.size())) * 4;
        this.hashes = new byte[slots * BYTES];
        this.entries = new int[slots];
        this.mask = slots - 1;
        Arrays.fill(entries, -1);
        for (int i = 0; i < numbers.length; i++) {
            byte[] hash = HexFormat.of().parseHex(hashes.get(i));
            int slot = slot(hash);
            if (entries[slot] < 0) {
                System.arraycopy(hash, 0, this.hashes, slot * BYTES, BYTES);
                entries[slot] = numbers[i];
            }
        }
    }

    /** Returns where a hash is, or would be. */
    private int slot(byte[] hash) {
        int slot = ByteBuffer.wrap(hash).getInt() & mask;
        while (entries[slot] >= 0 && !Arrays.equals(hash, 0, BYTES, hashes, slot * BYTES, slot * BYTES + BYTES)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    /** Returns the number of the entry of a text, or -1. */
    int find(String text) {
        return entries[slot(digest(text))];
    }

    long bytes() {
        return hashes.length + 4L * entries.length;
    }

    static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash);
    }
}
