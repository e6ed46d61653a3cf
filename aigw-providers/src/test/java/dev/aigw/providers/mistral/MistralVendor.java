package dev.aigw.providers.mistral;

import dev.aigw.api.chat.ContentPart;
import dev.aigw.api.chat.FinishReason;
import dev.aigw.api.chat.ToolSpec;
import dev.aigw.api.spi.ProviderAdapter;
import dev.aigw.providers.contract.ChatFeature;
import dev.aigw.providers.openai.OpenAiVendor;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import okhttp3.OkHttpClient;

/** Mistral's chat completions. */
public final class MistralVendor extends OpenAiVendor {

    /** Creates Mistral's. */
    public MistralVendor() {
        super("mistral", "mistral-medium-latest");
    }

    @Override
    public ProviderAdapter adapter(OkHttpClient client, boolean drop) {
        return Mistral.builder().httpClient(client).dropUnsupported(drop).build();
    }

    @Override
    protected String definition() {
        return "ChatCompletionRequest";
    }

    @Override
    protected String streamDefinition() {
        return "ChatCompletionStreamRequest";
    }

    @Override
    protected ContentPart.Raw ownPart() {
        return new ContentPart.Raw("mistral", json("type", "text", "text", "as it came"));
    }

    @Override
    protected ToolSpec ownTool() {
        return rawFunction();
    }

    @Override
    protected String serviceTier() {
        return "default";
    }

    @Override
    protected Set<ChatFeature> reported() {
        Set<ChatFeature> reported = reportedByMostAnd(
                ChatFeature.BROKEN_ARGUMENTS,
                ChatFeature.SPEAKER,
                ChatFeature.IMAGE_FILE,
                ChatFeature.DOCUMENT_FILE,
                ChatFeature.DOCUMENT_CITED,
                ChatFeature.RESULT_IMAGE,
                ChatFeature.OWN_RAW_PART,
                ChatFeature.TOP_K,
                ChatFeature.LOGPROBS,
                ChatFeature.VERBOSITY,
                ChatFeature.SERVICE_TIER,
                ChatFeature.REASONING_BUDGET);
        reported.removeAll(EnumSet.of(ChatFeature.AUDIO_URL));
        return reported;
    }

    @Override
    protected Set<ChatFeature> unreported() {
        return EnumSet.of(
                // the vendor caches by itself
                ChatFeature.CACHE_HINT,
                // sent as text
                ChatFeature.REFUSAL,
                // the result's text says it
                ChatFeature.RESULT_ERROR,
                // not sent back
                ChatFeature.REASONING,
                // no field for it
                ChatFeature.USER);
    }

    @Override
    protected String maxTokens() {
        return "max_tokens";
    }

    @Override
    protected String seed() {
        return "random_seed";
    }

    @Override
    protected Map<String, FinishReason.Kind> finishReasons() {
        return Map.ofEntries(
                Map.entry("stop", FinishReason.Kind.STOP),
                Map.entry("length", FinishReason.Kind.LENGTH),
                Map.entry("model_length", FinishReason.Kind.CONTEXT_EXCEEDED),
                Map.entry("tool_calls", FinishReason.Kind.TOOL_CALLS),
                Map.entry("error", FinishReason.Kind.MALFORMED));
    }

    @Override
    protected Events unparsed() {
        return null; // as OpenAI's
    }

    @Override
    protected Set<ChatFeature> streamed() {
        return EnumSet.of(ChatFeature.REFUSAL);
    }
}
