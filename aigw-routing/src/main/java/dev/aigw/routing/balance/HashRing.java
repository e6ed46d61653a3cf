package dev.aigw.routing.balance;

import dev.aigw.api.spi.RoutingStrategy.Deployment;
import java.util.Arrays;
import java.util.List;

/**
 * Points on a circle, each owned by a deployment; a key belongs to the owner of the next point after it.
 *
 * <p>D. Karger and others, "Consistent Hashing and Random Trees", STOC 1997. A deployment's points depend only on its
 * id and weight. So if one joins, only the keys it takes move, and if one leaves, only its own. Immutable.
 */
final class HashRing {

    /** Points of a deployment of weight 1: shares are then within about 20 % of the weights. */
    private static final int POINTS = 100;

    /** Above this total, each deployment gets half as many points, or a quarter, and so on. */
    private static final int MOST_POINTS = 400_000;

    private final long[] points;
    private final int[] owners;

    HashRing(List<? extends Deployment> deployments) {
        int[] counts = counts(deployments);
        Point[] all = new Point[Arrays.stream(counts).sum()];
        int at = 0;
        for (int owner = 0; owner < counts.length; owner++) {
            long seed = Hashes.of(deployments.get(owner).id(), Integer.MAX_VALUE);
            for (int i = 0; i < counts[owner]; i++) {
                all[at++] = new Point(Hashes.combine(seed, i), owner);
            }
        }
        Arrays.sort(all);
        points = new long[all.length];
        owners = new int[all.length];
        for (int i = 0; i < all.length; i++) {
            points[i] = all[i].hash;
            owners[i] = all[i].owner;
        }
    }

    private static int[] counts(List<? extends Deployment> deployments) {
        double sum = 0;
        for (Deployment deployment : deployments) {
            sum += deployment.weight();
        }
        double each = POINTS;
        while (sum * each > MOST_POINTS) {
            each /= 2;
        }
        int[] counts = new int[deployments.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (int) Math.max(1, Math.round(deployments.get(i).weight() * each));
        }
        return counts;
    }

    int size() {
        return points.length;
    }

    /**
     * Returns the position of the first point at or after {@code key}, or of the circle's first point if there is none.
     */
    int placeOf(long key) {
        int found = Arrays.binarySearch(points, key);
        int place = found >= 0 ? found : -found - 1;
        return place == points.length ? 0 : place;
    }

    /** Returns the owner of the point at a position from 0 to twice the size. */
    int ownerAt(int place) {
        return owners[place < points.length ? place : place - points.length];
    }

    private record Point(long hash, int owner) implements Comparable<Point> {
        @Override
        public int compareTo(Point other) {
            int byHash = Long.compare(hash, other.hash);
            return byHash != 0 ? byHash : Integer.compare(owner, other.owner);
        }
    }
}
