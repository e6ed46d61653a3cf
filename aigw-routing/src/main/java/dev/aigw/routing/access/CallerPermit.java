package dev.aigw.routing.access;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Caller;
import dev.aigw.api.Capability;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.routing.engine.pool.Grant;
import dev.aigw.routing.engine.pool.Permit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules about one caller and one model. Immutable. */
final class CallerPermit implements Permit {

    private final Caller caller;
    private final String model;
    private final List<PermissionRule> denying;
    private final List<PermissionRule> allowing;

    CallerPermit(Caller caller, String model, List<PermissionRule> denying, List<PermissionRule> allowing) {
        this.caller = caller;
        this.model = model;
        this.denying = denying;
        this.allowing = allowing;
    }

    @Override
    public Grant grant(Operation<?, ?> operation, ModelRequest request) {
        PermissionQuery query = new PermissionQuery(caller, model, operation, request);
        Set<Capability> asked = Asked.of(request);
        for (PermissionRule rule : denying) {
            if (rule.denies(query, asked)) {
                return Grant.denied(rule.name(), refusal(null));
            }
        }
        Integer answerTokens = Asked.mostOutputTokens(request);
        List<PermissionRule> fitting = new ArrayList<>(allowing.size());
        String unmet = null;
        for (PermissionRule rule : allowing) {
            String why = rule.unmetBy(query, asked, answerTokens);
            if (why == null) {
                fitting.add(rule);
            } else if (unmet == null) {
                unmet = why;
            }
        }
        return fitting.isEmpty() ? Grant.denied(null, refusal(unmet)) : granted(fitting, answerTokens);
    }

    private String refusal(@Nullable String unmet) {
        String who = caller.equals(Caller.ANONYMOUS) ? "an anonymous caller" : "the caller";
        return who + " may not use the model \"" + model + "\"" + (unmet == null ? "" : " for " + unmet);
    }

    /** Allows what any of the rules does; an answer without a bound of its own gets the widest of theirs. */
    private static Grant granted(List<PermissionRule> fitting, @Nullable Integer answerTokens) {
        int widest = 0;
        if (answerTokens == null) {
            for (PermissionRule rule : fitting) {
                widest = Math.max(widest, answerTokens(rule));
            }
        }
        List<CallOptions> bounds = new ArrayList<>(fitting.size());
        for (PermissionRule rule : fitting) {
            if (answerTokens != null || answerTokens(rule) == widest) {
                if (rule.bounds() == null) {
                    bounds.clear();
                    break;
                }
                bounds.add(rule.bounds());
            }
        }
        return Grant.allowed(fitting.get(0).name(), bounds, widest == Integer.MAX_VALUE ? 0 : widest);
    }

    private static int answerTokens(PermissionRule rule) {
        Integer most = rule.maxOutputTokens();
        return most == null ? Integer.MAX_VALUE : most;
    }
}
