package dev.aigw.routing.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletionStage;

/** A command to Redis. All its keys are in one slot. */
@FunctionalInterface
interface Command<T> {

    /** Sends it; never blocks. */
    CompletionStage<T> send(RedisClusterAsyncCommands<String, byte[]> redis);
}
