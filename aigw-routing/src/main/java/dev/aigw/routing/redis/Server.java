package dev.aigw.routing.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The address of Redis and how to connect to it: one server, a sentinel's master, or a cluster. */
final class Server {

    /** A connection and its commands, with the same interface for a single server and a cluster. */
    record Session(StatefulConnection<String, byte[]> connection, RedisClusterAsyncCommands<String, byte[]> commands) {}

    private static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(30);
    private static final long SHUTDOWN_SECONDS = 2;

    private final AbstractRedisClient client;
    private final Supplier<CompletableFuture<Session>> connect;
    private final @Nullable ClientResources owned;

    private Server(
            AbstractRedisClient client, Supplier<CompletableFuture<Session>> connect, @Nullable ClientResources owned) {
        this.client = client;
        this.connect = connect;
        this.owned = owned;
    }

    /** Returns a server with a new client, which is shut down on close. */
    static Server single(RedisURI uri) {
        ClientResources resources = resources();
        RedisClient client = RedisClient.create(resources, uri);
        client.setOptions(ClientOptions.builder()
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(sockets())
                .build());
        return new Server(client, () -> connect(client, uri), resources);
    }

    /** Returns a cluster with a new client, which is shut down on close. */
    static Server cluster(List<RedisURI> uris) {
        ClientResources resources = resources();
        RedisClusterClient client = RedisClusterClient.create(resources, uris);
        // Connections to nodes are opened when first needed, so commands must wait for them, within their timeout.
        client.setOptions(ClusterClientOptions.builder()
                .socketOptions(sockets())
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                        .build())
                .build());
        return new Server(client, () -> connect(client), resources);
    }

    static Server of(RedisClient client, RedisURI uri) {
        return new Server(client, () -> connect(client, uri), null);
    }

    static Server of(RedisClusterClient client) {
        return new Server(client, () -> connect(client), null);
    }

    private static ClientResources resources() {
        return DefaultClientResources.builder()
                .reconnectDelay(
                        Delay.exponential(Duration.ofMillis(10), LONGEST_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS))
                .build();
    }

    private static SocketOptions sockets() {
        return SocketOptions.builder()
                .connectTimeout(CONNECT_TIMEOUT)
                .keepAlive(true)
                .build();
    }

    private static CompletableFuture<Session> connect(RedisClient client, RedisURI uri) {
        return client.connectAsync(CODEC, uri)
                .toCompletableFuture()
                .thenApply(connection -> new Session(connection, connection.async()));
    }

    private static CompletableFuture<Session> connect(RedisClusterClient client) {
        return client.refreshPartitionsAsync()
                .toCompletableFuture()
                .thenCompose(known -> client.connectAsync(CODEC))
                .thenApply(connection -> new Session(connection, connection.async()));
    }

    /** Opens a connection; never blocks. */
    CompletableFuture<Session> connect() {
        return connect.get();
    }

    /** Returns the threads and timers of the client. */
    ClientResources threads() {
        return client.getResources();
    }

    /**
     * Shuts down the client if this class has made it, with its connections; never the user's. An interrupt of the
     * calling thread changes nothing, and is kept.
     *
     * @return whether it did
     */
    boolean close() {
        if (owned == null) {
            return false;
        }
        CompletableFuture<Void> end = client.shutdownAsync(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        Uninterrupted.await(end, TimeUnit.SECONDS.toNanos(SHUTDOWN_SECONDS));
        owned.shutdown(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        return true;
    }
}
