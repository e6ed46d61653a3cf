package dev.aigw.api;

import dev.aigw.api.internal.SetOnce;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a model as one deployment serves it: capabilities, sizes, price, wire facts, and when it ends. What
 * is not set is unknown, which means neither yes nor no nor zero. Immutable.
 *
 * <pre>{@code
 * ModelCard card = ModelCard.builder()
 *     .capabilities(Capability.TOOLS, Capability.VISION)
 *     .lacks(Capability.AUDIO)
 *     .contextWindow(400_000)
 *     .price(Price.usdPerMillion("0.25", "2.00"))
 *     .build();
 * }</pre>
 */
public final class ModelCard {

    /** Nothing is known. */
    public static final ModelCard UNKNOWN = builder().build();

    private final Set<Capability> capabilities;
    private final Set<Capability> lacking;
    private final @Nullable Long contextWindow;
    private final @Nullable Long maxOutputTokens;
    private final @Nullable Integer embeddingDimensions;
    private final @Nullable Price price;
    private final @Nullable LocalDate priceDate;
    private final @Nullable LocalDate shutdown;
    private final @Nullable String replacement;
    private final @Nullable Duration retention;
    private final WireFacts wire;
    private final Set<String> languages;

    private ModelCard(Builder builder) {
        this.capabilities = Collections.unmodifiableSet(new LinkedHashSet<>(builder.capabilities));
        this.lacking = Collections.unmodifiableSet(new LinkedHashSet<>(builder.lacking));
        this.contextWindow = builder.contextWindow;
        this.maxOutputTokens = builder.maxOutputTokens;
        this.embeddingDimensions = builder.embeddingDimensions;
        this.price = builder.price;
        this.priceDate = builder.priceDate;
        this.shutdown = builder.shutdown;
        this.replacement = builder.replacement;
        this.retention = builder.retention;
        this.wire = builder.wire;
        this.languages = Collections.unmodifiableSet(new LinkedHashSet<>(builder.languages));
    }

    /** Returns this card without a price, for a place that charges another one. */
    public ModelCard withoutPrice() {
        Builder builder = toBuilder();
        builder.price = null;
        builder.priceDate = null;
        return builder.build();
    }

    /**
     * Returns this card for another place that serves the model: without the date at which it ends, and without how
     * long data are kept, since both are the vendor's own.
     */
    public ModelCard elsewhere() {
        Builder builder = toBuilder();
        builder.shutdown = null;
        builder.replacement = null;
        builder.retention = null;
        return builder.build();
    }

    /** Starts an empty card. */
    public static Builder builder() {
        return new Builder();
    }

    /** Starts from this card. */
    public Builder toBuilder() {
        return new Builder().fill(this);
    }

    /** Returns this card, with what is unknown here taken from {@code other}. */
    public ModelCard orElse(ModelCard other) {
        return toBuilder().fill(other).build();
    }

    /** Returns whether the model is known to have the capability. */
    public boolean has(Capability capability) {
        return capabilities.contains(capability);
    }

    /** Returns whether the model is known not to have the capability. */
    public boolean lacks(Capability capability) {
        return lacking.contains(capability);
    }

    /** Returns the capabilities that the model is known to have. */
    public Set<Capability> capabilities() {
        return capabilities;
    }

    /** Returns the capabilities that the model is known not to have. */
    public Set<Capability> lacking() {
        return lacking;
    }

    /** Returns the context window: how many tokens prompt and answer may have together; null when unknown. */
    public @Nullable Long contextWindow() {
        return contextWindow;
    }

    /** Returns how many tokens an answer may have, or null when unknown. */
    public @Nullable Long maxOutputTokens() {
        return maxOutputTokens;
    }

    /** Returns how many numbers an embedding has by default, or null when unknown. */
    public @Nullable Integer embeddingDimensions() {
        return embeddingDimensions;
    }

    /** Returns the price, or null when unknown. */
    public @Nullable Price price() {
        return price;
    }

    /** Returns the day as of which the price was known to be right, or null when unknown. */
    public @Nullable LocalDate priceDate() {
        return priceDate;
    }

    /** Returns the day on which the vendor shuts the model down, in UTC; null when none is announced or known. */
    public @Nullable LocalDate shutdown() {
        return shutdown;
    }

    /**
     * Returns the model that the vendor recommends instead of one that it shuts down, as {@code vendor/model}; null
     * when unknown.
     */
    public @Nullable String replacement() {
        return replacement;
    }

    /**
     * Returns how long prompts and answers may be kept by the vendor, unless a contract says otherwise; zero where they
     * are not kept, null when unknown. What a feature stores by itself, such as files and batches, may be kept longer.
     */
    public @Nullable Duration retention() {
        return retention;
    }

    /** Returns what the model takes of a request, and where; {@link WireFacts#UNKNOWN} when nothing is known. */
    public WireFacts wire() {
        return wire;
    }

    /** Returns the languages that the model supports, as IETF tags such as {@code en}; empty when unknown. */
    public Set<String> languages() {
        return languages;
    }

    private List<@Nullable Object> facts() {
        List<@Nullable Object> facts = new ArrayList<>(12);
        facts.add(capabilities);
        facts.add(lacking);
        facts.add(contextWindow);
        facts.add(maxOutputTokens);
        facts.add(embeddingDimensions);
        facts.add(price);
        facts.add(priceDate);
        facts.add(shutdown);
        facts.add(replacement);
        facts.add(retention);
        facts.add(wire);
        facts.add(languages);
        return facts;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelCard that && facts().equals(that.facts());
    }

    @Override
    public int hashCode() {
        return facts().hashCode();
    }

    @Override
    public String toString() {
        return "ModelCard{capabilities=" + capabilities + ", lacking=" + lacking + ", contextWindow=" + contextWindow
                + ", maxOutputTokens=" + maxOutputTokens + ", price=" + price
                + (shutdown == null ? "" : ", shutdown=" + shutdown) + "}";
    }

    /**
     * Builds a {@link ModelCard}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final Set<Capability> capabilities = new LinkedHashSet<>();
        private final Set<Capability> lacking = new LinkedHashSet<>();
        private final Set<String> languages = new LinkedHashSet<>();
        private @Nullable Long contextWindow;
        private @Nullable Long maxOutputTokens;
        private @Nullable Integer embeddingDimensions;
        private @Nullable Price price;
        private @Nullable LocalDate priceDate;
        private boolean dated;
        private @Nullable LocalDate shutdown;
        private @Nullable String replacement;
        private @Nullable Duration retention;
        private WireFacts wire = WireFacts.UNKNOWN;

        private Builder() {}

        /** Adds capabilities that the model has. */
        public Builder capabilities(Capability... capabilities) {
            this.capabilities.addAll(List.of(capabilities));
            List.of(capabilities).forEach(lacking::remove);
            return this;
        }

        /** Adds capabilities that the model does not have. */
        public Builder lacks(Capability... capabilities) {
            this.lacking.addAll(List.of(capabilities));
            List.of(capabilities).forEach(this.capabilities::remove);
            return this;
        }

        /**
         * Sets the context window: how many tokens prompt and answer may have together.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder contextWindow(long tokens) {
            once.check(0, "contextWindow");
            this.contextWindow = positive("contextWindow", tokens);
            return this;
        }

        /**
         * Sets how many tokens an answer may have.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder maxOutputTokens(long tokens) {
            once.check(1, "maxOutputTokens");
            this.maxOutputTokens = positive("maxOutputTokens", tokens);
            return this;
        }

        /**
         * Sets how many numbers an embedding has by default.
         *
         * @throws IllegalArgumentException if not positive
         */
        public Builder embeddingDimensions(int dimensions) {
            once.check(2, "embeddingDimensions");
            this.embeddingDimensions = (int) positive("embeddingDimensions", dimensions);
            return this;
        }

        /** Sets the price. */
        public Builder price(Price price) {
            once.check(3, "price");
            this.price = price;
            if (!dated) { // the date of a card that this one began from
                this.priceDate = null;
            }
            return this;
        }

        /** Sets the day as of which the price was known to be right, or null: the router warns of old prices. */
        public Builder priceDate(@Nullable LocalDate day) {
            once.check(4, "priceDate");
            this.priceDate = day;
            this.dated = true;
            return this;
        }

        /** Sets the day, in UTC, on which the vendor shuts the model down: the router warns before it. */
        public Builder shutdown(LocalDate day) {
            once.check(5, "shutdown");
            this.shutdown = day;
            return this;
        }

        /** Sets the model to use once this one is shut down, as {@code vendor/model}, for the router's warning. */
        public Builder replacement(String model) {
            once.check(6, "replacement");
            this.replacement = model;
            return this;
        }

        /**
         * Sets how long prompts and answers may be kept by the vendor; zero where they are not kept.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder retention(Duration longest) {
            once.check(8, "retention");
            if (longest.isNegative()) {
                throw new IllegalArgumentException("retention is " + longest + ": use zero or more");
            }
            this.retention = longest;
            return this;
        }

        /** Sets what the model takes of a request, and where. */
        public Builder wire(WireFacts facts) {
            once.check(7, "wire");
            this.wire = facts;
            return this;
        }

        /** Adds languages that the model supports, as IETF tags. */
        public Builder languages(String... tags) {
            languages.addAll(List.of(tags));
            return this;
        }

        private static long positive(String property, long value) {
            if (value < 1) {
                throw new IllegalArgumentException(property + " is " + value + ": use a positive number");
            }
            return value;
        }

        private Builder fill(ModelCard other) {
            for (Capability capability : other.capabilities) {
                if (!lacking.contains(capability)) {
                    capabilities.add(capability);
                }
            }
            for (Capability capability : other.lacking) {
                if (!capabilities.contains(capability)) {
                    lacking.add(capability);
                }
            }
            if (languages.isEmpty()) {
                languages.addAll(other.languages);
            }
            contextWindow = contextWindow == null ? other.contextWindow : contextWindow;
            maxOutputTokens = maxOutputTokens == null ? other.maxOutputTokens : maxOutputTokens;
            embeddingDimensions = embeddingDimensions == null ? other.embeddingDimensions : embeddingDimensions;
            if (price == null) {
                price = other.price;
                priceDate = other.priceDate;
            }
            retention = retention == null ? other.retention : retention;
            wire = wire.orElse(other.wire);
            if (shutdown == null) {
                shutdown = other.shutdown;
                replacement = replacement == null ? other.replacement : replacement;
            }
            return this;
        }

        /** Returns the card. */
        public ModelCard build() {
            return new ModelCard(this);
        }
    }
}
