package dev.aigw.examples.benchmarks;

import dev.aigw.api.Caller;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.routing.guard.injection.PromptInjection;
import dev.aigw.routing.guard.output.Links;
import dev.aigw.routing.guard.screening.CallerAnomalies;
import dev.aigw.routing.guard.screening.DenyEntry;
import dev.aigw.routing.guard.screening.DenyList;
import dev.aigw.routing.guard.sensitive.SensitiveData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures how many characters a microsecond guards check, which is MB/s: the counter {@code chars}. Beside it, checks
 * a microsecond.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class GuardBenchmark {

    /** Which guards check: all of them, one after the other, or one. */
    @Param({"all", "injection", "sensitive", "links", "words", "feed", "patterns", "anomalies"})
    public String guards = "all";

    /** What the text repeats. */
    @Param({"prose", "a", "1", "@", "aGVsbG8", "ignore ", "[", "mixed"})
    public String text = "prose";

    /** How many characters it has. */
    @Param({"1024", "2048", "102400", "1048576"})
    public int size = 2048;

    private List<Guard> checking = List.of();
    private Inspection inspection = inspection("");

    /** Counts characters. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Counter {

        /** Characters checked. */
        public long chars;
    }

    private static List<Guard> named(String name) {
        return switch (name) {
            case "words" -> List.of(list("words", 500));
            case "feed" -> List.of(list("feed", 100_000));
            case "patterns" ->
                List.of(DenyList.builder("patterns")
                        .entry(DenyEntry.pattern("(?i)proj-[0-9]{4}"))
                        .entry(DenyEntry.pattern("acme[a-z]+corp"))
                        .build());
            case "injection" -> List.of(PromptInjection.guard());
            case "sensitive" ->
                List.of(SensitiveData.builder().personalData().secrets().build());
            case "links" -> List.of(Links.toHosts("docs.example.com"));
            case "anomalies" -> List.of(CallerAnomalies.builder().build());
            case "all" -> {
                List<Guard> all = new ArrayList<>();
                for (String one : List.of("injection", "sensitive", "links", "words", "patterns", "anomalies")) {
                    all.addAll(named(one));
                }
                yield all;
            }
            default -> throw new IllegalArgumentException("no guard is named " + name);
        };
    }

    private static DenyList list(String name, int words) {
        return DenyList.builder(name)
                .entries(IntStream.range(0, words)
                        .mapToObj(i -> DenyEntry.word("known bad phrase " + Integer.toString(i * 7919, 36)))
                        .toList())
                .build();
    }

    private static Inspection inspection(String text) {
        return Inspection.of(
                Inspection.Direction.INPUT,
                List.of(GuardedPart.text(ContentOrigin.USER, "messages[0].parts[0]", text, true)),
                ChatRequest.CHAT,
                ChatRequest.of("m", text),
                "m",
                Caller.ofTenant("acme"),
                Duration.ofSeconds(1));
    }

    /** Makes the guards and the text. */
    @Setup
    public void prepare() {
        checking = named(guards);
        String piece = switch (text) {
            case "prose" -> "The known phrase is about a quick brown fox, which jumps over the lazy dog. ";
            case "mixed" -> "a\u0431\u4e00\u0915\u093f\u05d0\u200b\ud835\udc1a\uff41e\u0301 ";
            default -> text;
        };
        inspection = inspection(piece.repeat(size / piece.length() + 1).substring(0, size));
    }

    /** Checks the text. */
    @Benchmark
    public GuardVerdict check(Counter counter) {
        GuardVerdict last = GuardVerdict.ALLOW;
        for (Guard guard : checking) {
            last = guard.check(inspection);
        }
        counter.chars += size;
        return last;
    }
}
