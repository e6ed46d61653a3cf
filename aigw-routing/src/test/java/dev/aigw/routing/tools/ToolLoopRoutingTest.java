package dev.aigw.routing.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.Message;
import dev.aigw.api.chat.ReasoningOrigin;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.catalog.ModelBuilder;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.route.Condition;
import dev.aigw.routing.route.Routes;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the router makes of a loop: it keeps its rounds together, fails over, and counts them against limits. */
class ToolLoopRoutingTest extends ToolLoopHarness {

    private final Map<String, Integer> asked = new HashMap<>();
    private @Nullable String broken;

    /** A vendor that calls the tool twice, then answers; with reasoning that only its account can read. */
    private ProviderAdapter vendor(String name, boolean signs) {
        return ProviderAdapter.builder(name)
                .chat((request, attempt) -> {
                    asked.merge(attempt.deployment(), 1, Integer::sum);
                    if (attempt.deployment().equals(broken)) {
                        throw GatewayException.of(ErrorKind.SERVER_ERROR, "broken");
                    }
                    long results = request.messages().stream()
                            .filter(message -> message.role() == Message.Role.TOOL)
                            .count();
                    ChatResponse reply = results < 2 ? calls(weather("c" + results, "x".repeat(3_000))) : answer(name);
                    List<ContentPart> parts =
                            new java.util.ArrayList<>(reply.message().parts());
                    if (signs) {
                        String origin = new ReasoningOrigin(name, attempt.model(), attempt.account(), null).toString();
                        parts.add(0, new ContentPart.Reasoning(null, null, "sig", null, origin));
                    }
                    return reply.toBuilder().parts(parts).build();
                })
                .build();
    }

    private void routed(boolean signs, Consumer<ModelBuilder> model, Consumer<ToolLoop> test) {
        try (ModelRouter router = builder(vendor("v", signs), vendor("w", signs))
                .model("m", model)
                .model("small", small -> small.deployment("v/small"))
                .model("large", large -> large.deployment("w/large"))
                .build()) {
            test.accept(loop(router).tools(weather()).build());
            settled(router);
        }
    }

    private static Set<String> deployments(ToolRun run) {
        Set<String> deployments = new HashSet<>();
        run.route().attempts().forEach(attempt -> deployments.add(attempt.deployment()));
        return deployments;
    }

    private ToolRun ask(Run way, ToolLoop loop, String text) {
        return run(way, loop, ChatRequest.of("m", text), CallOptions.DEFAULT);
    }

    @ParameterizedTest
    @EnumSource
    void aStickyRouteKeepsALoopOnItsModel(Run way) {
        routed(
                false,
                model -> model.route(Routes.sticky(Routes.rules()
                        .when(Condition.promptTokensAtLeast(100), "large")
                        .otherwise("small"))),
                loop -> {
                    ToolRun run = ask(way, loop, "Short?");

                    assertThat(run.rounds()).hasSize(3);
                    assertThat(run.route().attempts())
                            .extracting(attempt -> attempt.deployment())
                            .containsOnly("v/small");
                    assertThat(deployments(ask(way, loop, "a long question ".repeat(500))))
                            .as("another loop is another session")
                            .containsExactly("w/large");
                });
    }

    @ParameterizedTest
    @EnumSource
    void affinityKeepsALoopAtItsDeployment(Run way) {
        routed(
                false,
                model -> model.deployment("v/a").deployment("w/b").strategy(RoutingStrategies.affinity()),
                loop -> {
                    Set<String> all = new HashSet<>();
                    for (int i = 0; i < 20; i++) {
                        Set<String> one = deployments(ask(way, loop, "The same question?"));
                        assertThat(one).hasSize(1);
                        all.addAll(one);
                    }
                    assertThat(all).as("loops are balanced").hasSize(2);
                });
    }

    @ParameterizedTest
    @EnumSource
    void signedReasoningKeepsALoopAtItsAccount(Run way) {
        routed(
                true,
                model -> model.deployment("v/a", deployment -> deployment.keys("key-one", "key-two"))
                        .strategy(RoutingStrategies.roundRobin()),
                loop -> {
                    Set<String> all = new HashSet<>();
                    for (int i = 0; i < 4; i++) {
                        ToolRun run = ask(way, loop, "Well?");
                        assertThat(deployments(run)).hasSize(1);
                        assertThat(run.route().warnings()).isEmpty();
                        all.addAll(deployments(run));
                    }
                    assertThat(all).hasSize(2);
                });
    }

    @ParameterizedTest
    @EnumSource
    void aLoopWhoseDeploymentFailsGoesOnElsewhere(Run way) {
        routed(true, model -> model.deployment("v/a").deployment("w/b").strategy(RoutingStrategies.ordered()), loop -> {
            Tool breaking = Tool.of("weather", "d", City.class, city -> {
                broken = "v/a";
                return "sun";
            });
            ToolLoop breaks = ToolLoop.builder(loop.client())
                    .environment(environment)
                    .tools(breaking)
                    .build();
            ToolRun run = ask(way, breaks, "Well?");

            assertThat(run.text()).isEqualTo("w");
            assertThat(run.rounds().get(0).reply().route().deployment()).isEqualTo("v/a");
            assertThat(run.rounds().get(1).reply().route().deployment()).isEqualTo("w/b");
            assertThat(run.route().deployment()).isEqualTo("w/b");
        });
    }

    @Test
    void eachRoundCountsAgainstTheRoutersLimits() {
        try (ModelRouter router = builder(vendor("v", false))
                .model("m", model -> model.deployment("v/a"))
                .limits(Limits.builder()
                        .limit("two", limit -> limit.requests(2).per(Window.rolling(Duration.ofHours(1))))
                        .build())
                .build()) {
            GatewayException failure =
                    failure(() -> ask(Run.PLAIN, loop(router).tools(weather()).build(), "Well?"));

            assertThat(failure.kind()).isEqualTo(ErrorKind.LIMIT_EXCEEDED);
            ToolRun run = ToolRun.of(failure);
            assertThat(run).isNotNull();
            assertThat(run.rounds()).hasSize(2);
            assertThat(run.messages()).hasSize(5);
        }
    }
}
