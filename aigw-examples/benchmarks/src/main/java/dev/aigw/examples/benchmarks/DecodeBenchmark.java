package dev.aigw.examples.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.providers.json.TextDeltaTemplate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Decodes one streamed chunk with and without parsing its JSON, and makes the cache key of a new request. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodeBenchmark {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final byte[] chunk = ("{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,"
                    + "\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"logprobs\":null,"
                    + "\"finish_reason\":null}],\"usage\":null}")
            .getBytes(StandardCharsets.UTF_8);
    private final TextDeltaTemplate template = learned();
    private final String kilobyte = "word ".repeat(205);

    private TextDeltaTemplate learned() {
        TextDeltaTemplate fresh = new TextDeltaTemplate("content");
        fresh.learn(chunk, 0, chunk.length, 0, " word");
        if (!" word".equals(fresh.match(chunk, 0, chunk.length))) {
            throw new IllegalStateException("the template has not learned the chunk");
        }
        return fresh;
    }

    /** The text of a chunk by template. */
    @Benchmark
    public @Nullable String chunkByTemplate() {
        return template.match(chunk, 0, chunk.length);
    }

    /** The text of a chunk by Jackson's tree. */
    @Benchmark
    public @Nullable String chunkByJackson() throws IOException {
        return JSON.readTree(chunk).at("/choices/0/delta/content").textValue();
    }

    /** Builds a request of 1 KB and hashes it as a cache key. */
    @Benchmark
    public int keyOfAKilobyte() {
        return ChatRequest.of("m", kilobyte).cacheIdentity().hashCode();
    }
}
