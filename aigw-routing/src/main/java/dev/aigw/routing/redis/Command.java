package dev.aigw.routing.redis;

import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.concurrent.CompletionStage;

/** Something to ask Redis for. All keys it names lie in one slot. */
@FunctionalInterface
interface Command<T> {

    /** Sends it; never blocks. */
    CompletionStage<T> send(RedisClusterAsyncCommands<String, byte[]> redis);
}
