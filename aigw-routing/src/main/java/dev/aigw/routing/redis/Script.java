package dev.aigw.routing.redis;

import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * A Lua script, which Redis runs atomically. It is called by its digest; the whole script is sent only to a server that
 * does not know it, such as one that was restarted. Immutable.
 */
final class Script {

    private final String source;
    private final String digest;

    Script(String source) {
        this.source = source;
        this.digest = sha1(source);
    }

    /** Reads a script from the resources of this package. */
    static Script of(String file) {
        try (InputStream in = Script.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the script " + file + " is missing from the jar");
            }
            return new Script(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            byte[] sha = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(sha);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /**
     * Returns the command that runs it.
     *
     * @param keys all keys that it uses, in one slot
     * @param args what it reads as {@code ARGV}
     */
    Command<List<Object>> on(List<String> keys, List<String> args) {
        String[] names = keys.toArray(String[]::new);
        byte[][] values =
                args.stream().map(arg -> arg.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
        return redis -> run(redis, ScriptOutputType.MULTI, names, values);
    }

    /** Runs it with arguments and result as bytes. */
    <T> CompletionStage<T> run(
            RedisClusterAsyncCommands<String, byte[]> redis, ScriptOutputType type, String[] keys, byte[][] args) {
        CompletableFuture<T> known = redis.<T>evalsha(digest, type, keys, args).toCompletableFuture();
        CompletableFuture<T> result = known.exceptionallyCompose(failure ->
                isUnknown(failure) ? redis.<T>eval(source, type, keys, args) : CompletableFuture.failedFuture(failure));
        CompletionStage<T> watched = result;
        watched.whenComplete((value, failure) -> {
            if (result.isCancelled()) {
                known.cancel(true); // so that it is not sent if it has not been yet
            }
        });
        return result;
    }

    private static boolean isUnknown(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof RedisNoScriptException;
    }
}
