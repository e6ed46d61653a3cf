package dev.aigw.routing.guard;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Operation;
import dev.aigw.api.Route;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.feature.Environment;

/** Whose content guards look at, and where what they find is reported. */
interface Subject {

    Operation<?, ?> operation();

    CallOptions options();

    String model();

    Environment environment();

    Cancellation cancellation();

    long remainingNanos();

    /** Throws if the content is no longer wanted. */
    void checkAlive();

    /** Reports what a guard has found. */
    void found(Route.Verdict verdict);

    /** Reports that a guard could not tell. */
    void guardFailed(String guard, GatewayException failure, boolean open);

    /** Returns a call. */
    static Subject of(Call call) {
        return new Subject() {
            @Override
            public Operation<?, ?> operation() {
                return call.operation();
            }

            @Override
            public CallOptions options() {
                return call.options();
            }

            @Override
            public String model() {
                return call.model();
            }

            @Override
            public Environment environment() {
                return call.environment();
            }

            @Override
            public Cancellation cancellation() {
                return call.cancellation();
            }

            @Override
            public long remainingNanos() {
                return call.remainingNanos();
            }

            @Override
            public void checkAlive() {
                call.checkAlive();
            }

            @Override
            public void found(Route.Verdict verdict) {
                call.found(verdict);
            }

            @Override
            public void guardFailed(String guard, GatewayException failure, boolean open) {
                call.guardFailed(guard, failure, open);
            }
        };
    }
}
