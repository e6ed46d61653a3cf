package dev.aigw.routing.route;

import dev.aigw.api.Cost;
import dev.aigw.api.GatewayException;
import dev.aigw.api.Outcome;
import dev.aigw.api.Route;
import dev.aigw.api.spi.End;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.pool.Selections;
import java.util.List;

/**
 * What the end of a call means for the selectors that chose its model. They are judged by that model: if a fallback or
 * the last resort answered, it has failed; if a stored or shared reply was served and nothing was sent, it has done
 * nothing.
 *
 * @param steps whether the model may change during the call, in a cascade
 */
record RouteEnd(Call call, Selections selections, boolean steps) {

    /** Notifies the selectors, if there is something to report. */
    void report(ModelSelector.Query query, End end, Cost cost) {
        Route.Source source = call.get(CallFacts.SOURCE);
        boolean answeredElsewhere = source == Route.Source.CACHE || source == Route.Source.SHARED;
        if (answeredElsewhere && call.log().attemptCount() == 0) {
            return;
        }
        boolean substituted = source == Route.Source.DEGRADED
                || (!steps && !call.model().equals(selections.last().name()));
        boolean failed = substituted && end.outcome() == Outcome.SUCCESS;
        List<GatewayException> failures = call.log().failures();
        selections.ended(
                query,
                End.builder(failed ? Outcome.FAILED : end.outcome())
                        .reply(failed ? null : end.reply())
                        .usage(end.usage())
                        .failure(failed && !failures.isEmpty() ? failures.get(0) : end.failure())
                        .outputChars(end.outputChars())
                        .durationNanos(end.durationNanos())
                        .firstContentNanos(end.firstContentNanos())
                        .serviceTier(end.serviceTier())
                        .cost(cost)
                        .build());
    }
}
