package dev.aigw.providers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.api.spi.ServedModel;
import dev.aigw.providers.anthropic.AnthropicAdapter;
import dev.aigw.providers.azure.AzureOpenAi;
import dev.aigw.providers.bedrock.BedrockAdapter;
import dev.aigw.providers.bedrock.BedrockOpenAi;
import dev.aigw.providers.gemini.GeminiAdapter;
import dev.aigw.providers.openai.Dialects;
import dev.aigw.providers.openai.OpenAiAdapter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The vendors' models behind the ids of other places, with ids from AWS's "Supported Regions and models for inference
 * profiles", Anthropic's "Claude on Amazon Bedrock" and "Claude Models on Google Cloud (Google managed)".
 */
class ServedModelsTest {

    private static ServedModel served(ProviderAdapter adapter, String model) {
        try (adapter) {
            return adapter.served(model);
        }
    }

    private static ProviderAdapter converse() {
        return BedrockAdapter.builder().region("us-east-1").apiKey("k").build();
    }

    // Global costs as much as at the vendor, a region or geography 10 % more: litellm #30768, #42679, genai-prices #676
    @ParameterizedTest
    @CsvSource({
        "us.anthropic.claude-opus-5-5-v1:0, anthropic/claude-opus-5-5, 1.1",
        "us.anthropic.claude-opus-5-5, anthropic/claude-opus-5-5, 1.1",
        "global.anthropic.claude-opus-5-5, anthropic/claude-opus-5-5, 1",
        "anthropic.claude-opus-5-5, anthropic/claude-opus-5-5, 1.1",
        "eu.anthropic.claude-sonnet-4-5-20250929-v1:0, anthropic/claude-sonnet-4-5-20250929, 1.1",
        "jp.anthropic.claude-sonnet-4-6, anthropic/claude-sonnet-4-6, 1.1",
        "au.anthropic.claude-haiku-4-5-20251001-v1:0, anthropic/claude-haiku-4-5-20251001, 1.1",
        "global.anthropic.claude-opus-4-6-v1, anthropic/claude-opus-4-6, 1",
        "apac.anthropic.claude-sonnet-4-20250514-v1:0, anthropic/claude-sonnet-4-20250514, 1",
        "us.anthropic.claude-opus-4-1-20250805-v1:0, anthropic/claude-opus-4-1-20250805, 1",
        "anthropic.claude-3-haiku-20240307-v1:0, anthropic/claude-3-haiku-20240307, 1",
        "us.anthropic.claude-3-7-sonnet-20250219-v1:0, anthropic/claude-3-7-sonnet-20250219, 1",
        "anthropic.claude-fable-5-2, anthropic/claude-fable-5-2, 1.1",
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-5-5, anthropic/claude-opus-5-5, 1.1",
        "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/global.anthropic.claude-sonnet-5-5, anthropic/claude-sonnet-5-5, 1",
        "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-haiku-4-5-20251001-v1:0, anthropic/claude-haiku-4-5-20251001, 1.1",
        "arn:aws-us-gov:bedrock:us-gov-west-1:1:inference-profile/us-gov.anthropic.claude-sonnet-4-5-20250929-v1:0, anthropic/claude-sonnet-4-5-20250929, 1.1",
        "global.openai.gpt-6-sol, openai/gpt-6-sol, 1",
        "us.openai.gpt-5.6-luna, openai/gpt-5.6-luna, 1.1",
        "in.openai.gpt-5.6-luna, openai/gpt-5.6-luna, 1.1",
        "openai.gpt-6.2-astra, openai/gpt-6.2-astra, 1.1",
    })
    void documentedIdsOfBedrockAreReadByAllItsAdapters(String id, String card, String factor) {
        ServedModel expected = ServedModel.elsewhere(card, factor);
        assertThat(served(converse(), id)).isEqualTo(expected);
        assertThat(served(BedrockOpenAi.runtime("us-east-1").build(), id)).isEqualTo(expected);
        assertThat(served(AnthropicAdapter.bedrock("us-east-1").build(), id)).isEqualTo(expected);
        assertThat(served(AnthropicAdapter.bedrockMantle("us-east-1").build(), id))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
                "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/anthropic.claude-opus-5-5",
                "arn:aws:bedrock:us-east-1:123456789012:custom-model-deployment/x1",
                "arn:aws:sagemaker:us-east-1:1:endpoint/anthropic.claude-opus-5-5",
                "openai.gpt-oss-120b-1:0",
                "us.amazon.nova-2-lite-v1:0",
                "deepseek.v3.2",
                "xx.anthropic.claude-opus-5-5",
                "us.eu.anthropic.claude-opus-5-5",
                "my-anthropic.claude-opus-5-5",
                "anthropic.claude-opus-5-5:custom",
                "anthropic.claude",
            })
    void anyOtherIdOfBedrockIsNoVendorsModel(String id) {
        assertThat(served(converse(), id)).isEqualTo(ServedModel.byVendor("bedrock/" + id));
        assertThat(served(BedrockOpenAi.mantle("us-east-1").build(), id))
                .isEqualTo(ServedModel.byVendor("bedrock-openai/" + id));
    }

    @ParameterizedTest
    @CsvSource({
        "global, claude-opus-5-5, anthropic/claude-opus-5-5, 1",
        "global, claude-sonnet-4-5@20250929, anthropic/claude-sonnet-4-5, 1",
        "europe-west1, claude-sonnet-4-5@20250929, anthropic/claude-sonnet-4-5, 1.1",
        "eu, claude-haiku-5-5, anthropic/claude-haiku-5-5, 1.1",
        "us, claude-haiku-4-5@default, anthropic/claude-haiku-4-5, 1.1",
        "us-east5, claude-opus-4-1@20250805, anthropic/claude-opus-4-1, 1",
        "us-east5, claude-3-5-sonnet-v2@20241022, anthropic/claude-3-5-sonnet-v2, 1",
    })
    void idsOfClaudeOnVertexAreReadWithTheLocation(String location, String id, String card, String factor) {
        assertThat(served(AnthropicAdapter.vertex("p", location).build(), id))
                .isEqualTo(ServedModel.elsewhere(card, factor));
    }

    private static void assertServed(ProviderAdapter adapter, String id, String card, @Nullable String factor) {
        ServedModel served = served(adapter, id);
        assertThat(served.card()).isEqualTo(card);
        assertThat(served.priceFactor()).isEqualTo(factor);
    }

    @Test
    void aDeploymentWithAModelsNameIsThatModelWithoutAPrice() {
        assertServed(AzureOpenAi.v1("https://x.openai.azure.com").build(), "gpt-6-sol", "openai/gpt-6-sol", null);
        assertServed(
                AnthropicAdapter.foundry("x").apiKey("k").build(),
                "claude-opus-5-5",
                "anthropic/claude-opus-5-5",
                null);
        assertServed(GeminiAdapter.vertex("p", "eu").build(), "gemini-3.8-flash", "gemini/gemini-3.8-flash", null);
    }

    @Test
    void anAdapterOfAnotherNameServesItsVendorsModels() {
        assertServed(OpenAiAdapter.builder().name("second").build(), "gpt-6-sol", "openai/gpt-6-sol", "1");
        assertServed(OpenAiAdapter.builder(Dialects.GROQ).name("fast").build(), "x", "groq/x", "1");
        assertServed(AnthropicAdapter.builder().name("b").build(), "claude-opus-5-5", "anthropic/claude-opus-5-5", "1");
        assertServed(GeminiAdapter.builder().name("g").build(), "gemini-3.8-flash", "gemini/gemini-3.8-flash", "1");
    }

    @Test
    void anotherServerIsNotTheVendor() {
        assertServed(
                OpenAiAdapter.builder()
                        .name("own")
                        .baseUrl("http://gpu-1:8000/v1")
                        .build(),
                "gpt-6-sol",
                "own/gpt-6-sol",
                "1");
        assertServed(
                AnthropicAdapter.builder()
                        .name("kimi")
                        .baseUrl("https://api.moonshot.ai/anthropic")
                        .build(),
                "claude-opus-5-5",
                "kimi/claude-opus-5-5",
                "1");
        assertServed(
                OpenAiAdapter.builder()
                        .name("eu")
                        .baseUrl("https://eu.api.openai.com/v1")
                        .build(),
                "gpt-6-sol",
                "openai/gpt-6-sol",
                null);
    }
}
