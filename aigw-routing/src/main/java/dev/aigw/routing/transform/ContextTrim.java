package dev.aigw.routing.transform;

import dev.aigw.api.conversation.ContextWindow;
import dev.aigw.api.internal.SetOnce;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes the conversation of a chat fit a number of tokens, as {@link ContextWindow} does: system messages stay, and so
 * do the last question and what followed it; the oldest exchanges are left out, a tool's call together with its result.
 * Immutable.
 *
 * <pre>{@code
 * ContextTrim.to(32_000).summary("assistant-small").build()
 * }</pre>
 *
 * <p>Tokens are counted by the router's counter. A summary is made by a model through the router, in the caller's
 * account, and is kept in memory, so that the next turns begin with the same one; when more is left out, the next
 * summary is made of the last one and of what is new. A summary that cannot be made is left out, with a warning.
 */
public final class ContextTrim {

    private final long tokens;
    private final @Nullable Long answerTokens;
    private final @Nullable String summaryModel;
    private final int summaryTokens;
    private final double step;

    private ContextTrim(Builder builder) {
        this.tokens = builder.tokens;
        this.answerTokens = builder.answerTokens;
        this.summaryModel = builder.summaryModel;
        this.summaryTokens = builder.summaryTokens;
        this.step = builder.step;
    }

    /**
     * Starts with a number of tokens, prompt and answer together.
     *
     * @throws IllegalArgumentException if it is not positive
     */
    public static Builder to(long tokens) {
        return new Builder(tokens);
    }

    @Nullable
    String summaryModel() {
        return summaryModel;
    }

    int summaryTokens() {
        return summaryTokens;
    }

    ContextWindow.Builder window() {
        ContextWindow.Builder window =
                ContextWindow.builder(tokens).trimStep(step).summaryTokens(summaryTokens);
        return answerTokens == null ? window : window.answerTokens(answerTokens);
    }

    @Override
    public String toString() {
        return "ContextTrim{tokens=" + tokens + ", answerTokens=" + answerTokens + ", summaryModel=" + summaryModel
                + ", summaryTokens=" + summaryTokens + ", step=" + step + "}";
    }

    /**
     * Builds a {@link ContextTrim}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final long tokens;
        private @Nullable Long answerTokens;
        private @Nullable String summaryModel;
        private int summaryTokens = 512;
        private double step = 0.25;

        private Builder(long tokens) {
            if (tokens < 1) {
                throw new IllegalArgumentException("a conversation is trimmed to " + tokens + " tokens: use 1 or more");
            }
            this.tokens = tokens;
        }

        /** Sets the tokens reserved for an answer whose request sets no {@code maxOutputTokens}; 1,024 by default. */
        public Builder answerTokens(long tokens) {
            once.check(0, "answerTokens");
            answerTokens = tokens;
            return this;
        }

        /** Sets the model that summarizes what is left out; no summary by default. */
        public Builder summary(String model) {
            once.check(1, "summary");
            summaryModel = Objects.requireNonNull(model, "summary");
            return this;
        }

        /**
         * Sets how long a summary may be, in tokens; 512 by default.
         *
         * @throws IllegalArgumentException if it is not positive
         */
        public Builder summaryTokens(int tokens) {
            once.check(2, "summaryTokens");
            if (tokens < 1) {
                throw new IllegalArgumentException("summaryTokens is " + tokens + ": use 1 or more");
            }
            summaryTokens = tokens;
            return this;
        }

        /**
         * Sets the share of the tokens by which trimming advances; 0.25 by default, so that the conversation begins the
         * same for many turns, which keeps prompt caches, summaries and signed reasoning. 0 leaves out no more than
         * necessary, at another place in nearly every turn.
         *
         * @throws IllegalArgumentException if it is negative or more than 1
         */
        public Builder step(double share) {
            once.check(3, "step");
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("step is " + share + ": use a share from 0 to 1");
            }
            step = share;
            return this;
        }

        /** Returns the trim. */
        public ContextTrim build() {
            return new ContextTrim(this);
        }
    }
}
