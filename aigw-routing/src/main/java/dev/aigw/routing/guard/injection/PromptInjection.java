package dev.aigw.routing.guard.injection;

import dev.aigw.api.GuardAction;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.GuardFinding;
import dev.aigw.api.guard.GuardVerdict;
import dev.aigw.api.guard.GuardedPart;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.guard.StreamChecking;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.Embedder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds prompt injections and jailbreaks: texts that try to replace the application's instructions, to read them, to
 * send data away, or to talk a model out of its rules. Rules and a small classifier read the text in normal form, and
 * what is encoded or hidden in it; together they give a score that says how likely it is an attack, and why.
 *
 * <pre>{@code
 * ModelRouter router = ModelRouter.builder()
 *     .guards(Guards.builder().input(PromptInjection.guard()).build())
 *     …
 *     .build();
 * }</pre>
 *
 * <p>Results of tools and documents are judged more strictly than the user's turns: there, instructions to the model
 * are not the user's. By default the guard reads users' turns, results and definitions of tools, documents and data,
 * and blocks from {@link Sensitivity#BALANCED} on. It takes microseconds for a kilobyte, in proportion to the length.
 * Safe for use by many threads; keeps no content.
 *
 * <p>No guard of this kind finds every attack. It is one layer: what a model may do matters more.
 */
public final class PromptInjection implements Guard {

    private static final int STREAM_STEP = 400;

    private final InjectionModel model;
    private final double threshold;
    private final GuardAction action;
    private final Set<ContentOrigin> origins;
    private final @Nullable Embedder embedder;
    private final @Nullable EmbeddingHead head;
    private final @Nullable Guard secondOpinion;
    private final double uncertainFrom;
    private final double uncertainTo;

    private PromptInjection(Builder builder) {
        this.model = builder.model != null ? builder.model : InjectionModel.builtIn();
        this.threshold = builder.threshold;
        this.action = builder.action;
        this.origins = Collections.unmodifiableSet(EnumSet.copyOf(builder.origins));
        this.embedder = builder.embedder;
        this.head = builder.head;
        this.secondOpinion = builder.secondOpinion;
        this.uncertainFrom = builder.uncertainFrom;
        this.uncertainTo = builder.uncertainTo;
    }

    /** Returns the guard with its defaults. */
    public static PromptInjection guard() {
        return builder().build();
    }

    /** Returns a builder with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns how likely {@code text} is an attack, and why, by rules and classifier. Asks neither the embedder nor the
     * second opinion.
     */
    public InjectionScore score(String text, ContentOrigin origin) {
        return model.score(text, origin);
    }

    /**
     * {@inheritDoc}
     *
     * @throws RuntimeException if the embedder or the second opinion fails
     */
    @Override
    public GuardVerdict check(Inspection inspection) {
        List<GuardedPart> parts = inspection.parts();
        InjectionScore[] scores = new InjectionScore[parts.size()];
        double[] values = new double[parts.size()];
        List<Integer> uncertain = new ArrayList<>(0);
        boolean suspicious = false;
        for (int i = 0; i < scores.length; i++) {
            String text = parts.get(i).text();
            if (text != null && !text.isEmpty() && origins.contains(parts.get(i).origin())) {
                scores[i] = model.score(text, parts.get(i).origin());
                values[i] = scores[i].score();
                suspicious |= values[i] >= threshold;
                if (isUncertain(values[i])) {
                    uncertain.add(i);
                }
            }
        }
        List<GuardFinding> findings = new ArrayList<>(0);
        if (!uncertain.isEmpty()) {
            suspicious = true;
            if (embedder != null && head != null) {
                embed(parts, uncertain, values, embedder, head);
            }
            if (secondOpinion != null) {
                askAgain(inspection, uncertain, values, findings, secondOpinion);
            }
        }
        if (!suspicious) {
            return GuardVerdict.ALLOW;
        }
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] != null && values[i] >= threshold) {
                report(i, scores[i], values[i], findings);
            }
        }
        return GuardVerdict.of(findings);
    }

    private boolean isUncertain(double value) {
        return (embedder != null || secondOpinion != null) && value >= uncertainFrom && value < uncertainTo;
    }

    private static void embed(
            List<GuardedPart> parts, List<Integer> uncertain, double[] values, Embedder embedder, EmbeddingHead head) {
        List<String> texts = uncertain.stream()
                .map(i -> Objects.requireNonNullElse(parts.get(i).text(), ""))
                .toList();
        List<float[]> vectors = embedder.embed(texts);
        if (vectors.size() != texts.size()) {
            throw new IllegalStateException(
                    "the embedder gave " + vectors.size() + " vectors for " + texts.size() + " texts");
        }
        for (int k = 0; k < vectors.size(); k++) {
            int i = uncertain.get(k);
            values[i] = head.correct(values[i], vectors.get(k));
        }
    }

    /** Lets another guard decide about parts that are still uncertain. */
    private void askAgain(
            Inspection inspection,
            List<Integer> uncertain,
            double[] values,
            List<GuardFinding> findings,
            Guard secondOpinion) {
        List<Integer> asked =
                uncertain.stream().filter(i -> isUncertain(values[i])).toList();
        if (asked.isEmpty()) {
            return;
        }
        List<GuardedPart> parts =
                asked.stream().map(i -> inspection.parts().get(i)).toList();
        GuardVerdict verdict = secondOpinion.check(inspection.withParts(parts));
        for (int i : asked) {
            values[i] = 0;
        }
        for (GuardFinding finding : verdict.findings()) {
            if (finding.action() != GuardAction.BLOCK) {
                continue;
            }
            if (finding.part() < 0) {
                findings.add(GuardFinding.whole(finding.rule(), finding.score(), action));
            } else {
                findings.add(GuardFinding.in(asked.get(finding.part()), finding.rule(), finding.score(), action));
            }
        }
    }

    private void report(int part, InjectionScore score, double value, List<GuardFinding> findings) {
        List<InjectionScore.Fired> fired = score.fired();
        if (fired.isEmpty()) {
            findings.add(GuardFinding.at(
                    part, score.suspectStart(), score.suspectEnd(), "injection-classifier", value, action));
            return;
        }
        for (int i = 0; i < fired.size(); i++) {
            InjectionScore.Fired one = fired.get(i);
            findings.add(GuardFinding.at(
                    part, one.start(), one.end(), one.rule(), value, i == 0 ? action : GuardAction.ANNOTATE));
        }
    }

    /** Returns {@code prompt-injection}. */
    @Override
    public String name() {
        return "prompt-injection";
    }

    /** Returns {@link Effort#MEMORY}, or that of the second opinion, or {@link Effort#COMPUTE} with an embedder. */
    @Override
    public Effort effort() {
        Effort effort = embedder != null ? Effort.COMPUTE : Effort.MEMORY;
        if (secondOpinion != null && secondOpinion.effort().compareTo(effort) > 0) {
            return secondOpinion.effort();
        }
        return effort;
    }

    @Override
    public Set<ContentOrigin> origins() {
        return origins;
    }

    /** Returns steps of 400 characters: what a model repeats of a page is an attack on the next one. */
    @Override
    public StreamChecking streaming() {
        return StreamChecking.steps(STREAM_STEP);
    }

    @Override
    public String toString() {
        return "PromptInjection{from " + threshold + ", " + action + ", " + origins + "}";
    }

    /** Builds a {@link PromptInjection}. Not safe for use by many threads. */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private double threshold = Sensitivity.BALANCED.threshold();
        private GuardAction action = GuardAction.BLOCK;
        private Set<ContentOrigin> origins = EnumSet.of(
                ContentOrigin.USER,
                ContentOrigin.TOOL_RESULT,
                ContentOrigin.DOCUMENT,
                ContentOrigin.DATA,
                ContentOrigin.TOOL_DEFINITION);
        private @Nullable InjectionModel model;
        private @Nullable Embedder embedder;
        private @Nullable EmbeddingHead head;
        private @Nullable Guard secondOpinion;
        private double uncertainFrom = 0.15;
        private double uncertainTo = 0.9;

        private Builder() {}

        /** How sure the guard must be; {@link Sensitivity#BALANCED} by default. Not together with a threshold. */
        public Builder sensitivity(Sensitivity sensitivity) {
            once.check(0, "the threshold");
            this.threshold = sensitivity.threshold();
            return this;
        }

        /**
         * The score from which on the guard acts, instead of a {@link Sensitivity}.
         *
         * @throws IllegalArgumentException if it is not more than 0 and at most 1
         */
        public Builder threshold(double threshold) {
            once.check(0, "the threshold");
            if (!(threshold > 0 && threshold <= 1)) {
                throw new IllegalArgumentException("threshold(" + threshold + "): it is more than 0 and at most 1");
            }
            this.threshold = threshold;
            return this;
        }

        /**
         * What to do about an attack: {@link GuardAction#BLOCK}, the default, or {@link GuardAction#ANNOTATE}.
         *
         * @throws IllegalArgumentException for other actions: an attack has no span that could be cut out reliably
         */
        public Builder action(GuardAction action) {
            once.check(1, "action");
            if (action != GuardAction.BLOCK && action != GuardAction.ANNOTATE) {
                throw new IllegalArgumentException("action(" + action + "): choose BLOCK or ANNOTATE");
            }
            this.action = action;
            return this;
        }

        /**
         * The origins that the guard reads; by default USER, TOOL_RESULT, DOCUMENT, DATA and TOOL_DEFINITION.
         *
         * @throws IllegalArgumentException if there are none
         */
        public Builder origins(ContentOrigin... origins) {
            once.check(2, "origins");
            if (origins.length == 0) {
                throw new IllegalArgumentException("origins() names none: the guard would read nothing");
            }
            this.origins = EnumSet.copyOf(List.of(origins));
            return this;
        }

        /** A model of your own from {@link InjectionTrainer}; {@link InjectionModel#builtIn()} by default. */
        public Builder model(InjectionModel model) {
            once.check(3, "model");
            this.model = Objects.requireNonNull(model, "model");
            return this;
        }

        /**
         * An embedder whose vectors decide about uncertain texts, and the head that was trained for it. None by
         * default. If the embedder fails, so does the check.
         */
        public Builder embedder(Embedder embedder, EmbeddingHead head) {
            once.check(4, "embedder");
            this.embedder = Objects.requireNonNull(embedder, "embedder");
            this.head = Objects.requireNonNull(head, "head");
            return this;
        }

        /**
         * Another guard, such as a model, that decides about texts that are uncertain. What it blocks, this guard acts
         * on. None by default. If it fails, so does the check.
         */
        public Builder secondOpinion(Guard guard) {
            once.check(5, "secondOpinion");
            this.secondOpinion = Objects.requireNonNull(guard, "guard");
            return this;
        }

        /**
         * Which scores are uncertain; from 0.15 on and below 0.9 by default. Only matters with an embedder or a second
         * opinion.
         *
         * @throws IllegalArgumentException if it is not 0 ≤ {@code from} ≤ {@code to} ≤ 1
         */
        public Builder uncertain(double from, double to) {
            once.check(6, "uncertain");
            if (!(from >= 0 && from <= to && to <= 1)) {
                throw new IllegalArgumentException("uncertain(" + from + ", " + to + "): 0 ≤ from ≤ to ≤ 1");
            }
            this.uncertainFrom = from;
            this.uncertainTo = to;
            return this;
        }

        /** Returns the guard. */
        public PromptInjection build() {
            return new PromptInjection(this);
        }
    }
}
