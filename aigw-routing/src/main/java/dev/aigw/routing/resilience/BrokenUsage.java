package dev.aigw.routing.resilience;

import dev.aigw.api.ErrorKind;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.spi.End;
import dev.aigw.api.token.TokenCounter;
import dev.aigw.routing.engine.call.Attempt;
import dev.aigw.routing.engine.call.AttemptWatch;
import dev.aigw.routing.engine.call.Settlement;

/** The usage of the attempt whose stream broke last, as the ledger counts it. Safe for use by many threads. */
final class BrokenUsage implements AttemptWatch {

    private final TokenCounter counter;
    private volatile TokenUsage last = TokenUsage.NONE;

    BrokenUsage(TokenCounter counter) {
        this.counter = counter;
    }

    @Override
    public void began() {}

    @Override
    public void ended(Attempt attempt, ModelRequest request, End end) {
        if (end.failure() != null && end.failure().kind() == ErrorKind.STREAM_INTERRUPTED) {
            last = Settlement.usage(attempt, request, end, counter);
        }
    }

    TokenUsage last() {
        return last;
    }
}
