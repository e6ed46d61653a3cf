package dev.aigw.routing.resilience;

import dev.aigw.api.Cancellation;
import dev.aigw.api.ErrorKind;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.spi.RouterEvent;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.LiveDeployment;
import dev.aigw.routing.engine.pool.TriedDeployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One attempt and the hedges sent after it because it was slow. The first attempt runs in the caller's thread, a hedge
 * on the environment's executor. The first valid reply wins; the other attempts are stopped, and any later reply is
 * closed.
 *
 * <p>A failure that no other deployment can avoid ends the race at once. After any other, the race continues with the
 * remaining attempts.
 */
final class HedgeRace {

    private static final Logger log = LoggerFactory.getLogger(HedgeRace.class);

    private final Hop hop;
    private final Call call;
    private final HedgeBudget budget;
    private final TriedDeployments tried;
    private final CompletableFuture<@Nullable Void> decided = new CompletableFuture<>();

    private final Object lock = new Object();
    private final List<Cancellation> running = new ArrayList<>(2);
    private int hedgesLeft;
    private boolean over;
    private @Nullable ModelReply reply;
    private @Nullable GatewayException failure;
    private Cancellation.@Nullable Registration timer;

    HedgeRace(Hop hop, Call call, HedgeBudget budget, TriedDeployments tried, int hedges) {
        this.hop = hop;
        this.call = call;
        this.budget = budget;
        this.tried = tried;
        this.hedgesLeft = hedges;
    }

    /** Runs the race and returns the winner's reply; throws the failure if there is none. */
    ModelReply run() {
        Cancellation.Linked linked = Cancellation.childOf(call.cancellation());
        hop.onEnd(end -> linked.close());
        Cancellation first = linked.cancellation();
        synchronized (lock) {
            running.add(first);
        }
        try {
            return won(first, hop.under(first).proceed(hop.request()));
        } catch (GatewayException e) {
            lost(first, e);
            return await();
        } catch (RuntimeException | Error bug) {
            end(bug(bug));
            throw bug;
        }
    }

    private static GatewayException bug(Throwable bug) {
        return GatewayException.builder(ErrorKind.INTERNAL, "this is a bug in the router: " + bug)
                .cause(bug)
                .build();
    }

    /**
     * Notes the deployment of an attempt, which no other attempt of the race uses, and starts the timer of the next
     * hedge.
     */
    void asked(LiveDeployment deployment, @Nullable Long delayNanos) {
        synchronized (lock) {
            if (over) {
                return;
            }
            call.log().tried(TriedDeployment.never(deployment, ErrorKind.CANCELLED));
            if (hedgesLeft > 0 && delayNanos != null) {
                timer = call.environment().schedule(delayNanos, this::hedge);
            }
        }
    }

    /** Sends a hedge, if possible. Returns quickly, since it runs in the timer's thread. */
    private void hedge() {
        if (!call.currentModel().pool().canHedge(call.query(hop.request()))) {
            return;
        }
        Cancellation.Linked linked = Cancellation.childOf(call.cancellation());
        hop.onEnd(end -> linked.close());
        Cancellation own = linked.cancellation();
        synchronized (lock) {
            if (over || hedgesLeft == 0 || !budget.tryTake()) {
                return;
            }
            hedgesLeft--;
            running.add(own);
            call.hedgedUnder(own);
        }
        try {
            call.environment().executor().execute(() -> race(own));
        } catch (RejectedExecutionException full) {
            log.warn("the executor has no thread for a hedge", full);
            lost(own, GatewayException.of(ErrorKind.NO_ROUTE, "the executor has no thread for a hedge"));
        }
    }

    private void race(Cancellation own) {
        if (call.events().hasListeners()) {
            call.events().publish(new RouterEvent.Hedged(call));
        }
        try {
            ModelReply mine = hop.under(own).proceed(hop.request());
            offer(own, mine);
        } catch (GatewayException e) {
            lost(own, e);
        } catch (RuntimeException | Error bug) {
            log.error("a hedge failed because of a bug; the hedged attempt continues", bug);
            lost(own, bug(bug));
        }
    }

    private ModelReply won(Cancellation own, ModelReply mine) {
        if (offer(own, mine)) {
            return mine;
        }
        return await();
    }

    /** Offers a reply; the first one wins, any other is closed. */
    private boolean offer(Cancellation own, ModelReply mine) {
        List<Cancellation> losers;
        synchronized (lock) {
            running.remove(own);
            if (over) {
                losers = null;
            } else {
                reply = mine;
                losers = close();
            }
        }
        if (losers == null) {
            discard(mine);
            return false;
        }
        stop(losers);
        call.log().forgetTried(ErrorKind.CANCELLED);
        return true;
    }

    /** Notes that an attempt has failed; ends the race if none is left or none could succeed. */
    private void lost(Cancellation own, GatewayException how) {
        FailureRule rule = FailureRule.of(how, call.currentModel().failures());
        if (how.kind() != ErrorKind.CANCELLED) {
            tried.remember(call, how, rule.same());
        }
        List<Cancellation> losers;
        synchronized (lock) {
            running.remove(own);
            boolean refused = isRefusal(how.kind());
            if (over || (refused && !running.isEmpty())) {
                return;
            }
            if (failure == null || !refused) {
                failure = how;
            }
            boolean isFinal = !rule.next() && rule.same() == FailureRule.Same.NEVER;
            if (!isFinal && !running.isEmpty()) {
                return;
            }
            losers = close();
        }
        stop(losers);
    }

    /** Returns whether the router itself refused the attempt, which does not affect the others. */
    private static boolean isRefusal(ErrorKind kind) {
        return switch (kind) {
            case NO_ROUTE, LIMIT_EXCEEDED, BUDGET_EXCEEDED, UNAUTHENTICATED, DENIED, GUARD_REJECTED, CANCELLED -> true;
            default -> false;
        };
    }

    private void end(GatewayException how) {
        List<Cancellation> losers;
        synchronized (lock) {
            if (over) {
                return;
            }
            failure = how;
            losers = close();
        }
        stop(losers);
    }

    /** Ends the race; called with the lock held. */
    private List<Cancellation> close() {
        over = true;
        return List.copyOf(running);
    }

    private void stop(List<Cancellation> losers) {
        Cancellation.Registration pending;
        synchronized (lock) {
            pending = timer;
        }
        if (pending != null) {
            pending.close();
        }
        losers.forEach(Cancellation::cancel);
        decided.complete(null);
    }

    /** Waits for the end of the race in the caller's thread, whose own attempt is over. */
    private ModelReply await() {
        try {
            if (!call.environment().await(decided, call.remainingNanos(), call.cancellation())) {
                end(GatewayException.of(
                        ErrorKind.DEADLINE, "the call reached its total timeout while a hedge was under way"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            GatewayException interrupted = GatewayException.builder(
                            ErrorKind.CANCELLED, "the calling thread was interrupted while a hedge was under way")
                    .cause(e)
                    .build();
            end(interrupted);
        } catch (GatewayException e) {
            end(e);
        }
        synchronized (lock) {
            if (reply != null) {
                return reply;
            }
            throw Objects.requireNonNull(failure, "a race ends with a reply or a failure");
        }
    }

    private static void discard(ModelReply late) {
        if (late instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                log.warn("the reply of a hedge that lost could not be closed", e);
            }
        }
    }
}
