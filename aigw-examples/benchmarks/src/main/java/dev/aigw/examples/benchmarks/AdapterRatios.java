package dev.aigw.examples.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/**
 * Measures {@link AdapterBenchmark} by CPU time and allocation of the thread, with both ways in turn for each vendor,
 * so that a busy machine gives the same ratios as an idle one.
 */
public final class AdapterRatios {

    private static final int ROUNDS = 9;
    private static final int STREAMS = 40;
    private static final int REPLIES = 8_000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AdapterRatios() {}

    private interface Work {
        int run() throws IOException;
    }

    private record Spent(double nanos, double bytes) {}

    /** Measures and prints the rows of a table, of the vendors in the arguments or of all. */
    public static void main(String[] args) throws IOException {
        List<String> only = List.of(args);
        System.out.println(
                "| adapter | chunk by hand | chunk | CPU | allocation | reply by hand | reply | CPU | allocation |");
        System.out.println("| --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (VendorWire vendor : VendorWire.values()) {
            if (!only.isEmpty() && !only.contains(vendor.name())) {
                continue;
            }
            VendorWire.Readers readers = vendor.new Readers();
            int chunks = readers.streamByHand();
            if (readers.stream() < VendorWire.CHUNKS
                    || chunks < VendorWire.CHUNKS
                    || readers.reply() != readers.replyByHand()) {
                throw new IllegalStateException(vendor + ": the two ways do not read the same");
            }
            System.out.println("| " + vendor
                    + compare(STREAMS, VendorWire.CHUNKS, readers::streamByHand, readers::stream)
                    + compare(REPLIES, 1, readers::replyByHand, readers::reply) + " |");
        }
    }

    private static String compare(int repeats, int units, Work byHand, Work adapter) throws IOException {
        double[] cpu = new double[ROUNDS];
        Spent hand = new Spent(0, 0);
        Spent ours = new Spent(0, 0);
        for (int round = -3; round < ROUNDS; round++) {
            hand = spend(repeats, units, byHand);
            ours = spend(repeats, units, adapter);
            if (round >= 0) {
                cpu[round] = ours.nanos() / hand.nanos();
            }
        }
        Arrays.sort(cpu);
        return String.format(
                " | %.0f ns, %.0f B | %.0f ns, %.0f B | %.2f (%.2f to %.2f) | %.2f",
                hand.nanos(),
                hand.bytes(),
                ours.nanos(),
                ours.bytes(),
                cpu[ROUNDS / 2],
                cpu[0],
                cpu[ROUNDS - 1],
                ours.bytes() / hand.bytes());
    }

    private static Spent spend(int repeats, int units, Work work) throws IOException {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        long nanos = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < repeats; i++) {
            work.run();
        }
        double each = (double) repeats * units;
        return new Spent(
                (THREADS.getCurrentThreadCpuTime() - nanos) / each,
                (THREADS.getCurrentThreadAllocatedBytes() - bytes) / each);
    }
}
