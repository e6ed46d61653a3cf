package dev.aigw.routing.guard.screening;

import org.jspecify.annotations.Nullable;

/**
 * What is known of one caller: the sizes of its prompts, its refusals, and the prompts it varies. Takes the same memory
 * whatever the caller does. Safe for use by many threads.
 */
final class CallerHistory {

    private static final int GROUPS = 8;
    private static final int RECENT = 16;

    /** The memory of a history. */
    static final int BYTES = GROUPS * (PromptPrint.BYTES + 8 * RECENT + 160) + 250;

    /** Sizes vary at least by this, as a standard deviation of their logarithm: a fifth more or less is nothing. */
    private static final double LEAST_DEVIATION = 0.35;

    private static final double MOST_WEIGHT = 1.0 / 50;
    private static final double MOST_SURPRISE = 3;

    private final SlidingCount refusals = new SlidingCount();
    private final Group[] groups = new Group[GROUPS];
    private int rejectedByUs;

    private int sizes;
    private double meanLog;
    private double variance;

    private long lastExact;
    private int lastModel;
    private long lastNanos;

    /** Prompts that are nearly the same. */
    private static final class Group {

        private PromptPrint newest;
        private long usedNanos;
        private final long[] recent = new long[RECENT];
        private int known;
        private final SlidingCount repeats = new SlidingCount();
        private final SlidingCount variations = new SlidingCount();
        private final SlidingCount fields = new SlidingCount();

        Group(PromptPrint print) {
            newest = print;
        }

        boolean isKnown(long exact) {
            for (int i = 0; i < Math.min(known, RECENT); i++) {
                if (recent[i] == exact) {
                    return true;
                }
            }
            return false;
        }

        void add(PromptPrint print) {
            newest = print;
            recent[known++ % RECENT] = print.exact();
        }
    }

    /** How often something has happened like what a caller does now, this time included. */
    record Likes(double repeats, double fields, double variations) {

        static final Likes NONE = new Likes(0, 0, 0);
    }

    /**
     * Adds the size of a prompt.
     *
     * @return by how many deviations it is larger than usual; 0 in the first {@code warmUp} prompts
     */
    synchronized double size(long chars, int warmUp) {
        double log = Math.log1p((double) chars);
        double deviation = Math.max(LEAST_DEVIATION, Math.sqrt(variance));
        double surprise = sizes < warmUp ? 0 : (log - meanLog) / deviation;
        sizes = Math.min(sizes + 1, Integer.MAX_VALUE - 1);
        // One enormous prompt must not make the next one usual.
        double counted = sizes <= warmUp ? log : Math.min(log, meanLog + MOST_SURPRISE * deviation);
        double weight = Math.max(MOST_WEIGHT, 1.0 / sizes);
        double difference = counted - meanLog;
        meanLog += weight * difference;
        variance = (1 - weight) * (variance + weight * difference * difference);
        return surprise;
    }

    /**
     * Adds a prompt, unless it is the last one again for another model: then a fallback is asked.
     *
     * @return how often prompts like it came in the window
     */
    synchronized Likes prompt(PromptPrint print, int model, long now, long windowNanos) {
        boolean substitute = print.exact() == lastExact && model != lastModel && now - lastNanos < windowNanos;
        lastExact = print.exact();
        lastModel = model;
        lastNanos = now;
        Group group = find(print);
        if (group == null) {
            replaceOldest(print, now);
            return Likes.NONE;
        }
        group.usedNanos = now;
        if (!substitute) {
            if (group.isKnown(print.exact())) {
                group.repeats.add(now, windowNanos);
            } else {
                (print.differsInOneField(group.newest) ? group.fields : group.variations).add(now, windowNanos);
                group.add(print);
            }
        }
        return new Likes(
                group.repeats.count(now, windowNanos) + 1,
                group.fields.count(now, windowNanos),
                group.variations.count(now, windowNanos));
    }

    private @Nullable Group find(PromptPrint print) {
        Group near = null;
        for (Group group : groups) {
            if (group != null) {
                if (group.isKnown(print.exact())) {
                    return group;
                }
                if (near == null && (print.differsInOneField(group.newest) || print.isNear(group.newest))) {
                    near = group;
                }
            }
        }
        return near;
    }

    private void replaceOldest(PromptPrint print, long now) {
        int oldest = 0;
        for (int i = 0; i < GROUPS; i++) {
            if (groups[i] == null) {
                oldest = i;
                break;
            }
            if (groups[i].usedNanos - groups[oldest].usedNanos < 0) {
                oldest = i;
            }
        }
        Group group = new Group(print);
        group.usedNanos = now;
        group.add(print);
        groups[oldest] = group;
    }

    /** Remembers that this guard rejects a call, whose failure is then no refusal by others. */
    synchronized void rejectByUs() {
        rejectedByUs++;
    }

    /** Adds a refusal. */
    synchronized void refusal(boolean byGuard, long now, long windowNanos) {
        if (byGuard && rejectedByUs > 0) {
            rejectedByUs--;
        } else {
            refusals.add(now, windowNanos);
        }
    }

    synchronized double refusals(long now, long windowNanos) {
        return refusals.count(now, windowNanos);
    }

    /**
     * About how often something happened within a window that ends now: the count of the current window and the part of
     * the one before that still counts, as if it were even.
     */
    private static final class SlidingCount {

        private long begun;
        private int current;
        private int before;

        void add(long now, long windowNanos) {
            roll(now, windowNanos);
            current++;
        }

        double count(long now, long windowNanos) {
            roll(now, windowNanos);
            return current + before * (1 - (double) (now - begun) / windowNanos);
        }

        private void roll(long now, long windowNanos) {
            long passed = now - begun;
            if (current == 0 && before == 0) {
                begun = now;
            } else if (passed >= 2 * windowNanos) {
                before = 0;
                current = 0;
                begun = now;
            } else if (passed >= windowNanos) {
                before = current;
                current = 0;
                begun += windowNanos;
            }
        }
    }
}
