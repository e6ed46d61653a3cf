package dev.aigw.routing.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.aigw.api.Capability;
import dev.aigw.api.ModelCard;
import dev.aigw.api.Price;
import dev.aigw.api.TokenUsage.Bucket;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** Service tiers by the suffix of their fields' names. */
    private static final Map<String, String> TIERS =
            Map.of("_batches", "batch", "_flex", "flex", "_priority", "priority");

    /** The field of the input price of prompts longer than a number of thousands of tokens. */
    private static final Pattern THRESHOLD = Pattern.compile("input_cost_per_token(_above_(\\d{1,6})k_tokens)");

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
        LocalDate end = CardFile.date(model.path("deprecation_date"));
        if (end != null) {
            card.shutdown(end);
        }
        Price price = price(model);
        return price == null ? card.build() : card.price(price).build();
    }

    private static @Nullable Price price(JsonNode model) {
        Price price = withThresholds(model, "");
        for (Map.Entry<String, String> tier : TIERS.entrySet()) {
            Price ofTier =
                    model.has("input_cost_per_token" + tier.getKey()) ? withThresholds(model, tier.getKey()) : null;
            price = price == null || ofTier == null ? price : price.tier(tier.getValue(), ofTier);
        }
        BigDecimal request = Plausible.price(model.path("input_cost_per_request"));
        if (price != null && request != null) {
            price = price.perRequest(request.stripTrailingZeros().toPlainString());
        }
        BigDecimal search =
                Plausible.price(model.path("search_context_cost_per_query").path("search_context_size_medium"));
        return price == null || search == null
                ? price
                : price.serverTool("web_search", search.stripTrailingZeros().toPlainString());
    }

    private static @Nullable Price withThresholds(JsonNode model, String tier) {
        Price price = price(model, "", tier);
        Matcher matcher = THRESHOLD.matcher("");
        for (Iterator<String> names = model.fieldNames(); names.hasNext() && price != null; ) {
            if (matcher.reset(names.next()).matches()) {
                Price longer = price(model, matcher.group(1), tier);
                price = longer == null ? price : price.above(Long.parseLong(matcher.group(2)) * 1_000, longer);
            }
        }
        return price;
    }

    /** Returns the price of a threshold and a tier; what is not listed for them costs the same as without. */
    private static @Nullable Price price(JsonNode model, String threshold, String tier) {
        BigDecimal input = amount(model, "input_cost_per_token", threshold, tier);
        BigDecimal write = amount(model, "cache_creation_input_token_cost", threshold, tier);
        Map<Bucket, @Nullable BigDecimal> others = new EnumMap<>(Bucket.class);
        others.put(Bucket.CACHE_READ, amount(model, "cache_read_input_token_cost", threshold, tier));
        others.put(Bucket.CACHE_WRITE, write);
        others.put(
                Bucket.CACHE_WRITE_LONG,
                CardFile.longWrite(
                        amount(model, "cache_creation_input_token_cost_above_1hr", threshold, tier), write, input));
        others.put(Bucket.INPUT_AUDIO, amount(model, "input_cost_per_audio_token", threshold, tier));
        others.put(Bucket.INPUT_IMAGE, amount(model, "input_cost_per_image_token", threshold, tier));
        others.put(Bucket.OUTPUT_AUDIO, amount(model, "output_cost_per_audio_token", threshold, tier));
        others.put(Bucket.OUTPUT_IMAGE, amount(model, "output_cost_per_image_token", threshold, tier));
        others.put(Bucket.REASONING, amount(model, "output_cost_per_reasoning_token", threshold, tier));
        return CardFile.price(
                node(model, "input_cost_per_token", threshold, tier),
                node(model, "output_cost_per_token", threshold, tier),
                others,
                MILLION);
    }

    private static @Nullable BigDecimal amount(JsonNode model, String field, String threshold, String tier) {
        return Plausible.price(node(model, field, threshold, tier));
    }

    private static JsonNode node(JsonNode model, String field, String threshold, String tier) {
        for (String name : List.of(field + threshold + tier, field + threshold, field + tier, field)) {
            JsonNode node = model.path(name);
            if (!node.isMissingNode() && !node.isNull()) {
                return node;
            }
        }
        return MissingNode.getInstance();
    }
}
