package dev.aigw.providers.http;

import dev.aigw.api.internal.DaemonThreads;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import okhttp3.Dns;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up in a daemon thread, so that a call stops waiting when it is cancelled, interrupted or out of time: the
 * system's resolver heeds none of these. Calls that look up the same name at once share one lookup, so a resolver that
 * hangs holds one thread for each host. Safe for use by many threads.
 */
final class StoppableDns implements Dns {

    /** Which exchange a thread is about to look up a name for: OkHttp does not hand it on. */
    private static final Map<Thread, Exchange> WAITING = new ConcurrentHashMap<>();

    private final Dns resolver;
    private final Map<String, CompletableFuture<List<InetAddress>>> lookups = new ConcurrentHashMap<>();

    StoppableDns(Dns resolver) {
        this.resolver = resolver;
    }

    /** Names the exchange for which this thread is about to look up a name. */
    static void begin(Exchange exchange) {
        WAITING.put(Thread.currentThread(), exchange);
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        Exchange exchange = WAITING.remove(Thread.currentThread());
        CompletableFuture<List<InetAddress>> mine = shared(host).copy();
        if (exchange != null) {
            exchange.lookup(mine);
        }
        try {
            return mine.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(host, "the thread was interrupted", e);
        } catch (CancellationException e) {
            throw unknown(host, "the call was stopped", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownHostException unknown) {
                throw unknown(host, String.valueOf(unknown.getMessage()), unknown);
            }
            throw unknown(host, "the lookup failed", e.getCause());
        }
    }

    private CompletableFuture<List<InetAddress>> shared(String host) {
        CompletableFuture<List<InetAddress>> fresh = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> running = lookups.putIfAbsent(host, fresh);
        if (running != null) {
            return running;
        }
        boolean started = false;
        try {
            DaemonThreads.create("aigw-dns " + host, () -> resolve(host, fresh)).start();
            started = true;
            return fresh;
        } finally {
            if (!started) { // the machine has no thread left
                lookups.remove(host, fresh);
                fresh.completeExceptionally(new UnknownHostException(host));
            }
        }
    }

    private void resolve(String host, CompletableFuture<List<InetAddress>> result) {
        try {
            List<InetAddress> found = resolver.lookup(host);
            lookups.remove(host, result);
            result.complete(found);
        } catch (UnknownHostException | RuntimeException | Error e) {
            lookups.remove(host, result);
            result.completeExceptionally(e);
        }
    }

    private static UnknownHostException unknown(String host, String why, @Nullable Throwable cause) {
        UnknownHostException unknown = new UnknownHostException(host + ": " + why);
        unknown.initCause(cause);
        return unknown;
    }
}
