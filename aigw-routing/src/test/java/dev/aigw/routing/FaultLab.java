package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.StreamRecovery;
import dev.aigw.api.Timeouts;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.fake.FaultServer;
import dev.aigw.providers.fake.SeenRequest;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.RouterHarness.Way;
import dev.aigw.routing.balance.RoutingStrategies;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Servers that fail over real sockets, and a router that asks them in order: model {@code m} has the deployments
 * {@code a/x}, {@code b/x}, …; {@code spare} is a model of its own server that others may fall back to.
 *
 * <p>Closing it asserts that nothing is left: no attempt in flight, no connection.
 */
final class FaultLab implements AutoCloseable {

    static final Duration LONG = Duration.ofSeconds(30);

    private static final String WARM_UP = "warm up";

    private final Map<String, FaultServer> servers = new LinkedHashMap<>();
    private final Map<String, OpenAiAdapter> adapters = new LinkedHashMap<>();
    private Consumer<ModelRouter.Builder> setup = builder -> {};
    private @Nullable ModelRouter router;
    private String[] fallbacks = {};
    private Timeouts limits = Timeouts.NONE;
    private @Nullable String answer;

    /** Makes the servers that are added from now on give this answer instead of one of their own each. */
    FaultLab answer(String answer) {
        this.answer = answer;
        return this;
    }

    /** Adds a server with the deployment {@code name/x}, which gives its requests these faults and then answers. */
    FaultLab server(String name, Fault... script) {
        AtomicInteger count = new AtomicInteger();
        return server(name, request -> {
            int number = count.getAndIncrement();
            return number < script.length ? script[number] : Fault.none();
        });
    }

    FaultLab server(String name, Function<SeenRequest, Fault> plan) {
        FaultServer server = FaultServer.builder()
                .plan(request -> request.text().equals(WARM_UP) ? Fault.none() : plan.apply(request))
                .reply(answer == null ? answerOf(name) : answer)
                .start();
        servers.put(name, server);
        adapters.put(
                name,
                OpenAiAdapter.builder(Dialects.OPENAI)
                        .name(name)
                        .baseUrl(server.baseUrl())
                        .maxBodyBytes(100_000)
                        .maxEventBytes(100_000)
                        .build());
        return this;
    }

    /** Lets a stream fail that breaks after its first content. */
    FaultLab unrecovered() {
        return router(builder -> builder.streamRecovery(StreamRecovery.FAIL));
    }

    FaultLab router(Consumer<ModelRouter.Builder> setup) {
        this.setup = this.setup.andThen(setup);
        return this;
    }

    /** Sets the limits of {@code m}; {@code spare} has none, so that load never makes it late. */
    FaultLab limits(Timeouts.Builder limits) {
        this.limits = limits.build();
        return this;
    }

    /** Makes {@code m} fall back to {@code spare}. */
    FaultLab withSpare(Fault... script) {
        server("spare", script);
        fallbacks = new String[] {"spare"};
        return this;
    }

    static String answerOf(String server) {
        return "Die Antwort von " + server + ": größer als zwei Stücke, und vollständig.";
    }

    ModelRouter router() {
        if (router == null) {
            ModelRouter.Builder builder = ModelRouter.builder();
            adapters.values().forEach(builder::provider);
            builder.model("m", model -> {
                for (String name : adapters.keySet()) {
                    if (!name.equals("spare")) {
                        model.deployment(name + "/x");
                    }
                }
                model.strategy(RoutingStrategies.ordered());
                model.fallback(fallbacks);
                model.timeouts(limits);
            });
            if (adapters.containsKey("spare")) {
                builder.model("spare", model -> model.deployment("spare/x"));
            }
            setup.accept(builder);
            router = builder.build();
        }
        return router;
    }

    /** Calls each server once, well, so that a short limit afterwards does not meet what is slow only at first. */
    FaultLab warm() {
        CallOptions patient = CallOptions.builder()
                .timeouts(Timeouts.builder()
                        .connect(LONG)
                        .attempt(LONG)
                        .firstEvent(LONG)
                        .build())
                .build();
        for (String name : servers.keySet()) {
            router().chat(ChatRequest.of(name + "/x", WARM_UP), patient);
            try (ChatStream stream = router().stream(ChatRequest.of(name + "/x", WARM_UP), patient)) {
                stream.response();
            }
        }
        return this;
    }

    /** Returns what a server saw, but for {@link #warm()}. */
    List<SeenRequest> seen(String server) {
        return servers.get(server).requests().stream()
                .filter(request -> !request.text().equals(WARM_UP))
                .toList();
    }

    String baseUrl(String server) {
        return servers.get(server).baseUrl();
    }

    ChatResponse chat(Way way) {
        return chat(way, CallOptions.DEFAULT);
    }

    ChatResponse chat(Way way, CallOptions options) {
        return way.chat(router(), ChatRequest.of("m", "hello"), options);
    }

    GatewayException failure(Way way) {
        return failure(way, CallOptions.DEFAULT);
    }

    GatewayException failure(Way way, CallOptions options) {
        GatewayException failure = catchThrowableOfType(GatewayException.class, () -> chat(way, options));
        assertThat(failure).as("the call should fail").isNotNull();
        return failure;
    }

    /** Asserts that the route is these attempts, each given as deployment and kind of failure or null. */
    static void assertRoute(Route route, @Nullable Object... deploymentsAndKinds) {
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < deploymentsAndKinds.length; i += 2) {
            expected.append(deploymentsAndKinds[i])
                    .append(' ')
                    .append(deploymentsAndKinds[i + 1])
                    .append('\n');
        }
        StringBuilder made = new StringBuilder();
        for (Route.Attempt attempt : route.attempts()) {
            made.append(attempt.deployment())
                    .append(' ')
                    .append(attempt.errorKind())
                    .append('\n');
        }
        assertThat(made).hasToString(expected.toString());
    }

    /** Asserts that the failures of earlier attempts are attached in order. */
    static void assertSuppressed(GatewayException failure, ErrorKind... kinds) {
        assertThat(failure.getSuppressed())
                .extracting(earlier -> ((GatewayException) earlier).kind())
                .containsExactly(kinds);
    }

    /** Waits for what a call has left behind to end, such as a hedge that lost. */
    private void assertNothingIsUnderWay() {
        long end = System.nanoTime() + LONG.toNanos();
        List<String> underWay = underWay();
        while (!underWay.isEmpty() && System.nanoTime() < end) {
            Thread.onSpinWait();
            underWay = underWay();
        }
        assertThat(underWay).as("deployments with attempts under way").isEmpty();
    }

    private List<String> underWay() {
        return router().snapshot().models().stream()
                .flatMap(model -> model.deployments().stream())
                .filter(deployment -> deployment.inFlight() > 0)
                .map(RouterSnapshot.DeploymentState::id)
                .toList();
    }

    @Override
    public void close() throws InterruptedException {
        try {
            assertNothingIsUnderWay();
            router().close();
            for (Map.Entry<String, FaultServer> server : servers.entrySet()) {
                assertThat(server.getValue().awaitNoConnections(LONG))
                        .as("connections of %s are closed", server.getKey())
                        .isTrue();
            }
        } finally {
            servers.values().forEach(FaultServer::close);
        }
    }
}
