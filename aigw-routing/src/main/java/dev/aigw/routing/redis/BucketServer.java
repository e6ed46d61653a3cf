package dev.aigw.routing.redis;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.RedisApi;
import io.github.bucket4j.redis.lettuce.cas.LettuceBasedProxyManager;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Bucket4j's buckets in Redis, by its Lettuce back end, over this package's connection with its timeouts. Buckets use
 * Redis' clock. Concurrent calls of one JVM are batched into one exchange with Redis. Safe for use by many threads.
 */
final class BucketServer {

    private static final Duration KEPT_WHEN_FULL = Duration.ofMinutes(1);

    private final LettuceBasedProxyManager<String> buckets;

    BucketServer(SharedRedis redis) {
        this.buckets = new Bucket4jLettuce.LettuceBasedProxyManagerBuilder<>(new Api<String>(redis))
                .clientClock(new Clock(redis.clock()))
                .requestTimeout(Duration.ofNanos(redis.boundNanos()))
                .expirationAfterWrite(ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(KEPT_WHEN_FULL))
                .build();
    }

    AsyncBucketProxy bucket(String key, BucketConfiguration configuration) {
        return buckets.asAsync()
                .builder()
                .withOptimization(Optimizations.batching())
                .build(key, () -> CompletableFuture.completedFuture(configuration));
    }

    private record Clock(ServerClock clock) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return TimeUnit.MICROSECONDS.toNanos(clock.micros());
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }

    /**
     * The commands that Bucket4j sends to Redis. Its few scripts are cached after their first use. It makes arrays of
     * keys as arrays of objects, so the type of keys stays generic here.
     */
    private static final class Api<K> implements RedisApi<K> {

        private final SharedRedis redis;
        private final Map<String, Script> scripts = new ConcurrentHashMap<>();

        Api(SharedRedis redis) {
            this.redis = redis;
        }

        @Override
        public <V> RedisFuture<V> eval(String source, ScriptOutputType type, K[] keys, byte[][] args) {
            String[] names = Arrays.stream(keys).map(Object::toString).toArray(String[]::new);
            Script script = scripts.computeIfAbsent(source, Script::new);
            return new Answer<>(redis.<V>start(commands -> script.run(commands, type, names, args)));
        }

        @Override
        public RedisFuture<byte[]> get(K key) {
            return new Answer<>(redis.<byte[]>start(commands -> commands.get(key.toString())));
        }

        @Override
        public RedisFuture<?> delete(K key) {
            return new Answer<>(redis.<Long>start(commands -> commands.del(key.toString())));
        }
    }

    /** An answer in the form of Lettuce. */
    private static final class Answer<V> extends CompletableFuture<V> implements RedisFuture<V> {

        Answer(CompletionStage<V> stage) {
            stage.whenComplete((value, failure) -> {
                if (failure == null) {
                    complete(value);
                } else {
                    completeExceptionally(failure);
                }
            });
        }

        @Override
        public @Nullable String getError() {
            return isCompletedExceptionally() ? "Redis is not reachable" : null;
        }

        @Override
        public boolean await(long time, TimeUnit unit) throws InterruptedException {
            try {
                get(time, unit);
            } catch (ExecutionException e) {
                return true;
            } catch (TimeoutException e) {
                return false;
            }
            return true;
        }
    }
}
