package dev.aigw.routing.limit;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.FailureSubject;
import dev.aigw.api.GatewayException;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.Listeners;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes from all limits of one level, in the order of their definition: from all of them or from none. */
final class Gate {

    private final List<LimitCounter> counters;
    private final Listeners<LimitListener> listeners;

    Gate(List<LimitCounter> counters, Listeners<LimitListener> listeners) {
        this.counters = counters;
        this.listeners = listeners;
    }

    boolean isEmpty() {
        return counters.isEmpty();
    }

    /**
     * Takes one from each limit for a call.
     *
     * @throws GatewayException if a limit refuses
     */
    Reservation enter(Call call) {
        return take(call, null, null);
    }

    /**
     * Takes from each limit what an attempt will use.
     *
     * @throws GatewayException if a limit refuses
     */
    Reservation reserve(Call call, Attempt attempt, Demand demand) {
        return take(call, attempt, demand);
    }

    private Reservation take(Call call, @Nullable Attempt attempt, @Nullable Demand demand) {
        Reservation reservation = new Reservation();
        try {
            for (LimitCounter counter : counters) {
                if (counter.limit().isFor(call, attempt)) {
                    take(counter, call, attempt, demand, reservation);
                }
            }
        } catch (RuntimeException | Error e) {
            reservation.cancel();
            throw e;
        }
        return reservation;
    }

    private void take(
            LimitCounter counter,
            Call call,
            @Nullable Attempt attempt,
            @Nullable Demand demand,
            Reservation reservation) {
        Limit limit = counter.limit();
        BigDecimal share = limit.share(call.options().priority());
        BigDecimal most = limit.burst().multiply(share);
        BigDecimal amount = demand == null ? BigDecimal.ONE : demand.of(limit, most);
        if (amount == null) {
            passUnpriced(limit, attempt);
            return;
        }
        boolean force = limit.onExceed() != OnExceed.REFUSE;
        Kept kept = counter.pin(counter.key(call, attempt));
        Allowance.Taking taking;
        try {
            taking = kept.allowance().take(amount, share, force);
            if (!taking.fits() && !force && demand != null && limit.measure().isSettledLater()) {
                BigDecimal exact = demand.refine() ? demand.of(limit, most) : null;
                if (exact != null && exact.compareTo(amount) < 0) {
                    amount = exact;
                    taking = kept.allowance().take(amount, share, false);
                }
                BigDecimal usual = taking.fits() || limit.strict() ? null : demand.usual(limit);
                if (usual != null && usual.compareTo(amount) < 0) {
                    amount = usual;
                    taking = kept.allowance().take(amount, share, false);
                }
            }
        } finally {
            kept.unpin();
        }
        if (taking.grant() != null) {
            reservation.add(limit, taking.grant());
        }
        if (!taking.fits()) {
            exceeded(limit, counter.reached(kept.key(), amount, taking), most, demand, call);
        } else if (limit.warnAt() != null) {
            warn(counter, kept.key(), amount, taking, call);
        }
    }

    private static void passUnpriced(Limit limit, @Nullable Attempt attempt) {
        if (!limit.allowUnpriced() && limit.onExceed() == OnExceed.REFUSE) {
            String deployment = attempt == null ? "" : attempt.deployment();
            throw GatewayException.builder(
                            ErrorKind.BUDGET_EXCEEDED,
                            "limit \"" + limit.name() + "\" is in " + limit.currency() + ", and deployment \""
                                    + deployment
                                    + "\" has no known price in it: set its price, or let it pass with allowUnpriced()")
                    .subject(FailureSubject.DEPLOYMENT)
                    .build();
        }
    }

    private void exceeded(Limit limit, LimitReached reached, BigDecimal most, @Nullable Demand demand, Call call) {
        switch (limit.onExceed()) {
            case REFUSE -> {
                report(LimitListener.Action.REFUSED, reached, call);
                throw GatewayException.builder(kind(limit), message(limit, reached, most, demand))
                        .subject(subject(limit))
                        .retryAfter(reached.frees())
                        .cause(new LimitReached.Cause(reached))
                        .build();
            }
            case WARN -> {
                call.warn(message(limit, reached, most, demand));
                report(LimitListener.Action.EXCEEDED, reached, call);
            }
            case REPORT -> report(LimitListener.Action.EXCEEDED, reached, call);
        }
    }

    private static String message(Limit limit, LimitReached reached, BigDecimal most, @Nullable Demand demand) {
        return demand == null || !limit.measure().isSettledLater()
                ? reached.toString()
                : reached + howToFit(limit, reached, most, demand);
    }

    /** Returns which setting would admit the call. */
    private static String howToFit(Limit limit, LimitReached reached, BigDecimal most, Demand demand) {
        String lax =
                limit.strict() ? "; without strict() a usual answer is reserved where the longest does not fit" : "";
        if (reached.requested().compareTo(most) > 0) {
            return ", which is more than the limit ever allows: bound the answer by a smaller maxOutputTokens, set a smaller"
                    + " assumedOutputTokens, or shorten the prompt" + lax;
        }
        BigDecimal reservedForOthers = limit.burst().subtract(most);
        long tokens = demand.fitting(limit, reached.remaining().subtract(reservedForOthers));
        if (tokens == 0) {
            return lax;
        }
        String setting = demand.isBoundedByRequest() ? "maxOutputTokens" : "maxOutputTokens or assumedOutputTokens";
        return "; a " + setting + " of up to " + tokens + " would fit now" + lax;
    }

    private static ErrorKind kind(Limit limit) {
        return limit.measure() == Measure.COST ? ErrorKind.BUDGET_EXCEEDED : ErrorKind.LIMIT_EXCEEDED;
    }

    /** Returns the subject of a refusal: after one of a deployment or its credential, another deployment is tried. */
    private static FailureSubject subject(Limit limit) {
        return limit.dependsOnDeployment() ? FailureSubject.DEPLOYMENT : FailureSubject.UNKNOWN;
    }

    private void warn(LimitCounter counter, List<String> key, BigDecimal amount, Allowance.Taking taking, Call call) {
        Limit limit = counter.limit();
        BigDecimal mark = limit.burst().multiply(limit.warnAt());
        BigDecimal used = limit.burst().subtract(taking.remaining());
        if (used.compareTo(mark) < 0) {
            return;
        }
        LimitReached reached = counter.reached(key, amount, taking);
        if (limit.onExceed() != OnExceed.REPORT) {
            call.warn(reached.toString());
        }
        if (used.subtract(amount).compareTo(mark) < 0) {
            report(LimitListener.Action.WARNED, reached, call);
        }
    }

    private void report(LimitListener.Action action, LimitReached reached, Call call) {
        listeners.notify(listener -> listener.onLimit(action, reached, call));
    }
}
