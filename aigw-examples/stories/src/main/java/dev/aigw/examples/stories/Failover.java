package dev.aigw.examples.stories;

import dev.aigw.api.GatewayException;
import dev.aigw.api.Route;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.examples.stories.LocalModelService.Fault;
import dev.aigw.providers.openai.OpenAiAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.balance.RoutingStrategies;
import java.io.PrintStream;
import java.util.List;

/**
 * Three local services, two of which fail in several ways, and what the router makes of it: it asks another deployment,
 * leaves alone whoever asked for it or has a wrong key, and falls back to another model. No call of this story fails.
 */
public final class Failover {

    private static final List<Fault> FIRST =
            List.of(Fault.OVERLOADED, Fault.BROKEN, Fault.CUT, Fault.NOT_JSON, Fault.RATE_LIMITED);
    private static final int CALLS = 8;

    private Failover() {}

    /** Runs the story. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        LocalModel model = LocalModel.load();
        List<Passage> passages = List.of(
                new Passage("Failures", "README.md", "When a provider fails, another deployment is asked at once."));
        try (LocalModelService first = LocalModelService.start("first", model, call -> fault(FIRST, call));
                LocalModelService second = LocalModelService.start(
                        "second", model, call -> call > FIRST.size() ? Fault.UNAUTHORIZED : Fault.NONE);
                LocalModelService spare = LocalModelService.start("spare", model);
                ModelRouter router = router(first, second, spare)) {
            ChatRequest request = Guide.request("guide", "What happens when a provider fails?", passages);
            Table table = new Table(">call", "answered by", "attempts");
            for (int call = 1; call <= CALLS; call++) {
                row(table, call, router, request);
            }
            table.print(out);
            out.println();
            out.println("The plan now, by a dry run:");
            out.println(router.explain(request));
        }
    }

    private static Fault fault(List<Fault> script, int call) {
        return call <= script.size() ? script.get(call - 1) : Fault.NONE;
    }

    private static ModelRouter router(LocalModelService... services) {
        ModelRouter.Builder builder = ModelRouter.builder();
        for (LocalModelService service : services) {
            builder.provider(OpenAiAdapter.builder()
                    .name(service.name())
                    .baseUrl(service.baseUrl())
                    .build());
        }
        return builder.model(
                        "guide",
                        guide -> guide.deployment("first/minilm")
                                .deployment("second/minilm")
                                .strategy(RoutingStrategies.ordered())
                                .fallback("guide-spare"))
                .model("guide-spare", guide -> guide.deployment("spare/minilm"))
                .build();
    }

    private static void row(Table table, int call, ModelRouter router, ChatRequest request) {
        try {
            Route route = router.chat(request).route();
            table.row(call, String.valueOf(route.deployment()), attempts(route));
        } catch (GatewayException e) {
            table.row(call, "nobody: " + e.kind(), attempts(e.route()));
        }
    }

    /** Returns the attempts of a route in one line. */
    static String attempts(Route route) {
        return String.join(
                " -> ",
                route.attempts().stream()
                        .map(attempt -> attempt.deployment() + " "
                                + (attempt.errorKind() == null ? "answered" : attempt.errorKind()))
                        .toList());
    }
}
