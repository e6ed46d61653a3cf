package dev.aigw.routing.engine.call;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Makes call ids that are unique in a ledger, across the JVMs of a fleet and their restarts.
 *
 * <p>An id has 16 random characters, the same for all ids of one instance, then a hyphen and a number, such as
 * {@code k3v9q0s7m2p8c5b1-4f}. All characters are digits and lowercase letters. The random part has 80 bits from
 * {@link SecureRandom}, drawn once: among a million instances, the probability that two are equal is below one in a
 * trillion. A call costs one increment until its id is needed. Safe for use by many threads.
 */
final class CallIds {

    private static final byte[] DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
    private static final int RANDOM = 16;
    private static final int RANDOM_BITS = 5;

    /** Threads count apart, in cache lines apart, so that they do not wait for each other; a power of two. */
    private static final int STRIPES = 16;

    private static final int STRIDE = 16;

    private final byte[] prefix = new byte[RANDOM + 1];
    private final AtomicLongArray last = new AtomicLongArray(STRIPES * STRIDE);

    /** Draws the random part. */
    CallIds(SecureRandom random) {
        for (int i = 0; i < RANDOM; i++) {
            prefix[i] = DIGITS[random.nextInt(1 << RANDOM_BITS)];
        }
        prefix[RANDOM] = '-';
    }

    /** Returns the number of the next call: positive, and no other's. */
    long next() {
        int stripe = Thread.currentThread().hashCode() & (STRIPES - 1);
        return last.incrementAndGet(stripe * STRIDE) * STRIPES + stripe;
    }

    /** Returns the id of the call with this number. */
    String idOf(long number) {
        int length = 0;
        for (long rest = number; rest != 0; rest /= DIGITS.length) {
            length++;
        }
        byte[] text = Arrays.copyOf(prefix, prefix.length + length);
        int at = text.length;
        for (long rest = number; rest != 0; rest /= DIGITS.length) {
            text[--at] = DIGITS[(int) (rest % DIGITS.length)];
        }
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
