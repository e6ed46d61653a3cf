package dev.aigw.routing.route;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.aigw.api.Cancellation;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.internal.SetOnce;
import dev.aigw.api.spi.Embedder;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.engine.call.BoundedEmbedder;
import dev.aigw.routing.engine.call.BoundedEmbedder.Unavailable;
import dev.aigw.routing.engine.pool.Query;
import dev.aigw.routing.engine.time.Durations;
import dev.aigw.routing.route.Examples.Example;
import dev.aigw.routing.route.Examples.Nearest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the model whose examples are nearest in meaning. Examples are embedded once, when the first call needs them;
 * concurrent calls wait for the same result. Safe for use by many threads.
 */
final class Semantic implements ModelSelector {

    private static final Logger log = LoggerFactory.getLogger(Semantic.class);

    /** How long an embedder that failed or timed out is not called. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
    private static final int MAXIMUM_CHARS = 2_000;
    private static final int REMEMBERED = 1_000;
    private static final int SHOWN_CHARS = 60;

    private final BoundedEmbedder embedder;
    private final List<Example> questions;
    private final double threshold;
    private final long timeoutNanos;
    private final @Nullable String otherwise;
    private final AtomicReference<@Nullable CompletableFuture<Examples>> examples = new AtomicReference<>();
    private final Cache<String, Nearest> known = Caffeine.newBuilder()
            .maximumSize(REMEMBERED)
            .executor(Runnable::run)
            .build();
    private volatile @Nullable Instant pausedUntil;

    private Semantic(Builder builder, double threshold, @Nullable String otherwise) {
        this.embedder = new BoundedEmbedder(builder.embedder);
        this.questions = builder.questions();
        this.threshold = threshold;
        this.timeoutNanos = builder.timeout.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : builder.timeout.toNanos();
        this.otherwise = otherwise;
    }

    @Override
    public @Nullable Selection select(Query query) {
        String question =
                query.request() instanceof ChatRequest chat ? shorten(chat.lastUserText(), MAXIMUM_CHARS) : "";
        if (question.isBlank()) {
            return otherwise("there is no text to compare");
        }
        Nearest nearest = known.getIfPresent(question);
        if (nearest == null) {
            if (isPaused(query.now())) {
                return otherwise("the embedder failed or timed out a moment ago");
            }
            try {
                nearest = nearest(question, query);
                known.put(question, nearest);
            } catch (Unavailable e) {
                return otherwise(e.getMessage());
            }
        }
        String seen = String.format(
                Locale.ROOT,
                "similarity %.3f to \"%s\"",
                nearest.similarity(),
                shorten(nearest.example().text(), SHOWN_CHARS));
        return nearest.similarity() >= threshold
                ? new Selection(nearest.example().model(), seen)
                : otherwise(seen + " of " + nearest.example().model() + ", below " + threshold);
    }

    private @Nullable Selection otherwise(@Nullable String reason) {
        return otherwise == null ? null : new Selection(otherwise, "no route is near: " + reason);
    }

    /** Waits no longer than half of the call's remaining time, so that the other half is left for the default model. */
    private Nearest nearest(String question, Query query) throws Unavailable {
        long budget = Math.min(timeoutNanos, query.remainingNanos() / 2);
        long began = System.nanoTime();
        Cancellation given = query.options().cancellation();
        Cancellation cancellation = given == null ? new Cancellation() : given;
        CompletableFuture<Examples> embedded = examples();
        CompletableFuture<List<float[]>> asked =
                embedder.start(List.of(question), query.contextPropagation().capture());
        try {
            Examples all = BoundedEmbedder.await(embedded, budget, cancellation);
            float[] vector = BoundedEmbedder.await(asked, budget - (System.nanoTime() - began), cancellation)
                    .get(0);
            return all.nearest(vector);
        } catch (Unavailable e) {
            if (!e.isTimeout() || budget == timeoutNanos) { // otherwise the call may just have had little time
                pause(query.now(), embedded, e);
            }
            throw e;
        } catch (IllegalStateException e) { // its dimensions differ from those of the examples
            examples.compareAndSet(embedded, null); // either may be wrong, so the next try embeds all again
            Unavailable failed = new Unavailable("the embedder failed: " + e.getMessage(), false);
            pause(query.now(), embedded, failed);
            throw failed;
        }
    }

    private boolean isPaused(Instant now) {
        Instant until = pausedUntil;
        return until != null && now.isBefore(until);
    }

    private void pause(Instant now, CompletableFuture<Examples> embedded, Unavailable reason) {
        pausedUntil = now.plus(PAUSE);
        if (!embedded.isDone()) {
            examples.compareAndSet(
                    embedded, null); // the next try starts over; if this one still completes, its result is used
        }
        log.warn("a semantic route uses its default model for {}: {}", Durations.text(PAUSE), reason.getMessage());
    }

    /** Returns the embedded examples; the first call starts the work, and failed work is started again. */
    private CompletableFuture<Examples> examples() {
        while (true) {
            CompletableFuture<Examples> present = examples.get();
            if (present != null && !present.isCompletedExceptionally()) {
                return present;
            }
            CompletableFuture<Examples> mine = new CompletableFuture<>();
            if (examples.compareAndSet(present, mine)) {
                embedExamples(mine);
                return mine;
            }
        }
    }

    private void embedExamples(CompletableFuture<Examples> mine) {
        CompletionStage<Examples> all = embedder.start(
                        questions.stream().map(Example::text).toList())
                .thenApply(vectors -> new Examples(questions, vectors));
        all.whenComplete((embedded, failure) -> {
            if (embedded == null) {
                mine.completeExceptionally(
                        Objects.requireNonNull(failure.getCause() == null ? failure : failure.getCause()));
            } else {
                mine.complete(embedded);
                examples.compareAndSet(null, mine); // late, but complete
            }
        });
    }

    private static String shorten(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
    }

    @Override
    public Set<String> models() {
        Set<String> models = new LinkedHashSet<>();
        questions.forEach(example -> models.add(example.model()));
        if (otherwise != null) {
            models.add(otherwise);
        }
        return models;
    }

    /** Builds the route. */
    static final class Builder implements Routes.SemanticBuilder {

        private final SetOnce once = new SetOnce();
        private final Embedder embedder;
        private final Map<String, List<String>> routes = new LinkedHashMap<>();
        private @Nullable Double threshold;
        private Duration timeout = Duration.ofSeconds(1);

        Builder(Embedder embedder) {
            this.embedder = Objects.requireNonNull(embedder, "embedder");
        }

        @Override
        public Routes.SemanticBuilder route(String model, String... examples) {
            Objects.requireNonNull(model, "model");
            if (examples.length == 0) {
                throw new IllegalArgumentException(
                        "the route to \"" + model + "\" has no example: give it some of its questions");
            }
            for (String example : examples) {
                if (example.isBlank()) {
                    throw new IllegalArgumentException("an example of \"" + model + "\" is blank: remove it");
                }
            }
            if (routes.put(model, List.of(examples)) != null) {
                throw new IllegalArgumentException(
                        "there are two routes to \"" + model + "\": give one of them all examples");
            }
            return this;
        }

        @Override
        public Routes.SemanticBuilder threshold(double similarity) {
            once.check(0, "threshold");
            if (!(similarity > 0 && similarity <= 1)) {
                throw new IllegalArgumentException(
                        "threshold is " + similarity + ": use a similarity above 0 and up to 1, such as 0.5");
            }
            this.threshold = similarity;
            return this;
        }

        @Override
        public Routes.SemanticBuilder timeout(Duration most) {
            once.check(1, "timeout");
            if (most.isNegative() || most.isZero()) {
                throw new IllegalArgumentException("timeout is " + Durations.text(most) + ": use a positive duration");
            }
            this.timeout = most;
            return this;
        }

        @Override
        public ModelSelector otherwise(String model) {
            return create(Objects.requireNonNull(model, "model"));
        }

        @Override
        public ModelSelector build() {
            return create(null);
        }

        private Semantic create(@Nullable String otherwise) {
            if (routes.isEmpty()) {
                throw new IllegalArgumentException("there is no route: add one with route(model, examples)");
            }
            if (threshold == null) {
                throw new IllegalArgumentException("there is no threshold: set threshold(similarity), measured with"
                        + " your own questions and embedder");
            }
            return new Semantic(this, threshold, otherwise);
        }

        private List<Example> questions() {
            List<Example> questions = new ArrayList<>();
            routes.forEach((model, texts) -> texts.forEach(text -> questions.add(new Example(model, text))));
            return List.copyOf(questions);
        }
    }
}
