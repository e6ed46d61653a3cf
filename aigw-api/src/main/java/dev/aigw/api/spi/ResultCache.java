package dev.aigw.api.spi;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Stores complete replies for equal requests. Implementations are safe for use by many threads, never call a model, and
 * never fail a call: an error inside counts as a miss.
 */
public interface ResultCache {

    /** Returns the entry under {@code key}, or null. */
    @Nullable
    Entry get(Key key);

    /**
     * Returns the entry under {@code key} even if it has expired, or null. Called only when every model has failed;
     * counts neither as hit nor as miss. By default calls {@link #get}, for caches that keep no expired entries.
     */
    default @Nullable Entry getStale(Key key) {
        return get(key);
    }

    /**
     * Returns the entries under these keys, without those that have none. By default gets one after the other; a remote
     * cache should get all at once.
     */
    default Map<Key, Entry> getAll(Collection<Key> keys) {
        Map<Key, Entry> found = new HashMap<>();
        for (Key key : keys) {
            Entry entry = get(key);
            if (entry != null) {
                found.put(key, entry);
            }
        }
        return found;
    }

    /** Stores a complete reply, replacing an earlier one. */
    void put(Key key, Entry entry);

    /** Returns the counts since the cache was created. */
    Stats stats();

    /**
     * The key of an entry: what an answer depends on. Two keys are equal when scope, operation, model, conditions and
     * identity are.
     *
     * @param scope whose entries these are, by default those of the caller's tenant; empty for anonymous callers.
     *     Different tenants have different scopes, an empty one and none included
     * @param operation the operation's name; a streamed and a plain chat share one
     * @param model the resolved logical model
     * @param conditions what the call's options require of the deployment that answers (regions, tags, a price ceiling,
     *     a retention), each as a text, sorted; empty without any. A call never gets an answer from a deployment that
     *     its own conditions exclude
     * @param identity the effective request's {@link dev.aigw.api.ModelRequest#cacheIdentity() identity}
     * @param request the effective request, for caches that serialize keys; what its identity leaves out must not be
     *     part of a key
     */
    record Key(
            String scope,
            String operation,
            String model,
            List<String> conditions,
            Object identity,
            ModelRequest request) {

        /** Creates a key. */
        public Key {
            conditions = List.copyOf(conditions);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Key that
                    && identity.equals(that.identity)
                    && scope.equals(that.scope)
                    && operation.equals(that.operation)
                    && model.equals(that.model)
                    && conditions.equals(that.conditions);
        }

        @Override
        public int hashCode() {
            int call = 31 * (31 * scope.hashCode() + operation.hashCode()) + model.hashCode();
            return 31 * (31 * call + conditions.hashCode()) + identity.hashCode();
        }

        /** Returns operation and model; content stays out of logs. */
        @Override
        public String toString() {
            return "Key{" + operation + ", " + model + "}";
        }
    }

    /**
     * A stored reply.
     *
     * @param reply the reply, complete, without the route of the call that brought it
     * @param storedAt when it was stored
     */
    record Entry(ModelReply reply, Instant storedAt) {}

    /**
     * Counts since the cache was created, except {@code entries}.
     *
     * @param hits lookups answered
     * @param misses lookups not answered
     * @param stores replies stored
     * @param evictions entries dropped because of age or size
     * @param entries entries now, approximately
     */
    record Stats(long hits, long misses, long stores, long evictions, long entries) {}
}
