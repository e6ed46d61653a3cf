package dev.aigw.routing;

import dev.aigw.api.Cancellation;
import dev.aigw.routing.catalog.Instances;
import dev.aigw.routing.feature.Environment;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up instances that may change, for as long as the routing table contains them. Safe for use by many threads. */
final class InstanceWatch {

    private static final Logger log = LoggerFactory.getLogger(InstanceWatch.class);

    private final Environment environment;
    private final Runnable onChange;
    private final Map<Instances, Cancellation.Registration> timers = new HashMap<>();
    private boolean closed;

    InstanceWatch(Environment environment, Runnable onChange) {
        this.environment = environment;
        this.onChange = onChange;
    }

    /** From now on, watches these instances and no others. */
    synchronized void watch(Set<Instances> instances) {
        timers.entrySet().removeIf(entry -> {
            boolean gone = !instances.contains(entry.getKey());
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
        for (Instances some : instances) {
            if (some.interval() != null && !timers.containsKey(some)) {
                schedule(some);
            }
        }
    }

    private synchronized void schedule(Instances instances) {
        if (!closed && instances.interval() != null) {
            timers.put(instances, environment.schedule(instances.interval().toNanos(), () -> submit(instances)));
        }
    }

    /** Runs in the timer's thread, where a lookup must not block. */
    private void submit(Instances instances) {
        try {
            environment.executor().execute(() -> lookUp(instances));
        } catch (RejectedExecutionException full) {
            log.warn("the executor has no thread to look up instances; the next interval tries again", full);
            again(instances);
        }
    }

    private void lookUp(Instances instances) {
        try {
            if (instances.refresh()) {
                onChange.run();
            }
        } catch (RuntimeException e) {
            log.error("the instances found make no valid routing table; the previous table stays in use", e);
        } finally {
            again(instances);
        }
    }

    private synchronized void again(Instances instances) {
        if (timers.containsKey(instances)) {
            schedule(instances);
        }
    }

    synchronized void close() {
        closed = true;
        timers.values().forEach(Cancellation.Registration::close);
        timers.clear();
    }
}
