package dev.aigw.routing.guard;

import dev.aigw.api.CallOptions;
import dev.aigw.api.Cancellation;
import dev.aigw.api.GatewayException;
import dev.aigw.api.ModelReply;
import dev.aigw.api.ModelRequest;
import dev.aigw.api.Operation;
import dev.aigw.api.Route;
import dev.aigw.api.batch.BatchHandle;
import dev.aigw.api.chat.ChatRequest;
import dev.aigw.api.guard.Guard;
import dev.aigw.api.guard.Inspection;
import dev.aigw.api.spi.Phase;
import dev.aigw.api.spi.RouterListener;
import dev.aigw.routing.engine.call.Call;
import dev.aigw.routing.engine.call.EngineFeature;
import dev.aigw.routing.engine.call.EngineInstaller;
import dev.aigw.routing.engine.call.EngineInstaller.Reach;
import dev.aigw.routing.feature.Environment;
import dev.aigw.routing.feature.Feature;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Guards on what goes to models and on what comes back.
 *
 * <pre>{@code
 * Guards guards = Guards.builder()
 *     .input(PromptInjection.guard())
 *     .input(moderation, scope -> scope.exceptModels("local-*").timeout(Duration.ofSeconds(1)))
 *     .output(Links.toHosts("docs.example.com"))
 *     .build();
 * ModelRouter router = ModelRouter.builder().guards(guards) // …
 * }</pre>
 *
 * <p>Every operation passes them: chats, plain and streamed, embeddings, rankings, images, speech, tensors, predictions
 * and batches. A guard sees each piece of content with its origin: a message, a tool's result, a document, an argument.
 * What a guard rejects fails with {@link dev.aigw.api.ErrorKind#GUARD_REJECTED}, which no other model is asked after,
 * and which costs no tokens if the request was rejected. A guard that fails or takes too long rejects the call, too,
 * unless it is told otherwise. What guards found is in {@link dev.aigw.api.Route#verdicts()} of the reply or failure.
 *
 * <p>Cheap guards run first, and what they replace, costly ones see replaced. Of the same effort, those that take more
 * than microseconds run at the same time.
 *
 * <p>A streamed answer is held back until the guards have passed it, as far as each {@linkplain Guard#streaming() says}
 * that it must. A stream that is rejected fails with what was let through as
 * {@link dev.aigw.api.GatewayException#partial()}.
 *
 * <p>Safe for use by many threads; one instance may serve several routers.
 */
public final class Guards {

    private static final Comparator<GuardRule> BY_EFFORT =
            Comparator.comparing(rule -> rule.guard().effort());

    private final List<GuardRule> input;
    private final List<GuardRule> output;
    private final Set<Operation<?, ?>> exempt;

    private Guards(Builder builder) {
        this.input = builder.input.stream().sorted(BY_EFFORT).toList();
        this.output = builder.output.stream().sorted(BY_EFFORT).toList();
        this.exempt = Set.copyOf(builder.exempt);
    }

    /** Starts without guards. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the feature that runs {@code guards}. */
    public static Feature feature(Guards guards) {
        return EngineFeature.of(guards::install);
    }

    private void install(EngineInstaller installer) {
        installer.engineStage(Phase.GUARD, Reach.CALLERS_ONLY, new GuardStage(GuardStage.Place.REQUESTED, this));
        if (input.stream().anyMatch(GuardRule::dependsOnModel)) {
            installer.engineStage(Phase.ROUTE, Reach.CALLERS_ONLY, new GuardStage(GuardStage.Place.CHOSEN, this));
            installer.engineStage(Phase.MODEL, Reach.ALL_CALLS, new GuardStage(GuardStage.Place.TRIED, this));
        }
        if (!output.isEmpty()) {
            Environment environment = installer.environment();
            installer.batchReplies((handle, reply, cancellation) -> checked(handle, reply, cancellation, environment));
        }
        Set<RouterListener> listeners = new LinkedHashSet<>();
        for (GuardRule rule : input) {
            if (rule.guard() instanceof RouterListener listener) {
                listeners.add(listener);
            }
        }
        for (GuardRule rule : output) {
            if (rule.guard() instanceof RouterListener listener) {
                listeners.add(listener);
            }
        }
        listeners.forEach(installer::listener);
    }

    private ModelReply checked(
            BatchHandle handle, ModelReply reply, Cancellation cancellation, Environment environment) {
        BatchSubject subject = new BatchSubject(handle, environment, cancellation);
        List<GuardRule> rules = applying(output, subject.operation(), subject.options()).stream()
                .filter(rule -> rule.appliesTo(handle.model()))
                .toList();
        if (rules.isEmpty() || isExempt(subject.operation())) {
            return reply;
        }
        ModelRequest unknown = ChatRequest.of(handle.model(), ""); // a handle does not hold requests
        try {
            return subject.routed(new Inspector(subject, Inspection.Direction.OUTPUT, unknown)
                    .inspect(rules, reply, Contents::edited, new Masks()));
        } catch (GatewayException e) {
            throw subject.routed(e);
        }
    }

    boolean isExempt(Operation<?, ?> operation) {
        return exempt.contains(operation);
    }

    /** Returns the rules on requests that apply to the call whatever its model is, in the order of their efforts. */
    List<GuardRule> inputRules(Call call) {
        return applying(input, call);
    }

    /** Returns the rules on replies that apply to the call whatever its model is, in the order of their efforts. */
    List<GuardRule> outputRules(Call call) {
        return applying(output, call);
    }

    private static List<GuardRule> applying(List<GuardRule> rules, Call call) {
        return applying(rules, call.operation(), call.options());
    }

    private static List<GuardRule> applying(List<GuardRule> rules, Operation<?, ?> operation, CallOptions options) {
        List<GuardRule> applying = new ArrayList<>(rules.size());
        for (GuardRule rule : rules) {
            if (rule.appliesTo(operation, options)) {
                applying.add(rule);
            }
        }
        return applying;
    }

    /**
     * Returns what the guards find in a request that would go to {@code model}. Nothing is changed or rejected, and
     * guards that ask another process are not run.
     */
    public List<Route.Verdict> preview(
            Operation<?, ?> operation, ModelRequest request, CallOptions options, String model) {
        Parts parts = new Parts();
        List<Route.Verdict> verdicts = new ArrayList<>();
        if (isExempt(operation) || Contents.edited(request, parts) == null) {
            return verdicts;
        }
        for (GuardRule rule : applying(input, operation, options)) {
            List<Integer> indices = Inspector.indices(rule, parts.list);
            if (!indices.isEmpty() && rule.appliesTo(model) && rule.guard().effort() != Guard.Effort.REMOTE) {
                verdicts.addAll(preview(
                        rule,
                        Inspection.of(
                                Inspection.Direction.INPUT,
                                Inspector.shown(parts.list, indices),
                                operation,
                                request,
                                model,
                                options,
                                rule.timeout())));
            }
        }
        return verdicts;
    }

    private static Collection<Route.Verdict> preview(GuardRule rule, Inspection inspection) {
        try {
            return Inspector.counted(rule, rule.guard().check(inspection), true);
        } catch (RuntimeException e) {
            rule.failures().failed(GuardRun.failure(e));
            return List.of(GuardRun.unavailable(rule, true));
        }
    }

    /** Returns the names of the guards. */
    @Override
    public String toString() {
        return "Guards{input=" + input + ", output=" + output + "}";
    }

    /** Builds {@link Guards}. Not safe for use by several threads. */
    public static final class Builder {

        private final List<GuardRule> input = new ArrayList<>();
        private final List<GuardRule> output = new ArrayList<>();
        private final Set<Operation<?, ?>> exempt = new HashSet<>();

        private Builder() {}

        /** Adds a guard on requests: messages, documents, results of tools, inputs of any operation. */
        public Builder input(Guard guard) {
            return input(guard, scope -> {});
        }

        /** Adds a guard on requests, with where it applies and what happens when it fails. */
        public Builder input(Guard guard, Consumer<GuardScope> scope) {
            input.add(rule(guard, scope));
            return this;
        }

        /** Adds a guard on replies: answers, reasoning, arguments for tools. */
        public Builder output(Guard guard) {
            return output(guard, scope -> {});
        }

        /** Adds a guard on replies, with where it applies and what happens when it fails. */
        public Builder output(Guard guard, Consumer<GuardScope> scope) {
            output.add(rule(guard, scope));
            return this;
        }

        private static GuardRule rule(Guard guard, Consumer<GuardScope> how) {
            GuardScope scope = new GuardScope(guard);
            how.accept(scope);
            return GuardRule.of(scope);
        }

        /**
         * Lets an operation pass all guards. Guards cannot read the requests and replies of an application's own
         * operation unless these are {@link dev.aigw.api.guard.EditableContent}, and reject what they cannot read.
         */
        public Builder exempt(Operation<?, ?> operation) {
            exempt.add(operation);
            return this;
        }

        /**
         * Returns the guards.
         *
         * @throws IllegalArgumentException if there is none
         */
        public Guards build() {
            if (input.isEmpty() && output.isEmpty()) {
                throw new IllegalArgumentException(
                        "there are no guards: add one, for example .input(PromptInjection.guard())");
            }
            return new Guards(this);
        }
    }
}
