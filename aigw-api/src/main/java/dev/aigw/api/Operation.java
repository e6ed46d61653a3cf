package dev.aigw.api;

import dev.aigw.api.internal.SetOnce;
import java.util.Objects;

/**
 * A typed kind of call, such as chat or embed: a name, a request type and a reply type.
 *
 * <p>The built-in constants are on their requests ({@code ChatRequest.CHAT}, {@code EmbeddingRequest.EMBED}, …). An
 * application may define its own:
 *
 * <pre>{@code
 * static final Operation<Ocr, OcrResult> OCR =
 *     Operation.builder("ocr", Ocr.class, OcrResult.class).cacheable(true).build();
 * }</pre>
 *
 * <p>Instances are immutable. Operations are equal when their names are: a name stands for one pair of types.
 *
 * @param <Q> the request type
 * @param <R> the reply type
 */
public final class Operation<Q extends ModelRequest, R extends ModelReply> {

    private final String name;
    private final Class<Q> requestType;
    private final Class<R> replyType;
    private final boolean cacheable;
    private final boolean hedgeable;

    private Operation(Builder<Q, R> builder) {
        this.name = builder.name;
        this.requestType = builder.requestType;
        this.replyType = builder.replyType;
        this.cacheable = builder.cacheable;
        this.hedgeable = builder.hedgeable;
    }

    /**
     * Starts an operation that is neither cacheable nor hedgeable by default.
     *
     * @throws IllegalArgumentException if {@code name} is blank
     */
    public static <Q extends ModelRequest, R extends ModelReply> Builder<Q, R> builder(
            String name, Class<Q> requestType, Class<R> replyType) {
        return new Builder<>(name, requestType, replyType);
    }

    /** Returns the name, for example {@code chat}. */
    public String name() {
        return name;
    }

    /** Returns the type of the requests. */
    public Class<Q> requestType() {
        return requestType;
    }

    /** Returns the type of the replies. */
    public Class<R> replyType() {
        return replyType;
    }

    /** Returns whether equal requests may share one answer, from a cache or from a call already under way. */
    public boolean cacheable() {
        return cacheable;
    }

    /** Returns whether a request may be sent twice at once to cut tail latency. */
    public boolean hedgeable() {
        return hedgeable;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Operation<?, ?> that && that.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * Builds an {@link Operation}. Setting the same thing twice throws {@link IllegalStateException}. Not safe for use
     * by several threads.
     *
     * @param <Q> the request type
     * @param <R> the reply type
     */
    public static final class Builder<Q extends ModelRequest, R extends ModelReply> {

        private final SetOnce once = new SetOnce();
        private final String name;
        private final Class<Q> requestType;
        private final Class<R> replyType;
        private boolean cacheable;
        private boolean hedgeable;

        private Builder(String name, Class<Q> requestType, Class<R> replyType) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("operation name is blank: give it a name such as \"ocr\"");
            }
            this.name = name;
            this.requestType = Objects.requireNonNull(requestType, "requestType");
            this.replyType = Objects.requireNonNull(replyType, "replyType");
        }

        /** Sets whether equal requests may share one answer; false by default. */
        public Builder<Q, R> cacheable(boolean cacheable) {
            once.check(0, "cacheable");
            this.cacheable = cacheable;
            return this;
        }

        /** Sets whether a request may be sent twice at once; false by default. */
        public Builder<Q, R> hedgeable(boolean hedgeable) {
            once.check(1, "hedgeable");
            this.hedgeable = hedgeable;
            return this;
        }

        /** Returns the operation. */
        public Operation<Q, R> build() {
            return new Operation<>(this);
        }
    }
}
