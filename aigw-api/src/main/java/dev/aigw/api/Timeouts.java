package dev.aigw.api;

import dev.aigw.api.internal.SetOnce;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The timeouts of a call. Each applies by itself. One that is null is not set here and comes from the next level: call,
 * then model, then router, then none.
 *
 * <p>Immutable.
 */
public final class Timeouts {

    /** No timeout set. */
    public static final Timeouts NONE = builder().build();

    private final @Nullable Duration total;
    private final @Nullable Duration attempt;
    private final @Nullable Duration connect;
    private final @Nullable Duration firstEvent;
    private final @Nullable Duration idle;
    private final @Nullable Duration heartbeats;

    private Timeouts(Builder builder) {
        this.total = builder.total;
        this.attempt = builder.attempt;
        this.connect = builder.connect;
        this.firstEvent = builder.firstEvent;
        this.idle = builder.idle;
        this.heartbeats = builder.heartbeats;
    }

    /** Returns timeouts of which only the total is set. */
    public static Timeouts total(Duration total) {
        return builder().total(total).build();
    }

    /** Starts with no timeout set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the timeout of the whole call, up to a stream's end, or null. */
    public @Nullable Duration total() {
        return total;
    }

    /** Returns the timeout of one attempt up to its whole reply (of a stream: up to its first event), or null. */
    public @Nullable Duration attempt() {
        return attempt;
    }

    /** Returns the timeout for opening a connection, or null. */
    public @Nullable Duration connect() {
        return connect;
    }

    /** Returns the timeout from sending a stream's request to its first content, or null. */
    public @Nullable Duration firstEvent() {
        return firstEvent;
    }

    /**
     * Returns the idle timeout of a stream, or null: the longest wait without an event or heartbeat. The bytes of an
     * unfinished event count only if many arrive.
     */
    public @Nullable Duration idle() {
        return idle;
    }

    /**
     * Returns the timeout of a stream that brings only heartbeats, or null: the longest wait, once the answer has
     * begun, without more of it, although comments, pings, empty deltas and other events without content arrive.
     */
    public @Nullable Duration heartbeats() {
        return heartbeats;
    }

    /** Returns these timeouts, with those that are not set taken from {@code other}. */
    @SuppressWarnings("ReferenceEquality") // the constant is worth the short cut
    public Timeouts orElse(Timeouts other) {
        if (this == NONE) {
            return other;
        }
        if (other == NONE) {
            return this;
        }
        Builder merged = new Builder();
        merged.total = total != null ? total : other.total;
        merged.attempt = attempt != null ? attempt : other.attempt;
        merged.connect = connect != null ? connect : other.connect;
        merged.firstEvent = firstEvent != null ? firstEvent : other.firstEvent;
        merged.idle = idle != null ? idle : other.idle;
        merged.heartbeats = heartbeats != null ? heartbeats : other.heartbeats;
        return new Timeouts(merged);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Timeouts that
                && Objects.equals(total, that.total)
                && Objects.equals(attempt, that.attempt)
                && Objects.equals(connect, that.connect)
                && Objects.equals(firstEvent, that.firstEvent)
                && Objects.equals(idle, that.idle)
                && Objects.equals(heartbeats, that.heartbeats);
    }

    @Override
    public int hashCode() {
        return Objects.hash(total, attempt, connect, firstEvent, idle, heartbeats);
    }

    @Override
    public String toString() {
        return "Timeouts{total=" + total + ", attempt=" + attempt + ", connect=" + connect + ", firstEvent="
                + firstEvent + ", idle=" + idle + ", heartbeats=" + heartbeats + "}";
    }

    /**
     * Builds {@link Timeouts}. Every timeout must be positive. Setting the same thing twice throws
     * {@link IllegalStateException}. Not safe for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private @Nullable Duration total;
        private @Nullable Duration attempt;
        private @Nullable Duration connect;
        private @Nullable Duration firstEvent;
        private @Nullable Duration idle;
        private @Nullable Duration heartbeats;

        private Builder() {}

        /** Sets the timeout of the whole call. */
        public Builder total(Duration total) {
            once.check(0, "total");
            this.total = positive("total", total);
            return this;
        }

        /** Sets the timeout of one attempt. */
        public Builder attempt(Duration attempt) {
            once.check(1, "attempt");
            this.attempt = positive("attempt", attempt);
            return this;
        }

        /** Sets the timeout for opening a connection. */
        public Builder connect(Duration connect) {
            once.check(2, "connect");
            this.connect = positive("connect", connect);
            return this;
        }

        /** Sets the timeout up to the first content of a stream. */
        public Builder firstEvent(Duration firstEvent) {
            once.check(3, "firstEvent");
            this.firstEvent = positive("firstEvent", firstEvent);
            return this;
        }

        /**
         * Sets the idle timeout: the longest silence within a stream. An event ends a silence, and so does a heartbeat
         * such as a comment or a ping; single bytes of an unfinished event do not.
         */
        public Builder idle(Duration idle) {
            once.check(4, "idle");
            this.idle = positive("idle", idle);
            return this;
        }

        /**
         * Sets how long a stream that has begun to answer may bring only heartbeats: comments, pings, empty deltas, and
         * other events without content, as vendors send them while a model thinks. At least the idle timeout is
         * reasonable. A router's default is 10 minutes.
         */
        public Builder heartbeats(Duration heartbeats) {
            once.check(5, "heartbeats");
            this.heartbeats = positive("heartbeats", heartbeats);
            return this;
        }

        /** Returns the timeouts. */
        public Timeouts build() {
            return new Timeouts(this);
        }

        private static Duration positive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name
                        + " timeout is zero or negative: use a positive duration, or leave it unset for no timeout");
            }
            return value;
        }
    }
}
