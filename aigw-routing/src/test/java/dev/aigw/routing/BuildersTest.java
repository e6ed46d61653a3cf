package dev.aigw.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.aigw.api.AllowedHosts;
import dev.aigw.api.Caller;
import dev.aigw.api.Cost;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.GuardAction;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Price;
import dev.aigw.api.PromptCaching;
import dev.aigw.api.Route;
import dev.aigw.api.Timeouts;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.inference.Tensor;
import dev.aigw.routing.access.Access;
import dev.aigw.routing.access.Permissions;
import dev.aigw.routing.catalog.DirectModels;
import dev.aigw.routing.catalog.Instances;
import dev.aigw.routing.catalog.ModelCards;
import dev.aigw.routing.catalog.WatchedCards;
import dev.aigw.routing.deployment.Charging;
import dev.aigw.routing.deployment.ConcurrencyLimit;
import dev.aigw.routing.deployment.FailurePolicy;
import dev.aigw.routing.deployment.HealthCheck;
import dev.aigw.routing.deployment.LastResort;
import dev.aigw.routing.guard.Guards;
import dev.aigw.routing.guard.injection.EmbeddingHead;
import dev.aigw.routing.guard.injection.InjectionModel;
import dev.aigw.routing.guard.model.ClassifierForm;
import dev.aigw.routing.guard.screening.TensorReference;
import dev.aigw.routing.guard.sensitive.EntityType;
import dev.aigw.routing.guard.sensitive.PersonalData;
import dev.aigw.routing.guard.sensitive.SecretDetector;
import dev.aigw.routing.guard.sensitive.Treatment;
import dev.aigw.routing.limit.Limits;
import dev.aigw.routing.limit.Tier;
import dev.aigw.routing.limit.Window;
import dev.aigw.routing.redis.Outage;
import dev.aigw.routing.resilience.BreakerPolicy;
import dev.aigw.routing.resilience.HedgePolicy;
import dev.aigw.routing.resilience.RetryPolicy;
import dev.aigw.routing.rollout.ExperimentReport;
import dev.aigw.routing.transform.PromptRegistry;
import dev.aigw.routing.transform.Prompts;
import dev.aigw.routing.transform.Transforms;
import dev.aigw.routing.transform.mustache.MustacheEngine;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Setting the same thing twice throws, in every builder of this module. */
class BuildersTest {

    /** What adds to what was there. */
    private static final Set<String> ADDS = Set.of(
            "Access.audit",
            "Access.authenticator",
            "ApiKeys.audit",
            "ApiKeys.formerServerSecret(name)",
            "KeySpec.label(name)",
            "KeySpec.role",
            "KeySpec.scope",
            "Bandit.arm",
            "Bandit.arm(name)",
            "BlueGreen.listener",
            "ByBudget.atLeast",
            "ByComplexity.upTo",
            "Canary.listener",
            "Cascade.first(name)",
            "DenyList.entries",
            "DenyList.entry",
            "DeploymentBuilder.capabilities",
            "DeploymentBuilder.lacks",
            "DeploymentBuilder.tag",
            "Experiment.arm",
            "Experiment.exposure",
            "FailurePolicy.failOn",
            "FailurePolicy.treatCode(name)",
            "FailurePolicy.treatStatus",
            "FailurePolicy.tryOthersOn",
            "FieldCheck.field(name)",
            "ForbiddenTopics.examples(name)",
            "ForbiddenTopics.phrases(name)",
            "Guards.exempt",
            "Guards.input",
            "Guards.output",
            "JTokkitCounter.encoding(name)",
            "LimitBuilder.by",
            "LimitBuilder.unless",
            "LimitBuilder.where",
            "Limits.limit(name)",
            "Links.allow",
            "Limits.listener",
            "Limits.tier",
            "McpServer.environment(name)",
            "McpServer.header(name)",
            "McpTools.server(name)",
            "Meters.listener",
            "Meters.tag",
            "ModelBuilder.deployment",
            "ModelBuilder.deployment(name)",
            "ModelBuilder.fallback",
            "ModelRouter.alias(name)",
            "ModelRouter.feature",
            "ModelRouter.listener",
            "ModelRouter.model(name)",
            "ModelRouter.provider",
            "ModelRouter.stage",
            "Permissions.allow(name)",
            "Permissions.deny(name)",
            "PromptTemplate.assistant",
            "PromptTemplate.message",
            "PromptTemplate.system",
            "PromptTemplate.user",
            "PromptTemplate.variable",
            "Prompts.serve",
            "Rules.when",
            "SecretDetector.ignore",
            "SecretDetector.shape",
            "SecretDetector.shapes",
            "Semantic.route(name)",
            "Shadow.listener",
            "SensitiveData.detector",
            "ToolLoop.tools",
            "Transforms.rule(name)",
            "SystemPromptLeak.canary",
            "TensorCheck.tensor(name)");

    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(
                    Access.class,
                    Access.builder().permissions(Permissions.parse("")).build()),
            Map.entry(Charging.class, Charging.defaults()),
            Map.entry(
                    Prompts.class,
                    Prompts.builder()
                            .registry(PromptRegistry.of())
                            .engine(new MustacheEngine())
                            .build()),
            Map.entry(Transforms.class, Transforms.builder().build()),
            Map.entry(Permissions.class, Permissions.parse("")),
            Map.entry(SecretDetector.class, SecretDetector.create()),
            Map.entry(Tier.class, Tier.named("x").concurrency(1)),
            Map.entry(boolean.class, true),
            Map.entry(DirectModels.class, DirectModels.none()),
            Map.entry(Boolean.class, true),
            Map.entry(int.class, 1),
            Map.entry(Integer.class, 1),
            Map.entry(long.class, 1L),
            Map.entry(Long.class, 1L),
            Map.entry(double.class, 0.5),
            Map.entry(Double.class, 0.5),
            Map.entry(String.class, "x"),
            Map.entry(Object.class, "x"),
            Map.entry(Class.class, String.class),
            Map.entry(List.class, List.of()),
            Map.entry(Set.class, Set.of()),
            Map.entry(Map.class, Map.of()),
            Map.entry(Duration.class, Duration.ofSeconds(1)),
            Map.entry(byte[].class, new byte[32]),
            Map.entry(Collection.class, List.of("x")),
            Map.entry(EntityType.class, EntityType.EMAIL),
            Map.entry(PersonalData.class, PersonalData.standard()),
            Map.entry(Treatment.class, Treatment.mask()),
            Map.entry(PromptCaching.class, PromptCaching.AUTO),
            Map.entry(Instant.class, Instant.EPOCH),
            Map.entry(LocalDate.class, LocalDate.EPOCH),
            Map.entry(WatchedCards.class, ModelCards.watch(ModelCards::none, Duration.ofDays(1))),
            Map.entry(BigDecimal.class, BigDecimal.ONE),
            Map.entry(BreakerPolicy.class, BreakerPolicy.defaults()),
            Map.entry(Caller.class, Caller.ANONYMOUS),
            Map.entry(ClassifierForm.class, ClassifierForm.llamaGuard()),
            Map.entry(Clock.class, Clock.systemUTC()),
            Map.entry(ConcurrencyLimit.class, ConcurrencyLimit.fixed(1)),
            Map.entry(Cost.class, Cost.usd(BigDecimal.ONE)),
            Map.entry(AllowedHosts.class, AllowedHosts.only("api.example")),
            Map.entry(Credential.class, Credential.of("x")),
            Map.entry(ExperimentReport.Scores.class, ExperimentReport.Scores.NONE),
            Map.entry(FailurePolicy.class, FailurePolicy.DEFAULT),
            Map.entry(
                    HealthCheck.class,
                    HealthCheck.every(Duration.ofSeconds(1)).path("/x").build()),
            Map.entry(GuardAction.class, GuardAction.BLOCK),
            Map.entry(
                    TensorReference.class,
                    TensorReference.learn(Collections.nCopies(10, List.of(Tensor.ofFloats("x", new float[] {1}))))),
            Map.entry(GatewayException.class, GatewayException.of(ErrorKind.TIMEOUT, "x")),
            Map.entry(
                    Guards.class,
                    Guards.builder().input(inspection -> GuardVerdict.ALLOW).build()),
            Map.entry(InjectionModel.class, InjectionModel.builtIn()),
            Map.entry(
                    EmbeddingHead.class,
                    EmbeddingHead.train(List.of(new float[] {1}), new double[] {0.5}, new boolean[] {true})),
            Map.entry(HttpClient.class, HttpClient.newHttpClient()),
            Map.entry(HedgePolicy.class, HedgePolicy.after(Duration.ofSeconds(1))),
            Map.entry(Instances.class, Instances.of("https://example.org")),
            Map.entry(LastResort.class, LastResort.text("x")),
            Map.entry(
                    Limits.class,
                    Limits.builder().limit("x", limit -> limit.concurrency(1)).build()),
            Map.entry(ModelCards.class, ModelCards.none()),
            Map.entry(ModelReply.class, ChatResponse.of("x")),
            Map.entry(ModelRequest.class, ChatRequest.of("x", "x")),
            Map.entry(Operation.class, ChatRequest.CHAT),
            Map.entry(Outage.class, Outage.open()),
            Map.entry(Price.class, Price.usdPerMillion("1", "1")),
            Map.entry(RedisClient.class, RedisClient.create()),
            Map.entry(RedisClusterClient.class, RedisClusterClient.create("redis://localhost")),
            Map.entry(RedisURI.class, RedisURI.create("redis://localhost")),
            Map.entry(RetryPolicy.class, RetryPolicy.defaults()),
            Map.entry(Route.class, Route.NONE),
            Map.entry(Path.class, Path.of("x")),
            Map.entry(Timeouts.class, Timeouts.NONE),
            Map.entry(TokenUsage.class, TokenUsage.NONE),
            Map.entry(URI.class, URI.create("http://localhost")),
            Map.entry(Window.class, Window.rolling(Duration.ofSeconds(1))));

    /** Texts that must have a form. */
    private static final Map<String, Object[]> TEXTS = Map.of(
            "algorithms", new Object[] {new String[] {"RS256"}},
            "countries", new Object[] {new String[] {"US"}},
            "uri", new Object[] {"redis://localhost"},
            "prefix", new Object[] {"aigw"},
            "serverSecret", new Object[] {"2026", "0123456789abcdef0123456789abcdef"},
            "cluster", new Object[] {new String[] {"redis://localhost"}},
            "instances", new Object[] {new String[] {"https://example.org"}},
            "version", new Object[] {"1.0.0"},
            "types", new Object[] {new String[] {"image/png"}},
            "priceFactor", new Object[] {"1.1"});

    private record Setter(Class<?> builder, Method method) {

        String name() {
            return method.getName();
        }

        Object fresh() {
            Constructor<?> constructor = builder.getDeclaredConstructors()[0];
            constructor.setAccessible(true);
            try {
                return constructor.newInstance(samples(constructor.getParameterTypes()));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(constructor.toString(), e);
            }
        }

        void call(Object builder) throws Throwable {
            method.setAccessible(true);
            try {
                Object[] texts = method.toString().contains("java.lang.String") ? TEXTS.get(name()) : null;
                method.invoke(builder, texts == null ? samples(method.getParameterTypes()) : texts);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        @Override
        public String toString() {
            return builder.getName() + "." + name() + Arrays.toString(method.getParameterTypes());
        }
    }

    private static Object[] samples(Class<?>[] types) {
        return Arrays.stream(types).map(BuildersTest::sample).toArray();
    }

    private static Object sample(Class<?> type) {
        Object known = SAMPLES.get(type);
        if (known != null) {
            return known;
        }
        if (type.isArray()) {
            Object array = Array.newInstance(type.getComponentType(), 1);
            Array.set(array, 0, sample(type.getComponentType()));
            return array;
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        assertThat(type.isInterface())
                .as("add a sample of %s to this test", type)
                .isTrue();
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            throw new UnsupportedOperationException(method.toString());
        });
    }

    static Stream<Setter> setters() {
        return new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("dev.aigw.routing")
                        .stream()
                        .filter(type -> type.getSimpleName().endsWith("Builder")
                                && !type.isInterface()
                                && !type.getModifiers().contains(JavaModifier.ABSTRACT)
                                && !isLeftOut(type.getName()))
                        .map(type -> type.reflect())
                        .sorted((one, other) -> one.getName().compareTo(other.getName()))
                        .flatMap(BuildersTest::setters);
    }

    /** The engine's own, and what needs a connection to Redis. */
    private static boolean isLeftOut(String builder) {
        return builder.startsWith("dev.aigw.routing.engine.")
                || builder.equals("dev.aigw.routing.redis.SharedLimits$Builder");
    }

    private static Stream<Setter> setters(Class<?> builder) {
        return Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers())
                        && !Modifier.isStatic(method.getModifiers())
                        && !method.isSynthetic()
                        && method.getParameterCount() > 0
                        && method.getReturnType().isAssignableFrom(builder)
                        && !ADDS.contains(described(builder, method)))
                .sorted((one, other) -> one.toString().compareTo(other.toString()))
                .map(method -> new Setter(builder, method));
    }

    private static String described(Class<?> builder, Method method) {
        Class<?> built = builder.getEnclosingClass();
        boolean named = method.getParameterCount() == 2 && method.getParameterTypes()[0] == String.class;
        return (built == null ? builder : built).getSimpleName() + "." + method.getName() + (named ? "(name)" : "");
    }

    @Test
    void thereAreBuildersToCheck() {
        assertThat(setters().map(Setter::builder).distinct()).hasSizeGreaterThan(25);
    }

    @ParameterizedTest
    @MethodSource("setters")
    void settingAPropertyTwiceThrows(Setter setter) throws Throwable {
        Object builder = setter.fresh();
        setter.call(builder);

        assertThatThrownBy(() -> setter.call(builder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageMatching("(?s).*(is set twice|make two limits of it).*");
    }

    @ParameterizedTest
    @MethodSource("setters")
    void settingAPropertySetsNoOther(Setter setter) throws Throwable {
        List<Setter> others = setters(setter.builder())
                .filter(other -> !other.name().equals(setter.name()))
                .toList();
        for (Setter other : others) {
            Object builder = setter.fresh();
            setter.call(builder);
            Throwable thrown = catchThrowable(() -> other.call(builder));
            assertThat(thrown == null ? "" : String.valueOf(thrown.getMessage()))
                    .as("%s, then %s", setter, other)
                    .doesNotStartWith(other.name() + " is set twice");
        }
    }
}
