package dev.aigw.examples.stories;

import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.resilience.BreakerPolicy;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * How the router handles each kind of failure, step by step, with servers on this machine that fail over real sockets:
 * another deployment, a retry of the same one, a fallback model, a broken stream that continues where it broke, and a
 * primary that is down for a while and then used again.
 */
public final class Failover {

    private static final String ANSWER = "An answer of some length, so that there is a middle to break it in.";
    private static final Duration BREAKER_DELAY = Duration.ofMillis(500);
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final PrintStream out;

    private Failover(PrintStream out) {
        this.out = out;
    }

    /** Runs the story. */
    public static void main(String[] args) throws InterruptedException {
        run(System.out);
    }

    static void run(PrintStream out) throws InterruptedException {
        Failover story = new Failover(out);
        story.another();
        story.same();
        story.fallback();
        story.requestAtFault();
        story.streams();
        story.flapping();
    }

    private void another() {
        out.println("1. Another deployment of the model is tried at once");
        Table table = new Table("the first provider", "attempts");
        plain(table, "is overloaded", Fault.status(503));
        plain(table, "has an internal error", Fault.status(500));
        plain(table, "limits the rate", Fault.status(429).header("retry-after", "60"));
        plain(table, "is out of quota", Fault.status(429, "insufficient_quota"));
        plain(table, "refuses our key", Fault.status(401));
        plain(table, "has no such model", Fault.status(404));
        plain(table, "resets the connection", Fault.reset());
        plain(table, "sends a login page", Fault.reply(200, "text/html", "<html>please log in</html>"));
        plain(table, "cuts its reply", Fault.cut());
        plain(table, "hides an error in a 200", Fault.errorInside("engine_overloaded"));
        plain(table, "stays silent", Fault.silence());
        finish(table);
    }

    private void plain(Table table, String what, Fault fault) {
        try (Servers servers = new Servers().server("first", fault).server("second")) {
            table.row(what, servers.ask(servers.router(builder -> {})));
        }
    }

    private void same() {
        out.println("2. The same deployment is retried after its wait, if it is the only one");
        Table table = new Table("the only provider", "attempts");
        for (Fault fault : List.of(
                Fault.status(503), Fault.reset(), Fault.status(429).header("retry-after-ms", "200"), Fault.garbage())) {
            try (Servers servers = new Servers().server("only", fault)) {
                table.row(fault, servers.ask(servers.router(builder -> {})));
            }
        }
        finish(table);
    }

    private void fallback() {
        out.println("3. A fallback model is tried when no deployment of the model can answer");
        Table table = new Table(">call", "attempts");
        try (Servers servers = new Servers()
                .server("first", Fault.status(401))
                .server("second", Fault.status(429).header("retry-after", "60"))
                .server("spare")) {
            ModelRouter router = servers.router(builder -> {});
            for (int call = 1; call <= 2; call++) {
                table.row(call, servers.ask(router));
            }
            finish(table);
            out.println("   The plan now, by a dry run:");
            out.println(router.explain(ChatRequest.of("assistant", "hello"))
                    .toString()
                    .indent(3));
        }
    }

    private void requestAtFault() {
        out.println("4. No other deployment is tried when the request itself is at fault");
        Table table = new Table("the first provider", "attempts");
        plain(table, "finds the request invalid", Fault.status(400));
        plain(table, "filters the content", Fault.status(400, "content_filter"));
        plain(table, "cannot read so long a prompt", Fault.status(400, "context_length_exceeded"));
        finish(table);
    }

    private void streams() {
        out.println("5. A stream fails over unnoticed until its first content; after that, as you choose");
        Table table = new Table("the first provider", "recovery", "what the reader gets");
        stream(table, "is silent before the content", Fault.slowFirstToken(LIMIT), StreamRecovery.FAIL);
        stream(table, "breaks off in the middle", Fault.cut(), StreamRecovery.FAIL);
        stream(table, "breaks off in the middle", Fault.cut(), StreamRecovery.RESUME);
        stream(table, "falls silent in the middle", Fault.stall(), StreamRecovery.RESUME);
        stream(table, "ends without its sentinel", Fault.withoutSentinel(), StreamRecovery.FAIL);
        finish(table);
    }

    private static void stream(Table table, String what, Fault fault, StreamRecovery recovery) {
        try (Servers servers = new Servers().server("first", fault).server("second")) {
            ModelRouter router = servers.router(builder -> builder.streamRecovery(recovery));
            try (ChatStream stream = router.stream("assistant", "hello")) {
                ChatResponse answer = stream.response();
                table.row(what, recovery, (answer.text().equals(ANSWER) ? "the answer: " : "?: ") + servers.seen());
            } catch (GatewayException e) {
                ChatResponse partial = (ChatResponse) e.partial();
                table.row(
                        what,
                        recovery,
                        e.kind() + " after \"" + (partial == null ? "" : partial.text()) + "\": " + servers.seen());
            }
        }
    }

    private void flapping() throws InterruptedException {
        out.println("6. A primary that is down for a while is skipped, probed, and used again");
        try (Servers servers = new Servers()
                .server(
                        "first",
                        Fault.reset(),
                        Fault.status(503),
                        Fault.status(500),
                        Fault.cut(),
                        Fault.reset(),
                        Fault.status(503),
                        Fault.status(503))
                .server("second")) {
            ModelRouter router = servers.router(builder -> builder.breaker(BreakerPolicy.builder()
                    .failureThreshold(5, 10)
                    .delay(BREAKER_DELAY)
                    .build()));
            Table table = new Table(">calls", "attempts");
            String last = "";
            int count = 0;
            int returned = 0;
            long end = System.nanoTime() + LIMIT.toNanos();
            while (returned < 3 && System.nanoTime() < end) {
                String attempts = servers.ask(router);
                returned = attempts.equals("first answered") ? returned + 1 : 0;
                if (count > 0 && !attempts.equals(last)) {
                    table.row(count, last);
                    count = 0;
                }
                last = attempts;
                count++;
                Thread.sleep(20);
            }
            table.row(count, last);
            finish(table);
        }
    }

    private void finish(Table table) {
        table.print(out);
        out.println();
    }

    /** The servers of one scene, tried in order; the one named spare is the fallback. */
    private static final class Servers implements AutoCloseable {

        private final List<String> names = new ArrayList<>();
        private final List<FaultServer> servers = new ArrayList<>();
        private final List<ModelRouter> routers = new ArrayList<>();

        Servers server(String name, Fault... script) {
            names.add(name);
            servers.add(FaultServer.builder().script(script).reply(ANSWER).start());
            return this;
        }

        ModelRouter router(Consumer<ModelRouter.Builder> more) {
            ModelRouter.Builder builder = ModelRouter.builder()
                    .timeouts(Timeouts.builder()
                            .attempt(Duration.ofSeconds(2))
                            .firstEvent(Duration.ofSeconds(2))
                            .idle(Duration.ofSeconds(2))
                            .build());
            for (int i = 0; i < names.size(); i++) {
                builder.provider(OpenAiAdapter.builder()
                        .name(names.get(i))
                        .baseUrl(servers.get(i).baseUrl())
                        .build());
            }
            builder.model("assistant", model -> {
                names.stream().filter(name -> !name.equals("spare")).forEach(name -> model.deployment(name + "/x"));
                model.strategy(RoutingStrategies.ordered());
                if (names.contains("spare")) {
                    model.fallback("assistant-spare");
                }
            });
            if (names.contains("spare")) {
                builder.model("assistant-spare", model -> model.deployment("spare/x"));
            }
            more.accept(builder);
            ModelRouter router = builder.build();
            routers.add(router);
            return router;
        }

        /** Asks once, and returns the attempts in one line. */
        String ask(ModelRouter router) {
            try {
                return attempts(router.chat("assistant", "hello").route());
            } catch (GatewayException e) {
                return attempts(e.route()) + ", and so the call fails";
            }
        }

        /** Returns how many requests each server got. */
        String seen() {
            List<String> seen = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                seen.add(names.get(i) + " asked " + servers.get(i).requests().size() + "x");
            }
            return String.join(", ", seen);
        }

        private static String attempts(Route route) {
            return String.join(
                    " -> ",
                    route.attempts().stream()
                            .map(attempt -> attempt.deployment().replace("/x", "") + " "
                                    + (attempt.errorKind() == null ? "answered" : attempt.errorKind()))
                            .toList());
        }

        @Override
        public void close() {
            routers.forEach(ModelRouter::close);
            servers.forEach(FaultServer::close);
        }
    }
}
