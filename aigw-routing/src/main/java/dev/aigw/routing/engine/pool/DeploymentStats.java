package dev.aigw.routing.engine.pool;

import dev.aigw.api.CooldownScope;
import dev.aigw.api.GatewayException;
import dev.aigw.routing.engine.limiter.Limiter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** A deployment's statistics from serving; they survive changes of its definition. Safe for use by many threads. */
final class DeploymentStats {

    /** The weight of the newest latency in the moving average. */
    private static final double ALPHA = 0.2;

    final Limiter limiter = new Limiter();
    final LongAdder succeeded = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder abandoned = new LongAdder();
    final Cooldown cooldown = new Cooldown();
    final Health health = new Health();
    final Breaker breaker;
    final RecentLatencies wholes = new RecentLatencies();
    final RecentLatencies firstContents = new RecentLatencies();
    final RecentAnswers answers = new RecentAnswers();
    volatile @Nullable Headroom headroom;
    /** The failure that made it unavailable last, without what belongs to its own caller. */
    volatile @Nullable GatewayException blamed;
    /** The scopes of cooldowns whose start has been published and whose end has not. */
    final Set<CooldownScope> announced = ConcurrentHashMap.newKeySet();

    private final AtomicLong latencyNanos = new AtomicLong();

    DeploymentStats(String id, Breaker.Config config, DeploymentEvents events) {
        this.breaker =
                new Breaker(config, (from, to, kind) -> events.breakerChanged(id, from, to, kind, config.delay()));
    }

    void latency(long nanos) {
        long old = latencyNanos.get();
        // Two at once may lose one of their latencies: an average of many does not mind, and nobody waits.
        latencyNanos.lazySet(old == 0 ? nanos : (long) (old + ALPHA * (nanos - old)));
    }

    long latencyNanos() {
        return latencyNanos.get();
    }
}
