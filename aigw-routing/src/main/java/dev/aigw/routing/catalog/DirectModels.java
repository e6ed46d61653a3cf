package dev.aigw.routing.catalog;

import java.util.List;

/**
 * The names {@code adapter/upstream-model} that a call may ask for without a declared model. All may be asked for by
 * default. Where names come from outside the application, allow only those that it means to pay for:
 *
 * <pre>{@code
 * ModelRouter.builder()
 *     .provider(OpenAiAdapter.builder().apiKey(key).build())
 *     .model("assistant", model -> model.deployment("openai/gpt-6.1-terra"))
 *     .directModels(DirectModels.only("openai/gpt-6-luna", "ollama/*"))
 *     .build();
 * }</pre>
 *
 * <p>The application's own models, fallbacks, aliases and routes may name any deployment, whatever is allowed here.
 * Immutable.
 */
public final class DirectModels {

    private static final DirectModels ALL = new DirectModels(List.of("*"));
    private static final DirectModels NONE = new DirectModels(List.of());

    private final List<String> patterns;

    private DirectModels(List<String> patterns) {
        this.patterns = patterns;
    }

    /** Returns all models of all adapters, the default. */
    public static DirectModels all() {
        return ALL;
    }

    /** Returns none: a call asks for declared models only. */
    public static DirectModels none() {
        return NONE;
    }

    /**
     * Returns some.
     *
     * @param patterns whole names, such as {@code openai/gpt-6-luna}, or beginnings with a star behind them, such as
     *     {@code ollama/*}
     * @throws IllegalArgumentException if there is no pattern, or one without a slash or with a star elsewhere
     */
    public static DirectModels only(String... patterns) {
        if (patterns.length == 0) {
            throw new IllegalArgumentException(
                    "directModels: there is no pattern: give one, or use DirectModels.none()");
        }
        for (String pattern : patterns) {
            int star = pattern.indexOf('*');
            if (pattern.indexOf('/') <= 0 || (star >= 0 && star < pattern.length() - 1)) {
                throw new IllegalArgumentException("directModels: \"" + pattern
                        + "\" is no pattern: use adapter/upstream-model, or adapter/*, with a star at the end only");
            }
        }
        return new DirectModels(List.of(patterns));
    }

    /** Returns whether a call may ask for this name. */
    boolean admits(String name) {
        for (String pattern : patterns) {
            int star = pattern.length() - 1;
            if (pattern.endsWith("*") ? name.startsWith(pattern.substring(0, star)) : name.equals(pattern)) {
                return true;
            }
        }
        return false;
    }

    /** Returns the patterns. */
    @Override
    public String toString() {
        return "DirectModels" + patterns;
    }
}
