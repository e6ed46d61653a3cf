package dev.aigw.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.Logprobs;
import dev.aigw.api.chat.Media;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.chat.Sampling;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.conversation.ContextWindow;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Setting the same thing twice throws, in every builder of this module. */
class BuildersTest {

    /** Methods that add to earlier values. */
    private static final Set<String> ADDS = Set.of(
            "BatchHandle.part",
            "BatchRequest.chat(name)",
            "BatchRequest.embedding(name)",
            "CallOptions.region",
            "CallOptions.requireTags",
            "CallOptions.tag(name)",
            "Caller.label(name)",
            "Caller.scope",
            "Caller.role",
            "ChatRequest.assistant",
            "ChatRequest.message",
            "ChatRequest.metadata(name)",
            "ChatRequest.system",
            "ChatRequest.tool",
            "ChatRequest.user",
            "ChatRequest.user(name)",
            "ChatResponse.part",
            "ChatResponse.text",
            "ChatResponse.warning",
            "EmbeddingRequest.input",
            "EmbeddingResponse.embedding",
            "GatewayException.suppressed",
            "ImageRequest.image",
            "ImageResponse.image",
            "InferenceRequest.input",
            "InferenceRequest.parameter(name)",
            "InferenceResponse.output",
            "InferenceResponse.parameter(name)",
            "ModelCard.capabilities",
            "ModelCard.lacks",
            "ModelCard.languages",
            "ModerationRequest.image",
            "ModerationRequest.text",
            "ModerationResponse.result",
            "ProviderAdapterBuilder.lacks",
            "RerankRequest.document",
            "RerankResponse.result",
            "TranscriptionResponse.segment",
            "TokenUsage.serverTool(name)",
            "WireFacts.cacheLifetimes",
            "WireFacts.efforts",
            "WireFacts.readsReasoningOf",
            "WireFacts.reasoningBoundTo",
            "WireFacts.refuses",
            "WireFacts.refusesWhileReasoning",
            "TranscriptionResponse.word");

    /** Methods that set the same property as another method. */
    private static final Set<String> SAME = Set.of("chatAsync", "operation", "operationAsync");

    /** Methods that replace single settings, and so are refused after one. */
    private static final Set<String> REPLACES = Set.of("sampling");

    private static final Map<Class<?>, Object> SAMPLES = Map.ofEntries(
            Map.entry(AllowedHosts.class, AllowedHosts.only("api.example")),
            Map.entry(boolean.class, true),
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
            Map.entry(PromptCaching.class, PromptCaching.AUTO),
            Map.entry(Instant.class, Instant.EPOCH),
            Map.entry(LocalDate.class, LocalDate.EPOCH),
            Map.entry(CacheDirective.class, CacheDirective.DEFAULT),
            Map.entry(Caller.class, Caller.ANONYMOUS),
            Map.entry(CallOptions.class, CallOptions.DEFAULT),
            Map.entry(Cancellation.class, new Cancellation()),
            Map.entry(Cost.class, Cost.ZERO),
            Map.entry(Credential.class, Credential.of("x")),
            Map.entry(GatewayException.class, GatewayException.of(ErrorKind.TIMEOUT, "x")),
            Map.entry(Throwable.class, new IllegalStateException("x")),
            Map.entry(Operation.class, ChatRequest.CHAT),
            Map.entry(Price.class, Price.usdPerMillion("1", "1")),
            Map.entry(Route.class, Route.NONE),
            Map.entry(Timeouts.class, Timeouts.NONE),
            Map.entry(WireFacts.class, WireFacts.UNKNOWN),
            Map.entry(ModelCard.class, ModelCard.UNKNOWN),
            Map.entry(TokenUsage.class, TokenUsage.NONE),
            Map.entry(ModelRequest.class, ChatRequest.of("x", "x")),
            Map.entry(ModelReply.class, ChatResponse.of("x")),
            Map.entry(FinishReason.class, FinishReason.STOP),
            Map.entry(Logprobs.class, new Logprobs(List.of())),
            Map.entry(Media.class, Media.ofUrl("https://example.org/x.wav")),
            Map.entry(ContextWindow.class, ContextWindow.builder(1).build()),
            Map.entry(ContentPart.class, new ContentPart.Text("x")),
            Map.entry(ReasoningEffort.class, ReasoningEffort.budget(1)),
            Map.entry(ResponseFormat.class, ResponseFormat.TEXT),
            Map.entry(Sampling.class, Sampling.DEFAULT),
            Map.entry(ToolChoice.class, ToolChoice.AUTO));

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
            try {
                method.invoke(builder, samples(method.getParameterTypes()));
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
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.aigw.api").stream()
                        .filter(type -> type.getSimpleName().endsWith("Builder") && !type.isInterface())
                        .map(type -> type.reflect())
                        .sorted((one, other) -> one.getName().compareTo(other.getName()))
                        .flatMap(BuildersTest::setters);
    }

    private static Stream<Setter> setters(Class<?> builder) {
        return Arrays.stream(builder.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers())
                        && !Modifier.isStatic(method.getModifiers())
                        && !method.isSynthetic()
                        && method.getParameterCount() > 0
                        && method.getReturnType().isAssignableFrom(builder)
                        && !method.getName().startsWith("extra") // adds fields of vendors
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
        assertThat(setters().map(Setter::builder).distinct()).hasSizeGreaterThan(20);
    }

    @ParameterizedTest
    @MethodSource("setters")
    void settingAPropertyTwiceThrows(Setter setter) throws Throwable {
        Object builder = setter.fresh();
        setter.call(builder);

        assertThatThrownBy(() -> setter.call(builder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("twice");
    }

    @ParameterizedTest
    @MethodSource("setters")
    void settingAPropertySetsNoOther(Setter setter) throws Throwable {
        List<Setter> others = setters(setter.builder())
                .filter(other -> !other.name().equals(setter.name())
                        && !SAME.contains(setter.name())
                        && !REPLACES.contains(other.name()))
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
