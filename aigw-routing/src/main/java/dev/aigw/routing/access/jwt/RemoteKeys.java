package dev.aigw.routing.access.jwt;

import dev.aigw.api.internal.DaemonThreads;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keys that are fetched from the issuer. By their age, counted from the last fetch that succeeded:
 *
 * <ul>
 *   <li>up to {@code refreshEvery} they are used;
 *   <li>then they are used while they are fetched again in the background;
 *   <li>from twice that age, as after an idle time, they are fetched before they are used, unless the issuer is down;
 *   <li>from {@code keepFor} they are used no more.
 * </ul>
 *
 * <p>A token that no key verifies has them fetched, too. One fetch runs at a time, and the next begins no sooner than
 * the interval after it, whatever it brought: tokens with made-up key ids cannot make more. At most 64 threads wait for
 * a fetch, and only those that cannot do without.
 */
final class RemoteKeys implements KeySource {

    private static final Logger log = LoggerFactory.getLogger(RemoteKeys.class);

    private static final int MOST_WAITING = 64;

    /** Where the keys are; null until they are found. */
    private @Nullable URI address;

    private final @Nullable Discovery discovery;
    private final Fetcher fetcher;
    private final InstantSource clock;
    private final long refreshMillis;
    private final long keepMillis;
    private final long waitMillis;
    private final Backoff backoff;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final Object lock = new Object();

    /** The fetch that runs; guarded by the lock. */
    private @Nullable CompletableFuture<Boolean> running;

    private volatile @Nullable Fetched fetched;

    private record Fetched(KeySet keys, long atMillis) {}

    /**
     * Creates a source that has no keys yet.
     *
     * @param address where the keys are, or null to find it by {@code discovery}
     */
    RemoteKeys(@Nullable URI address, @Nullable Discovery discovery, Fetcher fetcher, KeyTimes times) {
        this.address = address;
        this.discovery = discovery;
        this.fetcher = fetcher;
        this.clock = times.clock();
        this.refreshMillis = times.refreshEvery().toMillis();
        this.keepMillis = times.keepFor().toMillis();
        // Discovery asks twice, then the keys are fetched.
        this.waitMillis = times.timeout().toMillis() * (discovery == null ? 1 : 3) + 1_000;
        this.backoff = new Backoff(clock, times.interval(), times.interval(), 0);
    }

    @Override
    public @Nullable KeySet current() {
        Fetched now = fetched;
        long age = now == null ? Long.MAX_VALUE : clock.millis() - now.atMillis;
        if (now != null && age >= 0 && age < refreshMillis) {
            return now.keys;
        }
        boolean usable = now != null && age < keepMillis;
        CompletableFuture<Boolean> fetch = begin();
        if (fetch != null && (!usable || (age >= 2 * refreshMillis && !backoff.isFailing()))) {
            await(fetch);
        }
        Fetched after = fetched;
        return after != null && clock.millis() - after.atMillis < keepMillis ? after.keys : null;
    }

    @Override
    public @Nullable KeySet after(KeySet known) {
        Fetched now = fetched;
        if (now != null && now.keys != known) {
            return now.keys;
        }
        CompletableFuture<Boolean> fetch = begin();
        Fetched after = fetch != null && await(fetch) ? fetched : null;
        return after == null || after.keys == known ? null : after.keys;
    }

    @Override
    public Duration retryAfter() {
        return backoff.retryAfter();
    }

    /** Returns the fetch that runs, or one that begins now; null if none may. */
    private @Nullable CompletableFuture<Boolean> begin() {
        synchronized (lock) {
            if (running != null || !backoff.mayAsk()) {
                return running;
            }
            CompletableFuture<Boolean> mine = new CompletableFuture<>();
            running = mine;
            boolean started = false;
            try {
                DaemonThreads.create("aigw-jwks", () -> run(mine)).start();
                started = true;
            } finally {
                if (!started) { // no more threads: the next call tries again
                    running = null;
                }
            }
            return mine;
        }
    }

    private void run(CompletableFuture<Boolean> mine) {
        boolean done = false;
        try {
            fetch();
            backoff.succeeded();
            done = true;
        } catch (FetchException | Refused e) {
            log.warn("the keys of the issuer cannot be fetched: {}", e.getMessage());
        } catch (RuntimeException e) {
            log.error("the keys of the issuer cannot be fetched", e);
        } finally {
            if (!done) {
                backoff.failed();
            }
            synchronized (lock) {
                running = null;
            }
            mine.complete(done);
        }
    }

    private void fetch() throws FetchException {
        URI at = address;
        if (at == null) {
            at = discovery().keys();
        }
        JwkParser.Parsed parsed;
        try {
            parsed = JwkParser.parse(fetcher.get(at));
        } catch (FetchException | Refused e) {
            if (discovery != null) {
                address = null; // it may have moved
            }
            throw e;
        }
        address = at;
        if (!parsed.ignored().isEmpty()) {
            log.debug("keys of {} are not used: {}", at.getHost(), parsed.ignored());
        }
        if (parsed.keys().size() == 0) {
            log.warn("{} has no key that can be used: {}", at.getHost(), parsed.ignored());
        }
        Fetched before = fetched;
        fetched = new Fetched(parsed.keys().replacing(before == null ? null : before.keys), clock.millis());
    }

    private Discovery discovery() {
        if (discovery == null) {
            throw new IllegalStateException("there is no address of keys, nor a way to find it");
        }
        return discovery;
    }

    private boolean await(CompletableFuture<Boolean> fetch) {
        if (!waiting.tryAcquire()) {
            return false;
        }
        try {
            return fetch.get(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a fetch ends with whether it succeeded", e);
        } finally {
            waiting.release();
        }
    }
}
