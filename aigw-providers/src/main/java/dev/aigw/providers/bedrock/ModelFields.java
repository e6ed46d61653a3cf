package dev.aigw.providers.bedrock;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ReasoningEffort;
import dev.aigw.api.spi.AttemptContext;
import dev.aigw.providers.kit.Provenance;
import dev.aigw.providers.kit.Unsupported;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Builds the {@code additionalModelRequestFields}: the features that Converse leaves to each model maker, which are
 * reasoning and top-k sampling.
 */
final class ModelFields {

    static final String FIELD = "additionalModelRequestFields";

    private static final Set<String> REGIONS = Set.of("us", "us-gov", "eu", "apac", "global", "jp", "au", "ca", "sa");

    private final ChatRequest request;
    private final String maker;
    private final String off;
    private final Unsupported unsupported;
    private final Provenance provenance;

    ModelFields(ChatRequest request, AttemptContext attempt, Unsupported unsupported, Provenance provenance) {
        this.request = request;
        this.maker = maker(attempt.model());
        String word = attempt.card().wire().reasoningOff();
        this.off = word == null ? "disabled" : word;
        this.unsupported = unsupported;
        this.provenance = provenance;
    }

    /**
     * Returns the maker of a model: {@code anthropic} for {@code eu.anthropic.claude-…} and for the ARN of an inference
     * profile of that name; the whole id if it is unknown.
     */
    static String maker(String model) {
        String id = model.substring(model.lastIndexOf('/') + 1);
        int dot = id.indexOf('.');
        if (dot > 0 && REGIONS.contains(id.substring(0, dot))) {
            id = id.substring(dot + 1);
            dot = id.indexOf('.');
        }
        return dot > 0 ? id.substring(0, dot) : model;
    }

    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (request.sampling().topK() != null) {
            switch (maker) {
                case "anthropic", "mistral" ->
                    fields.put("top_k", request.sampling().topK());
                case "amazon" ->
                    fields.put(
                            "inferenceConfig", Map.of("topK", request.sampling().topK()));
                default -> unsupported.drops("topK for a model of " + maker);
            }
        }
        if (request.reasoning() != null) {
            switch (maker) {
                case "anthropic" -> anthropic(fields, request.reasoning());
                case "amazon" -> fields.put("reasoningConfig", amazon(request.reasoning()));
                case "openai" -> fields.put("reasoning_effort", word(level(request.reasoning()), false));
                default -> unsupported.drops("reasoning effort for a model of " + maker);
            }
        }
        if (request.extra().get(FIELD) instanceof Map<?, ?> extra) {
            extra.forEach((name, value) -> fields.put(String.valueOf(name), value));
        }
        return fields;
    }

    private void anthropic(Map<String, Object> fields, ReasoningEffort effort) {
        ReasoningEffort.Level level = effort.level();
        if (isOff(effort)) {
            fields.put("thinking", Map.of("type", off));
        } else if (level == null && provenance.lacksReasoningOfToolLoop(request.messages())) {
            unsupported.warn(
                    "was asked not to think: Claude does not continue after another model's tool calls with a budget");
            fields.put("thinking", Map.of("type", off));
        } else if (level == null) {
            fields.put(
                    "thinking",
                    Map.of(
                            "type",
                            "enabled",
                            "budget_tokens",
                            Objects.requireNonNull(effort.budgetTokens()),
                            "display",
                            "summarized"));
        } else {
            // newer models leave thinking out of answers unless asked
            fields.put("thinking", Map.of("type", "adaptive", "display", "summarized"));
            fields.put("output_config", Map.of("effort", word(level, true)));
        }
    }

    private Map<String, Object> amazon(ReasoningEffort effort) {
        return isOff(effort)
                ? Map.of("type", "disabled")
                : Map.of("type", "enabled", "maxReasoningEffort", word(level(effort), false));
    }

    private static boolean isOff(ReasoningEffort effort) {
        Integer budget = effort.budgetTokens();
        return effort.level() == ReasoningEffort.Level.NONE || (budget != null && budget == 0);
    }

    private ReasoningEffort.Level level(ReasoningEffort effort) {
        ReasoningEffort.Level level = effort.level();
        if (level == null) {
            int budget = effort.budgetTokens() == null ? 0 : effort.budgetTokens();
            level = budget <= 2048
                    ? ReasoningEffort.Level.LOW
                    : budget <= 8192 ? ReasoningEffort.Level.MEDIUM : ReasoningEffort.Level.HIGH;
            unsupported.warn("takes no reasoning budget for a model of " + maker + ": it was sent the level " + level);
        }
        return level;
    }

    private static String word(ReasoningEffort.Level level, boolean beyondHigh) {
        return switch (level) {
            case NONE, MINIMAL, LOW -> "low";
            case MEDIUM -> "medium";
            case HIGH -> "high";
            case XHIGH -> beyondHigh ? "xhigh" : "high";
            case MAX -> beyondHigh ? "max" : "high";
        };
    }
}
