package dev.aigw.routing.redis;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether, and how much, this JVM takes ahead from one shared allowance, for calls with the same share of it:
 * about what such calls took in the last life of a chunk, if they were many and much more remains. One thread at a time
 * takes ahead; others wait for it. Safe for use by many threads.
 */
final class Lane {

    /** Fewer calls in the life of a chunk ask Redis each. */
    static final int FEWEST_CALLS = 20;

    /** A chunk is at most this part of what remains with it. */
    static final int PARTS = 20;

    /** A chunk for fewer calls is not worth it. */
    private static final int SMALLEST_CHUNK = 4;

    private static final BigDecimal SPARE = new BigDecimal("1.25");

    private final long lifeNanos;
    private long slotNanos = System.nanoTime();
    private int calls;
    private int callsBefore;
    private BigDecimal amount = BigDecimal.ZERO;
    private BigDecimal amountBefore = BigDecimal.ZERO;
    private @Nullable Chunk chunk;
    private @Nullable CompletableFuture<Void> asking;

    /**
     * Creates one.
     *
     * @param lifeNanos how long a chunk may be used
     */
    Lane(long lifeNanos) {
        this.lifeNanos = lifeNanos;
    }

    long lifeNanos() {
        return lifeNanos;
    }

    /** Notes that a call asks for an amount. */
    synchronized void count(BigDecimal wanted) {
        turn();
        calls++;
        amount = amount.add(wanted);
    }

    private void turn() {
        long now = System.nanoTime();
        long slots = (now - slotNanos) / lifeNanos;
        if (slots > 0) {
            callsBefore = slots == 1 ? calls : 0;
            amountBefore = slots == 1 ? amount : BigDecimal.ZERO;
            calls = 0;
            amount = BigDecimal.ZERO;
            slotNanos += slots * lifeNanos;
        }
    }

    /** Takes an amount from the present chunk; returns the chunk, or null if it has too little. */
    synchronized @Nullable Chunk take(BigDecimal wanted) {
        Chunk present = chunk;
        return present != null && present.take(wanted) ? present : null;
    }

    /** Returns the last chunk, which may be over. */
    synchronized @Nullable Chunk last() {
        return chunk;
    }

    /** Returns what completes when another thread has asked for a chunk; null if none is asking. */
    synchronized @Nullable CompletableFuture<Void> asking() {
        return asking;
    }

    /**
     * Returns how much to take ahead now, beside the amount of a call: zero if it is not worth it, or another thread
     * does. After more than zero, the caller calls {@link #asked}.
     *
     * @param remaining what calls of this share may use at present, as far as known
     */
    synchronized BigDecimal want(BigDecimal remaining) {
        turn();
        int many = Math.max(calls, callsBefore);
        BigDecimal much = amount.max(amountBefore);
        if (asking != null || many < FEWEST_CALLS || much.signum() == 0) {
            return BigDecimal.ZERO;
        }
        Chunk present = chunk;
        if (present != null && present.isAlive() && present.left().compareTo(average(much, many)) >= 0) {
            return BigDecimal.ZERO; // the chunk is good for other calls
        }
        BigDecimal wanted = much.multiply(SPARE).min(part(remaining)).setScale(much.scale(), RoundingMode.DOWN);
        BigDecimal least = average(much, many).multiply(BigDecimal.valueOf(SMALLEST_CHUNK));
        if (wanted.compareTo(least) < 0) {
            return BigDecimal.ZERO;
        }
        asking = new CompletableFuture<>();
        return wanted;
    }

    private static BigDecimal average(BigDecimal much, int many) {
        return much.divide(BigDecimal.valueOf(many), much.scale(), RoundingMode.CEILING);
    }

    private static BigDecimal part(BigDecimal remaining) {
        return remaining.divide(BigDecimal.valueOf(PARTS), remaining.scale() + 2, RoundingMode.DOWN);
    }

    /** Notes how asking ended: with this chunk, or without one. */
    void asked(@Nullable Chunk granted) {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            if (granted != null) {
                chunk = granted;
            }
            waiting = asking;
            asking = null;
        }
        if (waiting != null) {
            waiting.complete(null);
        }
    }
}
