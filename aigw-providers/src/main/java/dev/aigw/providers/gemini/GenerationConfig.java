package dev.aigw.providers.gemini;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.chat.ResponseFormat;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.kit.Unsupported;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds the {@code generationConfig} of a request: sampling, response format, thinking. */
final class GenerationConfig {

    static final String FIELD = "generationConfig";

    private static final String FAMILY = "gemini-";

    private final ChatRequest request;
    private final String model;
    private final Set<String> efforts;
    private final Unsupported unsupported;

    GenerationConfig(ChatRequest request, AttemptContext attempt, Unsupported unsupported) {
        this.request = request;
        this.model = attempt.model();
        this.efforts = attempt.card().wire().efforts();
        this.unsupported = unsupported;
    }

    /** Returns whether a model is of the Gemini family, and not of a generation before 3. */
    static boolean isSince3(String model) {
        int at = model.lastIndexOf('/') + 1;
        return model.startsWith(FAMILY, at)
                && !model.startsWith("1", at + FAMILY.length())
                && !model.startsWith("2", at + FAMILY.length());
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        put(fields, "temperature", request.sampling().temperature());
        put(fields, "topP", request.sampling().topP());
        put(fields, "topK", request.sampling().topK());
        put(fields, "maxOutputTokens", request.maxOutputTokens());
        put(fields, "stopSequences", request.stop().isEmpty() ? null : request.stop());
        put(fields, "seed", request.sampling().seed());
        put(fields, "frequencyPenalty", request.sampling().frequencyPenalty());
        put(fields, "presencePenalty", request.sampling().presencePenalty());
        if (request.topLogprobs() != null) {
            fields.put("responseLogprobs", true);
            fields.put("logprobs", request.topLogprobs());
        }
        if (request.verbosity() != null) {
            unsupported.drops("a verbosity");
        }
        ResponseFormat format = request.responseFormat();
        if (format.type() != ResponseFormat.Type.TEXT) {
            fields.put("responseMimeType", "application/json");
            put(fields, "responseJsonSchema", format.schema());
        }
        if (request.reasoning() != null) {
            fields.put("thinkingConfig", thinking(request.reasoning()));
        }
        if (request.extra().get(FIELD) instanceof Map<?, ?> extra) {
            extra.forEach((name, value) -> put(fields, String.valueOf(name), value));
        }
        return fields;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }

    /** Models before Gemini 3 take a budget; these are the vendor's own budgets for OpenAI's levels. */
    private Map<String, Object> thinking(ReasoningEffort effort) {
        Map<String, Object> thinking = new LinkedHashMap<>(2);
        Integer budget = effort.budgetTokens();
        ReasoningEffort.Level level = effort.level();
        if (level != null && !efforts.isEmpty()) {
            thinking.put("thinkingLevel", level.name());
        } else if (level != null && isSince3(model)) {
            if (level == ReasoningEffort.Level.NONE) {
                unsupported.warn("cannot turn thinking off: it was asked for as little as possible");
            }
            thinking.put(
                    "thinkingLevel",
                    switch (level) {
                        case NONE, MINIMAL -> "MINIMAL";
                        case LOW -> "LOW";
                        case MEDIUM -> "MEDIUM";
                        case HIGH, XHIGH, MAX -> "HIGH";
                    });
        } else if (level != null) {
            budget = switch (level) {
                case NONE -> 0;
                case MINIMAL, LOW -> 1024;
                case MEDIUM -> 8192;
                case HIGH, XHIGH, MAX -> 24576;
            };
        }
        if (budget != null) {
            thinking.put("thinkingBudget", budget);
        }
        if (level != ReasoningEffort.Level.NONE && (budget == null || budget > 0)) {
            thinking.put("includeThoughts", true);
        }
        return thinking;
    }
}
