package dev.aigw.examples.benchmarks;

import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatEvent;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.metering.Meters;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads ten thousand streams at once, each by its own virtual thread, in a JVM with a heap of 1 GiB. It needs Java 21
 * or later and two free file descriptors per stream.
 *
 * <p>The server runs in this JVM and starts to send when all streams are open; the client is a JVM started by this one.
 */
public final class ManyStreams {

    private static final int STREAMS = 10_000;
    private static final int CHUNKS = 20;
    private static final long TICK_MILLIS = 1_000;
    private static final long PAUSE_NANOS = 1_000_000; // between two starts, so that the backlog of listen() suffices

    private static final AtomicBoolean MIDWAY = new AtomicBoolean();
    private static final AtomicLong LIVE_BYTES = new AtomicLong();

    private ManyStreams() {}

    /** Measures and prints; {@code args} are the client's own. */
    public static void main(String[] args) throws Exception {
        if (args.length > 0) {
            read(Integer.parseInt(args[0]));
            return;
        }
        if (Runtime.version().feature() < 21) {
            throw new IllegalStateException("virtual threads need Java 21: run this with a later JDK");
        }
        TickingServer server = new TickingServer(STREAMS, CHUNKS, TICK_MILLIS);
        Process client = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyStreams.class.getName(),
                        Integer.toString(server.port()))
                .inheritIO()
                .start();
        CompletionStage<Process> exit = client.onExit();
        exit.whenComplete((ended, failure) -> {
            if (ended.exitValue() != 0) {
                System.exit(ended.exitValue());
            }
        });
        server.serve();
        client.waitFor();
    }

    private static void read(int port) throws Exception {
        AtomicInteger complete = new AtomicInteger();
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        CountDownLatch done = new CountDownLatch(STREAMS);
        long began = System.nanoTime();
        try (ModelRouter router = ModelRouter.builder()
                .provider(OpenAiAdapter.builder()
                        .name("local")
                        .baseUrl("http://127.0.0.1:" + port + "/v1")
                        .build())
                .model("assistant", model -> model.deployment("local/m"))
                .meter(Meters.inMemory())
                // A new HTTP/1 call searches all connections for a free one, so the last of ten thousand wait.
                .timeouts(Timeouts.builder()
                        .connect(Duration.ofMinutes(1))
                        .firstEvent(Duration.ofMinutes(5))
                        .build())
                .build()) {
            ExecutorService threads = virtualThreads();
            for (int i = 0; i < STREAMS; i++) {
                LockSupport.parkNanos(PAUSE_NANOS);
                threads.execute(() -> {
                    try {
                        if (chunks(router) == CHUNKS) {
                            complete.incrementAndGet();
                        }
                    } catch (RuntimeException e) {
                        failure.compareAndSet(null, e);
                    } finally {
                        done.countDown();
                    }
                });
            }
            done.await();
            threads.shutdown();
        }
        RuntimeException first = failure.get();
        if (first != null) {
            first.printStackTrace();
        }
        com.sun.management.OperatingSystemMXBean system =
                (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        System.out.printf(
                "%d of %d streams complete after %.1f s, %.1f s of CPU; %d MiB of a heap of %d MiB alive midway%n",
                complete.get(),
                STREAMS,
                (System.nanoTime() - began) / 1e9,
                system.getProcessCpuTime() / 1e9,
                LIVE_BYTES.get() >> 20,
                Runtime.getRuntime().maxMemory() >> 20);
        System.exit(complete.get() == STREAMS ? 0 : 1);
    }

    private static int chunks(ModelRouter router) {
        int chunks = 0;
        try (ChatStream stream = router.stream(ChatRequest.of("assistant", "Why is the sky blue?"))) {
            for (ChatEvent event : stream) {
                if (event instanceof ChatEvent.TextDelta
                        && ++chunks == CHUNKS / 2
                        && MIDWAY.compareAndSet(false, true)) {
                    noteLiveBytes();
                }
            }
        }
        return chunks;
    }

    private static void noteLiveBytes() {
        System.gc();
        LIVE_BYTES.set(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    /** By reflection, since this is compiled for Java 17. */
    private static ExecutorService virtualThreads() throws ReflectiveOperationException {
        return (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    }
}
