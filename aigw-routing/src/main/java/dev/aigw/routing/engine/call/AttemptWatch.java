package dev.aigw.routing.engine.call;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.spi.End;

/** Learns of the attempts of one call that are sent. Runs in the threads of the attempts, so it must be quick. */
public interface AttemptWatch {

    /** An attempt is about to be sent. */
    void began();

    /** An attempt is over; of a stream, at its end. */
    void ended(Attempt attempt, ModelRequest request, End end);

    /** Returns what tells both. */
    default AttemptWatch and(AttemptWatch other) {
        AttemptWatch one = this;
        return new AttemptWatch() {
            @Override
            public void began() {
                one.began();
                other.began();
            }

            @Override
            public void ended(Attempt attempt, ModelRequest request, End end) {
                one.ended(attempt, request, end);
                other.ended(attempt, request, end);
            }
        };
    }
}
