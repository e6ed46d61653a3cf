package dev.aigw.routing.balance;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A cycle of turns in which each index has its share, spread so evenly that no index is ever a whole turn ahead of or
 * behind its share.
 *
 * <p>The k-th turn of an index of share s may not come before (k-1)/s and must come by k/s; among those that may come,
 * the one with the earliest end goes first. Such a schedule exists and this rule finds it: S. K. Baruah, N. K. Cohen,
 * C. G. Plaxton and D. A. Varvel, "Proportionate Progress: A Notion of Fairness in Resource Allocation", Algorithmica
 * 15(6), 1996.
 */
final class FairSchedule {

    /** The longest cycle. Weights that need a longer one are rounded to shares of this many turns. */
    static final int LONGEST = 16_384;

    private FairSchedule() {}

    /** Returns the cycle for at least one weight, each positive and finite. */
    static int[] of(double[] weights) {
        long[] turns = turns(weights);
        int length = 0;
        for (long count : turns) {
            length = Math.addExact(length, Math.toIntExact(count));
        }
        int[] cycle = new int[length];
        long[] taken = new long[turns.length];
        PriorityQueue<long[]> ready = new PriorityQueue<>(
                Comparator.<long[]>comparingLong(turn -> turn[1]).thenComparingLong(turn -> turn[0]));
        Queue<long[]>[] starting = buckets(length);
        for (int i = 0; i < turns.length; i++) {
            ready.add(turn(i, turns[i], 0, length));
        }
        for (int at = 0; at < length; at++) {
            Queue<long[]> due = starting[at];
            if (due != null) {
                ready.addAll(due);
            }
            long[] next = ready.remove();
            int index = (int) next[0];
            cycle[at] = index;
            taken[index]++;
            if (taken[index] < turns[index]) {
                int start = Math.max(at + 1, Math.toIntExact(taken[index] * length / turns[index]));
                if (starting[start] == null) {
                    starting[start] = new ArrayDeque<>(2);
                }
                starting[start].add(turn(index, turns[index], taken[index], length));
            }
        }
        return cycle;
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // there is no other way to make a generic array
    private static Queue<long[]>[] buckets(int length) {
        return new Queue[length + 1];
    }

    /** Returns index and end (rounded up) of a turn. */
    private static long[] turn(int index, long turns, long taken, int length) {
        return new long[] {index, ((taken + 1) * length + turns - 1) / turns};
    }

    /** Returns how many turns of the cycle each index has: at least one. */
    private static long[] turns(double[] weights) {
        for (int scale = 1; scale <= 1_000; scale *= 10) {
            long[] exact = whole(weights, scale);
            if (exact != null) {
                return exact;
            }
        }
        double largest = 0;
        for (double weight : weights) {
            largest = Math.max(largest, weight);
        }
        double sum = 0;
        for (double weight : weights) {
            sum += weight / largest; // so that no sum overflows
        }
        long longest = Math.max(LONGEST, 4L * weights.length);
        long[] turns = new long[weights.length];
        for (int i = 0; i < turns.length; i++) {
            turns[i] = Math.max(1, Math.round(weights[i] / largest / sum * longest));
        }
        return turns;
    }

    /** Returns the weights, times {@code scale}, without their common factor; null if not whole or too many. */
    private static long @Nullable [] whole(double[] weights, int scale) {
        long[] turns = new long[weights.length];
        long factor = 0;
        for (int i = 0; i < turns.length; i++) {
            double scaled = weights[i] * scale;
            turns[i] = Math.round(scaled);
            if (turns[i] == Long.MAX_VALUE || Math.abs(scaled - turns[i]) > 1e-9 * scaled) {
                return null;
            }
            factor = commonFactor(turns[i], factor);
        }
        long sum = 0;
        for (int i = 0; i < turns.length; i++) {
            turns[i] /= factor;
            sum += turns[i];
            if (sum > LONGEST) {
                return null;
            }
        }
        return turns;
    }

    private static long commonFactor(long one, long other) {
        return other == 0 ? one : commonFactor(other, one % other);
    }
}
