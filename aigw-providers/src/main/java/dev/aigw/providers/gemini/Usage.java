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
 * Turns a {@code UsageMetadata}, or the {@code Usage} of an interaction, into disjoint buckets.
 *
 * <p>The vendor's count of the prompt includes cached tokens, that of the output excludes thoughts, and the input from
 * tools on its side is counted separately from the prompt. Counts by modality are shares of the totals.
 */
final class Usage {

    private static final List<String> PREFIXES = List.of("service_tier_", "on_demand_");

    private Usage() {}

    /** The names of the numbers in one of the vendor's two APIs. */
    enum Names {
        GENERATE_CONTENT(
                "totalTokenCount",
                "promptTokenCount",
                "cachedContentTokenCount",
                "toolUsePromptTokenCount",
                "thoughtsTokenCount",
                "candidatesTokenCount",
                "promptTokensDetails",
                "cacheTokensDetails",
                "candidatesTokensDetails",
                "tokenCount"),
        INTERACTIONS(
                "total_tokens",
                "total_input_tokens",
                "total_cached_tokens",
                "total_tool_use_tokens",
                "total_thought_tokens",
                "total_output_tokens",
                "input_tokens_by_modality",
                "cached_tokens_by_modality",
                "output_tokens_by_modality",
                "tokens");

        private final String total;
        private final String input;
        private final String cached;
        private final String tools;
        private final String thoughts;
        private final String output;
        private final String inputParts;
        private final String cachedParts;
        private final String outputParts;
        private final String tokens;

        Names(
                String total,
                String input,
                String cached,
                String tools,
                String thoughts,
                String output,
                String inputParts,
                String cachedParts,
                String outputParts,
                String tokens) {
            this.total = total;
            this.input = input;
            this.cached = cached;
            this.tools = tools;
            this.thoughts = thoughts;
            this.output = output;
            this.inputParts = inputParts;
            this.cachedParts = cachedParts;
            this.outputParts = outputParts;
            this.tokens = tokens;
        }
    }

    static TokenUsage of(JsonNode usage, Names names, Counts counts) {
        TokenUsage.Builder builder = TokenUsage.builder();
        long total = counts.of(usage, names.total);
        long thoughts = counts.of(usage, names.thoughts);
        long candidates = counts.of(usage, names.output);
        long prompt = Counts.orRest(
                counts.of(usage, names.input),
                total,
                Counts.orZero(candidates) + Counts.orZero(thoughts) + tools(usage, names, counts));
        candidates = Counts.orRest(
                candidates, total, Counts.orZero(prompt) + Counts.orZero(thoughts) + tools(usage, names, counts));
        if (prompt != Counts.ABSENT) {
            input(builder, usage, prompt, names, counts);
        }
        if (candidates != Counts.ABSENT) {
            JsonNode details = Json.at(usage, names.outputParts);
            long left = take(builder, Bucket.OUTPUT_AUDIO, modality(details, "AUDIO", names, counts), candidates);
            builder.output(take(builder, Bucket.OUTPUT_IMAGE, modality(details, "IMAGE", names, counts), left));
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

    private static long tools(JsonNode usage, Names names, Counts counts) {
        return Counts.orZero(counts.of(usage, names.tools));
    }

    private static void input(TokenUsage.Builder builder, JsonNode usage, long prompt, Names names, Counts counts) {
        long cached = Counts.orZero(counts.of(usage, names.cached));
        JsonNode details = Json.at(usage, names.inputParts);
        JsonNode fromCache = Json.at(usage, names.cachedParts);
        long audio = modality(details, "AUDIO", names, counts) - modality(fromCache, "AUDIO", names, counts);
        long images = modality(details, "IMAGE", names, counts) - modality(fromCache, "IMAGE", names, counts);
        long left = prompt + tools(usage, names, counts);
        if (cached > left) { // counted beside the prompt
            builder.cacheRead(cached);
        } else {
            left = take(builder, Bucket.CACHE_READ, cached, left);
        }
        left = take(builder, Bucket.INPUT_AUDIO, audio, left);
        builder.input(take(builder, Bucket.INPUT_IMAGE, images, left));
    }

    private static long modality(JsonNode details, String modality, Names names, Counts counts) {
        long tokens = 0;
        for (JsonNode detail : details) {
            if (modality.equalsIgnoreCase(Json.textOf(detail, "modality"))) {
                tokens += Counts.orZero(counts.of(detail, names.tokens));
            }
        }
        return tokens;
    }

    /** Sets a bucket to a share unless it is empty, as the vendor leaves out zeros, and returns what is left. */
    private static long take(TokenUsage.Builder builder, Bucket bucket, long share, long left) {
        return Counts.share(builder, bucket, share <= 0 ? Counts.ABSENT : share, left);
    }
}
