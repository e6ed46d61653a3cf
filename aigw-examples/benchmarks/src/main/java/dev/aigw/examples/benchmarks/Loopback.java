package dev.aigw.examples.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.metering.Meters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;

/**
 * Compares a routed chat and a routed stream with {@link HandWritten}, over loopback HTTP, in the same run, by CPU time
 * and allocation of the calling threads, which do all the client's work. The two ways run in turn.
 */
public final class Loopback {

    private static final int WARMUPS = 12;
    private static final int ROUNDS = 7;
    private static final int CALLS = 4_000;
    private static final int STREAMS = 60;
    private static final int CHUNKS = 1_000;
    private static final int OPENINGS = 2_000;
    private static final int FEW_CHUNKS = 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final String CHAT = "{\"id\":\"chatcmpl-1\",\"object\":\"chat.completion\",\"created\":1,"
            + "\"model\":\"m\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":"
            + "\"The sky is blue because air scatters short waves more.\"},\"finish_reason\":\"stop\"}],"
            + "\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":11,\"total_tokens\":23}}";

    private Loopback() {}

    private interface Work {
        /** Does one unit, and returns the CPU time of the thread when it had the first content. */
        long run() throws IOException;
    }

    /** What a unit cost: CPU time, CPU time to the first content, allocation; and the slowest percentile's time. */
    private record Spent(double micros, double firstMicros, double bytes, double p99Micros) {}

    /** Measures and prints; an argument {@code chat} or {@code stream} selects one. */
    public static void main(String[] args) throws IOException, InterruptedException {
        String only = args.length == 0 ? "" : args[0];
        try (CannedServer chats = new CannedServer("application/json", CHAT);
                CannedServer streams = new CannedServer("text/event-stream", events(CHUNKS));
                CannedServer openings = new CannedServer("text/event-stream", events(FEW_CHUNKS))) {
            OkHttpClient client = new OkHttpClient.Builder()
                    .connectionPool(new ConnectionPool(256, 5, TimeUnit.MINUTES))
                    .build();
            try (ModelRouter router = ModelRouter.builder()
                    .provider(OpenAiAdapter.builder()
                            .name("chats")
                            .baseUrl(chats.baseUrl())
                            .build())
                    .provider(OpenAiAdapter.builder()
                            .name("streams")
                            .baseUrl(streams.baseUrl())
                            .build())
                    .provider(OpenAiAdapter.builder()
                            .name("openings")
                            .baseUrl(openings.baseUrl())
                            .build())
                    .model("chat", model -> model.deployment("chats/m"))
                    .model("stream", model -> model.deployment("streams/m"))
                    .model("opening", model -> model.deployment("openings/m"))
                    .meter(Meters.inMemory())
                    .build()) {
                if (!only.equals("stream")) {
                    for (int threads : new int[] {1, 64}) {
                        compare(
                                "chat, " + threads + (threads == 1 ? " thread" : " threads"),
                                threads,
                                CALLS,
                                1,
                                () -> handWrittenChat(client, chats.baseUrl()),
                                () -> routedChat(router));
                    }
                }
                if (!only.equals("chat")) {
                    compare(
                            "streamed chunk",
                            1,
                            STREAMS,
                            CHUNKS,
                            () -> handWrittenStream(client, streams.baseUrl(), CHUNKS),
                            () -> routedStream(router, "stream", CHUNKS));
                    compare(
                            "short stream",
                            1,
                            OPENINGS,
                            1,
                            () -> handWrittenStream(client, openings.baseUrl(), FEW_CHUNKS),
                            () -> routedStream(router, "opening", FEW_CHUNKS));
                }
            }
            client.connectionPool().evictAll();
        }
    }

    private static void compare(String what, int threads, int repeats, int units, Work floor, Work routed)
            throws IOException, InterruptedException {
        double[] cpu = new double[ROUNDS];
        double[] first = new double[ROUNDS];
        double[] allocation = new double[ROUNDS];
        double[] p99 = new double[ROUNDS];
        Spent floors = new Spent(0, 0, 0, 0);
        Spent ours = new Spent(0, 0, 0, 0);
        for (int round = -WARMUPS; round < ROUNDS; round++) {
            floors = spend(threads, repeats, units, floor);
            ours = spend(threads, repeats, units, routed);
            if (round >= 0) {
                cpu[round] = ours.micros() / floors.micros();
                first[round] = ours.firstMicros() / floors.firstMicros();
                allocation[round] = ours.bytes() / floors.bytes();
                p99[round] = ours.p99Micros() / floors.p99Micros();
            }
        }
        print(what, "CPU us", floors.micros(), ours.micros(), cpu);
        print(what, "B", floors.bytes(), ours.bytes(), allocation);
        if (floors.firstMicros() > 0) { // a chat has no first content
            print(what, "CPU us to the first content", floors.firstMicros(), ours.firstMicros(), first);
        }
        if (units == 1) {
            print(what, "us at the 99th percentile", floors.p99Micros(), ours.p99Micros(), p99);
        }
    }

    private static void print(String what, String unit, double floor, double routed, double[] ratios) {
        Arrays.sort(ratios);
        System.out.printf(
                "%-16s by hand %.2f, routed %.2f %s in the last round; median ratio %.2f (%.2f to %.2f)%n",
                what, floor, routed, unit, ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1]);
    }

    private static Spent spend(int threads, int repeats, int units, Work work) throws InterruptedException {
        int each = Math.max(1, repeats / threads);
        Spender[] spenders = new Spender[threads];
        for (int i = 0; i < threads; i++) {
            spenders[i] = new Spender(work, each);
            spenders[i].start();
        }
        long[] times = new long[threads * each];
        long nanos = 0;
        long first = 0;
        long bytes = 0;
        for (int i = 0; i < threads; i++) {
            spenders[i].join();
            System.arraycopy(spenders[i].times, 0, times, i * each, each);
            nanos += spenders[i].nanos;
            first += spenders[i].first;
            bytes += spenders[i].bytes;
        }
        Arrays.sort(times);
        double all = (double) threads * each;
        return new Spent(
                nanos / 1e3 / all / units,
                first / 1e3 / all,
                bytes / all / units,
                times[times.length * 99 / 100] / 1e3);
    }

    private static final class Spender extends Thread {
        private final Work work;
        private final long[] times;
        private long nanos;
        private long first;
        private long bytes;

        Spender(Work work, int repeats) {
            this.work = work;
            this.times = new long[repeats];
        }

        @Override
        public void run() {
            try {
                long startBytes = THREADS.getCurrentThreadAllocatedBytes();
                long startNanos = THREADS.getCurrentThreadCpuTime();
                for (int i = 0; i < times.length; i++) {
                    long time = System.nanoTime();
                    long before = THREADS.getCurrentThreadCpuTime();
                    first += work.run() - before;
                    times[i] = System.nanoTime() - time;
                }
                nanos = THREADS.getCurrentThreadCpuTime() - startNanos;
                bytes = THREADS.getCurrentThreadAllocatedBytes() - startBytes;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static long handWrittenChat(OkHttpClient client, String baseUrl) throws IOException {
        HandWritten.Answer answer = HandWritten.chat(client, baseUrl);
        require(String.valueOf(answer.text()).startsWith("The sky") && answer.outputTokens() == 11);
        return 0;
    }

    private static long routedChat(ModelRouter router) {
        ChatResponse answer = router.chat("chat", "Why is the sky blue?");
        require(answer.text().startsWith("The sky"));
        return 0;
    }

    private static long handWrittenStream(OkHttpClient client, String baseUrl, int expected) throws IOException {
        long[] first = new long[1];
        StringBuilder text = new StringBuilder();
        int chunks = HandWritten.stream(client, baseUrl, text, () -> first[0] = THREADS.getCurrentThreadCpuTime());
        require(chunks == expected && text.length() > expected);
        return first[0];
    }

    private static long routedStream(ModelRouter router, String model, int expected) {
        int chunks = 0;
        long first = 0;
        try (ChatStream stream = router.stream(ChatRequest.of(model, "Why is the sky blue?"))) {
            for (ChatEvent event : stream) {
                if (event instanceof ChatEvent.TextDelta && chunks++ == 0) {
                    first = THREADS.getCurrentThreadCpuTime();
                }
            }
            require(chunks == expected
                    && Objects.requireNonNull(stream.response()).text().length() > expected);
        }
        return first;
    }

    private static void require(boolean holds) {
        if (!holds) {
            throw new IllegalStateException("the answer is not what the server sent");
        }
    }

    private static String events(int chunks) {
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < chunks; i++) {
            events.append(
                            "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",")
                    .append(
                            "\"service_tier\":\"default\",\"system_fingerprint\":null,\"choices\":[{\"index\":0,\"delta\":")
                    .append("{\"content\":\" word")
                    .append(i)
                    .append("\"},\"logprobs\":null,\"finish_reason\":null}],\"usage\":null}\n\n");
        }
        events.append(
                        "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",")
                .append("\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");
        return events.toString();
    }
}
