package dev.aigw.routing.engine.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.CooldownScope;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelCard;
import dev.aigw.api.spi.SchemaFallback;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.VirtualEnvironment;
import dev.aigw.routing.balance.RoutingStrategies;
import dev.aigw.routing.catalog.Catalog;
import dev.aigw.routing.catalog.DirectModels;
import dev.aigw.routing.catalog.ModelCards;
import dev.aigw.routing.catalog.ModelTable;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeploymentRegistryTest {

    private final VirtualEnvironment environment = new VirtualEnvironment(1);
    private final FakeProvider fake = FakeProvider.builder("fake").reply("ok").build();
    private final DeploymentRegistry registry = new DeploymentRegistry(
            environment,
            new Breaker.Config(5, 10, Duration.ofSeconds(10), 0.5),
            Duration.ofHours(1),
            new RetryBudget.Size(100, 1));

    private LiveDeployment declare(String upstream, Credential credential) {
        DeploymentRegistry.Plan plan = registry.plan();
        plan.announce("fake/" + upstream, credential, null);
        LiveDeployment live =
                registry.deployment(definition(plan.id("fake/" + upstream, credential, null), upstream, credential));
        plan.add(live);
        plan.apply();
        return live;
    }

    private DeploymentDefinition definition(String id, String upstream, Credential credential) {
        return new DeploymentDefinition(
                id,
                fake,
                upstream,
                credential,
                credential.account(),
                null,
                1,
                1,
                null,
                Set.of(),
                null,
                ModelCard.UNKNOWN);
    }

    private static Credential named(String id) {
        return Credential.of(id, () -> "secret of " + id);
    }

    @Test
    void theCooldownsOfRotatedKeysAreForgotten() {
        for (int i = 0; i < 5_000; i++) {
            declare("a", named("key-" + i));
        }
        assertThat(registry.credentialCooldowns())
                .as("the key's, and the key's for its model")
                .isEqualTo(2);
        assertThat(registry.deployments()).hasSize(1);
        assertThat(Objects.requireNonNull(registry.find("fake/a")).definition().credentialKey())
                .endsWith("key-4999");
    }

    @Test
    void ofANameThatIsForgottenNothingStays() {
        ModelTable table = new ModelTable();
        table.model("m", model -> model.deployment("fake/a"));
        table.model("wild/*", model -> model.deployment("fake/*", each -> each.keys("one", "two")));
        Catalog catalog = Catalog.of(
                table,
                Map.of("fake", fake),
                RoutingStrategies.weighted(),
                registry,
                ModelCards.builtIn(),
                SchemaFallback.none(),
                DirectModels.all());
        int before = registry.size();
        for (int i = 0; i < 200; i++) {
            catalog.find("wild/x-" + i);
            catalog.find("fake/y-" + i);
        }
        assertThat(registry.deployments()).hasSize(1 + 200 * 3);

        environment.advance(Duration.ofHours(2));
        for (int i = 0; i < 1_000; i++) {
            catalog.find("fake/z-" + i); // as many as there are places
        }
        environment.advance(Duration.ofHours(2));
        catalog.find("fake/z");
        int one = registry.size() - before;
        assertThat(registry.deployments()).extracting(LiveDeployment::id).containsExactlyInAnyOrder("fake/a", "fake/z");
        assertThat(one).as("entries of one name").isLessThan(10);
    }

    @Test
    void aCooldownOfOneKeyForOneModelIsNotThatOfAKeyWithBothNames() {
        LiveDeployment one = registry.deployment(definition("one", "gpt", named("k")));
        LiveDeployment other = registry.deployment(definition("other", "x", named("k|gpt")));
        long now = environment.nanoTime();
        one.coolDown(CooldownScope.CREDENTIAL_MODEL, now, Duration.ofMinutes(1), ErrorKind.PERMISSION);
        assertThat(one.unavailableNanos(now)).isPositive();
        assertThat(other.unavailableNanos(now)).isZero();
    }
}
