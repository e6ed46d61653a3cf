package dev.aigw.routing.guard;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Operation;
import dev.aigw.api.guard.ContentOrigin;
import dev.aigw.api.guard.Guard;
import dev.aigw.routing.engine.call.FailureLog;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a guard applies, and what happens when it fails. Immutable. */
final class GuardRule {

    private static final Logger log = LoggerFactory.getLogger(GuardRule.class);

    private final Guard guard;
    private final String name;
    private final List<ModelPattern> models;
    private final List<ModelPattern> exceptModels;
    private final Set<ContentOrigin> origins;
    private final Set<Operation<?, ?>> operations;
    private final List<Predicate<CallOptions>> calls;
    private final boolean shadow;
    private final boolean failOpen;
    private final boolean latestTurn;
    private final Duration timeout;
    private final FailureLog failures;

    private GuardRule(GuardScope scope) {
        this.guard = scope.guard;
        this.name = scope.name == null ? guard.name() : scope.name;
        this.models = List.copyOf(scope.models);
        this.exceptModels = List.copyOf(scope.exceptModels);
        EnumSet<ContentOrigin> seen = EnumSet.noneOf(ContentOrigin.class);
        seen.addAll(guard.origins());
        if (scope.origins != null) {
            seen.retainAll(scope.origins);
        }
        if (seen.isEmpty()) {
            throw new IllegalArgumentException("the guard \"" + name + "\" reads " + guard.origins()
                    + ", and its scope shows it none of these: name some of them in origins(...)");
        }
        this.origins = seen;
        this.operations = Set.copyOf(scope.operations);
        this.calls = List.copyOf(scope.calls);
        this.shadow = scope.shadow;
        this.failOpen = scope.failOpen;
        this.latestTurn = scope.latestTurn;
        this.timeout = scope.timeout;
        this.failures = new FailureLog(
                log,
                "the guard \"" + name + "\"",
                failOpen || shadow ? "calls pass unchecked" : "the calls it should check are rejected");
    }

    static GuardRule of(GuardScope scope) {
        return new GuardRule(scope);
    }

    Guard guard() {
        return guard;
    }

    /** Returns what logs the failures of the guard. */
    FailureLog failures() {
        return failures;
    }

    String name() {
        return name;
    }

    Set<ContentOrigin> origins() {
        return origins;
    }

    /** Returns whether the guard only reports. */
    boolean isShadow() {
        return shadow;
    }

    /** Returns whether content passes when the guard cannot tell. */
    boolean failsOpen() {
        return failOpen;
    }

    /** Returns whether only what follows the last answer in a conversation is checked. */
    boolean seesLatestTurnOnly() {
        return latestTurn;
    }

    Duration timeout() {
        return timeout;
    }

    /** Returns whether it applies to some models only. */
    boolean dependsOnModel() {
        return !models.isEmpty() || !exceptModels.isEmpty();
    }

    boolean appliesTo(String model) {
        return (models.isEmpty() || models.stream().anyMatch(each -> each.matches(model)))
                && exceptModels.stream().noneMatch(each -> each.matches(model));
    }

    boolean appliesTo(Operation<?, ?> operation, CallOptions options) {
        if (!operations.isEmpty() && !operations.contains(operation)) {
            return false;
        }
        for (Predicate<CallOptions> each : calls) {
            if (!each.test(options)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return name;
    }
}
