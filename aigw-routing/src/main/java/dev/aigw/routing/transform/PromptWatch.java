package dev.aigw.routing.transform;

import dev.aigw.api.Cancellation;
import dev.aigw.routing.feature.Environment;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Refreshes a registry at its interval. Safe for use by many threads. */
final class PromptWatch {

    private static final Logger log = LoggerFactory.getLogger(PromptWatch.class);

    private final PromptRegistry registry;
    private final Environment environment;
    private Cancellation.@Nullable Registration next;
    private boolean closed;

    PromptWatch(PromptRegistry registry, Environment environment) {
        this.registry = registry;
        this.environment = environment;
    }

    synchronized void start() {
        if (!closed) {
            long nanos = Objects.requireNonNull(registry.interval(), "interval").toNanos();
            next = environment.schedule(nanos, this::submit);
        }
    }

    /** Runs in the timer's thread, where nothing may block. */
    private void submit() {
        try {
            environment.executor().execute(this::refresh);
        } catch (RejectedExecutionException full) {
            log.warn("the executor has no thread to read the prompts; the next interval tries again", full);
            start();
        }
    }

    private void refresh() {
        try {
            registry.refresh();
        } catch (RuntimeException e) {
            log.warn("the prompts of {} cannot be read again; those known stay in use", registry, e);
        } finally {
            start();
        }
    }

    synchronized void close() {
        closed = true;
        if (next != null) {
            next.close();
        }
    }
}
