package dev.aigw.providers.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.TokenUsage.Bucket;
import dev.aigw.providers.json.Counts;
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

    static TokenUsage of(JsonNode usage, Counts counts) {
        TokenUsage.Builder builder = TokenUsage.builder();
        long total = counts.of(usage, "totalTokenCount");
        long thoughts = counts.of(usage, "thoughtsTokenCount");
        long candidates = counts.of(usage, "candidatesTokenCount");
        long prompt = Counts.orRest(
                counts.of(usage, "promptTokenCount"),
                total,
                Counts.orZero(candidates) + Counts.orZero(thoughts) + tools(usage, counts));
        candidates = Counts.orRest(
                candidates, total, Counts.orZero(prompt) + Counts.orZero(thoughts) + tools(usage, counts));
        if (prompt != Counts.ABSENT) {
            input(builder, usage, prompt, counts);
        }
        if (candidates != Counts.ABSENT) {
            JsonNode details = Json.at(usage, "candidatesTokensDetails");
            long left = take(builder, Bucket.OUTPUT_AUDIO, modality(details, "AUDIO", counts), candidates);
            builder.output(take(builder, Bucket.OUTPUT_IMAGE, modality(details, "IMAGE", counts), left));
        }
        if (thoughts > 0) {
            builder.reasoning(thoughts);
        }
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

    private static long tools(JsonNode usage, Counts counts) {
        return Counts.orZero(counts.of(usage, "toolUsePromptTokenCount"));
    }

    private static void input(TokenUsage.Builder builder, JsonNode usage, long prompt, Counts counts) {
        long cached = Counts.orZero(counts.of(usage, "cachedContentTokenCount"));
        JsonNode details = Json.at(usage, "promptTokensDetails");
        JsonNode fromCache = Json.at(usage, "cacheTokensDetails");
        long audio = modality(details, "AUDIO", counts) - modality(fromCache, "AUDIO", counts);
        long images = modality(details, "IMAGE", counts) - modality(fromCache, "IMAGE", counts);
        long left = prompt + tools(usage, counts);
        if (cached > left) { // counted beside the prompt
            builder.cacheRead(cached);
        } else {
            left = take(builder, Bucket.CACHE_READ, cached, left);
        }
        left = take(builder, Bucket.INPUT_AUDIO, audio, left);
        builder.input(take(builder, Bucket.INPUT_IMAGE, images, left));
    }

    private static long modality(JsonNode details, String modality, Counts counts) {
        long tokens = 0;
        for (JsonNode detail : details) {
            if (modality.equals(Json.textOf(detail, "modality"))) {
                tokens += Counts.orZero(counts.of(detail, "tokenCount"));
            }
        }
        return tokens;
    }

    /** Sets a bucket to a share unless it is empty, as the vendor leaves out zeros, and returns what is left. */
    private static long take(TokenUsage.Builder builder, Bucket bucket, long share, long left) {
        return Counts.share(builder, bucket, share <= 0 ? Counts.ABSENT : share, left);
    }
}
