package dev.aigw.routing.redis;

import dev.aigw.api.CooldownScope;
import dev.aigw.api.ErrorKind;
import dev.aigw.routing.engine.time.Durations;
import dev.aigw.routing.feature.CooldownListener;
import dev.aigw.routing.feature.Cooldowns;
import dev.aigw.routing.feature.CoolingDeployment;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.feature.Feature;
import dev.aigw.routing.feature.Installer;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.ScoredValue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shares cooldowns with other JVMs, in both directions.
 *
 * <p>All cooldowns are in one sorted set, each under its {@link CooldownName} with its end, in Redis' time, as the
 * score; an end is only ever extended. A call never waits for this: new cooldowns are sent without waiting, and those
 * of other JVMs are read at intervals in the background.
 */
final class SharedCooldowns implements Feature {

    /** How many cooldowns are read at a time; more than this many deployments of a fleet never cool down at once. */
    private static final int MOST = 10_000;

    /** Extends an end; takes a name, its end, the present time, and how many more milliseconds the set is needed. */
    static final Script EXTEND = new Script("""
            local kind = redis.call('TYPE', KEYS[1])['ok']
            if kind ~= 'zset' and kind ~= 'none' then
              redis.call('DEL', KEYS[1]) -- something else was written there
            end
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
            local known = redis.call('ZSCORE', KEYS[1], ARGV[1])
            if not known or tonumber(known) < tonumber(ARGV[2]) then
              redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
            end
            if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[4]) then
              redis.call('PEXPIRE', KEYS[1], ARGV[4])
            end
            return {}
            """);

    private final SharedRedis redis;
    private final Duration pollEvery;

    SharedCooldowns(SharedRedis redis, Duration pollEvery) {
        this.redis = redis;
        this.pollEvery = pollEvery;
    }

    @Override
    public void install(Installer installer) {
        Exchange exchange = new Exchange(redis, installer.cooldowns(), installer.environment());
        installer.cooldowns().onCooldown(exchange);
        Runnable endOfSharing = redis.onBack(exchange::shareAll);
        Runnable noPolls = redis.every(pollEvery, exchange::poll);
        installer.onClose(() -> {
            exchange.close();
            endOfSharing.run();
            noPolls.run();
        });
    }

    /** The exchange of one router. Safe for use by many threads. */
    private static final class Exchange implements CooldownListener {

        private static final Logger log = LoggerFactory.getLogger(SharedCooldowns.class);

        private final SharedRedis redis;
        private final Cooldowns cooldowns;
        private final Environment environment;
        private final String key;
        private final ConcurrentMap<String, Long> known = new ConcurrentHashMap<>(); // ends in Redis' time, by name
        private volatile boolean closed;

        Exchange(SharedRedis redis, Cooldowns cooldowns, Environment environment) {
            this.redis = redis;
            this.cooldowns = cooldowns;
            this.environment = environment;
            this.key = redis.key("cooldowns", "all", "");
        }

        void close() {
            closed = true;
        }

        @Override
        public void cooldownBegan(CoolingDeployment target, CooldownScope scope, long nanos, ErrorKind kind) {
            if (!closed && !redis.isOut()) {
                share(CooldownName.of(target, scope, kind), nanos);
            }
        }

        private void share(CooldownName name, long nanos) {
            String text = name.text();
            long now = redis.clock().micros();
            long end = now + TimeUnit.NANOSECONDS.toMicros(nanos);
            known.merge(text, end, Math::max);
            CompletionStage<List<Object>> sent = redis.start(EXTEND.on(
                    List.of(key),
                    List.of(
                            text,
                            Long.toString(end),
                            Long.toString(now),
                            Long.toString(TimeUnit.NANOSECONDS.toMillis(nanos) + 1))));
            sent.whenComplete((done, failure) -> {
                if (failure != null) {
                    log.debug("a cooldown could not be shared with other JVMs", failure);
                }
            });
        }

        /** Sends the present cooldowns again, to a server that may have lost them. */
        void shareAll() {
            later(() -> {
                long now = environment.nanoTime();
                for (CoolingDeployment target : cooldowns.deployments()) {
                    for (CooldownScope scope : CooldownScope.values()) {
                        long nanos = target.cooldownNanos(scope, now);
                        ErrorKind kind = target.cooldownKind(scope);
                        if (nanos > 0 && kind != null) {
                            share(CooldownName.of(target, scope, kind), nanos);
                        }
                    }
                }
            });
        }

        void poll() {
            if (closed || redis.isOut()) {
                return;
            }
            long now = redis.clock().micros();
            known.values().removeIf(end -> end <= now);
            CompletionStage<List<ScoredValue<byte[]>>> entries =
                    redis.start(commands -> commands.zrangebyscoreWithScores(
                            key, Range.create(now, Double.POSITIVE_INFINITY), Limit.create(0, MOST)));
            entries.whenComplete((found, failure) -> {
                if (failure != null) {
                    log.debug("the cooldowns of other JVMs could not be read", failure);
                } else {
                    received(found);
                }
            });
        }

        private void received(List<ScoredValue<byte[]>> entries) {
            Map<CooldownName, Long> news = new HashMap<>();
            for (ScoredValue<byte[]> entry : entries) {
                String text = new String(entry.getValue(), StandardCharsets.UTF_8);
                long end = (long) entry.getScore();
                CooldownName name = CooldownName.parse(text);
                Long before = known.put(text, end);
                if (name != null && (before == null || before < end)) {
                    news.put(name, end);
                }
            }
            if (!news.isEmpty()) {
                later(() -> apply(news)); // it reads credentials' secrets, which may take a while
            }
        }

        private void apply(Map<CooldownName, Long> news) {
            long now = environment.nanoTime();
            for (CoolingDeployment target : cooldowns.deployments()) {
                for (CooldownScope scope : CooldownScope.values()) {
                    String subject = CooldownName.subject(target, scope);
                    news.forEach((name, end) -> {
                        if (name.scope() == scope && name.subject().equals(subject)) {
                            apply(target, name, end, now);
                        }
                    });
                }
            }
        }

        private void apply(CoolingDeployment target, CooldownName name, long end, long now) {
            long nanos = TimeUnit.MICROSECONDS.toNanos(end - redis.clock().micros());
            if (nanos > target.cooldownNanos(name.scope(), now)) {
                target.coolDownElsewhere(name.scope(), now, nanos, name.kind());
                log.info(
                        "{} cools down for {}, because another JVM got {}",
                        target.id(),
                        Durations.text(Duration.ofNanos(nanos)),
                        name.kind());
            }
        }

        private void later(Runnable work) {
            if (closed) {
                return;
            }
            try {
                environment.executor().execute(work);
            } catch (RejectedExecutionException e) {
                log.debug("cooldowns are no longer shared: the router is closing", e);
            }
        }
    }
}
