package dev.aigw.api.moderation;

import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.internal.SetOnce;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One verdict for each item of the request, in the same order. Immutable.
 *
 * <p>Two responses are equal when their answers are; the {@linkplain #route() route} does not count.
 */
public final class ModerationResponse implements ModelReply {

    /**
     * The verdict on one item. Categories have the vendor's names, for example {@code violence/graphic}.
     *
     * @param flagged whether the vendor considers the item harmful
     * @param categories for each category, whether the item falls under it
     * @param scores for each category, how sure the model is, from 0 to 1; thresholds differ between models
     */
    public record Verdict(boolean flagged, Map<String, Boolean> categories, Map<String, Double> scores) {

        /** Copies the maps and keeps their order. */
        public Verdict {
            categories = Collections.unmodifiableMap(new LinkedHashMap<>(categories));
            scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
        }

        /** Returns the categories the item falls under, in the vendor's order. */
        public List<String> flaggedCategories() {
            return categories.entrySet().stream()
                    .filter(Map.Entry::getValue)
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    private final @Nullable String id;
    private final @Nullable String model;
    private final List<Verdict> results;
    private final TokenUsage usage;
    private final Map<String, ?> extra;
    private final Route route;

    private ModerationResponse(
            @Nullable String id,
            @Nullable String model,
            List<Verdict> results,
            TokenUsage usage,
            Map<String, ?> extra,
            Route route) {
        this.id = id;
        this.model = model;
        this.results = results;
        this.usage = usage;
        this.extra = extra;
        this.route = route;
    }

    /** Starts a response without verdicts. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this response; every property may be set once more. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.id = id;
        builder.model = model;
        builder.results.addAll(results);
        builder.usage = usage;
        builder.extra.putAll(extra);
        builder.route = route;
        return builder;
    }

    /** Returns the vendor's id of the answer, or null. */
    public @Nullable String id() {
        return id;
    }

    /** Returns the model as the vendor reported it, or null. */
    public @Nullable String model() {
        return model;
    }

    /** Returns the verdicts, in the order of the request. */
    public List<Verdict> results() {
        return results;
    }

    /** Returns whether any item was flagged. */
    public boolean flagged() {
        return results.stream().anyMatch(Verdict::flagged);
    }

    /** Returns other fields of the vendor's reply, as plain JSON values. */
    public Map<String, ?> extra() {
        return extra;
    }

    @Override
    public TokenUsage usage() {
        return usage;
    }

    @Override
    public Route route() {
        return route;
    }

    @Override
    public ModerationResponse withRoute(Route route) {
        return new ModerationResponse(id, model, results, usage, extra, Objects.requireNonNull(route, "route"));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModerationResponse that
                && Objects.equals(id, that.id)
                && Objects.equals(model, that.model)
                && results.equals(that.results)
                && usage.equals(that.usage)
                && extra.equals(that.extra);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, model, results, usage, extra);
    }

    /** Returns the model and sizes; content stays out of logs. */
    @Override
    public String toString() {
        return "ModerationResponse{model=" + model + ", " + results.size() + " verdicts, usage=" + usage + "}";
    }

    /**
     * Builds a {@link ModerationResponse}. Setting a single-valued property twice throws {@link IllegalStateException}.
     * Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable String id;
        private @Nullable String model;
        private final List<Verdict> results = new ArrayList<>();
        private TokenUsage usage = TokenUsage.NONE;
        private final Map<String, Object> extra = new LinkedHashMap<>(0);
        private Route route = Route.NONE;

        private Builder() {}

        /** Sets the vendor's id of the answer. */
        public Builder id(@Nullable String id) {
            once.check(0, "id");
            this.id = id;
            return this;
        }

        /** Sets the model as the vendor reported it. */
        public Builder model(@Nullable String model) {
            once.check(1, "model");
            this.model = model;
            return this;
        }

        /** Adds the verdict on the next item. */
        public Builder result(Verdict result) {
            results.add(Objects.requireNonNull(result, "result"));
            once.mark(2);
            return this;
        }

        /**
         * Sets the verdicts, replacing those of the response that this builder started from.
         *
         * @throws IllegalStateException if this builder was given any before, which would be lost
         */
        public Builder results(List<Verdict> results) {
            once.check(2, "results");
            this.results.clear();
            this.results.addAll(results);
            return this;
        }

        /** Sets the tokens used; {@link TokenUsage#NONE} by default. */
        public Builder usage(TokenUsage usage) {
            once.check(3, "usage");
            this.usage = Objects.requireNonNull(usage, "usage");
            return this;
        }

        /** Sets another field of the vendor's reply, replacing one of that name. */
        public Builder extra(String name, @Nullable Object value) {
            extra.put(Objects.requireNonNull(name, "name"), value);
            return this;
        }

        /** Sets the route that led to this reply; {@link Route#NONE} by default. */
        public Builder route(Route route) {
            once.check(4, "route");
            this.route = Objects.requireNonNull(route, "route");
            return this;
        }

        /** Returns the response. */
        public ModerationResponse build() {
            Map<String, ?> copy = extra.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(extra));
            return new ModerationResponse(id, model, List.copyOf(results), usage, copy, route);
        }
    }
}
