package dev.aigw.api;

import dev.aigw.api.internal.SetOnce;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The one exception of aigw: a call or an attempt failed, and {@link #kind()} says why, in vendor-neutral terms.
 *
 * <p>The failures of earlier attempts of the same call are its {@linkplain #getSuppressed() suppressed} exceptions, in
 * order. Adapters remove secrets from headers and body before they build one. Immutable except for suppressed
 * exceptions.
 */
@SuppressWarnings("serial") // the details are for this process; only message and stack trace are serialized
public final class GatewayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final FailureSubject subject;
    private final @Nullable String provider;
    private final @Nullable String deployment;
    private final int status;
    private final @Nullable String vendorCode;
    private final @Nullable String requestId;
    private final @Nullable Duration retryAfter;
    private final Map<String, List<String>> headers;
    private final @Nullable String body;
    private final @Nullable ModelReply partial;
    private final Route route;

    private GatewayException(Builder builder) {
        super(builder.message, builder.cause);
        this.kind = builder.kind;
        this.subject = builder.subject;
        this.provider = builder.provider;
        this.deployment = builder.deployment;
        this.status = builder.status;
        this.vendorCode = builder.vendorCode;
        this.requestId = builder.requestId;
        this.retryAfter = builder.retryAfter;
        this.headers = builder.headers;
        this.body = builder.body;
        this.partial = builder.partial;
        this.route = builder.route;
        for (Throwable suppressed : builder.suppressed) {
            addSuppressed(suppressed);
        }
    }

    /** Returns an exception with a kind and a message only. */
    public static GatewayException of(ErrorKind kind, String message) {
        return builder(kind, message).build();
    }

    /** Starts an exception. The message says what happened and, where the caller can fix it, how. */
    public static Builder builder(ErrorKind kind, String message) {
        return new Builder(kind, message);
    }

    /** Starts from this exception; the copy has this one's cause and suppressed exceptions. */
    public Builder toBuilder() {
        Builder builder = new Builder(kind, Objects.requireNonNullElse(getMessage(), ""));
        builder.cause = getCause();
        builder.subject = subject;
        builder.provider = provider;
        builder.deployment = deployment;
        builder.status = status;
        builder.vendorCode = vendorCode;
        builder.requestId = requestId;
        builder.retryAfter = retryAfter;
        builder.headers = headers;
        builder.body = body;
        builder.partial = partial;
        builder.route = route;
        builder.suppressed.addAll(List.of(getSuppressed()));
        return builder;
    }

    /** Returns the kind of failure. */
    public ErrorKind kind() {
        return kind;
    }

    /** Returns what the failure is about; {@link FailureSubject#UNKNOWN} when the provider did not say. */
    public FailureSubject subject() {
        return subject;
    }

    /** Returns the name of the provider adapter, or null when no provider was involved. */
    public @Nullable String provider() {
        return provider;
    }

    /** Returns the id of the deployment, or null. */
    public @Nullable String deployment() {
        return deployment;
    }

    /** Returns the HTTP status, or 0 when there was none. */
    public int status() {
        return status;
    }

    /** Returns the vendor's own error code or type, or null. */
    public @Nullable String vendorCode() {
        return vendorCode;
    }

    /** Returns the vendor's id of the request, for the vendor's support, or null. */
    public @Nullable String requestId() {
        return requestId;
    }

    /** Returns how long the provider asks to wait, counted from its answer, or null when it did not say. */
    public @Nullable Duration retryAfter() {
        return retryAfter;
    }

    /** Returns the reply's headers by name in lower case, without those that carry secrets. */
    public Map<String, List<String>> headers() {
        return headers;
    }

    /** Returns the beginning of the reply's body, with secrets masked, or null. */
    public @Nullable String body() {
        return body;
    }

    /** Returns what had arrived before a stream broke (text, parts, usage), or null. */
    public @Nullable ModelReply partial() {
        return partial;
    }

    /** Returns every attempt of the failed call; {@link Route#NONE} on the failure of a single attempt. */
    public Route route() {
        return route;
    }

    /**
     * Builds a {@link GatewayException}. Setting the same thing twice throws {@link IllegalStateException}. Not safe
     * for use by several threads.
     */
    public static final class Builder {

        private final SetOnce once = new SetOnce();
        private ErrorKind kind;
        private String message;
        private @Nullable Throwable cause;
        private FailureSubject subject = FailureSubject.UNKNOWN;
        private @Nullable String provider;
        private @Nullable String deployment;
        private int status;
        private @Nullable String vendorCode;
        private @Nullable String requestId;
        private @Nullable Duration retryAfter;
        private Map<String, List<String>> headers = Map.of();
        private @Nullable String body;
        private @Nullable ModelReply partial;
        private Route route = Route.NONE;
        private final List<Throwable> suppressed = new ArrayList<>();

        private Builder(ErrorKind kind, String message) {
            this.kind = Objects.requireNonNull(kind, "kind");
            this.message = Objects.requireNonNull(message, "message");
        }

        /** Replaces the kind. */
        public Builder kind(ErrorKind kind) {
            once.check(0, "kind");
            this.kind = Objects.requireNonNull(kind, "kind");
            return this;
        }

        /** Replaces the message. */
        public Builder message(String message) {
            once.check(1, "message");
            this.message = Objects.requireNonNull(message, "message");
            return this;
        }

        /** Sets the cause. */
        public Builder cause(@Nullable Throwable cause) {
            once.check(2, "cause");
            this.cause = cause;
            return this;
        }

        /** Sets what the failure is about; {@link FailureSubject#UNKNOWN} by default. */
        public Builder subject(FailureSubject subject) {
            once.check(3, "subject");
            this.subject = Objects.requireNonNull(subject, "subject");
            return this;
        }

        /** Sets the provider adapter's name. */
        public Builder provider(@Nullable String provider) {
            once.check(4, "provider");
            this.provider = provider;
            return this;
        }

        /** Sets the deployment's id. */
        public Builder deployment(@Nullable String deployment) {
            once.check(5, "deployment");
            this.deployment = deployment;
            return this;
        }

        /** Sets the HTTP status; 0 for none. */
        public Builder status(int status) {
            once.check(6, "status");
            this.status = status;
            return this;
        }

        /** Sets the vendor's error code or type. */
        public Builder vendorCode(@Nullable String vendorCode) {
            once.check(7, "vendorCode");
            this.vendorCode = vendorCode;
            return this;
        }

        /** Sets the vendor's id of the request. */
        public Builder requestId(@Nullable String requestId) {
            once.check(8, "requestId");
            this.requestId = requestId;
            return this;
        }

        /** Sets how long the provider asks to wait. */
        public Builder retryAfter(@Nullable Duration retryAfter) {
            once.check(9, "retryAfter");
            this.retryAfter = retryAfter;
            return this;
        }

        /** Sets the reply's headers; leave out those that carry secrets. */
        public Builder headers(Map<String, List<String>> headers) {
            once.check(10, "headers");
            this.headers = Map.copyOf(headers);
            return this;
        }

        /** Sets the beginning of the reply's body; mask secrets in it. */
        public Builder body(@Nullable String body) {
            once.check(11, "body");
            this.body = body;
            return this;
        }

        /** Sets what had arrived before a stream broke. */
        public Builder partial(@Nullable ModelReply partial) {
            once.check(12, "partial");
            this.partial = partial;
            return this;
        }

        /** Sets the attempts of the whole call. */
        public Builder route(Route route) {
            once.check(13, "route");
            this.route = Objects.requireNonNull(route, "route");
            return this;
        }

        /** Adds the failure of an earlier attempt. */
        public Builder suppressed(Throwable failure) {
            suppressed.add(Objects.requireNonNull(failure, "failure"));
            return this;
        }

        /** Returns the exception. */
        public GatewayException build() {
            return new GatewayException(this);
        }
    }
}
