package dev.aigw.routing.engine.call;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.routing.engine.pool.TriedDeployment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What has happened in a call so far: its attempts, their failures, the deployments tried, and warnings. Safe for use
 * by many threads; the lists it returns never change.
 */
public final class CallLog {

    private Route.@Nullable Attempt first;
    private List<Route.Attempt> attempts = List.of(); // all of them, once there are two
    private int begun;
    private int underWay;
    private int uncounted;
    private int sent;
    private List<GatewayException> failures = List.of();
    private List<TriedDeployment> tried = List.of();
    private List<String> warnings = List.of();
    private List<String> withheld = List.of();
    private List<Route.Verdict> verdicts = List.of();

    CallLog() {}

    /** Counts an attempt that begins, and returns its number, from 1. */
    synchronized int begin() {
        underWay++;
        return ++begun;
    }

    /** Counts an attempt whose adapter is about to be called. */
    synchronized void sent() {
        sent++;
    }

    /** Returns how many attempts were sent. */
    public synchronized int sentCount() {
        return sent;
    }

    /**
     * Returns the attempts that count: all that began, except those that the router's own limits refused or its own
     * additions to the request made fail.
     */
    public synchronized int attemptCount() {
        return begun - uncounted;
    }

    /** Returns whether an attempt is under way: it has begun and has neither failed nor replied. */
    synchronized boolean isAttemptUnderWay() {
        return underWay > 0;
    }

    /** Notes the end of an attempt, unless it is noted already: one withdrawn from a race has ended for the caller. */
    synchronized void ended(Attempt attempt, Route.Attempt entry, @Nullable GatewayException failure) {
        if (attempt.entry == null) {
            attempt.entry = entry;
            underWay--;
            add(entry);
            note(entry.outcome(), failure);
        }
    }

    /** Notes that the router's own limits refused an attempt: it does not count and is not shown. */
    synchronized void refused(Attempt attempt, Route.Attempt entry, GatewayException failure) {
        if (attempt.entry == null) {
            attempt.entry = entry;
            underWay--;
            uncounted++;
            note(Outcome.FAILED, failure);
        }
    }

    /** Takes one attempt out of the count: the router's addition failed in it, not the caller's request. */
    public synchronized void discount() {
        uncounted++;
    }

    /** Corrects the end of an attempt: its stream broke after its first content. */
    synchronized void broke(Attempt attempt, Route.Attempt entry, GatewayException failure) {
        if (attempts.isEmpty()) {
            first = entry;
        } else {
            attempts.replaceAll(known -> known.equals(attempt.entry) ? entry : known);
        }
        attempt.entry = entry;
        note(entry.outcome(), failure);
    }

    private void add(Route.Attempt entry) {
        Route.Attempt only = first;
        if (!attempts.isEmpty()) {
            attempts.add(entry);
        } else if (only == null) {
            first = entry;
        } else {
            attempts = with(with(List.of(), only), entry);
        }
    }

    private List<Route.Attempt> attempts() {
        return attempts.isEmpty() && first != null ? List.of(first) : attempts;
    }

    private void note(Outcome outcome, @Nullable GatewayException failure) {
        if (failure != null && outcome == Outcome.FAILED) {
            failures = with(failures, failure);
        }
    }

    /** Returns the failures of attempts so far, in order. */
    public synchronized List<GatewayException> failures() {
        return List.copyOf(failures);
    }

    /** Returns the deployments tried so far. */
    public synchronized List<TriedDeployment> tried() {
        return tried;
    }

    /** Notes that a deployment was tried, replacing an earlier note of it. */
    public synchronized void tried(TriedDeployment deployment) {
        List<TriedDeployment> next = new ArrayList<>(tried.size() + 1);
        for (TriedDeployment earlier : tried) {
            if (!earlier.deployment().equals(deployment.deployment())) {
                next.add(earlier);
            }
        }
        next.add(deployment);
        tried = List.copyOf(next);
    }

    /** Removes the deployments that failed with {@code kind}: the call may try them again. */
    public synchronized void forgetTried(ErrorKind kind) {
        tried = tried.stream().filter(each -> each.kind() != kind).toList();
    }

    /** Notes a warning, once: the next attempt often has the same. */
    synchronized void warn(String message) {
        if (!warnings.contains(message)) {
            warnings = with(warnings, message);
        }
    }

    /** Notes what a guard has found; equal findings are counted together. */
    synchronized void found(Route.Verdict verdict) {
        for (int i = 0; i < verdicts.size(); i++) {
            Route.Verdict known = verdicts.get(i);
            if (known.guard().equals(verdict.guard())
                    && known.rule().equals(verdict.rule())
                    && known.action() == verdict.action()
                    && known.input() == verdict.input()
                    && known.enforced() == verdict.enforced()) {
                verdicts.set(
                        i,
                        new Route.Verdict(
                                known.guard(),
                                known.rule(),
                                known.action(),
                                Math.max(known.score(), verdict.score()),
                                known.input(),
                                known.enforced(),
                                known.count() + verdict.count()));
                return;
            }
        }
        verdicts = with(verdicts, verdict);
    }

    /** Notes that the caller may not use a model that could have taken part. */
    synchronized void withheld(String model) {
        if (!withheld.contains(model)) {
            withheld = with(withheld, model);
        }
    }

    /** Returns the models that could have taken part and that the caller may not use. */
    public synchronized List<String> withheld() {
        return List.copyOf(withheld);
    }

    synchronized Route route(String callId, String requestedModel, String model, Route.Source source) {
        return Route.builder()
                .callId(callId)
                .requestedModel(requestedModel)
                .model(model)
                .attempts(attempts())
                .source(source)
                .warnings(warnings)
                .verdicts(verdicts)
                .build();
    }

    private static <T> List<T> with(List<T> list, T element) {
        List<T> longer = list.isEmpty() ? new ArrayList<>(2) : list;
        longer.add(element);
        return longer;
    }
}
