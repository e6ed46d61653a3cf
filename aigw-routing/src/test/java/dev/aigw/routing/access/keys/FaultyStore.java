package dev.aigw.routing.access.keys;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A store far away: it can be down, and counts what it is asked. */
class FaultyStore implements KeyStore {

    final KeyStore kept = KeyStore.inMemory();
    final AtomicInteger finds = new AtomicInteger();
    final AtomicInteger writes = new AtomicInteger();
    volatile boolean down;
    volatile Runnable afterFind = () -> {};

    private void reach() {
        if (down) {
            throw new IllegalStateException("connection refused");
        }
    }

    @Override
    public @Nullable StoredKey find(String id) {
        finds.incrementAndGet();
        reach();
        StoredKey found = kept.find(id);
        afterFind.run();
        return found;
    }

    @Override
    public boolean add(StoredKey key) {
        reach();
        writes.incrementAndGet();
        return kept.add(key);
    }

    @Override
    public boolean replace(StoredKey key, long version) {
        reach();
        writes.incrementAndGet();
        return kept.replace(key, version);
    }

    @Override
    public void remove(String id) {
        reach();
        kept.remove(id);
    }

    @Override
    public List<StoredKey> list(@Nullable String tenant, @Nullable String after, int most) {
        reach();
        return kept.list(tenant, after, most);
    }

    @Override
    public void used(Map<String, Instant> times) {
        reach();
        writes.incrementAndGet();
        kept.used(times);
    }
}
