package dev.aigw.providers.oauth;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a token fresh. Safe for use by many threads.
 *
 * <p>A token is first fresh, and returned at once. From its refresh time on it is still returned, and the first caller
 * starts a refresh in the background; if that fails, the next try follows after a pause. Once it has expired, all
 * callers wait for one refresh. There is never more than one refresh under way.
 */
final class TokenCache implements Supplier<String> {

    private static final Logger LOG = LoggerFactory.getLogger(TokenCache.class);
    private static final Duration PAUSE = Duration.ofSeconds(10);

    /**
     * A token.
     *
     * @param secret the token itself
     * @param refreshAt when to get the next one
     * @param expiresAt when it expires
     */
    record Token(String secret, Instant refreshAt, Instant expiresAt) {
        /** Leaves out the secret. */
        @Override
        public String toString() {
            return "Token{" + refreshAt + ", " + expiresAt + "}";
        }
    }

    private final Supplier<Token> request;
    private final Clock clock;
    private final Executor executor;
    private final AtomicReference<@Nullable CompletableFuture<Token>> running = new AtomicReference<>();
    private volatile @Nullable Token token;
    private volatile Instant pausedUntil = Instant.MIN;

    TokenCache(Supplier<Token> request, Clock clock, Executor executor) {
        this.request = request;
        this.clock = clock;
        this.executor = executor;
    }

    @Override
    public String get() {
        Token known = token;
        Instant now = clock.instant();
        if (known == null || !now.isBefore(known.expiresAt)) {
            return await(refresh(now));
        }
        if (!now.isBefore(known.refreshAt) && !now.isBefore(pausedUntil)) {
            CompletableFuture<Token> unused = refresh(now); // nobody waits: the current token is valid
        }
        return known.secret;
    }

    /** Returns the refresh under way, and starts one if there is none. */
    private CompletableFuture<Token> refresh(Instant now) {
        CompletableFuture<Token> mine = new CompletableFuture<>();
        CompletableFuture<Token> other = running.compareAndExchange(null, mine);
        if (other != null) {
            return other;
        }
        Token known = token;
        if (known != null && now.isBefore(known.refreshAt)) {
            running.set(null);
            mine.complete(known); // another refresh has ended since the check of the token
            return mine;
        }
        try {
            executor.execute(() -> run(mine));
        } catch (RuntimeException e) {
            end(mine, null, e);
        }
        return mine;
    }

    private void run(CompletableFuture<Token> refresh) {
        try {
            end(refresh, request.get(), null);
        } catch (Throwable e) {
            end(refresh, null, e);
        }
    }

    private void end(CompletableFuture<Token> refresh, @Nullable Token next, @Nullable Throwable failure) {
        if (next != null) {
            token = next;
            running.set(null);
            refresh.complete(next);
            return;
        }
        Instant now = clock.instant();
        pausedUntil = now.plus(PAUSE);
        running.set(null);
        Token known = token;
        if (known != null && now.isBefore(known.expiresAt)) {
            LOG.warn(
                    "the access token could not be refreshed; the current one is valid until {}",
                    known.expiresAt,
                    failure);
        }
        refresh.completeExceptionally(Objects.requireNonNull(failure));
    }

    private static String await(CompletableFuture<Token> refresh) {
        try {
            return refresh.get().secret;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw GatewayException.of(ErrorKind.CANCELLED, "the thread was interrupted while it waited for a token");
        } catch (ExecutionException e) {
            // several calls may wait for this refresh, so each gets its own exception
            if (e.getCause() instanceof GatewayException known) {
                throw known.toBuilder().cause(known).build();
            }
            throw GatewayException.builder(ErrorKind.AUTHENTICATION, "the access token could not be fetched")
                    .cause(e.getCause())
                    .build();
        }
    }
}
