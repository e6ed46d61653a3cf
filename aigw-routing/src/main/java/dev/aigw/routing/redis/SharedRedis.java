package dev.aigw.routing.redis;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.CacheStore;
import dev.aigw.routing.feature.Feature;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to a Redis or Valkey that several JVMs share: a single server, a sentinel's master, or a cluster.
 *
 * <pre>{@code
 * SharedRedis redis = SharedRedis.builder().uri("redis://cache.internal:6379").build();
 * }</pre>
 *
 * <p>Redis helps calls and never holds them up. Every command is bound in time, 50 ms by default; after three in a row
 * without an answer, or when the connection is lost, nobody asks Redis any more until a probe in the background, every
 * 250 ms by default, is answered. What a call does meanwhile is up to what uses the connection. A thread that asks
 * waits for no longer than the bound; don't ask from a thread of Lettuce's own, which would wait for itself. Redis
 * needs no clock in step with those of the JVMs: its own time counts for all.
 *
 * <p>All keys begin with a prefix, {@code aigw} by default; routers that share nothing take different ones. What must
 * be changed in one step lies in one slot of a cluster, by hash tags.
 *
 * <p>Close it after the routers that use it. It closes what it has opened: its connection, and its client if it made
 * one; never a client that it was given. Safe for use by many threads.
 */
public final class SharedRedis implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SharedRedis.class);

    private static final Duration COOLDOWNS_EVERY = Duration.ofMillis(250);
    private static final Duration CLOCK_EVERY = Duration.ofSeconds(10);
    private static final int PROBES_ON_ONE_CONNECTION = 4;
    private static final long MILLIS_BETWEEN_WARNINGS = 10_000;

    private final Server server;
    private final String prefix;
    private final long boundNanos;
    private final Circuit circuit;
    private final ServerClock clock = new ServerClock();
    private final List<Runnable> onBack = new CopyOnWriteArrayList<>();
    private final List<Future<?>> ticks = new CopyOnWriteArrayList<>();
    private final AtomicInteger unansweredProbes = new AtomicInteger();
    private final AtomicLong nextWarning = new AtomicLong();
    private final Object lock = new Object();
    private CompletableFuture<Server.Session> session;
    private boolean closed;

    SharedRedis(Server server, String prefix, Duration bound, Duration probeEvery, Duration connectWait) {
        this.server = server;
        this.prefix = prefix;
        this.boundNanos = bound.toNanos();
        this.circuit = new Circuit(timers(), probeEvery, this::probe, this::back);
        this.session = server.connect();
        awaitSession(connectWait);
        every(CLOCK_EVERY, () -> {
            if (!circuit.isOpen()) {
                start(this::askTime);
            }
        });
    }

    /** Starts a connection. */
    public static SharedRedisBuilder builder() {
        return new SharedRedisBuilder();
    }

    /**
     * Returns a store for replies that several JVMs share.
     *
     * <pre>{@code
     * .cache(SharedCache.builder(redis.cacheStore()).timeToLive(Duration.ofHours(1)).build())
     * }</pre>
     *
     * <p>Each reply is under a key of its own, {@code aigw:cache:{digest}}, and ends by itself. Looking up waits no
     * longer than this connection's bound; storing does not make a call wait. An outage is a miss.
     *
     * @see CacheStore
     */
    public CacheStore cacheStore() {
        return new RedisCacheStore(this);
    }

    /**
     * Returns the feature that shares holds: a deployment or credential that one JVM must leave alone, for a rate limit
     * or an account without money, say, is left alone by all.
     *
     * <pre>{@code
     * ModelRouter.builder().feature(redis.cooldowns())
     * }</pre>
     *
     * <p>Holds concern those who use the same account, whose secret must be the same at the moment, at the same place,
     * whatever they call their deployments; where adapters have a credential of their own, adapters of one name are
     * taken to have the same. Others know of a hold after a quarter of a second at most; no call waits for it. A hold
     * only lengthens. During an outage each JVM finds out for itself, and afterwards tells what it holds. What breakers
     * and health checks find stays with each JVM, whose network it may be.
     */
    public Feature cooldowns() {
        return cooldowns(COOLDOWNS_EVERY);
    }

    /** Returns the feature that shares {@link #cooldowns()}, asking for those of others at this interval. */
    public Feature cooldowns(Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("the interval is " + interval + "; use a positive time");
        }
        return new SharedCooldowns(this, interval);
    }

    private EventExecutorGroup timers() {
        return server.threads().eventExecutorGroup();
    }

    /** Gives the first connection a moment, so that the first call finds it ready. */
    private void awaitSession(Duration wait) {
        try {
            session.thenCompose(opened -> askTime(opened.commands())).get(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            circuit.trip("the thread that connects is interrupted");
        } catch (ExecutionException | TimeoutException e) {
            circuit.trip(reason(e));
        }
    }

    // What the rooms of this package use.

    /** Returns a key; all keys of one {@code tag} lie in one slot, and {@code tag} holds no braces. */
    String key(String room, String tag, String part) {
        return prefix + ":" + room + ":{" + tag + "}" + part;
    }

    /** Returns what time it is at Redis. */
    ServerClock clock() {
        return clock;
    }

    /** Returns whether Redis is known to be out of reach, so that asking fails at once. */
    boolean isOut() {
        return circuit.isOpen();
    }

    /** Returns how long a command may take. */
    long boundNanos() {
        return boundNanos;
    }

    /**
     * Runs {@code action}, which must neither block nor throw, on a timer's thread whenever Redis is back; what is
     * returned ends that.
     */
    Runnable onBack(Runnable action) {
        onBack.add(action);
        return () -> onBack.remove(action);
    }

    /**
     * Runs {@code action}, which must not block, at intervals until this connection is closed, or until what is
     * returned ends that.
     */
    Runnable every(Duration interval, Runnable action) {
        ScheduledFuture<?> tick = timers().scheduleWithFixedDelay(
                        () -> {
                            try {
                                action.run();
                            } catch (RuntimeException e) {
                                log.warn("work at intervals failed", e);
                            }
                        },
                        interval.toNanos(),
                        interval.toNanos(),
                        TimeUnit.NANOSECONDS);
        ticks.add(tick);
        return () -> {
            tick.cancel(false);
            ticks.removeIf(Future::isCancelled);
        };
    }

    /**
     * Asks Redis and waits for the answer, no longer than the bound.
     *
     * @throws RedisOutage if there is none
     * @throws GatewayException of kind CANCELLED if the thread is interrupted
     */
    <T> T ask(Command<T> command) {
        return await(send(command));
    }

    /**
     * Waits for an answer, no longer than the bound.
     *
     * @throws RedisOutage if there is none
     * @throws GatewayException of kind CANCELLED if the thread is interrupted
     */
    <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.get(boundNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.completeExceptionally(e);
            throw new RedisOutage("Redis did not answer in time", e, true);
        } catch (ExecutionException | CancellationException e) {
            throw outage(e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw GatewayException.builder(
                            ErrorKind.CANCELLED, "the calling thread was interrupted while waiting for Redis")
                    .cause(e)
                    .build();
        }
    }

    /**
     * Asks Redis without waiting. What is returned ends within the bound, with {@link RedisOutage} if there is no
     * answer; it ends on a thread of Lettuce's or the JDK's, so what follows on it must be quick.
     */
    <T> CompletionStage<T> start(Command<T> command) {
        CompletableFuture<T> answer = send(command);
        CompletableFuture<T> bounded = answer.orTimeout(boundNanos, TimeUnit.NANOSECONDS);
        return bounded.handle((value, failure) -> {
            if (failure != null) {
                throw outage(failure);
            }
            return value;
        });
    }

    /** Sends a command; what is returned tells the circuit how it ends, also by its time-out or cancellation. */
    private <T> CompletableFuture<T> send(Command<T> command) {
        if (circuit.isOpen()) {
            return CompletableFuture.failedFuture(new RedisOutage("Redis is out of reach", null, false));
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        CompletionStage<Server.Session> current = session();
        current.whenComplete((opened, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure);
            } else if (!answer.isDone()) {
                forward(command, opened, answer);
            }
        });
        CompletionStage<T> end = answer;
        end.whenComplete((value, failure) -> report(failure));
        return answer;
    }

    private static <T> void forward(Command<T> command, Server.Session opened, CompletableFuture<T> answer) {
        CompletableFuture<T> sent;
        try {
            sent = command.send(opened.commands()).toCompletableFuture();
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
            return;
        }
        CompletionStage<T> there = sent;
        there.whenComplete((value, failure) -> {
            if (unwrap(failure) instanceof CancellationException) {
                answer.completeExceptionally(new RedisException("the connection was lost", failure));
            } else if (failure != null) {
                answer.completeExceptionally(failure);
            } else {
                answer.complete(value);
            }
        });
        CompletionStage<T> here = answer;
        here.whenComplete((value, failure) -> {
            if (failure != null) {
                sent.cancel(true);
            }
        });
    }

    private void report(@Nullable Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause == null) {
            circuit.answered();
        } else if (cause instanceof TimeoutException) {
            circuit.timedOut();
        } else if (cause instanceof RedisLoadingException) {
            circuit.trip(reason(cause));
        } else if (cause instanceof RedisCommandExecutionException) {
            circuit.answered();
            warnOfAnswer(cause);
        } else if (cause instanceof RedisException || cause instanceof IOException) {
            circuit.trip(reason(cause));
        }
    }

    /** Redis works, but not as it should: it is full, it is read-only, or it does not let us in. */
    private void warnOfAnswer(Throwable cause) {
        long now = System.currentTimeMillis();
        long next = nextWarning.get();
        if (now >= next && nextWarning.compareAndSet(next, now + MILLIS_BETWEEN_WARNINGS)) {
            log.warn("Redis answers with an error: {}", reason(cause));
        }
    }

    private static RedisOutage outage(@Nullable Throwable failure) {
        Throwable cause = unwrap(failure);
        return cause instanceof RedisOutage known ? known : new RedisOutage(reason(cause), cause, true);
    }

    private static @Nullable Throwable unwrap(@Nullable Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String reason(@Nullable Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause == null || cause instanceof TimeoutException) {
            return "it does not answer in time";
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    // The connection.

    private CompletableFuture<Server.Session> session() {
        synchronized (lock) {
            return session;
        }
    }

    /** Returns the connection for a probe: a new one where there is none, or where the present one answers no more. */
    private CompletableFuture<Server.Session> freshSession() {
        synchronized (lock) {
            boolean useless = session.isCompletedExceptionally()
                    || (session.isDone() && unansweredProbes.get() >= PROBES_ON_ONE_CONNECTION);
            if (useless && !closed) {
                closeWhenOpen(session);
                unansweredProbes.set(0);
                session = server.connect();
            }
            return session;
        }
    }

    private static void closeWhenOpen(CompletableFuture<Server.Session> session) {
        CompletionStage<Server.Session> stage = session;
        stage.whenComplete((opened, failure) -> {
            if (opened != null) {
                CompletionStage<Void> end = opened.connection().closeAsync();
                end.exceptionally(e -> {
                    log.debug("closing a connection failed", e);
                    return null;
                });
            }
        });
    }

    private CompletionStage<?> probe() {
        unansweredProbes.incrementAndGet();
        return freshSession()
                .thenCompose(opened -> askTime(opened.commands()))
                .orTimeout(boundNanos, TimeUnit.NANOSECONDS)
                .thenRun(() -> unansweredProbes.set(0));
    }

    private CompletionStage<?> askTime(RedisClusterAsyncCommands<String, byte[]> redis) {
        long asked = System.nanoTime();
        return redis.time()
                .thenAccept(time ->
                        clock.read(number(time.get(0)) * 1_000_000 + number(time.get(1)), asked, System.nanoTime()));
    }

    private static long number(byte[] text) {
        return Long.parseLong(new String(text, StandardCharsets.US_ASCII));
    }

    private void back() {
        onBack.forEach(Runnable::run);
    }

    /** Closes the connection, and the client if it was made here. Waits for about two seconds at most. */
    @Override
    public void close() {
        CompletableFuture<Server.Session> last;
        synchronized (lock) {
            if (closed) {
                return;
            }
            closed = true;
            last = session;
        }
        circuit.end();
        ticks.forEach(tick -> tick.cancel(false));
        if (!server.close()) {
            closeWhenOpen(last);
        }
    }

    @Override
    public String toString() {
        return "SharedRedis{" + prefix + (isOut() ? ", out of reach" : "") + "}";
    }
}
