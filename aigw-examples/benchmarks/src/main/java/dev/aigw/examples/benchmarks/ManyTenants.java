package dev.aigw.examples.benchmarks;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.limit.Dimension;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.metering.Meters;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Random;

/**
 * One router with ten thousand deployments, called by a million tenants: prints the heap it takes and the CPU time of a
 * call. Arguments: the numbers of deployments, of tenants, and of tenants that have allowances and ledger rows of their
 * own; a heap of 1 GiB suffices.
 */
public final class ManyTenants {

    private static final int DEPLOYMENTS_PER_MODEL = 10;
    private static final double MIB = 1 << 20;

    private ManyTenants() {}

    /** Measures and prints. */
    public static void main(String[] args) {
        int deployments = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
        int tenants = args.length > 1 ? Integer.parseInt(args[1]) : 1_000_000;
        int kept = args.length > 2 ? Integer.parseInt(args[2]) : 100_000;
        long empty = liveBytes();
        long began = System.nanoTime();
        try (ModelRouter router = router(deployments, kept)) {
            double seconds = (System.nanoTime() - began) / 1e9;
            long built = liveBytes();
            System.out.printf(
                    "%,d deployments of %,d models: built in %.1f s, %.1f MiB, %,d bytes each%n",
                    deployments,
                    deployments / DEPLOYMENTS_PER_MODEL,
                    seconds,
                    (built - empty) / MIB,
                    (built - empty) / deployments);

            Random random = new Random(1);
            for (int i = 0; i < 200_000; i++) {
                call(router, random.nextInt(deployments), random.nextInt(100));
            }
            System.out.printf(
                    "a call of one of 100 tenants: %,d ns%n", time(router, deployments, random, 0, 100, 500_000));

            int steps = 4;
            for (int step = 0; step < steps; step++) {
                int from = tenants / steps * step;
                long nanos = time(router, deployments, random, from, tenants / steps, tenants / steps);
                System.out.printf(
                        "%,d tenants so far: %,d ns a call, %.1f MiB since it was built%n",
                        from + tenants / steps, nanos, (liveBytes() - built) / MIB);
            }
            System.out.printf(
                    "rows of the ledger: %,d%n",
                    router.snapshot().usage().rows().size());
            System.out.printf(
                    "attempts in the ledger: %,d%n",
                    router.snapshot().usage().total().attempts());
        }
    }

    private static ModelRouter router(int deployments, int kept) {
        ModelRouter.Builder builder = ModelRouter.builder()
                .provider(InMemory.adapter())
                .meter(Meters.builder().maximumRows(kept).build())
                .limits(Limits.builder()
                        .limit(
                                "requests",
                                limit -> limit.requests(1_000_000)
                                        .per(Window.rolling(Duration.ofMinutes(1)))
                                        .by(Dimension.TENANT)
                                        .maximumKeys(kept))
                        .build());
        for (int i = 0; i < deployments / DEPLOYMENTS_PER_MODEL; i++) {
            int number = i;
            builder.model("model-" + i, model -> {
                for (int each = 0; each < DEPLOYMENTS_PER_MODEL; each++) {
                    model.deployment("memory/upstream-" + number + "-" + each);
                }
            });
        }
        return builder.build();
    }

    /** Returns the CPU time of a call on average; each tenant in turn calls a random model. */
    private static long time(ModelRouter router, int deployments, Random random, int from, int tenants, int calls) {
        ThreadMXBean thread = ManagementFactory.getThreadMXBean();
        long began = thread.getCurrentThreadCpuTime();
        for (int i = 0; i < calls; i++) {
            call(router, random.nextInt(deployments), from + i % tenants);
        }
        return (thread.getCurrentThreadCpuTime() - began) / calls;
    }

    private static void call(ModelRouter router, int deployment, int tenant) {
        CallOptions options = CallOptions.builder()
                .caller(Caller.ofTenant("tenant-" + tenant))
                .build();
        try {
            router.chat(ChatRequest.of("model-" + deployment / DEPLOYMENTS_PER_MODEL, "Why is the sky blue?"), options);
        } catch (GatewayException e) {
            if (e.kind() != ErrorKind.LIMIT_EXCEEDED) { // that of the allowance that all further tenants share
                throw e;
            }
        }
    }

    /** Returns how many bytes of the heap are reachable. */
    private static long liveBytes() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
