package dev.aigw.api;

import dev.aigw.api.internal.SetOnce;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a model takes of a chat request, and at which endpoint, as data: facts that differ between models of one vendor.
 * What is not set is unknown, and an adapter then sends what the vendor's models have in common. Immutable.
 *
 * <pre>{@code
 * WireFacts facts = WireFacts.builder()
 *     .toolEndpoint("responses")
 *     .refusesWhileReasoning(WireFacts.Parameter.TEMPERATURE)
 *     .efforts("low", "medium", "high")
 *     .build();
 * }</pre>
 */
public final class WireFacts {

    /** Nothing is known. */
    public static final WireFacts UNKNOWN = builder().build();

    /** A part of a chat request that some models refuse. */
    public enum Parameter {
        /** {@code temperature}, other than its default. */
        TEMPERATURE("temperature", false),
        /** {@code topP}, other than its default. */
        TOP_P("topP", false),
        /** {@code topK}. */
        TOP_K("topK", false),
        /** {@code seed}. */
        SEED("seed", false),
        /** {@code frequencyPenalty}. */
        FREQUENCY_PENALTY("frequencyPenalty", false),
        /** {@code presencePenalty}. */
        PRESENCE_PENALTY("presencePenalty", false),
        /** {@code parallelToolCalls}. */
        PARALLEL_TOOL_CALLS("parallelToolCalls", false),
        /** {@code stop}: without it, an answer goes on where it should end. */
        STOP("stop", true),
        /** {@code topLogprobs}: without it, the answer has no probabilities. */
        TOP_LOGPROBS("topLogprobs", true),
        /** A tool choice that forces a call: without it, the model may answer in words. */
        FORCED_TOOLS("forcedTools", true),
        /**
         * A message of the assistant at the end, for the model to go on with: without it, the answer begins anew, and a
         * model that refuses it answers 400.
         */
        PREFILL("prefill", true),
        /** A reasoning budget in tokens; a level is sent in its place. */
        REASONING_BUDGET("reasoningBudget", false),
        /** A reasoning level; a budget is sent in its place. */
        REASONING_LEVEL("reasoningLevel", false);

        private final String id;
        private final boolean essential;

        Parameter(String id, boolean essential) {
            this.id = id;
            this.essential = essential;
        }

        /** Returns its name in files of model cards. */
        public String id() {
            return id;
        }

        /** Returns whether leaving it out changes what the request means, so that it is refused rather than dropped. */
        public boolean isEssential() {
            return essential;
        }

        /**
         * Returns the parameter of a name in a file.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Parameter of(String id) {
            for (Parameter parameter : values()) {
                if (parameter.id.equals(id)) {
                    return parameter;
                }
            }
            throw new IllegalArgumentException("\"" + id + "\" is no parameter of wire facts: use one of "
                    + Arrays.stream(values()).map(Parameter::id).toList());
        }
    }

    /** What signed or encrypted reasoning is bound to: the vendor refuses it, or leaves it out, anywhere else. */
    public enum Binding {
        /** The conversation before it: instructions, tools and earlier messages. */
        PREFIX("prefix"),
        /** The account or organisation that it was made in. */
        ACCOUNT("account"),
        /** The model that made it, and those that {@link WireFacts#readsReasoningOf() read it}. */
        MODEL("model");

        private final String id;

        Binding(String id) {
            this.id = id;
        }

        /** Returns its name in files of model cards. */
        public String id() {
            return id;
        }

        /**
         * Returns the binding of a name in a file.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Binding of(String id) {
            for (Binding binding : values()) {
                if (binding.id.equals(id)) {
                    return binding;
                }
            }
            throw new IllegalArgumentException("\"" + id + "\" is nothing that reasoning is bound to: use one of "
                    + Arrays.stream(values()).map(Binding::id).toList());
        }
    }

    private final @Nullable String endpoint;
    private final @Nullable String toolEndpoint;
    private final Set<Parameter> refused;
    private final Set<Parameter> refusedWhileReasoning;
    private final @Nullable Boolean reasonsByDefault;
    private final Set<String> efforts;
    private final @Nullable String reasoningOff;
    private final @Nullable Boolean cacheMarks;
    private final @Nullable Integer cacheMinimum;
    private final List<Duration> cacheLifetimes;
    private final Set<Binding> reasoningBoundTo;
    private final Set<String> readsReasoningOf;

    private WireFacts(Builder builder) {
        this.endpoint = builder.endpoint;
        this.toolEndpoint = builder.toolEndpoint;
        this.refused = Collections.unmodifiableSet(EnumSet.copyOf(builder.refused));
        this.refusedWhileReasoning = Collections.unmodifiableSet(EnumSet.copyOf(builder.refusedWhileReasoning));
        this.reasonsByDefault = builder.reasonsByDefault;
        this.efforts = Collections.unmodifiableSet(new LinkedHashSet<>(builder.efforts));
        this.reasoningOff = builder.reasoningOff;
        this.cacheMarks = builder.cacheMarks;
        this.cacheMinimum = builder.cacheMinimum;
        this.cacheLifetimes = builder.cacheLifetimes.stream().sorted().toList();
        this.reasoningBoundTo = Collections.unmodifiableSet(EnumSet.copyOf(builder.reasoningBoundTo));
        this.readsReasoningOf = Collections.unmodifiableSet(new LinkedHashSet<>(builder.readsReasoningOf));
    }

    /** Starts with nothing known. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns these facts, with what is unknown here taken from {@code other}. An endpoint that is known here is that
     * of tools too, unless another one is known here.
     */
    public WireFacts orElse(WireFacts other) {
        if (equals(UNKNOWN)) {
            return other;
        }
        Builder both = new Builder();
        both.endpoint = endpoint == null ? other.endpoint : endpoint;
        both.toolEndpoint = toolEndpoint == null && endpoint == null ? other.toolEndpoint : toolEndpoint;
        both.refused.addAll(refused.isEmpty() ? other.refused : refused);
        both.refusedWhileReasoning.addAll(
                refusedWhileReasoning.isEmpty() ? other.refusedWhileReasoning : refusedWhileReasoning);
        both.reasonsByDefault = reasonsByDefault == null ? other.reasonsByDefault : reasonsByDefault;
        both.efforts.addAll(efforts.isEmpty() ? other.efforts : efforts);
        both.reasoningOff = reasoningOff == null ? other.reasoningOff : reasoningOff;
        both.cacheMarks = cacheMarks == null ? other.cacheMarks : cacheMarks;
        both.cacheMinimum = cacheMinimum == null ? other.cacheMinimum : cacheMinimum;
        both.cacheLifetimes.addAll(cacheLifetimes.isEmpty() ? other.cacheLifetimes : cacheLifetimes);
        WireFacts binding = reasoningBoundTo.isEmpty() ? other : this;
        both.reasoningBoundTo.addAll(binding.reasoningBoundTo);
        both.readsReasoningOf.addAll(binding.readsReasoningOf);
        return both.build();
    }

    /** Returns these facts, with the parts that {@code other} refuses added, and what is unknown here taken from it. */
    public WireFacts plus(WireFacts other) {
        if (other.equals(UNKNOWN)) {
            return this;
        }
        Builder both = new Builder();
        both.refused.addAll(refused);
        both.refused.addAll(other.refused);
        both.refusedWhileReasoning.addAll(refusedWhileReasoning);
        both.refusedWhileReasoning.addAll(other.refusedWhileReasoning);
        WireFacts known = orElse(other);
        both.endpoint = known.endpoint;
        both.toolEndpoint = toolEndpoint == null ? other.toolEndpoint : toolEndpoint;
        both.reasonsByDefault = known.reasonsByDefault;
        both.efforts.addAll(known.efforts);
        both.reasoningOff = known.reasoningOff;
        both.reasoningBoundTo.addAll(known.reasoningBoundTo);
        both.readsReasoningOf.addAll(known.readsReasoningOf);
        both.cacheMarks = known.cacheMarks;
        both.cacheMinimum = known.cacheMinimum;
        both.cacheLifetimes.addAll(known.cacheLifetimes);
        return both.build();
    }

    /**
     * Returns the vendor's endpoint for a chat, such as {@code responses} or {@code chat}; null when unknown, which
     * means the adapter's usual one.
     *
     * @param tools whether the request has tools
     */
    public @Nullable String endpoint(boolean tools) {
        return tools && toolEndpoint != null ? toolEndpoint : endpoint;
    }

    /**
     * Returns whether the model refuses a part of a request.
     *
     * @param reasoning whether the model reasons in this request
     */
    public boolean refuses(Parameter parameter, boolean reasoning) {
        return refused.contains(parameter) || (reasoning && refusedWhileReasoning.contains(parameter));
    }

    /** Returns whether a request that does not say so makes the model reason; null when unknown. */
    public @Nullable Boolean reasonsByDefault() {
        return reasonsByDefault;
    }

    /**
     * Returns the reasoning levels that the model knows, in the words of {@code ReasoningEffort.Level} and in lower
     * case, {@code none} included if it can be turned off; empty when unknown.
     */
    public Set<String> efforts() {
        return efforts;
    }

    /**
     * Returns the vendor's word that turns reasoning off where it is another than usual, such as {@code between_tools};
     * null otherwise.
     */
    public @Nullable String reasoningOff() {
        return reasoningOff;
    }

    /**
     * Returns what reasoning that this model is sent back must share with it; empty when unknown, which adapters and
     * routers take as the account.
     */
    public Set<Binding> reasoningBoundTo() {
        return reasoningBoundTo;
    }

    /** Returns whether reasoning is known to be bound to this. */
    public boolean isReasoningBoundTo(Binding binding) {
        return reasoningBoundTo.contains(binding);
    }

    /**
     * Returns the other models whose reasoning this one reads, where reasoning is bound to a model: the vendor's ids
     * without date, or their beginnings followed by {@code *}.
     */
    public Set<String> readsReasoningOf() {
        return readsReasoningOf;
    }

    /**
     * Returns whether the vendor caches a prompt of this model up to marks in it, and charges what it writes; false if
     * it caches by itself or not at all; null when unknown.
     */
    public @Nullable Boolean cacheMarks() {
        return cacheMarks;
    }

    /** Returns the fewest tokens of a prompt's beginning that are cached; null when unknown. */
    public @Nullable Integer cacheMinimum() {
        return cacheMinimum;
    }

    /**
     * Returns how long the vendor keeps what it has cached, counted from the last use, the shortest first; several if
     * the request may choose. Empty when unknown.
     */
    public List<Duration> cacheLifetimes() {
        return cacheLifetimes;
    }

    private List<@Nullable Object> facts() {
        List<@Nullable Object> facts = new ArrayList<>(12);
        facts.add(endpoint);
        facts.add(toolEndpoint);
        facts.add(refused);
        facts.add(refusedWhileReasoning);
        facts.add(reasonsByDefault);
        facts.add(efforts);
        facts.add(reasoningOff);
        facts.add(cacheMarks);
        facts.add(cacheMinimum);
        facts.add(cacheLifetimes);
        facts.add(reasoningBoundTo);
        facts.add(readsReasoningOf);
        return facts;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof WireFacts that && facts().equals(that.facts()));
    }

    @Override
    public int hashCode() {
        return facts().hashCode();
    }

    @Override
    public String toString() {
        return "WireFacts{endpoint=" + endpoint + ", toolEndpoint=" + toolEndpoint + ", refused=" + refused
                + ", refusedWhileReasoning=" + refusedWhileReasoning + ", reasonsByDefault=" + reasonsByDefault
                + ", efforts=" + efforts + ", reasoningOff=" + reasoningOff
                + ", reasoningBoundTo=" + reasoningBoundTo + ", readsReasoningOf=" + readsReasoningOf
                + ", cacheMarks=" + cacheMarks + ", cacheMinimum=" + cacheMinimum + ", cacheLifetimes=" + cacheLifetimes
                + "}";
    }

    /**
     * Builds {@link WireFacts}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use by
     * several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final Set<Parameter> refused = EnumSet.noneOf(Parameter.class);
        private final Set<Parameter> refusedWhileReasoning = EnumSet.noneOf(Parameter.class);
        private final Set<String> efforts = new LinkedHashSet<>();
        private @Nullable String endpoint;
        private @Nullable String toolEndpoint;
        private @Nullable Boolean reasonsByDefault;
        private @Nullable String reasoningOff;
        private @Nullable Boolean cacheMarks;
        private @Nullable Integer cacheMinimum;
        private final Set<Duration> cacheLifetimes = new LinkedHashSet<>();
        private final Set<Binding> reasoningBoundTo = EnumSet.noneOf(Binding.class);
        private final Set<String> readsReasoningOf = new LinkedHashSet<>();

        private Builder() {}

        /**
         * Sets the vendor's endpoint for chats: of OpenAI, {@code chat} or {@code responses}; of Gemini,
         * {@code interactions}.
         */
        public Builder endpoint(String endpoint) {
            once.check(0, "endpoint");
            this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
            return this;
        }

        /** Sets the vendor's endpoint for chats with tools, if it is another one. */
        public Builder toolEndpoint(String endpoint) {
            once.check(1, "toolEndpoint");
            this.toolEndpoint = Objects.requireNonNull(endpoint, "toolEndpoint");
            return this;
        }

        /** Adds parts of a request that the model refuses. */
        public Builder refuses(Parameter... parameters) {
            refused.addAll(List.of(parameters));
            return this;
        }

        /** Adds parts of a request that the model refuses unless its reasoning is off. */
        public Builder refusesWhileReasoning(Parameter... parameters) {
            refusedWhileReasoning.addAll(List.of(parameters));
            return this;
        }

        /** Sets whether a request that does not say so makes the model reason. */
        public Builder reasonsByDefault(boolean reasons) {
            once.check(2, "reasonsByDefault");
            this.reasonsByDefault = reasons;
            return this;
        }

        /** Adds reasoning levels that the model knows, from {@code none} to {@code max}. */
        public Builder efforts(String... levels) {
            efforts.addAll(List.of(levels));
            return this;
        }

        /** Sets the vendor's word that turns reasoning off, where it is another than usual. */
        public Builder reasoningOff(String word) {
            once.check(3, "reasoningOff");
            this.reasoningOff = Objects.requireNonNull(word, "reasoningOff");
            return this;
        }

        /**
         * Adds what reasoning that this model is sent back must share with it. Naming one says that the others are not
         * needed.
         */
        public Builder reasoningBoundTo(Binding... bindings) {
            reasoningBoundTo.addAll(List.of(bindings));
            return this;
        }

        /** Sets whether the vendor caches up to marks in the prompt, and charges what it writes. */
        public Builder cacheMarks(boolean marks) {
            once.check(4, "cacheMarks");
            this.cacheMarks = marks;
            return this;
        }

        /**
         * Adds other models whose reasoning this one reads although reasoning is bound to a model: the vendor's ids
         * without date, or their beginnings followed by {@code *}.
         */
        public Builder readsReasoningOf(String... models) {
            readsReasoningOf.addAll(List.of(models));
            return this;
        }

        /**
         * Sets the fewest tokens of a prompt's beginning that are cached.
         *
         * @throws IllegalArgumentException if negative
         */
        public Builder cacheMinimum(int tokens) {
            once.check(5, "cacheMinimum");
            if (tokens < 0) {
                throw new IllegalArgumentException("cacheMinimum is " + tokens + ": use 0 or more tokens");
            }
            this.cacheMinimum = tokens;
            return this;
        }

        /**
         * Adds lifetimes of what the vendor has cached, among which a request may choose.
         *
         * @throws IllegalArgumentException if one is not positive
         */
        public Builder cacheLifetimes(Duration... lifetimes) {
            for (Duration lifetime : lifetimes) {
                if (lifetime.isNegative() || lifetime.isZero()) {
                    throw new IllegalArgumentException(
                            "cacheLifetimes: " + lifetime + " is no lifetime: use a positive one");
                }
                cacheLifetimes.add(lifetime);
            }
            return this;
        }

        /** Returns the facts. */
        public WireFacts build() {
            return new WireFacts(this);
        }
    }
}
