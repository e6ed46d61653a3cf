package dev.aigw.routing.guard;

import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.batch.BatchSubmitted;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.spi.CallContext;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.call.EngineStage;
import dev.aigw.routing.engine.call.Hop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Has guards check the request, restores in the reply what they masked, and, at the outermost place, has guards check
 * the reply. Safe for use by many threads.
 */
final class GuardStage implements EngineStage {

    /** Where the stage stands. */
    enum Place {
        /** Before the limits and the cache: the requested model. */
        REQUESTED,
        /** Behind the routes: the chosen model. */
        CHOSEN,
        /** Before the attempts: each model that is tried. */
        TRIED
    }

    /** The models whose rules the present request has passed. */
    private record Passed(String requested, @Nullable String chosen) {

        boolean has(GuardRule rule) {
            return rule.appliesTo(requested) || (chosen != null && rule.appliesTo(chosen));
        }
    }

    private static final CallContext.Key<Passed> PASSED = CallContext.Key.of("guarded for");

    private final Place place;
    private final Guards guards;

    GuardStage(Place place, Guards guards) {
        this.place = place;
        this.guards = guards;
    }

    @Override
    public boolean concerns(Call call) {
        return !guards.isExempt(call.operation());
    }

    @Override
    public ModelReply apply(Hop hop) {
        Call call = hop.call();
        String model = call.model();
        Passed passed = call.get(PASSED);
        List<GuardRule> due = guards.inputRules(call).stream()
                .filter(rule -> rule.appliesTo(model) && isDue(rule, passed))
                .toList();
        if (place == Place.REQUESTED) {
            call.put(PASSED, new Passed(model, null));
        } else if (place == Place.CHOSEN && passed != null) {
            call.put(PASSED, new Passed(passed.requested(), model));
        }
        if (place == Place.TRIED) {
            if (due.isEmpty()) {
                call.remove(CallFacts.GUARDED_APART);
            } else {
                call.put(CallFacts.GUARDED_APART, true);
            }
        }
        Masks masks = new Masks();
        ModelRequest request = hop.request();
        if (!due.isEmpty()) {
            request = new Inspector(Subject.of(call), Inspection.Direction.INPUT, request)
                    .inspect(due, request, Contents::edited, masks);
        }
        ModelReply reply = hop.proceed(request);
        if (reply instanceof BatchSubmitted && !masks.isEmpty()) {
            call.warn("what guards replaced in the requests stays replaced in the results of the batch");
        } else if (!masks.isEmpty()) {
            reply = restored(reply, masks);
        }
        return place == Place.REQUESTED ? checked(hop, reply) : reply;
    }

    private boolean isDue(GuardRule rule, @Nullable Passed passed) {
        if (place == Place.REQUESTED) {
            return true;
        }
        return rule.dependsOnModel() && (passed == null || !passed.has(rule));
    }

    private static ModelReply restored(ModelReply reply, Masks masks) {
        if (reply instanceof ChatStream stream) {
            return stream.map(source -> new RestoredSource(source, masks));
        }
        ModelReply restored = Contents.edited(reply, new RestoringEditor(masks));
        if (reply instanceof ChatResponse given && restored instanceof ChatResponse chat) {
            return chat.toBuilder().logprobs(given.logprobs()).build(); // as the model wrote it
        }
        return restored == null ? reply : restored;
    }

    private ModelReply checked(Hop hop, ModelReply reply) {
        Call call = hop.call();
        List<String> models = new ArrayList<>(List.of(call.model()));
        if (reply instanceof ChatStream) { // it may go on at a fallback model
            call.fallbacks().forEach(fallback -> models.add(fallback.name()));
        }
        List<GuardRule> rules = guards.outputRules(call).stream()
                .filter(rule -> models.stream().anyMatch(rule::appliesTo))
                .toList();
        if (rules.isEmpty()) {
            return reply;
        }
        Inspector inspector = new Inspector(Subject.of(call), Inspection.Direction.OUTPUT, hop.request());
        if (reply instanceof ChatStream stream) {
            return stream.map(source -> new CheckedSource(source, inspector, rules));
        }
        return inspector.inspect(rules, reply, Contents::edited, new Masks());
    }
}
