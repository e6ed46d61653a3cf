package dev.aigw.api.spi;

import dev.aigw.api.Capability;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** An adapter made from functions. */
final class FunctionAdapter implements ProviderAdapter {

    private final String name;
    private final Map<Operation<?, ?>, ProviderAdapterBuilder.Function<?, ?>> functions;
    private final Set<Capability> lacking;
    private final @Nullable Runnable onClose;

    FunctionAdapter(
            String name,
            Map<Operation<?, ?>, ProviderAdapterBuilder.Function<?, ?>> functions,
            Set<Capability> lacking,
            @Nullable Runnable onClose) {
        this.name = name;
        this.functions = functions;
        this.lacking = Set.copyOf(lacking);
        this.onClose = onClose;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean supports(Operation<?, ?> operation) {
        return functions.containsKey(operation);
    }

    @Override
    public Set<Capability> lacking() {
        return lacking;
    }

    @Override
    public <Q extends ModelRequest, R extends ModelReply> R call(
            Operation<Q, R> operation, Q request, AttemptContext attempt) {
        @SuppressWarnings("unchecked") // the builder stores each function under an operation of the same types
        ProviderAdapterBuilder.Function<Q, R> function =
                (ProviderAdapterBuilder.Function<Q, R>) functions.get(operation);
        if (function == null) {
            throw failure(
                    attempt,
                    ErrorKind.UNSUPPORTED,
                    "adapter " + name + " does not serve " + operation.name() + ": it serves " + functions.keySet(),
                    null);
        }
        R reply;
        try {
            reply = function.apply(request, attempt);
        } catch (Exception thrown) {
            throw translate(attempt, thrown);
        }
        if (reply == null) {
            throw failure(
                    attempt,
                    ErrorKind.MALFORMED_RESPONSE,
                    "adapter " + name + " returned null for " + operation.name(),
                    null);
        }
        return reply;
    }

    private RuntimeException translate(AttemptContext attempt, Exception thrown) {
        if (thrown instanceof GatewayException known) {
            return known;
        }
        if (thrown instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return failure(attempt, ErrorKind.CANCELLED, "interrupted while " + name + " answered", thrown);
        }
        if (thrown instanceof CancellationException) {
            return failure(attempt, ErrorKind.CANCELLED, name + " was cancelled", thrown);
        }
        Throwable cause = thrown instanceof UncheckedIOException ? thrown.getCause() : thrown;
        if (cause instanceof TimeoutException || cause instanceof SocketTimeoutException) {
            return failure(attempt, ErrorKind.TIMEOUT, name + " timed out", cause);
        }
        if (cause instanceof InterruptedIOException && attempt.cancellation().isCancelled()) {
            return failure(attempt, ErrorKind.CANCELLED, "the call to " + name + " was cancelled", cause);
        }
        if (cause instanceof IOException) {
            return failure(attempt, ErrorKind.CONNECTION, "no connection to " + name + ": " + cause, cause);
        }
        if (thrown instanceof RuntimeException unchecked) {
            return unchecked;
        }
        return failure(attempt, ErrorKind.SERVER_ERROR, name + " failed: " + thrown, thrown);
    }

    private GatewayException failure(
            AttemptContext attempt, ErrorKind kind, String message, @Nullable Throwable cause) {
        return GatewayException.builder(kind, message)
                .provider(name)
                .deployment(attempt.deployment())
                .cause(cause)
                .build();
    }

    @Override
    public void close() {
        if (onClose != null) {
            onClose.run();
        }
    }

    @Override
    public String toString() {
        return "ProviderAdapter{" + name + "}";
    }
}
