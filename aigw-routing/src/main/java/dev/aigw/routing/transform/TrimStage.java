package dev.aigw.routing.transform;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import java.util.List;

/**
 * Makes conversations fit. It comes behind the guards of the call, so that a model which makes a summary gets what they
 * let through, as they changed it. Safe for use by many threads.
 */
final class TrimStage implements EngineStage {

    private final List<Rule> rules;
    private final Trimming trimming;

    TrimStage(List<Rule> rules, Trimming trimming) {
        this.rules = rules.stream().filter(Rule::trims).toList();
        this.trimming = trimming;
    }

    @Override
    public boolean concerns(Call call) {
        return call.get(Summaries.IS_SUMMARY) == null && rules.stream().anyMatch(rule -> rule.concerns(call));
    }

    @Override
    public ModelReply apply(Hop hop) {
        ModelRequest request = hop.request();
        for (Rule rule : rules) {
            if (rule.concerns(hop.call())) {
                request = rule.trimmed(hop, request, trimming);
            }
        }
        return hop.proceed(request);
    }
}
