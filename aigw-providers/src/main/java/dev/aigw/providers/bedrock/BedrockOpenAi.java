package dev.aigw.providers.bedrock;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.providers.http.CloudModels;
import dev.aigw.providers.openai.Dialect;
import dev.aigw.providers.openai.OpenAiAdapter;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * OpenAI's protocol on Amazon Bedrock: the Responses API and chat completions of its two endpoints, after AWS's
 * "Endpoints supported by Amazon Bedrock" and "Responses API", checked in November 2026. {@link BedrockAdapter} speaks
 * Bedrock's own Converse, and {@code AnthropicAdapter.bedrock} Anthropic's Messages.
 *
 * <pre>{@code
 * OpenAiAdapter bedrock = BedrockOpenAi.runtime("us-east-1").apiKeyFromEnvironment().build();
 * OpenAiAdapter signed = BedrockOpenAi.runtime("us-east-1").signer(AwsSigner.ofDefaultChain()).build();
 * OpenAiAdapter mantle = BedrockOpenAi.mantle("us-west-2").name("mantle").apiKeyFromEnvironment().build();
 *
 * ModelRouter.builder().provider(bedrock).model("sol", "bedrock-openai/us.openai.gpt-6-sol")
 * }</pre>
 *
 * <p>AWS recommends {@code runtime} and has more at {@code mantle}: responses in the background, server-side tools, the
 * Responses API of gpt-oss. A model's id differs: {@code us.openai.gpt-6-sol} or {@code global.openai.gpt-6-sol} at the
 * first, {@code openai.gpt-6-sol} at the second. OpenAI's closed models are called by the Responses API, others by what
 * their cards say, by chat completions without a card; {@link OpenAiAdapter.Builder#responsesApi} overrides both.
 *
 * <p>The environment variable of the key is {@code AWS_BEARER_TOKEN_BEDROCK}. A key or the token of a deployment is
 * sent as {@code Authorization: Bearer …}.
 *
 * @see <a href="https://docs.aws.amazon.com/bedrock/latest/userguide/inference-responses-api.html">"Responses API" in
 *     AWS's user guide</a>
 * @see <a href="https://developers.openai.com/api/docs/guides/amazon-bedrock">"OpenAI on Amazon Bedrock" in OpenAI's
 *     guides</a>
 */
public final class BedrockOpenAi {

    private BedrockOpenAi() {}

    /**
     * Starts an adapter named {@code bedrock-openai} for
     * {@code https://bedrock-runtime.<region>.amazonaws.com/openai/v1}, which is AWS's recommendation, without a
     * credential.
     *
     * @param region the AWS region, such as {@code us-east-1}
     */
    public static OpenAiAdapter.Builder runtime(String region) {
        return OpenAiAdapter.builder(dialect("https://bedrock-runtime." + Objects.requireNonNull(region, "region")
                        + ".amazonaws.com/openai/v1")
                .build());
    }

    /**
     * Starts an adapter named {@code bedrock-openai} for {@code https://bedrock-mantle.<region>.api.aws}, without a
     * credential. The path of OpenAI's closed models, xAI's and Gemma 4 begins with {@code /openai/v1}, that of others
     * with {@code /v1}, as AWS's model cards say. The base URL is the server's, without this prefix.
     *
     * @param region the AWS region, such as {@code us-east-1}
     */
    public static OpenAiAdapter.Builder mantle(String region) {
        return mantle(region, BedrockOpenAi::prefix);
    }

    /**
     * Starts an adapter as {@link #mantle(String)} does, with your own choice of the path's prefix: for a model whose
     * card at AWS says another one.
     *
     * @param prefix returns {@code /v1} or {@code /openai/v1} for a model's id
     */
    public static OpenAiAdapter.Builder mantle(String region, UnaryOperator<String> prefix) {
        Objects.requireNonNull(prefix, "prefix");
        return OpenAiAdapter.builder(
                dialect("https://bedrock-mantle." + Objects.requireNonNull(region, "region") + ".api.aws")
                        .path((path, model) -> prefix.apply(model) + path)
                        .build());
    }

    private static Dialect.Builder dialect(String baseUrl) {
        return Dialect.builder("bedrock-openai", baseUrl)
                .keyVariable("AWS_BEARER_TOKEN_BEDROCK")
                .takes("max_completion_tokens")
                .streamUsage(true)
                .embeddings(false)
                .responsesApi(true)
                .responsesOnly(BedrockOpenAi::isClosed)
                .served(CloudModels::onBedrock)
                .errorCode("access_denied", ErrorKind.PERMISSION)
                .errorWords("supported on this route", ErrorKind.NOT_FOUND, FailureSubject.MODEL);
    }

    /** Returns the prefix of the path at the endpoint mantle, by the model cards of November 2026. */
    private static String prefix(String model) {
        return isClosed(model) || model.startsWith("xai.") || model.startsWith("google.gemma-4") ? "/openai/v1" : "/v1";
    }

    /** Returns whether it is one of OpenAI's models without open weights, perhaps with a geography before its id. */
    private static boolean isClosed(String model) {
        int maker = model.indexOf("openai.");
        return maker >= 0
                && (maker == 0 || model.charAt(maker - 1) == '.' || model.charAt(maker - 1) == '/')
                && !model.startsWith("gpt-oss", maker + "openai.".length());
    }
}
