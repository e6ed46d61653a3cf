package dev.aigw.routing.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.ModelRouter;
import dev.aigw.routing.RouterHarness;
import dev.aigw.routing.cache.Caches;
import dev.aigw.routing.catalog.ModelBuilder;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.rollout.BlueGreen;
import dev.aigw.routing.rollout.Shadow;
import dev.aigw.routing.route.Acceptance;
import dev.aigw.routing.route.Condition;
import dev.aigw.routing.route.Routes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** No path through the router sends what the permissions deny: routes, cascades, fallbacks, shadows, aliases, hedges. */
class PermissionPathsTest extends RouterHarness {

    private static final List<String> LEAVES = List.of("m0", "m1", "m2", "m3");
    private static final List<String> TENANTS = List.of("acme", "bank", "city");

    PermissionPathsTest() {
        super(7);
    }

    /** What was sent: for whom, to which model. */
    private record Sent(String tenant, String model) {}

    @Property(tries = 150)
    void nothingIsSentThatThePermissionsDeny(@ForAll long seed) {
        Random random = new Random(seed);
        Set<Sent> allowed = new HashSet<>();
        Permissions.Builder rules = Permissions.builder();
        for (String tenant : TENANTS) {
            Set<String> models = new TreeSet<>();
            for (String model : List.of("m0", "m1", "m2", "m3", "auto", "steps", "watched", "fake/x", "fake/m1")) {
                if (random.nextInt(3) > 0) {
                    models.add(model);
                    allowed.add(new Sent(tenant, model));
                }
            }
            rules.allow(tenant, rule -> rule.tenant(tenant).model(models.toArray(String[]::new)));
        }
        Set<Sent> sent = new HashSet<>();
        FakeProvider.Builder provider = fake().reply("ok");
        for (String leaf : LEAVES) {
            if (random.nextBoolean()) {
                provider.model(leaf, script -> script.fail(ErrorKind.SERVER_ERROR)
                        .fail(ErrorKind.OVERLOADED)
                        .delay(Duration.ofMillis(20))
                        .reply("late"));
            }
        }
        FakeProvider fake = provider.build();
        ModelRouter.Builder building = builder(fake)
                .alias("usual", "m" + random.nextInt(4))
                .alias("swap", BlueGreen.of("m0", "m1"))
                .alias("straight", "fake/x")
                .model("auto", model -> model.route(Routes.rules()
                        .when(Condition.tenant("bank"), "m1")
                        .when(Condition.tag("to", "steps"), "steps")
                        .otherwise("m" + random.nextInt(4))))
                .model("steps", model -> model.route(Routes.cascade()
                        .first("m0", (question, answer) -> random.nextBoolean())
                        .first("m2", Acceptance.finished())
                        .last("m3")))
                .access(Access.builder()
                        .permissions(rules.build())
                        .trustUnauthenticated()
                        .build())
                .listener(event -> {
                    if (event instanceof RouterEvent.AttemptStarted started) {
                        String tenant = started.call().options().caller().tenant();
                        synchronized (sent) {
                            sent.add(new Sent(tenant, started.call().model()));
                        }
                    }
                });
        for (int i = 0; i < LEAVES.size(); i++) {
            String leaf = LEAVES.get(i);
            String fallback = LEAVES.get(i + random.nextInt(LEAVES.size() - i));
            building.model(leaf, model -> leaf(model, leaf, fallback));
        }
        building.model("watched", model -> model.deployment("fake/w")
                .shadow(Shadow.builder("m" + random.nextInt(4)).share(1).build()));
        if (random.nextBoolean()) {
            building.cache(Caches.inMemory().maximumEntries(100).shared().build());
        }
        if (random.nextBoolean()) {
            building.hedge(HedgePolicy.builder().delay(Duration.ofMillis(5)).build());
        }
        environment.simulate(() -> calls(building, random));

        assertThat(allowed).containsAll(sent);
        assertThat(sent).isNotEmpty();
    }

    private void calls(ModelRouter.Builder building, Random random) {
        try (ModelRouter router = building.build()) {
            List<String> names = new ArrayList<>(
                    List.of("auto", "steps", "watched", "usual", "swap", "straight", "fake/x", "fake/m1"));
            names.addAll(LEAVES);
            for (int i = 0; i < 25; i++) {
                call(router, random, names.get(random.nextInt(names.size())));
                environment.takeTurns();
            }
        }
    }

    private static void leaf(ModelBuilder model, String name, String fallback) {
        model.deployment("fake/" + name).deployment("fake/" + name + "b");
        if (!fallback.equals(name)) {
            model.fallback(fallback);
        }
    }

    private void call(ModelRouter router, Random random, String model) {
        String tenant = TENANTS.get(random.nextInt(TENANTS.size()));
        CallOptions.Builder options = CallOptions.builder().caller(Caller.ofTenant(tenant));
        if (random.nextInt(3) == 0) {
            options.fallbacks("m" + random.nextInt(4), "fake/x");
        }
        if (random.nextBoolean()) {
            options.tag("to", "steps");
        }
        ChatRequest request = ChatRequest.of(model, "question " + random.nextInt(3));
        try {
            if (random.nextBoolean()) {
                router.chat(request, options.build());
            } else {
                try (ChatStream stream = router.stream(request, options.build())) {
                    stream.response();
                }
            }
        } catch (GatewayException e) {
            assertThat(e.kind()).isIn(ErrorKind.DENIED, ErrorKind.SERVER_ERROR, ErrorKind.OVERLOADED);
        }
    }
}
