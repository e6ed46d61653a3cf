package dev.aigw.routing.resilience;

import dev.aigw.routing.engine.pool.CheckedDeployment;
import dev.aigw.routing.engine.pool.EventSink;
import dev.aigw.routing.feature.Environment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Runs the health checks of all deployments of the routing table that have one, until the table no longer lists them or
 * this is closed. Safe for use by many threads.
 */
final class HealthChecks implements AutoCloseable {

    private final Environment environment;
    private final EventSink events;
    private final Map<String, HealthWatch> watches = new HashMap<>();
    private boolean closed;

    /** Creates one that checks nothing yet and publishes health changes. */
    HealthChecks(Environment environment, EventSink events) {
        this.environment = environment;
        this.events = events;
    }

    /**
     * From now on, checks {@code targets}, by deployment id, and no others. Unchanged checks continue; the health of a
     * deployment that is no longer checked is reset.
     */
    synchronized void follow(Map<String, CheckedDeployment> targets) {
        if (closed) {
            return;
        }
        Set<String> gone = new HashSet<>(watches.keySet());
        gone.removeAll(targets.keySet());
        for (String id : gone) {
            Objects.requireNonNull(watches.remove(id)).stop();
        }
        targets.forEach((id, target) -> {
            HealthWatch known = watches.get(id);
            if (known == null || !known.follow(target)) {
                if (known != null) {
                    known.stop();
                }
                HealthWatch watch = new HealthWatch(environment, events, target);
                watches.put(id, watch);
                watch.start();
            }
        });
    }

    /** Ends all checks, those under way included. */
    @Override
    public synchronized void close() {
        closed = true;
        watches.values().forEach(HealthWatch::stop);
        watches.clear();
    }
}
