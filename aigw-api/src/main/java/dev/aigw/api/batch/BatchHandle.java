package dev.aigw.api.batch;

import dev.aigw.api.Caller;
import dev.aigw.api.internal.SetOnce;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Everything that is needed to come back to a submitted batch, also in another process: where it was sent, the vendor's
 * ids, the ids of the items, and for whom it is metered. It holds no secret and no part of a request. Immutable.
 *
 * <p>{@link #text()} is for storing: one line of letters, digits, {@code .}, {@code _} and {@code -}, about 5 to 15
 * characters an item. Keep the handle that {@link BatchResults#handle()} returns once all results are read.
 */
public final class BatchHandle {

    private final String id;
    private final String deployment;
    private final String model;
    private final String operation;
    private final Instant submitted;
    private final List<BatchPart> parts;
    private final Caller caller;
    private final Map<String, String> tags;
    private final boolean metered;
    private final List<String> warnings;

    private BatchHandle(Builder builder, String id, String deployment, String model, String operation, Instant at) {
        this.id = id;
        this.deployment = deployment;
        this.model = model;
        this.operation = operation;
        this.submitted = at;
        this.parts = List.copyOf(builder.parts);
        this.caller = builder.caller;
        this.tags = Map.copyOf(builder.tags);
        this.metered = builder.metered;
        this.warnings = List.copyOf(builder.warnings);
    }

    /** Starts a handle; routers do so. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns the handle that {@link #text()} was stored of.
     *
     * @throws IllegalArgumentException if the text is none, was cut off or changed, or is of a later version
     */
    public static BatchHandle parse(String text) {
        return HandleText.read(text);
    }

    /** Returns the handle as text, to be stored. */
    public String text() {
        return HandleText.write(this);
    }

    /** Returns the id that the router gave the batch, which starts the call ids in the meter's records. */
    public String id() {
        return id;
    }

    /** Returns the id of the deployment that the batch was sent to. */
    public String deployment() {
        return deployment;
    }

    /** Returns the logical model that answers. */
    public String model() {
        return model;
    }

    /** Returns the name of the items' operation, {@code chat} or {@code embed}. */
    public String operation() {
        return operation;
    }

    /** Returns when the batch was submitted; its prices are those of this time. */
    public Instant submitted() {
        return submitted;
    }

    /** Returns the vendor's batches. */
    public List<BatchPart> parts() {
        return parts;
    }

    /** Returns the number of items. */
    public int size() {
        return parts.stream().mapToInt(part -> part.items().size()).sum();
    }

    /** Returns for whom the batch is metered. */
    public Caller caller() {
        return caller;
    }

    /** Returns the labels under which the batch is metered. */
    public Map<String, String> tags() {
        return tags;
    }

    /** Returns whether all results have been metered: reading them again meters nothing. */
    public boolean metered() {
        return metered;
    }

    /** Returns what was changed or left out when the batch was sent, once each; a parsed handle has none. */
    public List<String> warnings() {
        return warnings;
    }

    /** Returns this handle, marked as metered. */
    public BatchHandle asMetered() {
        return metered ? this : copy(caller).metered(true).build();
    }

    private Builder copy(Caller metered) {
        Builder copy = new Builder()
                .id(id)
                .deployment(deployment)
                .model(model)
                .operation(operation)
                .submitted(submitted)
                .caller(metered)
                .tags(tags)
                .warnings(warnings);
        parts.forEach(copy::part);
        return copy;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof BatchHandle that && facts().equals(that.facts()));
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    private List<Object> facts() {
        return List.of(id, deployment, model, operation, submitted, parts, caller, tags, metered);
    }

    /** Returns the ids and the number of items. */
    @Override
    public String toString() {
        return "BatchHandle{" + id + ", deployment=" + deployment + ", batches="
                + parts.stream().map(BatchPart::id).toList() + ", items=" + size()
                + (metered ? ", metered" : "") + "}";
    }

    /**
     * Builds a {@link BatchHandle}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private final List<BatchPart> parts = new ArrayList<>();
        private @Nullable String id;
        private @Nullable String deployment;
        private @Nullable String model;
        private @Nullable String operation;
        private @Nullable Instant submitted;
        private Caller caller = Caller.ANONYMOUS;
        private Map<String, String> tags = Map.of();
        private boolean metered;
        private List<String> warnings = List.of();

        private Builder() {}

        /** Sets the batch's id. */
        public Builder id(String id) {
            once.check(0, "id");
            this.id = Objects.requireNonNull(id, "id");
            return this;
        }

        /** Sets the deployment's id. */
        public Builder deployment(String deployment) {
            once.check(1, "deployment");
            this.deployment = Objects.requireNonNull(deployment, "deployment");
            return this;
        }

        /** Sets the logical model. */
        public Builder model(String model) {
            once.check(2, "model");
            this.model = Objects.requireNonNull(model, "model");
            return this;
        }

        /** Sets the name of the items' operation. */
        public Builder operation(String operation) {
            once.check(3, "operation");
            this.operation = Objects.requireNonNull(operation, "operation");
            return this;
        }

        /** Sets when the batch was submitted. */
        public Builder submitted(Instant submitted) {
            once.check(4, "submitted");
            this.submitted = Objects.requireNonNull(submitted, "submitted");
            return this;
        }

        /** Adds a vendor's batch. */
        public Builder part(BatchPart part) {
            parts.add(Objects.requireNonNull(part, "part"));
            return this;
        }

        /** Sets for whom the batch is metered; an unknown caller by default. */
        public Builder caller(Caller caller) {
            once.check(5, "caller");
            this.caller = Objects.requireNonNull(caller, "caller");
            return this;
        }

        /** Sets the labels under which it is metered. */
        public Builder tags(Map<String, String> tags) {
            once.check(6, "tags");
            this.tags = Map.copyOf(tags);
            return this;
        }

        /** Sets whether all results have been metered; false by default. */
        public Builder metered(boolean metered) {
            once.check(7, "metered");
            this.metered = metered;
            return this;
        }

        /** Sets what was changed or left out. */
        public Builder warnings(List<String> warnings) {
            once.check(8, "warnings");
            this.warnings = List.copyOf(warnings);
            return this;
        }

        /**
         * Returns the handle.
         *
         * @throws IllegalStateException if a value is missing, there are no items, or two have the same id
         */
        public BatchHandle build() {
            Set<String> ids = new HashSet<>();
            for (BatchPart part : parts) {
                for (String item : part.items()) {
                    if (!ids.add(item)) {
                        throw new IllegalStateException(
                                "the item \"" + item + "\" is there twice: give each its own id");
                    }
                }
            }
            SetOnce.required(ids.isEmpty() ? null : ids, "a part with items");
            return new BatchHandle(
                    this,
                    SetOnce.required(id, "id"),
                    SetOnce.required(deployment, "deployment"),
                    SetOnce.required(model, "model"),
                    SetOnce.required(operation, "operation"),
                    SetOnce.required(submitted, "submitted"));
        }
    }
}
