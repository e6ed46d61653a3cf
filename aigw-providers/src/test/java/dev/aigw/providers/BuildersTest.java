package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.aigw.api.AllowedHosts;
import dev.aigw.api.Credential;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.Operation;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.providers.contract.WireFixtures;
import dev.aigw.providers.fake.FakeBatches;
import dev.aigw.providers.fake.Fault;
import dev.aigw.providers.guard.HttpGuardMapping;
import dev.aigw.providers.kit.EmbeddingBatches;
import dev.aigw.providers.kit.WireLog;
import dev.aigw.providers.openai.BatchProtocol;
import dev.aigw.providers.openai.Dialect;
import dev.aigw.providers.openai.Dialects;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Setting the same thing twice throws, in every builder of this module that an application can reach. */
class BuildersTest {

    /** Methods that add to earlier values. */
    private static final Set<String> ADDS = Set.of(
            "AnthropicAdapter.beta",
            "Dialect.lacks",
            "Dialect.serves",
            "Dialect.takes",
            "GeminiAdapter.otherProjects",
            "WireFixtures.error");

    /** The steps of a script, which follow one another. */
    private static final Set<String> STEPS =
            Set.of("answer", "chunks", "fail", "pace", "reply", "stream", "streamThenFail", "streamThenStall");

    /** Texts that must have a form. */
    private static final Map<String, Object> TEXTS =
            Map.of("answer", "/x", "error", "/x", "method", "POST", "setting", "language");

    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(boolean.class, true),
            Map.entry(int.class, 1),
            Map.entry(long.class, 1L),
            Map.entry(double.class, 0.5),
            Map.entry(Object.class, "x"),
            Map.entry(Class.class, String.class),
            Map.entry(ChatResponse.class, ChatResponse.of("x")),
            Map.entry(Clock.class, Clock.systemUTC()),
            Map.entry(AllowedHosts.class, AllowedHosts.only("api.example")),
            Map.entry(Credential.class, Credential.of("x")),
            Map.entry(Dialect.class, Dialects.OPENAI),
            Map.entry(Duration.class, Duration.ofSeconds(1)),
            Map.entry(EmbeddingBatches.class, EmbeddingBatches.of(1)),
            Map.entry(Fault.class, Fault.none()),
            Map.entry(BatchProtocol.class, BatchProtocol.OPENAI),
            Map.entry(FakeBatches.class, new FakeBatches()),
            Map.entry(HttpGuardMapping.class, HttpGuardMapping.presidio()),
            Map.entry(Map.class, Map.of()),
            Map.entry(OkHttpClient.class, new OkHttpClient()),
            Map.entry(Operation.class, RerankRequest.RERANK),
            Map.entry(java.net.Proxy.class, java.net.Proxy.NO_PROXY),
            Map.entry(TokenUsage.class, TokenUsage.NONE),
            Map.entry(WireLog.class, WireLog.heads()),
            Map.entry(WireFixtures.Answer.class, new WireFixtures.Answer("x", "x", ChatResponse.of("x"))),
            Map.entry(ErrorKind.class, ErrorKind.TIMEOUT),
            Map.entry(FailureSubject.class, FailureSubject.REQUEST));

    /** A property of a builder, and the methods that start such a builder. */
    private record Setter(Class<?> builder, Method method, List<Method> starts) {

        /** Returns a builder on which the property is set; one builder of a class may refuse what another takes. */
        @Nullable
        Object set() throws Throwable {
            for (Method start : starts) {
                Object builder = Objects.requireNonNull(invoke(start, null));
                try {
                    invoke(method, builder);
                    return builder;
                } catch (IllegalStateException e) {
                    assertThat(e).as("%s at once", this).hasMessageNotContaining("twice");
                }
            }
            return null;
        }

        @Override
        public String toString() {
            return builder.getName() + "." + method.getName() + Arrays.toString(method.getParameterTypes());
        }
    }

    private static @Nullable Object invoke(Method method, @Nullable Object target) throws Throwable {
        try {
            return method.invoke(
                    target,
                    Arrays.stream(method.getParameterTypes())
                            .map(type -> sample(method.getName(), type))
                            .toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object sample(String method, Class<?> type) {
        Object known = type.equals(String.class) ? TEXTS.getOrDefault(method, "x") : SAMPLES.get(type);
        if (known != null) {
            return known;
        }
        if (type.isArray()) {
            Object array = Array.newInstance(type.getComponentType(), 1);
            Array.set(array, 0, sample(method, type.getComponentType()));
            return array;
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        assertThat(type.isInterface())
                .as("add a sample of %s to this test", type)
                .isTrue();
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, called, arguments) -> null);
    }

    /** Returns the public classes of the exported packages; {@code http} is internal to the module. */
    private static Stream<Class<?>> classes() {
        return ProviderClasses.ALL.stream()
                .<Class<?>>map(type -> type.reflect())
                .filter(type -> Modifier.isPublic(type.getModifiers())
                        && !type.getPackageName().startsWith(ProviderClasses.ROOT + ".http"))
                .sorted(Comparator.comparing(Class::getName));
    }

    private static List<Method> starts() {
        return classes()
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> Modifier.isPublic(method.getModifiers())
                        && Modifier.isStatic(method.getModifiers())
                        && method.getReturnType().getSimpleName().equals("Builder"))
                .sorted(Comparator.comparing(Method::toString))
                .toList();
    }

    static Stream<Setter> setters() {
        List<Method> starts = starts();
        return starts.stream()
                .map(Method::getReturnType)
                .distinct()
                .flatMap(builder -> setters(
                        builder,
                        starts.stream()
                                .filter(start -> start.getReturnType().equals(builder))
                                .toList()));
    }

    private static Stream<Setter> setters(Class<?> builder, List<Method> starts) {
        return Arrays.stream(builder.getMethods())
                .filter(method -> !Modifier.isStatic(method.getModifiers())
                        && !method.isBridge()
                        && method.getParameterCount() > 0
                        && !method.getReturnType().equals(Object.class)
                        && method.getReturnType().isAssignableFrom(builder)
                        && !adds(builder, method))
                .sorted(Comparator.comparing(Method::toString))
                .map(method -> new Setter(builder, method, starts));
    }

    private static boolean adds(Class<?> builder, Method method) {
        String name = method.getName();
        return ADDS.contains(builder.getEnclosingClass().getSimpleName() + "." + name)
                || (method.getDeclaringClass().getSimpleName().equals("Script") && STEPS.contains(name));
    }

    @Test
    void everyBuilderIsFound() {
        assertThat(setters().<Class<?>>map(Setter::builder).distinct())
                .hasSizeGreaterThan(12)
                .containsAll(classes()
                        .filter(type -> type.getSimpleName().equals("Builder"))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("setters")
    void settingAPropertyTwiceThrows(Setter setter) throws Throwable {
        Object builder = setter.set();

        assertThat(builder).as("some builder takes it").isNotNull();
        assertThatThrownBy(() -> invoke(setter.method(), builder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is set twice: ");
    }
}
