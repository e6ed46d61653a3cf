package dev.aigw.providers.azure;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.audio.SpeechRequest;
import dev.aigw.api.audio.TranscriptionRequest;
import dev.aigw.api.image.ImageRequest;
import dev.aigw.api.spi.ServedModel;
import dev.aigw.providers.http.Urls;
import dev.aigw.providers.kit.ToolIds;
import dev.aigw.providers.openai.BatchProtocol;
import dev.aigw.providers.openai.Dialect;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.util.Objects;

/**
 * OpenAI's models on Azure, after Microsoft's "Azure OpenAI REST API reference" and "API version lifecycle".
 *
 * <pre>{@code
 * OpenAiAdapter azure = AzureOpenAi.v1("https://contoso.openai.azure.com").apiKeyFromEnvironment().build();
 * OpenAiAdapter dated = AzureOpenAi.deployments("https://contoso.openai.azure.com", "2024-10-21")
 *     .token(Credential.of("entra", () -> entra.accessToken()))
 *     .build();
 * }</pre>
 *
 * <p>The model of a request is the name of a deployment on Azure. One that has a model's own name, such as
 * {@code gpt-6-sol}, is that model, so its card applies; for others name the card by {@code cardOf}. The price depends
 * on the deployment's type (global, data zone, regional), so it is not known unless you set it, or a
 * {@code priceFactor}. A key is sent in the header {@code api-key}, an Entra ID token set by {@code token} as
 * {@code Authorization: Bearer …}. A filtered prompt fails as {@link ErrorKind#CONTENT_FILTERED} with the filtered
 * categories in its message; the filters' results for an answer are in the response's extras
 * {@code prompt_filter_results} and {@code content_filter_results}.
 */
public final class AzureOpenAi {

    private AzureOpenAi() {}

    /**
     * Starts an adapter named {@code azure} for the v1 surface, which needs no version, without a credential.
     *
     * @param endpoint the resource's address, for example {@code https://contoso.openai.azure.com}
     */
    public static OpenAiAdapter.Builder v1(String endpoint) {
        return OpenAiAdapter.builder(dialect(endpoint)
                .batches(BatchProtocol.OPENAI)
                .path((path, model) -> "/openai/v1" + path)
                .build());
    }

    /**
     * Starts an adapter named {@code azure} for the deployments' paths, without a credential. The Responses API has one
     * path for all deployments.
     *
     * @param endpoint the resource's address, for example {@code https://contoso.openai.azure.com}
     * @param apiVersion the version of the API, for example {@code 2024-10-21}
     */
    public static OpenAiAdapter.Builder deployments(String endpoint, String apiVersion) {
        String query = "?api-version=" + Urls.segment(Objects.requireNonNull(apiVersion, "apiVersion"));
        return OpenAiAdapter.builder(dialect(endpoint)
                .path((path, model) -> path.equals("/responses")
                        ? "/openai/responses" + query
                        : "/openai/deployments/" + model + path + query)
                .build());
    }

    private static Dialect.Builder dialect(String endpoint) {
        return Dialect.builder("azure", endpoint)
                .keyVariable("AZURE_OPENAI_API_KEY")
                .takes("max_completion_tokens")
                .streamUsage(true)
                .responsesApi(true)
                .served(deployment -> ServedModel.elsewhere("openai/" + deployment, null))
                .toolCallId(ToolIds.ofLength(40))
                .promptCacheKey("prompt_cache_key")
                .promptCacheOptions(true)
                .base64Embeddings(true)
                .serves(ImageRequest.GENERATE_IMAGE, TranscriptionRequest.TRANSCRIBE, SpeechRequest.SPEAK)
                .credentialHeader("api-key", "")
                .replyFields("prompt_filter_results", "content_filter_results")
                .errorCode("OperationNotSupported", ErrorKind.UNSUPPORTED);
    }
}
