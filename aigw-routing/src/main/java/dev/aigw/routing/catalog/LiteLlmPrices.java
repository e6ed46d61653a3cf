package dev.aigw.routing.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.aigw.api.Capability;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage.Bucket;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads LiteLLM's {@code model_prices_and_context_window.json}: an object of models by name, prices in dollars per
 * token, fields as in its {@code sample_spec}.
 */
final class LiteLlmPrices {

    private static final BigDecimal MILLION = BigDecimal.valueOf(1_000_000);

    private static final Map<String, Capability> CAPABILITIES = Map.of(
            "supports_function_calling", Capability.TOOLS,
            "supports_parallel_function_calling", Capability.PARALLEL_TOOLS,
            "supports_vision", Capability.VISION,
            "supports_audio_input", Capability.AUDIO,
            "supports_video_input", Capability.VIDEO,
            "supports_pdf_input", Capability.DOCUMENTS,
            "supports_response_schema", Capability.JSON_SCHEMA,
            "supports_reasoning", Capability.REASONING,
            "supports_assistant_prefill", Capability.PREFILL,
            "supports_prompt_caching", Capability.PROMPT_CACHE);

    /**
     * Service tiers by the suffix of their fields' names; a tier whose prices do not share one factor stays unknown.
     */
    private static final Map<String, String> TIERS = Map.of("batches", "batch", "flex", "flex", "priority", "priority");

    private LiteLlmPrices() {}

    static boolean isOne(JsonNode root) {
        for (JsonNode model : root) {
            if (model.has("litellm_provider")) {
                return true;
            }
        }
        return false;
    }

    static CardLayer read(JsonNode root) {
        Map<String, ModelCard> byName = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> model : root.properties()) {
            String provider = model.getValue().path("litellm_provider").asText();
            if (!model.getKey().equals("sample_spec") && !provider.isEmpty()) {
                byName.putIfAbsent(name(model.getKey(), provider), card(model.getValue()));
            }
        }
        return CardLayer.of(byName);
    }

    /** Returns {@code vendor/model}: some keys begin with their vendor, others with a slash in the model's own id. */
    private static String name(String key, String provider) {
        int slash = key.indexOf('/');
        return slash > 0 && provider.startsWith(key.substring(0, slash)) ? key : provider + "/" + key;
    }

    private static ModelCard card(JsonNode model) {
        ModelCard.Builder card = ModelCard.builder();
        CAPABILITIES.forEach((field, capability) -> {
            JsonNode supports = model.path(field);
            if (supports.isBoolean()) {
                if (supports.asBoolean()) {
                    card.capabilities(capability);
                } else {
                    card.lacks(capability);
                }
            }
        });
        switch (model.path("mode").asText()) {
            case "chat" -> card.capabilities(Capability.CHAT).lacks(Capability.EMBEDDING);
            case "embedding" -> card.capabilities(Capability.EMBEDDING).lacks(Capability.CHAT);
            default -> {}
        }
        long prompt = Plausible.tokens(model.path("max_input_tokens"));
        long answer = Plausible.tokens(model.path("max_output_tokens"));
        if (prompt > 0) {
            card.contextWindow(prompt + Math.max(0, answer));
        }
        if (answer > 0) {
            card.maxOutputTokens(answer);
        }
        int dimensions = Plausible.dimensions(model.path("output_vector_size"));
        if (dimensions > 0) {
            card.embeddingDimensions(dimensions);
        }
        Price price = price(model);
        return price == null ? card.build() : card.price(price).build();
    }

    private static @Nullable Price price(JsonNode model) {
        Map<Bucket, @Nullable BigDecimal> others = new EnumMap<>(Bucket.class);
        others.put(Bucket.CACHE_READ, Plausible.price(model.path("cache_read_input_token_cost")));
        others.put(Bucket.CACHE_WRITE, Plausible.price(model.path("cache_creation_input_token_cost")));
        others.put(Bucket.CACHE_WRITE_LONG, Plausible.price(model.path("cache_creation_input_token_cost_above_1hr")));
        others.put(Bucket.INPUT_AUDIO, Plausible.price(model.path("input_cost_per_audio_token")));
        others.put(Bucket.OUTPUT_AUDIO, Plausible.price(model.path("output_cost_per_audio_token")));
        others.put(Bucket.REASONING, Plausible.price(model.path("output_cost_per_reasoning_token")));
        BigDecimal input = Plausible.price(model.path("input_cost_per_token"));
        BigDecimal output = Plausible.price(model.path("output_cost_per_token"));
        Price price = CardFile.price(
                model.path("input_cost_per_token"), model.path("output_cost_per_token"), others, MILLION);
        if (price == null || input == null || output == null || input.signum() == 0) {
            return price;
        }
        for (Map.Entry<String, String> tier : TIERS.entrySet()) {
            BigDecimal tierInput = Plausible.price(model.path("input_cost_per_token_" + tier.getKey()));
            BigDecimal tierOutput = Plausible.price(model.path("output_cost_per_token_" + tier.getKey()));
            if (tierInput != null
                    && tierOutput != null
                    && tierInput.multiply(output).compareTo(tierOutput.multiply(input)) == 0) {
                BigDecimal factor = tierInput.divide(input, MathContext.DECIMAL64);
                price = price.tier(tier.getValue(), factor.toPlainString());
            }
        }
        return price;
    }
}
