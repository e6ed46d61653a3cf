package dev.aigw.routing.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.SchemaFallback;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.routing.engine.pool.Breaker;
import dev.aigw.routing.engine.pool.DeploymentRegistry;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.RetryBudget;
import dev.aigw.routing.feature.Environment;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogTest {

    private final ModelTable table = new ModelTable();
    private ModelCards cards = ModelCards.builtIn();

    private Catalog catalog() {
        Map<String, ProviderAdapter> adapters = new HashMap<>();
        for (String name : List.of("onnx", "openai", "azure")) {
            adapters.put(name, FakeProvider.builder(name).reply("ok").build());
        }
        return Catalog.of(
                table,
                adapters,
                deployments -> candidates -> -1,
                new DeploymentRegistry(
                        Environment.system(),
                        new Breaker.Config(5, 10, Duration.ofSeconds(10), 0.5),
                        Duration.ofMinutes(5),
                        new RetryBudget.Size(100, 1)),
                cards,
                SchemaFallback.none(),
                DirectModels.all());
    }

    private static Consumer<ModelBuilder> versions(String... versions) {
        return model -> {
            for (String version : versions) {
                model.deployment("onnx/sentiment-" + version, deployment -> deployment.version(version));
            }
        };
    }

    private static List<String> deployments(Catalog catalog, String name) {
        Model model = Objects.requireNonNull(catalog.find(name), () -> catalog.missing(name));
        return model.pool().deployments().stream().map(LiveDeployment::id).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "sentiment,2.1.4",
        "sentiment@latest,2.1.4",
        "sentiment@2,2.1.4",
        "sentiment@2.1,2.1.4",
        "sentiment@^2.1,2.1.4",
        "sentiment@~2.0.0,2.0.0",
        "sentiment@~2.1.3,2.1.4",
        "sentiment@2.1.0,2.1.0",
        "sentiment@1,1.9.9",
        "sentiment@<2,1.9.9",
        "sentiment@3.0.0-rc.1,3.0.0-rc.1",
        "sentiment@^3.0.0-rc.1,3.0.0-rc.2",
    })
    void aSelectorFindsTheHighestVersionItAdmits(String name, String version) {
        table.model("sentiment", versions("2.0.0", "3.0.0-rc.2", "1.9.9", "2.1.4", "3.0.0-rc.1", "2.1.0"));

        assertThat(deployments(catalog(), name)).containsExactly("onnx/sentiment-" + version);
    }

    @Test
    void allDeploymentsOfTheVersionServeIt() {
        table.model(
                "sentiment",
                model -> model.deployment("onnx/a", deployment -> deployment.version("1.0.0"))
                        .deployment("onnx/b", deployment -> deployment.version("1.1.0"))
                        .deployment("onnx/c", deployment -> deployment.version("1.1.0+gpu")));
        Catalog catalog = catalog();

        assertThat(deployments(catalog, "sentiment@1")).containsExactly("onnx/b", "onnx/c");
        assertThat(Objects.requireNonNull(catalog.find("sentiment@1")).name()).isEqualTo("sentiment@1.1.0");
        assertThat(Objects.requireNonNull(catalog.find("sentiment")).name()).isEqualTo("sentiment");
        assertThat(catalog.models()).containsOnlyKeys("sentiment", "sentiment@1.0.0", "sentiment@1.1.0");
    }

    @Test
    void anUnknownVersionFailsWithTheKnownOnes() {
        table.model("sentiment", versions("1.0.0", "2.1.0", "3.0.0-rc.1"));
        Catalog catalog = catalog();

        for (String name : List.of("sentiment@4", "sentiment@3", "sentiment@^2.2", "sentiment@1.0.1")) {
            assertThat(catalog.find(name)).as(name).isNull();
            assertThat(catalog.missing(name))
                    .contains("\"" + name.substring(name.indexOf('@')) + "\"")
                    .contains("its versions are 3.0.0-rc.1, 2.1.0, 1.0.0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sentiment@", "sentiment@ ", "sentiment@banana", "sentiment@^^2", "sentiment@@2"})
    void anInvalidSelectorFailsWithAValidExample(String name) {
        table.model("sentiment", versions("2.1.0"));
        Catalog catalog = catalog();

        assertThat(catalog.find(name)).isNull();
        assertThat(catalog.missing(name)).contains("selects no version").contains("@^2.1");
    }

    @Test
    void aModelOfPreReleasesOnlyMustBeAskedForOne() {
        table.model("sentiment", versions("3.0.0-rc.1"));
        Catalog catalog = catalog();

        assertThat(catalog.find("sentiment")).isNull();
        assertThat(catalog.find("sentiment@latest")).isNull();
        assertThat(catalog.missing("sentiment")).contains("pre-releases only").contains("3.0.0-rc.1");
    }

    @Test
    void aModelWithoutVersionsSaysSo() {
        table.model("sentiment", model -> model.deployment("onnx/a"));

        assertThat(catalog().find("sentiment@2")).isNull();
        assertThat(catalog().missing("sentiment@2")).contains("has no versions");
    }

    @Test
    void deploymentsHaveVersionsAllOrNone() {
        table.model(
                "sentiment",
                model -> model.deployment("onnx/a", deployment -> deployment.version("1.0.0"))
                        .deployment("onnx/b"));

        assertThatThrownBy(this::catalog)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[onnx/b] have none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "2.1", "v2.1.0", "latest", "2.1.0-", "01.0.0", ""})
    void aVersionMustBeASemanticOne(String version) {
        assertThatThrownBy(() -> table.model("sentiment", versions(version)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + version + "\" is not a semantic version");
    }

    @Test
    void anAliasMayNameAVersionAndBeAskedForOne() {
        table.model("sentiment", versions("1.0.0", "2.1.0"))
                .alias("stable", "sentiment@1")
                .alias("mood", "sentiment");
        Catalog catalog = catalog();

        assertThat(deployments(catalog, "stable")).containsExactly("onnx/sentiment-1.0.0");
        assertThat(deployments(catalog, "mood@2")).containsExactly("onnx/sentiment-2.1.0");
        assertThat(deployments(catalog, "mood")).containsExactly("onnx/sentiment-2.1.0");
    }

    @Test
    void anAliasToAVersionThatIsNotThereFailsTheBuild() {
        table.model("sentiment", versions("1.0.0")).alias("next", "sentiment@2");

        assertThatThrownBy(this::catalog)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("alias \"next\"")
                .hasMessageContaining("its versions are 1.0.0");
    }

    @Test
    void aliasesThatRunInACircleFailTheBuildEvenByVersion() {
        table.model("m", model -> model.deployment("onnx/a")).alias("a", "b@2").alias("b", "a");

        assertThatThrownBy(this::catalog)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("aliases form a cycle: ")
                .hasMessageContaining("a -> b");
    }

    @Test
    void aFallbackMayNameAVersionAndMayBeAnotherVersionOfTheSame() {
        table.model("sentiment", versions("1.0.0", "2.1.0"))
                .model("m", model -> model.deployment("onnx/a").fallback("sentiment@2", "sentiment@1"));

        assertThat(Objects.requireNonNull(catalog().find("m")).fallbacks())
                .containsExactly("sentiment@2", "sentiment@1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a@2", "a/b", "a*b", "", "@"})
    void aModelNameHasNoSlashAtOrStarInside(String name) {
        assertThatThrownBy(() -> table.model(name, model -> model.deployment("onnx/a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a");
        assertThatThrownBy(() -> table.alias(name, "m")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aWildcardPutsTheRestOfTheNameInPlaceOfTheStar() {
        table.model(
                "openai/*",
                model -> model.deployment("openai/*", deployment -> deployment.keys("one", "two"))
                        .deployment("azure/prefix-*"));
        Catalog catalog = catalog();

        assertThat(deployments(catalog, "openai/gpt-5-mini"))
                .containsExactly("openai/gpt-5-mini", "openai/gpt-5-mini#2", "azure/prefix-gpt-5-mini");
        assertThat(catalog.find("openai/gpt-5-mini")).isSameAs(catalog.find("openai/gpt-5-mini"));
        assertThat(deployments(catalog, "azure/gpt-5")).containsExactly("azure/gpt-5");
        assertThat(catalog.find("openai/")).isNull();
    }

    @Test
    void theLongestWildcardWinsAndADeclaredNameBeatsAll() {
        table.model("*", model -> model.deployment("azure/any-*"))
                .model("gpt-*", model -> model.deployment("openai/gpt-*"))
                .model("gpt-4", model -> model.deployment("onnx/old"));
        Catalog catalog = catalog();

        assertThat(deployments(catalog, "gpt-5")).containsExactly("openai/gpt-5");
        assertThat(deployments(catalog, "gpt-4")).containsExactly("onnx/old");
        assertThat(deployments(catalog, "other")).containsExactly("azure/any-other");
    }

    @Test
    void namesFromOutsideDoNotFillTheTableForEver() {
        table.model("w-*", model -> model.deployment("openai/*", deployment -> deployment.keys("a", "b")));
        Catalog catalog = catalog();
        for (int i = 0; i < 3_000; i++) {
            assertThat(deployments(catalog, "w-" + i)).hasSize(2);
        }

        assertThat(catalog.find("w-2999")).isNotSameAs(catalog.find("w-2999"));
        assertThat(catalog.find("w-1")).isSameAs(catalog.find("w-1"));
    }

    @Test
    void aWildcardWithAnUnknownAdapterFailsTheBuild() {
        table.model("w-*", model -> model.deployment("nobody/*"));

        assertThatThrownBy(this::catalog)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("names an unknown adapter");
    }
}
