package dev.aigw.api;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The serial form of a {@link GatewayException}. Causes and suppressed exceptions that cannot be serialized, as those
 * of other libraries, are replaced by ones with their class, words and stack trace, so that a failure always gets to
 * another JVM. Of a circle of causes each exception is written once.
 */
@SuppressWarnings("serial") // maps and lists are made of serializable values, and the reply is checked
final class PortableFailure implements Serializable {

    @Serial
    private static final long serialVersionUID = 1L;

    private static final int MOST_EXCEPTIONS = 200;

    private final ErrorKind kind;
    private final String message;
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
    private final @Nullable Throwable cause;
    private final Throwable[] suppressed;
    private final StackTraceElement[] stackTrace;

    private PortableFailure(GatewayException failure, @Nullable Throwable cause, List<Throwable> suppressed) {
        this.kind = failure.kind();
        this.message = failure.getMessage();
        this.subject = failure.subject();
        this.provider = failure.provider();
        this.deployment = failure.deployment();
        this.status = failure.status();
        this.vendorCode = failure.vendorCode();
        this.requestId = failure.requestId();
        this.retryAfter = failure.retryAfter();
        this.headers = failure.headers();
        this.body = failure.body();
        this.partial = isSerializable(failure.partial()) ? failure.partial() : null;
        this.route = failure.route();
        this.cause = cause;
        this.suppressed = suppressed.toArray(Throwable[]::new);
        this.stackTrace = failure.getStackTrace();
    }

    static PortableFailure of(GatewayException failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.add(failure);
        return new PortableFailure(failure, portable(failure.getCause(), seen), suppressedOf(failure, seen));
    }

    @Serial
    private Object readResolve() {
        GatewayException.Builder builder = GatewayException.builder(kind, message)
                .subject(subject)
                .provider(provider)
                .deployment(deployment)
                .status(status)
                .vendorCode(vendorCode)
                .requestId(requestId)
                .retryAfter(retryAfter)
                .headers(headers)
                .body(body)
                .partial(partial)
                .route(route)
                .cause(cause);
        for (Throwable each : suppressed) {
            builder.suppressed(each);
        }
        GatewayException failure = builder.build();
        failure.setStackTrace(stackTrace);
        return failure;
    }

    private static List<Throwable> suppressedOf(Throwable thrown, Set<Throwable> seen) {
        List<Throwable> all = new ArrayList<>();
        for (Throwable each : thrown.getSuppressed()) {
            Throwable portable = portable(each, seen);
            if (portable != null) {
                all.add(portable);
            }
        }
        return all;
    }

    /** Returns an exception that can be written: itself if nothing forbids it. Null if it was seen before. */
    private static @Nullable Throwable portable(@Nullable Throwable thrown, Set<Throwable> seen) {
        if (thrown == null || seen.size() >= MOST_EXCEPTIONS || !seen.add(thrown)) {
            return null;
        }
        if (thrown instanceof GatewayException failure) {
            GatewayException.Builder copy = failure.toBuilder(portable(failure.getCause(), seen));
            suppressedOf(failure, seen).forEach(copy::suppressed);
            GatewayException portable = copy.build();
            portable.setStackTrace(failure.getStackTrace());
            return portable;
        }
        if (standsAlone(thrown, Collections.newSetFromMap(new IdentityHashMap<>())) && isSerializable(thrown)) {
            return thrown;
        }
        CarriedException carried = new CarriedException(thrown.toString(), portable(thrown.getCause(), seen));
        carried.setStackTrace(thrown.getStackTrace());
        suppressedOf(thrown, seen).forEach(carried::addSuppressed);
        return carried;
    }

    /** Returns whether no {@link GatewayException} is among the causes: one of those may lead back to here. */
    private static boolean standsAlone(@Nullable Throwable thrown, Set<Throwable> seen) {
        if (thrown == null || !seen.add(thrown)) {
            return true;
        }
        if (thrown instanceof GatewayException || seen.size() >= MOST_EXCEPTIONS) {
            return false;
        }
        for (Throwable each : thrown.getSuppressed()) {
            if (!standsAlone(each, seen)) {
                return false;
            }
        }
        return standsAlone(thrown.getCause(), seen);
    }

    private static boolean isSerializable(@Nullable Object value) {
        if (!(value instanceof Serializable)) {
            return false;
        }
        try (ObjectOutputStream out = new ObjectOutputStream(OutputStream.nullOutputStream())) {
            out.writeObject(value);
            return true;
        } catch (IOException | RuntimeException e) {
            return false; // one of its parts is not
        }
    }

    /** Stands for an exception that could not be serialized; the message is the class and words of that one. */
    private static final class CarriedException extends Exception {

        @Serial
        private static final long serialVersionUID = 1L;

        CarriedException(String words, @Nullable Throwable cause) {
            super(words, cause);
        }
    }
}
