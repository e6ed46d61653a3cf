/**
 * State that several JVMs share in one Redis or Valkey, for those who add {@code io.lettuce:lettuce-core} (and, for
 * limits over rolling windows, {@code com.bucket4j:bucket4j_jdk17-lettuce}).
 *
 * <p>Door: {@link dev.aigw.routing.redis.SharedRedis}. Reading order: {@code SharedRedis} (what a user says, and how
 * everything in this package talks to Redis: within a bound of time, or not at all), {@code Server} (one server, a
 * sentinel's master, or a cluster), {@code Circuit} (an outage is noticed once, not by each call), {@code ServerClock}
 * (Redis' time is the time of all), {@code Command} and {@code Script}.
 *
 * <p>Limits: {@code SharedLimits} (what a user says), {@code Outage} (what happens without Redis), {@code SharedSum}
 * with {@code SumAccount}, {@code Amounts} and the script {@code sum.lua} (windows of the calendar, and calls under
 * way), {@code SharedBucket} with {@code BucketServer} (rolling windows).
 *
 * <p>Replies: {@code RedisCacheStore}. Cooldowns: {@code SharedCooldowns} with {@code CooldownName}.
 */
@NullMarked
package dev.aigw.routing.redis;

import org.jspecify.annotations.NullMarked;
