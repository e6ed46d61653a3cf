package dev.aigw.routing.balance;

import java.util.random.RandomGenerator;

/**
 * Draws an index at random with probability proportional to its weight, in constant time.
 *
 * <p>The alias method of A. J. Walker, "An Efficient Method for Generating Discrete Random Variables with General
 * Distributions", ACM TOMS 3(3), 1977; built in linear time as by M. D. Vose, "A Linear Algorithm for Generating Random
 * Numbers with a Given Distribution", IEEE TSE 17(9), 1991. The weights are cut into columns of equal height, one for
 * each index. A column contains shares of at most two indices: its own, and its alias's on top. A draw chooses a
 * column, then a height in it.
 *
 * <p>Immutable.
 */
final class AliasTable {

    private final double[] own;
    private final int[] alias;

    /** Creates a table for at least one weight; none is negative, and their sum is positive and finite. */
    AliasTable(double[] weights) {
        int size = weights.length;
        own = new double[size];
        alias = new int[size];
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        int[] work = new int[size]; // low columns from the left, high ones from the right
        int low = 0;
        int high = size;
        for (int i = 0; i < size; i++) {
            own[i] = weights[i] / sum * size;
            alias[i] = i;
            if (own[i] < 1) {
                work[low++] = i;
            } else {
                work[--high] = i;
            }
        }
        while (low > 0 && high < size) {
            int under = work[--low];
            int over = work[high];
            alias[under] = over;
            own[over] -= 1 - own[under];
            if (own[over] < 1) {
                high++;
                work[low++] = over;
            }
        }
        // The rest differ from 1 only by rounding.
        while (low > 0) {
            own[work[--low]] = 1;
        }
        while (high < size) {
            own[work[high++]] = 1;
        }
    }

    /** Returns the next index. */
    int next(RandomGenerator random) {
        double point = random.nextDouble() * own.length;
        int column = Math.min((int) point, own.length - 1); // the product may round up to the length
        return point - column < own[column] ? column : alias[column];
    }
}
