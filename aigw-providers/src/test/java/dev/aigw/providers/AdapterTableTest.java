package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import dev.aigw.api.Operation;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.embedding.EmbeddingRequest;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.inference.InferenceRequest;
import dev.aigw.api.inference.InferenceResponse;
import dev.aigw.api.moderation.ModerationRequest;
import dev.aigw.api.predict.PredictRequest;
import dev.aigw.api.predict.PredictResponse;
import dev.aigw.api.rerank.RerankRequest;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.azure.AzureOpenAi;
import dev.aigw.providers.bedrock.BedrockOpenAi;
import dev.aigw.providers.fake.FakeProvider;
import dev.aigw.providers.langchain4j.LangChain4jAdapter;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.embedding.EmbeddingModel;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Compares the README's table of adapters with the adapters: three columns of yes and no, and in the notes the methods
 * of {@code ModelClient} for all other operations.
 */
class AdapterTableTest {

    private static final List<Operation<?, ?>> COLUMNS =
            List.of(ChatRequest.CHAT, ChatRequest.CHAT_STREAM, EmbeddingRequest.EMBED);

    private static final Map<String, Operation<?, ?>> IN_NOTES = Map.of(
            "`rerank`", RerankRequest.RERANK,
            "`moderate`", ModerationRequest.MODERATE,
            "`generateImage`", ImageRequest.GENERATE_IMAGE,
            "`transcribe`", TranscriptionRequest.TRANSCRIBE,
            "`speak`", SpeechRequest.SPEAK,
            "`infer`", InferenceRequest.INFER,
            "`predict`", PredictRequest.PREDICT);

    private static Map<String, List<String>> rows() throws IOException {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("README.md"))) {
            if (line.startsWith("| `")) {
                List<String> cells =
                        Stream.of(line.split("\\|", -1)).map(String::strip).toList();
                String name = cells.get(1).replace("`", "");
                assertThat(rows.put(name, cells.subList(2, cells.size() - 1)))
                        .as("the other row of %s", name)
                        .isNull();
            }
        }
        return rows;
    }

    @TestFactory
    Stream<DynamicTest> eachRowSaysWhatTheAdapterServes() throws IOException {
        return rows().entrySet().stream()
                .map(row -> DynamicTest.dynamicTest(row.getKey(), () -> {
                    try (ProviderAdapter adapter = adapter(row.getKey())) {
                        List<String> cells = row.getValue();
                        List<String> expected = new ArrayList<>();
                        for (Operation<?, ?> operation : COLUMNS) {
                            expected.add(adapter.supports(operation) ? "yes" : "no");
                        }
                        assertThat(cells.subList(0, COLUMNS.size())).isEqualTo(expected);
                        String notes = cells.get(COLUMNS.size());
                        IN_NOTES.forEach((word, operation) -> assertThat(notes.contains(word))
                                .as("the notes name %s", word)
                                .isEqualTo(adapter.supports(operation)));
                    }
                }));
    }

    @Test
    void eachPublicAdapterHasARow() throws IOException {
        Set<String> adapters = ProviderClasses.ALL.stream()
                .filter(type -> type.isAssignableTo(ProviderAdapter.class))
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .map(JavaClass::getSimpleName)
                .collect(Collectors.toSet());
        assertThat(rows().keySet()).containsAll(adapters);
    }

    private static ProviderAdapter adapter(String name) throws ReflectiveOperationException {
        return switch (name) {
            case "AzureOpenAi" -> AzureOpenAi.v1("http://localhost").build();
            case "BedrockOpenAi" -> BedrockOpenAi.runtime("us-east-1").build();
            case "LangChain4jAdapter" ->
                LangChain4jAdapter.builder("models")
                        .chatModel(new ChatModel() {})
                        .embeddingModel(new EmbeddingModel() {})
                        .build();
            case "FakeProvider" ->
                FakeProvider.builder("fake")
                        .infer(request -> InferenceResponse.builder().build())
                        .predict(request -> PredictResponse.of(null))
                        .build();
            default -> byItsBuilder(name);
        };
    }

    private static ProviderAdapter byItsBuilder(String name) throws ReflectiveOperationException {
        Class<?> type = ProviderClasses.ALL.stream()
                .filter(found -> found.getSimpleName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the README's table names no class: " + name))
                .reflect();
        Object builder = type.getMethod("builder").invoke(null);
        for (Method method : builder.getClass().getMethods()) {
            if (method.getName().equals("baseUrl") && !method.isBridge()) {
                method.invoke(builder, "http://localhost");
            }
        }
        return (ProviderAdapter) builder.getClass().getMethod("build").invoke(builder);
    }
}
