package dev.aigw.routing.transform;

import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies rules to a request, and in reverse order to its reply. There are two: one for the call, and one for each
 * model that is tried, which gets the request as no other model's rules have changed it. Safe for use by many threads.
 */
final class RulesStage implements EngineStage {

    private final List<Rule> rules;

    RulesStage(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    @Override
    public boolean concerns(Call call) {
        return call.get(Summaries.IS_SUMMARY) == null && rules.stream().anyMatch(rule -> rule.concerns(call));
    }

    @Override
    public ModelReply apply(Hop hop) {
        List<Rule> mine = new ArrayList<>(rules.size());
        ModelRequest request = hop.request();
        for (Rule rule : rules) {
            if (rule.concerns(hop.call())) {
                mine.add(rule);
                request = rule.changed(hop.call(), request);
            }
        }
        ModelReply reply;
        try {
            reply = hop.proceed(request);
        } catch (GatewayException e) {
            throw changed(mine, e);
        }
        try {
            for (int i = mine.size() - 1; i >= 0; i--) {
                reply = mine.get(i).changed(reply);
            }
        } catch (Throwable e) {
            close(reply, e);
            throw e;
        }
        return reply;
    }

    private static GatewayException changed(List<Rule> rules, GatewayException failure) {
        GatewayException changed = failure;
        for (int i = rules.size() - 1; i >= 0; i--) {
            changed = rules.get(i).changed(changed);
        }
        return changed;
    }

    private static void close(ModelReply reply, Throwable failure) {
        if (reply instanceof AutoCloseable open) {
            try {
                open.close();
            } catch (Exception e) {
                failure.addSuppressed(e);
            }
        }
    }
}
