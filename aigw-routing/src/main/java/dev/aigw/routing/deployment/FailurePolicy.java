package dev.aigw.routing.deployment;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A model's rules for failures, where they differ from the router's. Immutable.
 *
 * <pre>{@code
 * .model("assistant", model -> model
 *     .deployment("openai/gpt-6.1-terra")
 *     .deployment("vllm/llama-3")
 *     .fallback("assistant-small")
 *     .failures(FailurePolicy.builder()
 *         .tryOthersOn(ErrorKind.CONTENT_FILTERED)          // another vendor may answer
 *         .treatStatus(460, ErrorKind.OVERLOADED)           // our own servers' word for "busy"
 *         .build()))
 * }</pre>
 */
public final class FailurePolicy {

    /** The router's rules, unchanged. */
    public static final FailurePolicy DEFAULT = builder().build();

    private final Set<ErrorKind> others;
    private final Set<ErrorKind> terminal;
    private final Map<Integer, ErrorKind> statuses;
    private final Map<String, ErrorKind> codes;

    private FailurePolicy(Builder builder) {
        this.others = Set.copyOf(builder.others);
        this.terminal = Set.copyOf(builder.terminal);
        this.statuses = Map.copyOf(builder.statuses);
        this.codes = Map.copyOf(builder.codes);
    }

    /** Starts from the router's rules. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the failure, reclassified if this policy has a rule for it. */
    public GatewayException classify(GatewayException failure) {
        if (statuses.isEmpty() && codes.isEmpty()) {
            return failure;
        }
        ErrorKind kind = failure.vendorCode() == null ? null : codes.get(failure.vendorCode());
        if (kind == null) {
            kind = statuses.get(failure.status());
        }
        if (kind == null || kind == failure.kind()) {
            return failure;
        }
        GatewayException classified = failure.toBuilder().kind(kind).build();
        classified.setStackTrace(failure.getStackTrace());
        return classified;
    }

    /** Returns whether another deployment, and then a fallback model, is tried after a failure of this kind. */
    public boolean triesOthers(ErrorKind kind, boolean usual) {
        return others.contains(kind) || (usual && !terminal.contains(kind));
    }

    @Override
    public String toString() {
        return "FailurePolicy{tryOthersOn=" + others + ", failOn=" + terminal + ", statuses=" + statuses + ", codes="
                + codes + "}";
    }

    /** Builds a {@link FailurePolicy}. Not safe for use by several threads. */
    public static final class Builder {

        private static final Set<ErrorKind> CALLERS = EnumSet.of(ErrorKind.CANCELLED, ErrorKind.DEADLINE);

        private final Set<ErrorKind> others = EnumSet.noneOf(ErrorKind.class);
        private final Set<ErrorKind> terminal = EnumSet.noneOf(ErrorKind.class);
        private final Map<Integer, ErrorKind> statuses = new LinkedHashMap<>();
        private final Map<String, ErrorKind> codes = new LinkedHashMap<>();

        private Builder() {}

        /**
         * Tries another deployment, and then the fallback models, when an attempt fails with one of these kinds, which
         * would otherwise end the call.
         *
         * @throws IllegalArgumentException for CANCELLED and DEADLINE: then the caller no longer waits
         */
        public Builder tryOthersOn(ErrorKind... kinds) {
            for (ErrorKind kind : kinds) {
                if (CALLERS.contains(kind)) {
                    throw new IllegalArgumentException(
                            "tryOthersOn(" + kind + "): the caller no longer waits then; leave it out");
                }
                others.add(kind);
            }
            return this;
        }

        /** Fails the call when an attempt fails with one of these kinds; no other deployment or model is tried. */
        public Builder failOn(ErrorKind... kinds) {
            terminal.addAll(Set.of(kinds));
            return this;
        }

        /**
         * Treats a response with this HTTP status as a failure of {@code kind}, whatever its body says.
         *
         * @throws IllegalArgumentException if the status is not an error status, from 300 to 599
         * @throws IllegalStateException if the status has a kind already
         */
        public Builder treatStatus(int status, ErrorKind kind) {
            if (status < 300 || status > 599) {
                throw new IllegalArgumentException(
                        "treatStatus(" + status + "): use the status of an error, from 300 to 599");
            }
            put(statuses, status, kind, "treatStatus");
            return this;
        }

        /**
         * Treats an error with this vendor code as a failure of {@code kind}; takes precedence over
         * {@link #treatStatus}.
         *
         * @param vendorCode as {@link GatewayException#vendorCode()} gives it
         * @throws IllegalStateException if the code has a kind already
         */
        public Builder treatCode(String vendorCode, ErrorKind kind) {
            put(codes, vendorCode, kind, "treatCode");
            return this;
        }

        private static <K> void put(Map<K, ErrorKind> map, K key, ErrorKind kind, String method) {
            if (map.putIfAbsent(key, Objects.requireNonNull(kind, "kind")) != null) {
                throw new IllegalStateException(method + "(" + key + ") is set twice: remove one of the two");
            }
        }

        /**
         * Returns the policy.
         *
         * @throws IllegalArgumentException if a kind is given to both {@link #tryOthersOn} and {@link #failOn}
         */
        public FailurePolicy build() {
            for (ErrorKind kind : others) {
                if (terminal.contains(kind)) {
                    throw new IllegalArgumentException(
                            kind + " is given to tryOthersOn and to failOn: leave it out of one");
                }
            }
            return new FailurePolicy(this);
        }
    }
}
