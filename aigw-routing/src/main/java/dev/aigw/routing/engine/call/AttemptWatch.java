package dev.aigw.routing.engine.call;

import dev.aigw.api.ModelRequest;
import dev.aigw.api.spi.End;

/** Is notified of the attempts that one call sends. Runs in the threads of the attempts, so it must return quickly. */
public interface AttemptWatch {

    /** An attempt is about to be sent. */
    void began();

    /** An attempt is over; for a stream, at the end of the stream. */
    void ended(Attempt attempt, ModelRequest request, End end);

    /** Returns a watch that notifies both. */
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
