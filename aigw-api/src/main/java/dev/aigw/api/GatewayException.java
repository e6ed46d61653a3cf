package dev.aigw.api;

import dev.aigw.api.internal.PlainWords;
import dev.aigw.api.internal.SetOnce;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serial;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
 *
 * <p>Much of it is a vendor's or a caller's words, so all text is made safe to log: the message and all names are one
 * line of bounded length, and neither they nor the body hold control characters, marks of direction or invisible
 * characters. White space becomes a space, any other such character is shown as {@code \}{@code u202e}.
 *
 * <p>It can be serialized, with all details. {@link #partial()} is kept if the reply can be serialized, as a
 * {@link dev.aigw.api.chat.ChatResponse} can; a cause that cannot is replaced by an exception with its class, words and
 * stack trace.
 */
@SuppressWarnings("serial") // PortableFailure is what is written
public final class GatewayException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 2L;

    private static final int MESSAGE_CHARS = 8 * 1024;
    private static final int NAME_CHARS = 1024;
    private static final int HEADER_CHARS = 4 * 1024;
    private static final int BODY_CHARS = 64 * 1024;

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
        super(PlainWords.line(builder.message, MESSAGE_CHARS), builder.cause);
        this.kind = builder.kind;
        this.subject = builder.subject;
        this.provider = name(builder.provider);
        this.deployment = name(builder.deployment);
        this.status = builder.status;
        this.vendorCode = name(builder.vendorCode);
        this.requestId = name(builder.requestId);
        this.retryAfter = builder.retryAfter;
        this.headers = headers(builder.headers);
        this.body = builder.body == null ? null : PlainWords.lines(builder.body, BODY_CHARS);
        this.partial = builder.partial;
        this.route = builder.route;
        for (Throwable suppressed : builder.suppressed) {
            addSuppressed(suppressed);
        }
    }

    private static @Nullable String name(@Nullable String word) {
        return word == null ? null : PlainWords.line(word, NAME_CHARS);
    }

    private static Map<String, List<String>> headers(Map<String, List<String>> headers) {
        if (headers.isEmpty()) {
            return Map.of();
        }
        Map<String, List<String>> safe = new LinkedHashMap<>();
        headers.forEach((name, values) -> safe.put(
                PlainWords.line(name, HEADER_CHARS),
                values.stream()
                        .map(value -> PlainWords.line(value, HEADER_CHARS))
                        .toList()));
        return Map.copyOf(safe);
    }

    @Serial
    private Object writeReplace() {
        return PortableFailure.of(this);
    }

    @Serial
    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        throw new InvalidObjectException("a GatewayException is written as what PortableFailure says");
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
        Builder builder = toBuilder(getCause());
        builder.suppressed.addAll(List.of(getSuppressed()));
        return builder;
    }

    /** Starts from this exception with another cause, and without its suppressed exceptions. */
    Builder toBuilder(@Nullable Throwable cause) {
        Builder builder = new Builder(kind, getMessage());
        builder.cause = cause;
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
        return builder;
    }

    /** Returns what happened and, where the caller can fix it, how: one line without control characters. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
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
