package dev.aigw.examples.stories;

import dev.aigw.api.StreamRecovery;
import dev.aigw.api.Timeouts;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.fake.SeenRequest;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterSnapshot;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Tens of thousands of calls, plain, asynchronous and streamed, from many threads, to servers on this machine that fail
 * in every way a provider can: statuses, resets, silence, stalls, cuts, garbage, errors inside answers. Prints how the
 * calls ended, and shows that there is no wrong answer, no truncated answer presented as complete, and that no thread,
 * connection, lease or open stream is left.
 */
public final class FaultSoak {

    private static final int CALLS = 30_000;
    private static final int THREADS = 48;
    private static final Duration SETTLE = Duration.ofSeconds(30);

    /**
     * Threads that belong to the process: OkHttp's, which all its clients share and which end after an idle minute, and
     * those of the JDK's scheduler of virtual threads, which stay.
     */
    private static final Set<String> SHARED_THREADS =
            Set.of("OkHttp TaskRunner", "Okio Watchdog", "ForkJoinPool-1-", "VirtualThread-unparker");

    private FaultSoak() {}

    /** Runs the story; the first argument may be a seed, the second the number of calls. */
    public static void main(String[] args) throws InterruptedException {
        long seed = args.length > 0 ? Long.parseLong(args[0]) : System.nanoTime();
        run(System.out, args.length > 1 ? Integer.parseInt(args[1]) : CALLS, THREADS, seed);
    }

    /**
     * What is left after all calls.
     *
     * @param tally how they ended
     * @param inFlight attempts that the router still counts as under way as under way
     * @param connections connections still open
     * @param threads threads started since the beginning
     */
    record Leftovers(SoakTally tally, int inFlight, int connections, List<String> threads) {}

    static Leftovers run(PrintStream out, int calls, int threads, long seed) throws InterruptedException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        SoakTally tally = new SoakTally();
        Map<String, FaultServer> servers = new LinkedHashMap<>();
        try {
            servers.put("steady", server(SoakFaults.mixed(seed, 0.15, 0.01)));
            servers.put("shaky", server(SoakFaults.mixed(seed + 1, 0.40, 0.03)));
            servers.put("flapping", server(SoakFaults.flapping(SoakFaults.mixed(seed + 2, 0.15, 0.01), 200)));
            servers.put("revoked", server(SoakFaults.revoked()));
            servers.put("spare", server(SoakFaults.mixed(seed + 3, 0.05, 0.002)));
            out.println(calls + " calls by " + threads + " threads, seed " + seed);
            out.println();
            long start = System.nanoTime();
            ModelRouter router = router(servers, tally);
            int inFlight;
            try (router) {
                work(router, tally, calls, threads, seed);
                settle(() -> tally.openCalls() == 0 && tally.openAttempts() == 0 && inFlight(router) == 0);
                inFlight = inFlight(router);
            }
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            int connections = 0;
            for (FaultServer server : servers.values()) {
                server.awaitNoConnections(SETTLE);
                connections += server.openConnections();
            }
            printFaults(out, servers);
            servers.values().forEach(FaultServer::close);
            settle(() -> newThreads(before).isEmpty());
            Leftovers left = new Leftovers(tally, inFlight, connections, newThreads(before));
            print(out, left, took);
            return left;
        } finally {
            servers.values().forEach(FaultServer::close);
        }
    }

    private static FaultServer server(Function<SeenRequest, Fault> plan) {
        return FaultServer.builder()
                .plan(plan)
                .answer(request -> SoakQuestion.of(request.text()).answer())
                .start();
    }

    private static ModelRouter router(Map<String, FaultServer> servers, SoakTally tally) {
        ModelRouter.Builder builder = ModelRouter.builder();
        servers.forEach((name, server) -> builder.provider(OpenAiAdapter.builder()
                .name(name)
                .baseUrl(server.baseUrl())
                .maxBodyBytes(100_000)
                .maxEventBytes(100_000)
                .build()));
        return builder.model(
                        "soak",
                        model -> model.deployment("steady/x")
                                .deployment("shaky/x")
                                .deployment("flapping/x")
                                .deployment("revoked/x")
                                .fallback("spare"))
                .model("spare", model -> model.deployment("spare/x"))
                .retry(RetryPolicy.builder()
                        .maxAttempts(6)
                        .backoff(Duration.ofMillis(2), Duration.ofMillis(50))
                        .budget(1000, 0.5)
                        .build())
                .breaker(BreakerPolicy.builder()
                        .failureThreshold(8, 12)
                        .delay(Duration.ofMillis(200))
                        .build())
                .hedge(HedgePolicy.builder()
                        .delay(Duration.ofMillis(150))
                        .budget(0.05)
                        .build())
                .streamRecovery(StreamRecovery.RESUME_OR_RESTART)
                .timeouts(Timeouts.builder()
                        .connect(Duration.ofSeconds(2))
                        .attempt(Duration.ofMillis(500))
                        .firstEvent(Duration.ofMillis(500))
                        .idle(Duration.ofMillis(500))
                        .build())
                .listener(tally)
                .build();
    }

    private static void work(ModelRouter router, SoakTally tally, int calls, int threads, long seed)
            throws InterruptedException {
        List<Thread> workers = new ArrayList<>();
        int each = (calls + threads - 1) / threads;
        for (int i = 0; i < threads; i++) {
            Thread worker = new Thread(
                    new SoakWorker(router, tally, i * each, Math.min(each, calls - i * each), seed + i), "soak-" + i);
            workers.add(worker);
            worker.start();
        }
        for (Thread worker : workers) {
            worker.join();
        }
    }

    private static int inFlight(ModelRouter router) {
        int inFlight = 0;
        for (RouterSnapshot.ModelState model : router.snapshot().models()) {
            for (RouterSnapshot.DeploymentState deployment : model.deployments()) {
                inFlight += deployment.inFlight();
            }
        }
        return inFlight;
    }

    private static List<String> newThreads(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread) && thread.isAlive())
                .map(Thread::getName)
                .filter(name -> SHARED_THREADS.stream().noneMatch(name::startsWith))
                .sorted()
                .toList();
    }

    /** A condition that must become true soon. */
    private interface Condition {
        boolean holds();
    }

    /** Waits for what a cancelled call still does after its caller got the failure. */
    private static void settle(Condition condition) throws InterruptedException {
        long end = System.nanoTime() + SETTLE.toNanos();
        while (!condition.holds() && System.nanoTime() < end) {
            Thread.sleep(10);
        }
    }

    private static void printFaults(PrintStream out, Map<String, FaultServer> servers) {
        Table table = new Table("server", ">requests", ">in faults", ">connections closed by the router");
        Map<String, Integer> dealt = new TreeMap<>();
        servers.forEach((name, server) -> {
            List<SeenRequest> requests = server.requests();
            requests.forEach(request -> dealt.merge(request.fault(), 1, Integer::sum));
            table.row(
                    name,
                    requests.size(),
                    requests.stream()
                            .filter(request -> !request.fault().equals("none"))
                            .count(),
                    requests.stream().filter(SeenRequest::closedByClient).count());
        });
        table.print(out);
        out.println();
        Table faults = new Table("fault of a request", ">times");
        dealt.forEach(faults::row);
        faults.print(out);
        out.println();
    }

    private static void print(PrintStream out, Leftovers left, Duration took) {
        left.tally.print(out, SoakWorker.TOLERANCE);
        left.tally.wrongAnswers().stream().limit(10).forEach(wrong -> out.println("  " + wrong));
        out.println("left over: " + left.tally.openCalls() + " calls and streams, " + left.tally.openAttempts()
                + " attempts, " + left.inFlight + " leases, " + left.connections + " connections, "
                + left.threads.size() + " threads " + left.threads);
        out.println("took " + took.toMillis() / 1000.0 + " s");
    }
}
