package dev.aigw.routing.route;

import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.Route;
import dev.aigw.api.TokenUsage;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.chat.ChatResponse;
import dev.aigw.api.chat.ChatStream;
import dev.aigw.api.spi.ModelSelector;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.CallFacts;
import dev.aigw.routing.engine.call.Hop;
import dev.aigw.routing.engine.pool.Model;
import dev.aigw.routing.engine.pool.Query;
import dev.aigw.routing.engine.pool.StaleReplies;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tries a cheap model first, and a better one if its answer is not good enough. Immutable. */
final class Cascade implements ModelSelector {

    private record Step(String model, Acceptance acceptance) {}

    private final List<Step> steps;
    private final String last;

    private Cascade(List<Step> steps, String last) {
        this.steps = List.copyOf(steps);
        this.last = last;
    }

    @Override
    public Selection select(Query query) {
        return query.request() instanceof ChatRequest
                ? new Selection(steps.get(0).model, "a cascade that ends at " + last)
                : new Selection(last, "a cascade is for chats");
    }

    @Override
    public Set<String> models() {
        Set<String> models = new LinkedHashSet<>();
        steps.forEach(step -> models.add(step.model));
        models.add(last);
        return models;
    }

    /** Runs the steps, the first of which the call has been switched to. */
    ModelReply run(Hop hop) {
        Call call = hop.call();
        if (!(hop.request() instanceof ChatRequest question)) {
            return hop.proceed(hop.request());
        }
        List<Step> permitted = new ArrayList<>(steps);
        permitted.removeIf(step -> !call.mayUse(known(call, step.model), question));
        String end = last;
        if (!permitted.isEmpty() && !call.mayUse(known(call, last), question)) {
            end = permitted.remove(permitted.size() - 1).model; // the best that the caller may use
        }
        TokenUsage used = TokenUsage.NONE;
        for (Step step : permitted) {
            ask(call, step.model);
            call.put(CallFacts.MORE_STEPS, true);
            ChatResponse answer = answer(hop);
            if (answer != null) {
                TokenUsage both = used.plus(answer.usage());
                if (step.acceptance.accepts(question, answer)) {
                    ChatResponse accepted = answer.toBuilder().usage(both).build();
                    return call.operation().replyType() == ChatStream.class ? ChatStream.replay(accepted) : accepted;
                }
                if (call.get(CallFacts.SOURCE) != Route.Source.CACHE) { // a stored answer used no tokens now
                    used = both;
                }
                StaleReplies stale = call.get(StaleReplies.KEY);
                if (stale != null) {
                    stale.drop(step.model);
                }
            }
            call.checkAlive();
        }
        ask(call, end);
        call.remove(CallFacts.MORE_STEPS);
        ModelReply reply = hop.proceed(hop.request());
        TokenUsage before = used;
        if (before.isEmpty()) {
            return reply;
        }
        return reply instanceof ChatStream stream
                ? stream.map(source -> new AddedUsage(source, before))
                : reply instanceof ChatResponse response
                        ? response.toBuilder()
                                .usage(before.plus(response.usage()))
                                .build()
                        : reply;
    }

    /** Switches the call to this model, or to the one that its routes choose. */
    private static void ask(Call call, String model) {
        call.switchTo(known(call, model));
        call.remove(CallFacts.SOURCE);
    }

    private static Model known(Call call, String name) {
        return Objects.requireNonNull(call.models().find(name), name); // checked when the table was built
    }

    /** Returns a step's whole answer, or null if its model failed in a way that another may not. */
    private static @Nullable ChatResponse answer(Hop hop) {
        try {
            ModelReply reply = hop.proceed(hop.request());
            if (reply instanceof ChatStream stream) {
                try (stream) {
                    return stream.response();
                }
            }
            return (ChatResponse) reply;
        } catch (GatewayException e) {
            switch (e.kind()) {
                case CANCELLED, DEADLINE, UNAUTHENTICATED, DENIED, GUARD_REJECTED, INVALID_REQUEST, CONTENT_FILTERED -> throw e;
                default -> {
                    return null; // the call keeps its failure for the final error
                }
            }
        }
    }

    /** Builds steps. */
    static final class Builder implements Routes.CascadeBuilder {

        private final List<Step> steps = new ArrayList<>();

        @Override
        public Routes.CascadeBuilder first(String model, Acceptance acceptance) {
            steps.add(
                    new Step(Objects.requireNonNull(model, "model"), Objects.requireNonNull(acceptance, "acceptance")));
            return this;
        }

        @Override
        public ModelSelector last(String model) {
            if (steps.isEmpty()) {
                throw new IllegalArgumentException("a cascade needs a cheaper model: add one with first(model, test)");
            }
            return new Cascade(steps, Objects.requireNonNull(model, "model"));
        }
    }
}
