package dev.aigw.routing.transform;

import dev.aigw.api.ModelReply;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import java.util.List;

/**
 * Says which rules will change the request for the chosen model, before the cache looks for a reply to it: calls whose
 * requests will be sent differently share none. Safe for use by many threads.
 */
final class ComingChangesStage implements EngineStage {

    private final List<Rule> rules;

    ComingChangesStage(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        List<String> changes =
                rules.stream().filter(rule -> rule.concerns(call)).map(Rule::id).toList();
        if (changes.isEmpty()) {
            call.remove(CallFacts.CHANGES_TO_COME);
        } else {
            call.put(CallFacts.CHANGES_TO_COME, changes);
        }
        return hop.proceed(hop.request());
    }
}
