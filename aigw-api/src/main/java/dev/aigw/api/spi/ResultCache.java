package dev.aigw.api.spi;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keeps complete replies for equal requests. Implementations are safe for use by many threads, never call a model, and
 * never fail a call: what goes wrong inside counts as a miss.
 */
public interface ResultCache {

    /** Returns what is stored under {@code key}, or null. */
    @Nullable
    Entry get(Key key);

    /**
     * Returns what is stored under {@code key} even if its time to live is over, or null. Asked only when every model
     * has failed; counts neither as hit nor as miss. By default what {@link #get} returns, for caches that keep nothing
     * longer.
     */
    default @Nullable Entry getStale(Key key) {
        return get(key);
    }

    /**
     * Returns what is stored under these keys; those without an entry are left out. By default each is asked for in
     * turn; a cache that is a way off asks for all at once.
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

    /** Stores a complete reply, replacing what was there. */
    void put(Key key, Entry entry);

    /** Returns counts since the cache was made. */
    Stats stats();

    /**
     * What an answer depends on. Two keys are equal when scope, operation, model and identity are.
     *
     * @param scope whose entries these are, the caller's tenant by default; empty for anonymous callers
     * @param operation the operation's name; a streamed and a plain chat share one
     * @param model the resolved logical model
     * @param identity the effective request's {@link dev.aigw.api.ModelRequest#cacheIdentity() identity}
     * @param request the effective request, for caches that write keys down; what its identity leaves out is for no key
     */
    record Key(String scope, String operation, String model, Object identity, ModelRequest request) {

        @Override
        public boolean equals(Object other) {
            return other instanceof Key that
                    && identity.equals(that.identity)
                    && scope.equals(that.scope)
                    && operation.equals(that.operation)
                    && model.equals(that.model);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * (31 * scope.hashCode() + operation.hashCode()) + model.hashCode()) + identity.hashCode();
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
     * Counts, all since the cache was made except {@code entries}.
     *
     * @param hits look-ups answered
     * @param misses look-ups not answered
     * @param stores replies stored
     * @param evictions entries dropped for age or room
     * @param entries entries at present, roughly
     */
    record Stats(long hits, long misses, long stores, long evictions, long entries) {}
}
