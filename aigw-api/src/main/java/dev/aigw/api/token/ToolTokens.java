package dev.aigw.api.token;

import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ToolChoice;
import dev.aigw.api.chat.ToolSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of the tools of a chat.
 *
 * <p>For OpenAI's models a function counts as in OpenAI's cookbook, "How to count tokens with Tiktoken", section 7,
 * with its figures for {@code gpt-4o}: vendors rewrite the schema, and the name, type and description of each property
 * count, not the JSON. Nested properties count the same way. For Claude the JSON counts, and once the system prompt
 * that the vendor adds: guide "Tool use with Claude", section "Pricing", July 2026; a model that it does not list
 * counts as the most expensive one listed. For other models the JSON counts.
 */
final class ToolTokens {

    /** The framing of a function: its braces, its type, the names of its fields. */
    private static final int TOOL = 8;

    private static final int FUNCTION = 7;
    private static final int PROPERTIES = 3;
    private static final int PROPERTY = 3;
    private static final int ENUM = -3;
    private static final int ENUM_VALUE = 3;
    private static final int FUNCTIONS_END = 12;

    private static final int DEEPEST = 32;

    private static final Map<String, Boolean> OPENAI =
            Map.of("gpt-", true, "o1", true, "o3", true, "o4-mini", true, "gpt-oss", false);

    /** Claude's system prompt for tools. */
    private record Prompt(int free, int forced) {}

    private static final Map<String, Prompt> CLAUDE = Map.ofEntries(
            Map.entry("claude-", new Prompt(675, 804)),
            Map.entry("claude-opus-4-8", new Prompt(290, 410)),
            Map.entry("claude-opus-4-7", new Prompt(675, 804)),
            Map.entry("claude-opus-4-6", new Prompt(497, 589)),
            Map.entry("claude-opus-4-5", new Prompt(496, 588)),
            Map.entry("claude-opus-4", new Prompt(313, 315)),
            Map.entry("claude-sonnet-5", new Prompt(354, 474)),
            Map.entry("claude-sonnet-4-6", new Prompt(497, 589)),
            Map.entry("claude-sonnet-4-5", new Prompt(496, 588)),
            Map.entry("claude-sonnet-4", new Prompt(313, 315)),
            Map.entry("claude-haiku-4-5", new Prompt(496, 588)),
            Map.entry("claude-3-5-haiku", new Prompt(264, 355)));

    private final PromptTokens texts;
    private final boolean openAi;
    private final @Nullable Prompt prompt;

    ToolTokens(PromptTokens texts, String model) {
        this.texts = texts;
        this.openAi = Boolean.TRUE.equals(ModelFamily.find(OPENAI, model));
        this.prompt = ModelFamily.find(CLAUDE, model);
    }

    /** Returns the tokens of the chat's tools, of which there is at least one. */
    long of(ChatRequest chat) {
        long sum = openAi ? FUNCTIONS_END : prompt == null ? 0 : systemPrompt(prompt, chat.toolChoice());
        for (ToolSpec tool : chat.tools()) {
            sum += openAi && tool.provider() == null ? function(tool) : json(tool);
        }
        return sum;
    }

    private static long systemPrompt(Prompt prompt, @Nullable ToolChoice choice) {
        boolean forced =
                choice != null && (choice.mode() == ToolChoice.Mode.REQUIRED || choice.mode() == ToolChoice.Mode.TOOL);
        return forced ? prompt.forced : prompt.free;
    }

    private long json(ToolSpec tool) {
        return TOOL + texts.text(tool.name()) + texts.text(tool.description()) + texts.json(tool.parameters());
    }

    private long function(ToolSpec tool) {
        return FUNCTION + line(tool.name(), tool.description()) + properties(tool.parameters(), 0);
    }

    private long properties(Map<?, ?> schema, int depth) {
        if (depth == DEEPEST || !(schema.get("properties") instanceof Map<?, ?> properties) || properties.isEmpty()) {
            return 0;
        }
        long sum = PROPERTIES;
        for (Map.Entry<?, ?> entry : properties.entrySet()) {
            sum += PROPERTY + property(String.valueOf(entry.getKey()), entry.getValue(), depth);
        }
        return sum;
    }

    private long property(String name, @Nullable Object definition, int depth) {
        if (!(definition instanceof Map<?, ?> schema)) {
            return texts.text(name);
        }
        long sum = line(name + ":" + word(schema.get("type")), word(schema.get("description")));
        if (schema.get("enum") instanceof Iterable<?> values) {
            sum += ENUM;
            for (Object value : values) {
                sum += ENUM_VALUE + texts.text(String.valueOf(value));
            }
        }
        sum += properties(schema, depth + 1);
        return schema.get("items") instanceof Map<?, ?> items ? sum + properties(items, depth + 1) : sum;
    }

    private static String word(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }

    private long line(String start, @Nullable String description) {
        String end = description == null ? "" : description;
        return texts.text(start + ":" + (end.endsWith(".") ? end.substring(0, end.length() - 1) : end));
    }
}
