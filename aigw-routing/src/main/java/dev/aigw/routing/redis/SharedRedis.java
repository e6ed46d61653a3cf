package dev.aigw.routing.redis;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.spi.CacheStore;
import dev.aigw.routing.access.keys.KeyStore;
import dev.aigw.routing.engine.time.Durations;
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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
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
 * <p>Redis never delays calls for long. Every command has a timeout, 50 ms by default. After three timeouts in a row,
 * or when the connection is lost, no commands are sent until a background probe, every 250 ms by default, is answered.
 * What a call does meanwhile depends on the feature that uses the connection. A calling thread waits no longer than the
 * timeout; don't call from a thread of Lettuce, which would wait for itself. The clocks of Redis and the JVMs need not
 * agree: Redis' time counts for all.
 *
 * <p>A user of Redis with an access list needs these rights, with the prefix of its keys:
 *
 * <pre>{@code
 * ACL SETUSER aigw on >password resetkeys ~aigw:* resetchannels -@all +hello +ping +time +info
 *   +eval +evalsha +get +mget +set +del +type +pexpire +pexpireat +pttl
 *   +hmget +hset +zadd +zrem +zscore +zrangebyscore +zremrangebyscore
 * }</pre>
 *
 * <p>A cluster needs {@code +cluster|nodes +cluster|myid} besides. From Redis 7.2 on, {@code +client|setinfo} lets it
 * see the name of the connection's library. Where a login or a command is refused, the log and the failure of a call
 * say so and name the fix.
 *
 * <p>All keys begin with a prefix, {@code aigw} by default; give routers that must not share anything different
 * prefixes. Keys that change atomically are in one slot of a cluster, by hash tags.
 *
 * <p>Close it after the routers that use it. It closes its connection, and its client if it made one; never a client
 * that it was given. Safe for use by many threads.
 */
public final class SharedRedis implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SharedRedis.class);

    private static final Duration COOLDOWNS_EVERY = Duration.ofMillis(250);
    private static final Duration CLOCK_EVERY = Duration.ofSeconds(10);
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(2);
    private static final int PROBES_ON_ONE_CONNECTION = 4;
    private static final long MILLIS_BETWEEN_WARNINGS = 10_000;

    private final Server server;
    private final String prefix;
    private final long boundNanos;
    private final Circuit circuit;
    private final ServerClock clock = new ServerClock();
    private final List<Runnable> onBack = new CopyOnWriteArrayList<>();
    private final List<Supplier<CompletableFuture<?>>> onClose = new CopyOnWriteArrayList<>();
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
        this.circuit = new Circuit(timers(), probeEvery, this::probe, SharedRedis::reason, this::back);
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
     * <p>Each reply has its own key, {@code aigw:cache:{digest}}, and expires. A lookup waits no longer than this
     * connection's timeout; storing does not delay a call. During an outage, every lookup is a miss.
     *
     * @see CacheStore
     */
    public CacheStore cacheStore() {
        return new RedisCacheStore(this);
    }

    /**
     * Returns a store for API keys that several JVMs share.
     *
     * <pre>{@code
     * ApiKeys.builder().store(redis.keyStore()).serverSecret("2026", secret).build()
     * }</pre>
     *
     * <p>Each key is a hash, {@code aigw:key:{id}}, and an index lists those of each tenant. They do not expire. Run
     * Redis with {@code maxmemory-policy noeviction} and {@code appendonly yes}: a key that is evicted is not valid any
     * more, and a revocation that is lost in a failover is undone. A command waits no longer than this connection's
     * timeout.
     */
    public KeyStore keyStore() {
        return new RedisKeyStore(this);
    }

    /**
     * Returns the feature that shares cooldowns: if one JVM begins a cooldown of a deployment or credential, for a rate
     * limit or an exhausted account, it applies to all JVMs.
     *
     * <pre>{@code
     * ModelRouter.builder().feature(redis.cooldowns())
     * }</pre>
     *
     * <p>A cooldown applies to JVMs with the same account, by its present secret, at the same base URL, whatever they
     * call their deployments. Adapters of one name that have their own credential are assumed to have the same one.
     * Other JVMs know of a cooldown after at most 250 ms; no call waits for it. A cooldown is extended but never
     * shortened. During an outage each JVM has its own cooldowns, and afterwards it shares them. Results of breakers
     * and health checks stay local, since their cause may be the JVM's own network.
     */
    public Feature cooldowns() {
        return cooldowns(COOLDOWNS_EVERY);
    }

    /** Returns the feature that shares {@link #cooldowns()} and reads those of other JVMs at this interval. */
    public Feature cooldowns(Duration interval) {
        if (interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException("the interval is " + Durations.text(interval) + "; use a positive time");
        }
        return new SharedCooldowns(this, interval);
    }

    private EventExecutorGroup timers() {
        return server.threads().eventExecutorGroup();
    }

    /** Waits a moment for the first connection, so that it is ready for the first call. */
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

    // For the other classes of this package.

    /** Returns a key; all keys of one {@code tag} are in one slot; {@code tag} contains no braces. */
    String key(String area, String tag, String part) {
        return prefix + ":" + area + ":{" + tag + "}" + part;
    }

    /** Returns the clock of Redis. */
    ServerClock clock() {
        return clock;
    }

    /** Returns whether Redis is known to be unreachable, so that commands fail at once. */
    boolean isOut() {
        return circuit.isOpen();
    }

    /**
     * Runs {@code action}, which must neither block nor throw, on a timer's thread whenever Redis is back, until the
     * returned runnable is run.
     */
    Runnable onBack(Runnable action) {
        onBack.add(action);
        return () -> onBack.remove(action);
    }

    /**
     * Runs {@code action}, which must neither block nor throw, before the connection is closed, and waits for its end.
     */
    void onClose(Supplier<CompletableFuture<?>> action) {
        onClose.add(action);
    }

    /**
     * Runs {@code action}, which must neither block nor throw, after this time; never once this connection is closed.
     */
    void after(long nanos, Runnable action) {
        try {
            ScheduledFuture<?> unused = timers().schedule(action, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closedNow) {
            log.debug("a timer is no longer needed: the connection is closed", closedNow);
        }
    }

    /**
     * Runs {@code action}, which must not block, at intervals, until this connection is closed or the returned runnable
     * is run.
     */
    Runnable every(Duration interval, Runnable action) {
        ScheduledFuture<?> tick = timers().scheduleWithFixedDelay(
                        () -> {
                            try {
                                action.run();
                            } catch (RuntimeException e) {
                                log.warn("a periodic task failed", e);
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
     * Sends a command and waits for the answer, no longer than the timeout.
     *
     * @throws RedisOutage if there is none
     * @throws GatewayException of kind CANCELLED if the thread is interrupted
     */
    <T> T ask(Command<T> command) {
        return await(send(command));
    }

    /**
     * Sends a command, waits for the answer, no longer than the timeout, and reads it.
     *
     * @throws RedisOutage if there is none, or it cannot be read
     * @throws GatewayException of kind CANCELLED if the thread is interrupted
     */
    <T, R> R ask(Command<T> command, Function<T, R> reader) {
        return read(await(send(command)), reader);
    }

    /** Reads an answer; throws {@link RedisOutage} if that fails. */
    static <T, R> R read(T answer, Function<T, R> reader) {
        try {
            return reader.apply(answer);
        } catch (RuntimeException e) {
            throw new RedisOutage("Redis gave an answer that cannot be read", e, true);
        }
    }

    /**
     * Waits for an answer, no longer than the timeout.
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
            throw interrupted(e);
        }
    }

    /**
     * Waits for an answer that another thread awaits, no longer than the timeout.
     *
     * @throws GatewayException of kind CANCELLED if the thread is interrupted
     */
    void awaitOther(CompletableFuture<Void> end) {
        try {
            end.get(boundNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            log.trace("another thread got no answer of Redis", e); // this one asks itself
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static GatewayException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return GatewayException.builder(
                        ErrorKind.CANCELLED, "the calling thread was interrupted while waiting for Redis")
                .cause(e)
                .build();
    }

    /**
     * Sends a command without waiting. The returned stage completes within the timeout, with {@link RedisOutage} if
     * there is no answer, on a thread of Lettuce, so dependent actions must return quickly.
     */
    <T> CompletionStage<T> start(Command<T> command) {
        CompletableFuture<T> answer = send(command);
        return bounded(answer).handle((value, failure) -> {
            if (failure != null) {
                throw outage(failure);
            }
            return value;
        });
    }

    /**
     * Fails the future if it takes too long. The JDK's own timeouts run in a thread that lives as long as the JVM and
     * keeps the class loader of the caller that began it.
     */
    private <T> CompletableFuture<T> bounded(CompletableFuture<T> future) {
        try {
            ScheduledFuture<?> end = timers().schedule(
                            () -> future.completeExceptionally(new TimeoutException()),
                            boundNanos,
                            TimeUnit.NANOSECONDS);
            CompletionStage<T> stage = future;
            stage.whenComplete((value, failure) -> end.cancel(false));
        } catch (RejectedExecutionException closedNow) {
            future.completeExceptionally(closedNow);
        }
        return future;
    }

    /** Sends a command; the returned future reports its end to the circuit, also a timeout or cancellation. */
    <T> CompletableFuture<T> send(Command<T> command) {
        if (circuit.isOpen()) {
            return CompletableFuture.failedFuture(
                    new RedisOutage("Redis is not reachable: " + circuit.reason(), null, false));
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

    /** Logs that Redis answers with errors: it is full, it is read-only, or it refuses the login. */
    private void warnOfAnswer(Throwable cause) {
        long now = System.currentTimeMillis();
        long next = nextWarning.get();
        if (now >= next && nextWarning.compareAndSet(next, now + MILLIS_BETWEEN_WARNINGS)) {
            log.warn("Redis answers with an error: {}", reason(cause));
        }
    }

    private static RedisOutage outage(@Nullable Throwable failure) {
        Throwable cause = unwrap(failure);
        if (cause instanceof RedisOutage known) {
            return known;
        }
        String what = cause instanceof TimeoutException
                ? "Redis did not answer in time"
                : (cause instanceof RedisCommandExecutionException
                                ? "Redis answers with an error: "
                                : "Redis is not reachable: ")
                        + reason(cause);
        return new RedisOutage(what, cause, true);
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
        String refusal = Refusal.explain(cause);
        if (refusal != null) {
            return refusal;
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    // The connection.

    private CompletableFuture<Server.Session> session() {
        synchronized (lock) {
            return session;
        }
    }

    /** Returns the connection for a probe: a new one if there is none, or if the present one no longer answers. */
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
        return bounded(freshSession().thenCompose(opened -> askTime(opened.commands())))
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

    /**
     * Closes the connection, and the client if it was made here. Returns to the shared limits what this JVM took ahead.
     * Waits for at most about two seconds for each, also in an interrupted thread, which stays interrupted.
     */
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
        CompletableFuture<?>[] ends = onClose.stream().map(Supplier::get).toArray(CompletableFuture<?>[]::new);
        Uninterrupted.await(CompletableFuture.allOf(ends), CLOSE_WAIT.toNanos());
        circuit.end();
        ticks.forEach(tick -> tick.cancel(false));
        if (!server.close()) {
            closeWhenOpen(last);
        }
    }

    @Override
    public String toString() {
        return "SharedRedis{" + prefix + (isOut() ? ", not reachable" : "") + "}";
    }
}
