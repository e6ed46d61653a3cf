package dev.aigw.examples.benchmarks;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reads each vendor's answers, whole and by chunk, with its adapter and by hand, without a network. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class AdapterBenchmark {

    /** The vendor. */
    @Param
    VendorWire vendor = VendorWire.OPENAI;

    private VendorWire.Readers readers = vendor.new Readers();

    /** Makes the adapter. */
    @Setup
    public void start() {
        readers = vendor.new Readers();
    }

    /** One chunk of a stream, by the adapter. */
    @Benchmark
    @OperationsPerInvocation(VendorWire.CHUNKS)
    public int chunk() {
        return readers.stream();
    }

    /** One chunk of a stream, by hand. */
    @Benchmark
    @OperationsPerInvocation(VendorWire.CHUNKS)
    public int chunkByHand() throws IOException {
        return readers.streamByHand();
    }

    /** A whole answer, by the adapter. */
    @Benchmark
    public int reply() {
        return readers.reply();
    }

    /** A whole answer, by hand. */
    @Benchmark
    public int replyByHand() throws IOException {
        return readers.replyByHand();
    }
}
