package dev.aigw.routing.redis;

import dev.aigw.api.internal.SetOnce;
import dev.aigw.routing.engine.time.Durations;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Configures the connection to Redis and its timeouts. Each property may be set once. Not safe for use by several
 * threads.
 */
public final class SharedRedisBuilder {

    private static final Duration BOUND = Duration.ofMillis(50);
    private static final Duration PROBE_EVERY = Duration.ofMillis(250);
    private static final Duration CONNECT_WAIT = Duration.ofSeconds(2);

    private final SetOnce once = new SetOnce();
    private @Nullable Supplier<Server> server;
    private @Nullable String prefix;
    private @Nullable Duration bound;
    private @Nullable Duration probeEvery;
    private @Nullable Duration connectWait;

    SharedRedisBuilder() {}

    /**
     * Connects to one server, {@code redis://user:password@host:6379/0} ({@code rediss} for TLS), or to the master of
     * sentinels, {@code redis-sentinel://host1:26379,host2:26379/0#mymaster}.
     */
    public SharedRedisBuilder uri(String uri) {
        return uri(RedisURI.create(uri));
    }

    /** Connects to one server, or to the master of sentinels. */
    public SharedRedisBuilder uri(RedisURI uri) {
        Objects.requireNonNull(uri, "uri");
        return server(() -> Server.single(uri));
    }

    /** Connects to a cluster; one node is enough to find the others. */
    public SharedRedisBuilder cluster(String... uris) {
        return cluster(Stream.of(uris).map(RedisURI::create).toArray(RedisURI[]::new));
    }

    /** Connects to a cluster; one node is enough to find the others. */
    public SharedRedisBuilder cluster(RedisURI... uris) {
        List<RedisURI> nodes = List.of(uris);
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("the cluster has no node: name one or more");
        }
        return server(() -> Server.cluster(nodes));
    }

    /** Connects to {@code uri} by your own client, with its options and threads. It is not closed. */
    public SharedRedisBuilder client(RedisClient client, RedisURI uri) {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(uri, "uri");
        return server(() -> Server.of(client, uri));
    }

    /** Connects by your own cluster client, with its options and threads. It is not closed. */
    public SharedRedisBuilder client(RedisClusterClient client) {
        Objects.requireNonNull(client, "client");
        return server(() -> Server.of(client));
    }

    private SharedRedisBuilder server(Supplier<Server> server) {
        once.check(0, "the address of Redis (uri, cluster or client)");
        this.server = server;
        return this;
    }

    /** Sets the prefix of all keys; {@code aigw} by default. It must not contain braces. */
    public SharedRedisBuilder prefix(String prefix) {
        once.check(1, "prefix");
        if (prefix.isEmpty() || prefix.contains("{") || prefix.contains("}")) {
            throw new IllegalArgumentException(
                    "the prefix is \"" + prefix + "\"; use one with no braces and at least one letter");
        }
        this.prefix = prefix;
        return this;
    }

    /** Sets the timeout of a command; 50 ms by default. */
    public SharedRedisBuilder timeout(Duration timeout) {
        once.check(2, "timeout");
        bound = positive("timeout", timeout);
        return this;
    }

    /** Sets how often to probe during an outage; every 250 ms by default. */
    public SharedRedisBuilder probeEvery(Duration interval) {
        once.check(3, "probeEvery");
        probeEvery = positive("probeEvery", interval);
        return this;
    }

    /** Sets how long {@link #build} waits for the connection; 2 s by default. */
    public SharedRedisBuilder connectWait(Duration wait) {
        once.check(4, "connectWait");
        connectWait = positive("connectWait", wait);
        return this;
    }

    private static Duration positive(String property, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(property + " is " + Durations.text(value) + "; use a positive time");
        }
        return value;
    }

    /**
     * Connects. If Redis is not reachable, returns after {@link #connectWait} anyway: that is an outage like any other,
     * and ends when Redis is there.
     *
     * @throws IllegalArgumentException if no address of Redis is set
     */
    public SharedRedis build() {
        if (server == null) {
            throw new IllegalArgumentException("there is no address of Redis: add .uri(\"redis://localhost:6379\"),"
                    + " .cluster(...) or .client(...)");
        }
        return new SharedRedis(
                server.get(),
                prefix == null ? "aigw" : prefix,
                bound == null ? BOUND : bound,
                probeEvery == null ? PROBE_EVERY : probeEvery,
                connectWait == null ? CONNECT_WAIT : connectWait);
    }
}
