package dev.aigw.routing;

import dev.aigw.api.spi.ContextPropagation;
import dev.aigw.routing.engine.call.FailureLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the failures of a propagation, so that they fail no call. Safe for use by many threads. */
final class GuardedPropagation implements ContextPropagation {

    private static final Logger log = LoggerFactory.getLogger(GuardedPropagation.class);

    private final ContextPropagation propagation;
    private final FailureLog failures = new FailureLog(log, "the context propagation");

    GuardedPropagation(ContextPropagation propagation) {
        this.propagation = propagation;
    }

    @Override
    public Snapshot capture() {
        Snapshot captured;
        try {
            captured = propagation.capture();
        } catch (RuntimeException e) {
            failures.failed(e);
            return Snapshot.EMPTY;
        }
        return () -> restore(captured);
    }

    private Scope restore(Snapshot captured) {
        Scope scope;
        try {
            scope = captured.restore();
        } catch (RuntimeException e) {
            failures.failed(e);
            return Scope.NOTHING;
        }
        return () -> {
            try {
                scope.close();
            } catch (RuntimeException e) {
                failures.failed(e);
            }
        };
    }
}
