package dev.aigw.providers.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.providers.json.Json;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Turns a {@code UsageMetadata} into disjoint buckets.
 *
 * <p>The vendor's prompt count includes cached tokens, its candidates' count excludes thoughts, and the input from
 * tools on its side is counted separately from the prompt. Counts by modality are shares of the totals.
 */
final class Usage {

    private static final List<String> PREFIXES = List.of("service_tier_", "on_demand_");

    private Usage() {}

    static TokenUsage of(JsonNode usage) {
        TokenUsage.Builder builder = TokenUsage.builder();
        if (usage.path("promptTokenCount").isNumber()) {
            input(builder, usage);
        }
        JsonNode candidates = usage.path("candidatesTokenCount");
        if (candidates.isNumber()) {
            JsonNode details = Json.at(usage, "candidatesTokensDetails");
            long rest = candidates.longValue()
                    - take(builder, Bucket.OUTPUT_AUDIO, modality(details, "AUDIO"))
                    - take(builder, Bucket.OUTPUT_IMAGE, modality(details, "IMAGE"));
            builder.output(rest);
        }
        take(builder, Bucket.REASONING, usage.path("thoughtsTokenCount").asLong(0));
        return builder.build();
    }

    /**
     * Returns the tier that served: the Gemini API's {@code serviceTier}, or Vertex AI's {@code trafficType}, where
     * {@code ON_DEMAND_FLEX} is {@code flex}; in lower case, as in requests. Null when neither is there.
     */
    static @Nullable String serviceTier(JsonNode usage) {
        String tier = Json.textOf(usage, "serviceTier");
        if (tier == null) {
            tier = Json.textOf(usage, "trafficType");
        }
        if (tier == null || tier.endsWith("UNSPECIFIED") || tier.endsWith("unspecified")) {
            return null;
        }
        String word = tier.toLowerCase(Locale.ROOT);
        for (String prefix : PREFIXES) {
            if (word.startsWith(prefix)) {
                return word.substring(prefix.length());
            }
        }
        return word;
    }

    private static void input(TokenUsage.Builder builder, JsonNode usage) {
        long cached = usage.path("cachedContentTokenCount").asLong(0);
        JsonNode prompt = Json.at(usage, "promptTokensDetails");
        JsonNode fromCache = Json.at(usage, "cacheTokensDetails");
        long rest = usage.path("promptTokenCount").asLong()
                + usage.path("toolUsePromptTokenCount").asLong(0)
                - take(builder, Bucket.CACHE_READ, cached)
                - take(builder, Bucket.INPUT_AUDIO, modality(prompt, "AUDIO") - modality(fromCache, "AUDIO"))
                - take(builder, Bucket.INPUT_IMAGE, modality(prompt, "IMAGE") - modality(fromCache, "IMAGE"));
        builder.input(rest);
    }

    private static long modality(JsonNode details, String modality) {
        long tokens = 0;
        for (JsonNode detail : details) {
            if (modality.equals(Json.textOf(detail, "modality"))) {
                tokens += detail.path("tokenCount").asLong(0);
            }
        }
        return tokens;
    }

    /** Sets a bucket unless it is empty; the vendor leaves out zeros. */
    private static long take(TokenUsage.Builder builder, Bucket bucket, long tokens) {
        if (tokens <= 0) {
            return 0;
        }
        builder.set(bucket, tokens);
        return tokens;
    }
}
