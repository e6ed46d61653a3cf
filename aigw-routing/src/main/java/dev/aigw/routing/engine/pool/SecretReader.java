package dev.aigw.routing.engine.pool;

import dev.aigw.api.Credential;
import dev.aigw.api.GatewayException;
import dev.aigw.api.internal.DaemonThreads;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads secrets of credentials outside attempts, to see whether they have changed. An application's supplier may be
 * slow, or never answer: it runs in one of at most four threads, all routers together, and nobody waits longer for it
 * than half a second. Safe for use by many threads.
 */
public final class SecretReader {

    private static final int THREADS = 4;
    private static final long WAIT_NANOS = 500_000_000;
    private static final ThreadPoolExecutor POOL = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // a credential has one reading at a time in it
            task -> DaemonThreads.create("aigw-secrets", task));

    static {
        POOL.allowCoreThreadTimeOut(true);
    }

    /** By the object: a credential of another router may have the same id and another supplier. */
    private static final Map<Credential, Reading> UNDER_WAY = Collections.synchronizedMap(new IdentityHashMap<>());

    private SecretReader() {}

    private record Reading(CompletableFuture<String> secret, long startNanos) {}

    /**
     * Returns the secret; empty if it cannot be got, which the next call with this credential reports, and null if its
     * supplier has not answered half a second after it was asked.
     */
    public static @Nullable String read(Credential credential) {
        if (!credential.isSupplied()) {
            return secret(credential);
        }
        Reading reading = UNDER_WAY.computeIfAbsent(credential, SecretReader::begin);
        long left = WAIT_NANOS - (System.nanoTime() - reading.startNanos());
        try {
            return reading.secret().get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (TimeoutException | ExecutionException e) {
            return null;
        }
    }

    private static Reading begin(Credential credential) {
        CompletableFuture<String> result = new CompletableFuture<>();
        POOL.execute(() -> {
            String secret = "";
            try {
                secret = secret(credential);
            } finally {
                UNDER_WAY.remove(credential); // before it completes: who has this secret may ask again
                result.complete(secret);
            }
        });
        return new Reading(result, System.nanoTime());
    }

    private static String secret(Credential credential) {
        try {
            return credential.secret();
        } catch (GatewayException none) {
            return "";
        }
    }
}
