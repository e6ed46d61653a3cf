package dev.aigw.routing.redis;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The commands of one shared bucket, as {@code bucket.lua} takes them. Those that change something have
 * {@link Numbers}, by which Redis executes each at most once, and undoes one whose answer was lost. Safe for use by
 * many threads.
 */
final class BucketCommands {

    private static final Script BUCKET = Script.of("bucket.lua");
    private static final BigInteger NONE = BigInteger.ZERO;

    private final String key;
    private final String journal;
    private final BigInteger rate;
    private final BigInteger periodNanos;
    private final Supplier<String> micros;
    private final Numbers numbers = new Numbers();

    /**
     * Creates those of one bucket.
     *
     * @param owner differs from that of every other allowance, in whichever JVM
     * @param micros returns the time in microseconds, or nothing for that of Redis
     */
    BucketCommands(String key, String owner, BigInteger rate, BigInteger periodNanos, Supplier<String> micros) {
        this.key = key;
        this.journal = key + ":" + owner;
        this.rate = rate;
        this.periodNanos = periodNanos;
        this.micros = micros;
    }

    /** What the script answers: whether there was enough, what is missing now, and whether it was taken ahead. */
    record Answer(boolean enough, BigInteger missing, boolean isAhead) {

        static Answer of(List<Object> reply) {
            return new Answer(
                    (Long) reply.get(0) == 1,
                    new BigInteger(new String((byte[]) reply.get(1), StandardCharsets.US_ASCII)),
                    (Long) reply.get(3) == 1);
        }
    }

    /**
     * What to take.
     *
     * @param before the most that may be missing before, as the script counts
     * @param force whether to take it even if more is missing
     * @param ahead how much to take besides, if much more remains; or zero
     */
    record Take(long number, long count, BigInteger before, boolean force, long ahead) {}

    /**
     * What to report; its number lets it be sent again without counting twice.
     *
     * @param count how much was used beyond what was taken; negative if less was used
     */
    record Report(long number, long count) {}

    Numbers numbers() {
        return numbers;
    }

    /** Returns tokens as the script counts them. */
    BigInteger amountOf(long tokens) {
        return BigInteger.valueOf(tokens).multiply(periodNanos);
    }

    /** Returns the command that only reads. */
    Command<List<Object>> look() {
        return BUCKET.on(List.of(key), args(0, 0, NONE, true, 0, NONE));
    }

    Command<List<Object>> take(Take take) {
        BigInteger kept = amountOf(take.ahead).multiply(BigInteger.valueOf(Lane.PARTS));
        BigInteger most = take.before.add(amountOf(take.count)).subtract(kept);
        long ahead = most.signum() < 0 ? 0 : take.ahead;
        return numbered(args(0, take.count, take.before, take.force, ahead, most.max(NONE)), take.number, 0);
    }

    Command<List<Object>> report(Report report) {
        long back = Math.max(0, -report.count);
        return numbered(args(back, Math.max(0, report.count), NONE, true, 0, NONE), report.number, 0);
    }

    /** Returns the command that undoes one, whatever of it was or will be executed. */
    Command<List<Object>> undo(long number, Take lost) {
        return numbered(args(lost.count, 0, NONE, true, lost.ahead, NONE), number, lost.number);
    }

    private Command<List<Object>> numbered(List<String> args, long number, long undone) {
        args.add(Long.toString(number));
        args.add(Long.toString(numbers.closedUpTo()));
        args.add(Long.toString(undone));
        return BUCKET.on(List.of(key, journal), args);
    }

    private List<String> args(
            long back, long taken, BigInteger before, boolean force, long ahead, BigInteger beforeAhead) {
        return new ArrayList<>(List.of(
                rate.toString(),
                amountOf(back).toString(),
                amountOf(taken).toString(),
                before.toString(),
                force ? "1" : "0",
                micros.get(),
                amountOf(ahead).toString(),
                beforeAhead.toString()));
    }
}
