package dev.aigw.routing.engine.pool;

import dev.aigw.api.Credential;
import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.DaemonThreads;
import dev.aigw.api.internal.SecretDigest;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the secret of a credential to see whether it has changed. An application's supplier may be slow, or never
 * answer: it runs in one of at most four threads, all routers together, and the caller waits for it at most half a
 * second. Safe for use by many threads.
 */
final class SecretLook {

    private static final int THREADS = 4;
    private static final long WAIT_MILLIS = 500;
    private static final ThreadPoolExecutor POOL = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // a cooldown has one look at a time in it
            task -> DaemonThreads.create("aigw-secrets", task));

    static {
        POOL.allowCoreThreadTimeOut(true);
    }

    /** The digest of a secret that cannot be read: the next call with its credential gets the reason. */
    static final String NONE = "";

    private @Nullable CompletableFuture<String> underWay; // guarded by this

    /** Returns the digest of the secret, or {@link #NONE}; null if that is not known soon. */
    @Nullable
    String digest(Credential credential) {
        if (!credential.isSupplied()) {
            return read(credential);
        }
        CompletableFuture<String> reading = begin(credential);
        if (reading == null) {
            return null; // who began it waits
        }
        try {
            return reading.get(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (TimeoutException | ExecutionException e) {
            return null;
        }
    }

    /** Begins to read the secret; null while an earlier look is under way. */
    private synchronized @Nullable CompletableFuture<String> begin(Credential credential) {
        CompletableFuture<String> known = underWay;
        if (known != null && !known.isDone()) {
            return null;
        }
        CompletableFuture<String> reading = CompletableFuture.supplyAsync(() -> read(credential), POOL);
        underWay = reading;
        return reading;
    }

    private static String read(Credential credential) {
        try {
            return SecretDigest.of(credential.secret());
        } catch (GatewayException none) {
            return NONE;
        }
    }
}
