package dev.aigw.routing.access.keys;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where {@link ApiKeys} keeps keys: in memory, in a file, in a database, in Redis, or in a store of your own. It gets
 * hashes and never a secret.
 *
 * <p>A store of your own keeps one record for each id, with these columns: the id (a primary key), the tenant, the
 * version, the time of last use, and the text of {@link StoredKey#toJson}. Ids have one case; tenants are compared
 * exactly, so that {@code acme} never lists keys of {@code ACME} where the database ignores case. A read that follows a
 * write of the same JVM must see it: read from the primary, not from a replica.
 *
 * <p>Safe for use by many threads, and by many JVMs if the store is shared. Each method may throw any
 * {@link RuntimeException} if the store does not answer, and should within a second: calls wait for {@link #find}.
 */
public interface KeyStore {

    /** Returns a store that lives as long as this object. */
    static KeyStore inMemory() {
        return new InMemoryKeyStore();
    }

    /** Returns the record of this id, exactly, or null if there is none. */
    @Nullable
    StoredKey find(String id);

    /**
     * Adds a record. Atomic: of two that add the same id, one succeeds.
     *
     * @return whether it was added; false if the id is taken
     */
    boolean add(StoredKey key);

    /**
     * Replaces the record with the same id if it has this version. Atomic: of two that replace the same version, one
     * succeeds. The time of last use is not replaced.
     *
     * @return whether it was replaced; false if the record has another version or is gone
     */
    boolean replace(StoredKey key, long version);

    /** Removes the record, if there is one. */
    void remove(String id);

    /**
     * Returns records in a stable order of ids, those after a given id.
     *
     * @param tenant whose, compared exactly, or null for all
     * @param after the id of the last record of the page before, or null for the first page
     * @param most how many to return at most
     * @return fewer than {@code most} only if there are no more
     */
    List<StoredKey> list(@Nullable String tenant, @Nullable String after, int most);

    /**
     * Records when keys were last used, unless a later time is known. It changes no version, and ids that are gone are
     * skipped. Called at most once a minute, for all keys that were used meanwhile.
     */
    void used(Map<String, Instant> times);

    /**
     * Returns whether {@link #find} answers from memory, at once, and knows within a second what other processes wrote.
     * Then no copies are kept in front of it. By default it does not.
     */
    default boolean isInMemory() {
        return false;
    }
}
