package dev.aigw.routing.engine.call;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.spi.Chain;
import dev.aigw.api.spi.EndAction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The chain as the stage at {@code index} sees it. */
public final class Hop implements Chain {

    private final int index;
    private final Call call;
    private final @Nullable Attempt attempt;
    private final ModelRequest request;
    private final @Nullable Cancellation rival;

    Hop(int index, Call call, @Nullable Attempt attempt, ModelRequest request, @Nullable Cancellation rival) {
        this.index = index;
        this.call = call;
        this.attempt = attempt;
        this.request = request;
        this.rival = rival;
    }

    @Override
    public Call call() {
        return call;
    }

    @Override
    public ModelRequest request() {
        return request;
    }

    @Override
    public @Nullable Attempt attempt() {
        return attempt;
    }

    /**
     * Returns the attempt that this stage runs in.
     *
     * @throws IllegalStateException in a phase before {@link dev.aigw.api.spi.Phase#BALANCE}
     */
    public Attempt leasedAttempt() {
        if (attempt == null) {
            throw new IllegalStateException("there is no attempt before Phase.BALANCE");
        }
        return attempt;
    }

    @Override
    public ModelReply proceed(ModelRequest request) {
        return call.pipeline().run(index + 1, call, attempt, request, rival);
    }

    @Override
    public ModelReply proceedApart(ModelRequest request) {
        checkNoAttempt();
        return proceedApart(call.again(), request);
    }

    /**
     * Makes a {@link SideCall} from the next stage on, by the shorter chain of side calls.
     *
     * @param as the account of the side call
     * @param before runs before the call begins, to switch it to its model; must return quickly
     * @throws IllegalStateException from {@link dev.aigw.api.spi.Phase#BALANCE} on
     */
    public ModelReply proceedAside(SideCall as, ModelRequest request, CallOptions options, Consumer<Call> before) {
        checkNoAttempt();
        Call aside = call.again(options);
        aside.makeSideCall(as);
        before.accept(aside);
        return proceedApart(aside, request);
    }

    private void checkNoAttempt() {
        if (attempt != null) {
            throw new IllegalStateException("an attempt belongs to its call: fork the call before Phase.BALANCE");
        }
    }

    private ModelReply proceedApart(Call apart, ModelRequest request) {
        return call.pipeline().apart(apart, index, call.isSideCall(), request);
    }

    @Override
    public Hop under(Cancellation cancellation) {
        return new Hop(index, call, attempt, request, cancellation);
    }

    @Override
    public void onEnd(EndAction action) {
        (attempt == null ? call : attempt).add(action);
    }
}
