package dev.aigw.routing.guard.output;

import dev.aigw.api.GuardAction;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/**
 * Checks that an answer follows from its sources, by a function of the application's: a model that judges, a service,
 * or a comparison of its own.
 *
 * <pre>{@code
 * Guard grounded = Groundedness.builder((answer, sources) -> judge.support(answer, sources))
 *     .threshold(0.7)
 *     .build();
 * }</pre>
 *
 * <p>The sources are the results of tools and the documents in the request, and what {@link Builder#sources} finds in
 * it. Answers without sources pass, as do answers without text. A score below the threshold blocks, by default, with
 * the rule {@code ungrounded}; one that is no number is a failure of the guard. It needs the whole answer, so a
 * streamed one arrives at its end. For output. Safe for use by many threads if the function is.
 */
public final class Groundedness implements Guard {

    private final Scorer scorer;
    private final Function<? super ModelRequest, List<String>> sources;
    private final double threshold;
    private final GuardAction action;

    /** Says how well an answer is supported. */
    @FunctionalInterface
    public interface Scorer {
        /**
         * Returns how much of an answer follows from its sources, from 0 to 1. What it throws is a failure of the
         * guard.
         *
         * @param sources one or more texts
         */
        double score(String answer, List<String> sources);
    }

    private Groundedness(Builder builder) {
        this.scorer = builder.scorer;
        this.sources = builder.sources;
        this.threshold = builder.threshold;
        this.action = builder.action;
    }

    /** Starts a guard with the results of tools and documents as sources and a threshold of 0.5 that blocks. */
    public static Builder builder(Scorer scorer) {
        return new Builder(scorer);
    }

    @Override
    public String name() {
        return "groundedness";
    }

    /** Returns {@link Guard.Effort#REMOTE}. */
    @Override
    public Effort effort() {
        return Effort.REMOTE;
    }

    @Override
    public Set<ContentOrigin> origins() {
        return EnumSet.of(ContentOrigin.MODEL);
    }

    @Override
    public GuardVerdict check(Inspection inspection) {
        StringBuilder answer = new StringBuilder();
        for (GuardedPart part : inspection.parts()) {
            answer.append(part.text() == null ? "" : part.text());
        }
        List<String> found = sources(inspection);
        if (found.isEmpty() || answer.toString().isBlank()) {
            return GuardVerdict.ALLOW;
        }
        double score = scorer.score(answer.toString(), found);
        if (Double.isNaN(score)) {
            throw new IllegalStateException("the score of groundedness is no number");
        }
        double lack = 1 - Math.max(0, Math.min(1, score));
        return score >= threshold
                ? GuardVerdict.ALLOW
                : GuardVerdict.of(GuardFinding.whole("ungrounded", lack, action));
    }

    private List<String> sources(Inspection inspection) {
        List<String> found = new ArrayList<>(sources.apply(inspection.request()));
        for (GuardedPart part : inspection.requestParts()) {
            if (part.text() != null && !part.text().isBlank() && part.origin().isForeign()) {
                found.add(part.text());
            }
        }
        return found;
    }

    /**
     * Builds a {@link Groundedness}. Setting a property twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final Scorer scorer;
        private Function<? super ModelRequest, List<String>> sources = request -> List.of();
        private double threshold = 0.5;
        private GuardAction action = GuardAction.BLOCK;

        private Builder(Scorer scorer) {
            this.scorer = Objects.requireNonNull(scorer, "scorer");
        }

        /**
         * Sets what finds more sources in a request, such as passages that the application has put into a message; none
         * by default.
         */
        public Builder sources(Function<? super ModelRequest, List<String>> sources) {
            once.check(0, "sources");
            this.sources = Objects.requireNonNull(sources, "sources");
            return this;
        }

        /**
         * Sets the lowest score of an answer that passes; 0.5 by default.
         *
         * @throws IllegalArgumentException if it is not above 0 and at most 1
         */
        public Builder threshold(double threshold) {
            if (!(threshold > 0 && threshold <= 1)) {
                throw new IllegalArgumentException("threshold(" + threshold + "): it is above 0 and at most 1");
            }
            once.check(1, "threshold");
            this.threshold = threshold;
            return this;
        }

        /**
         * Sets what is done; {@link GuardAction#BLOCK} by default, or {@link GuardAction#ANNOTATE}.
         *
         * @throws IllegalArgumentException if it is another
         */
        public Builder action(GuardAction action) {
            once.check(2, "action");
            this.action = Actions.ofWhole(action);
            return this;
        }

        /** Returns the guard. */
        public Groundedness build() {
            return new Groundedness(this);
        }
    }
}
