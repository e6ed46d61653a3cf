package dev.aigw.examples.stories;

import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import redis.embedded.RedisServer;

/**
 * Three JVMs, each with its own router, and one Redis. They share replies, limits and cooldowns after providers' rate
 * limits. One JVM is killed in the middle of a call, and at the end Redis itself is stopped.
 */
public final class Fleet implements AutoCloseable {

    private static final String SLOW = "Take all the time you need.";
    private static final long LONGEST_SECONDS = 60;

    private final PrintStream out;
    private final RedisServer redis;
    private final FaultServer first;
    private final FaultServer second;
    private final FleetProcess west;
    private final FleetProcess east;
    private final FleetProcess north;

    private Fleet(PrintStream out) throws IOException {
        this.out = out;
        int port = freePort();
        redis = RedisServer.newRedisServer()
                .port(port)
                .bind("127.0.0.1")
                .setting("save \"\"")
                .build();
        redis.start();
        first = FaultServer.builder()
                .plan(request ->
                        request.number() == 1 ? Fault.none() : Fault.status(429).header("retry-after", "600"))
                .start();
        second = FaultServer.builder()
                .plan(request -> request.text().equals(SLOW) ? Fault.silence() : Fault.none())
                .start();
        String uri = "redis://127.0.0.1:" + port;
        west = FleetProcess.start("west", uri, first.baseUrl(), second.baseUrl());
        east = FleetProcess.start("east", uri, first.baseUrl(), second.baseUrl());
        north = FleetProcess.start("north", uri, first.baseUrl(), second.baseUrl());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        try (Fleet fleet = new Fleet(out)) {
            fleet.west.awaitReady();
            fleet.east.awaitReady();
            fleet.north.awaitReady();
            fleet.shareReplies();
            fleet.shareHolds();
            fleet.shareLimits();
            fleet.loseOne();
            fleet.loseRedis();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void shareReplies() {
        out.println("1. All share one JVM's replies, separately for each tenant");
        Table table = calls();
        ask(table, west, "acme", "Why is the sky blue?");
        ask(table, west, "acme", "Why is the sky blue?");
        ask(table, east, "acme", "Why is the sky blue?");
        table.print(out);
        out.println();
    }

    private void shareHolds() {
        out.println("2. One gets a rate limit of ten minutes, and the deployment cools down for all");
        Table table = calls();
        ask(table, west, "acme", "Why is grass green?");
        await(() -> List.of(east, north).stream().allMatch(jvm -> jvm.cooling().equals("first/x")));
        ask(table, east, "acme", "Why is snow white?");
        ask(table, north, "birch", "Why is the sky blue?");
        table.print(out);
        out.println("  first/x has refused " + (first.requests().size() - 1) + " call in all");
        out.println();
    }

    private void shareLimits() {
        out.println("3. A limit of five requests is for all three together");
        Table table = calls();
        List<FleetProcess> all = List.of(west, east, north);
        for (int i = 0; i < 7; i++) {
            ask(table, all.get(i % all.size()), "cedar", "Question " + i);
        }
        table.print(out);
        out.println();
    }

    private void loseOne() {
        out.println("4. North dies in the middle of a call; its permit is returned");
        Table table = calls();
        north.begin("dune", SLOW);
        await(() ->
                second.requests().stream().anyMatch(request -> request.text().equals(SLOW)));
        ask(table, west, "dune", "Is it my turn?");
        north.kill();
        table.row("north", "dune", SLOW, "killed");
        String outcome = east.ask("dune", "Is it mine?");
        for (long end = end(); outcome.startsWith("refused") && end - System.nanoTime() > 0; pause()) {
            outcome = east.ask("dune", "Is it mine?");
        }
        table.row("east", "dune", "Is it mine?", outcome + ", in the end");
        table.print(out);
        out.println();
    }

    private void loseRedis() throws IOException {
        out.println("5. Redis is stopped, and calls continue");
        redis.stop();
        Table table = calls();
        ask(table, west, "acme", "Why is the sky blue?");
        ask(table, east, "acme", "Why is the sea salt?");
        ask(table, west, "acme", "Why is the sea salt?");
        ask(table, east, "acme", "Why is the sea salt?");
        table.print(out);
    }

    private static Table calls() {
        return new Table("JVM", "tenant", "question", "outcome");
    }

    private static void ask(Table table, FleetProcess jvm, String tenant, String question) {
        table.row(jvm.name(), tenant, question, jvm.ask(tenant, question));
    }

    private static void await(BooleanSupplier condition) {
        for (long end = end(); !condition.getAsBoolean(); pause()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("the fleet is not in the expected state after a minute");
            }
        }
    }

    private static long end() {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        List.of(west, east, north).forEach(FleetProcess::close);
        first.close();
        second.close();
        redis.stop();
    }
}
