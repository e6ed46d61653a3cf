/**
 * State that several JVMs share in one Redis or Valkey. Add {@code io.lettuce:lettuce-core} to use it.
 *
 * <p>Entry point: {@link dev.aigw.routing.redis.SharedRedis}. Reading order: {@code SharedRedis} (the connection, with
 * a timeout for every command), {@code Server} (one server, a sentinel's master, or a cluster), {@code Circuit} (an
 * outage is detected once, not by each call), {@code ServerClock} (all JVMs use Redis' time), {@code Command} and
 * {@code Script}, {@code Refusal} (what to do if Redis refuses a login or a command).
 *
 * <p>Limits: {@code SharedLimits} (the configuration), {@code Outage} (what happens without Redis), {@code SharedSum}
 * with {@code SumAccount}, {@code Amounts} and the script {@code sum.lua} (calendar windows and concurrency),
 * {@code SharedBucket} with {@code BucketCommands}, {@code BucketReports}, {@code Numbers} and the script
 * {@code bucket.lua} (rolling windows); {@code Lanes}, {@code Lane} and {@code Chunk} (what a JVM takes ahead at a high
 * rate).
 *
 * <p>Replies: {@code RedisCacheStore}. API keys: {@code RedisKeyStore}. Cooldowns: {@code SharedCooldowns} with
 * {@code CooldownName}.
 */
@NullMarked
package dev.aigw.routing.redis;

import org.jspecify.annotations.NullMarked;
